"""Whatever people do to an item in whatever order, its versions keep to the rules (a model test)."""

import asyncio
import shutil
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.banks.rules import OPEN, Event, State
from app.banks.versions import VersionKey
from app.errors import KaochangError
from tests.app.banks.items import make_draft
from tests.conftest import built_service
from tests.factories.clock import HandClock
from tests.factories.databases import sqlite_url

PEOPLE = ("bank_author:ann", "bank_author:ben")
# (what, which version counted from the newest, who, key of a new version)
STEP = st.tuples(
    st.sampled_from(["write", *(event for event in Event if event is not Event.SUPERSEDE)]),
    st.integers(0, 2),
    st.sampled_from(PEOPLE),
    st.sampled_from("ABCD"),
)
Model = dict[int, tuple[State, str, str]]


def expected(model: Model, step: tuple[str, int, str, str]) -> bool:
    """Apply a step to the model (number -> state, writer, key); whether it may happen."""
    what, back, person, key = step
    newest = max(model, default=0)
    if what == "write":
        if any(state is State.IN_REVIEW for state, _, _ in model.values()):
            return False
        if newest and model[newest][2] == key and model[newest][0] is not State.RETIRED:
            return True  # the same words: nothing happens
        for number, (state, writer, own_key) in list(model.items()):
            if state is State.DRAFT:
                model[number] = (State.RETIRED, writer, own_key)
        model[newest + 1] = (State.DRAFT, person, key)
        return True
    number = newest - back
    if number not in model:
        return False
    state, writer, own_key = model[number]
    targets = {
        (State.DRAFT, "submit"): State.IN_REVIEW,
        (State.IN_REVIEW, "send_back"): State.DRAFT,
        (State.IN_REVIEW, "approve"): State.PUBLISHED,
        (State.DRAFT, "retire"): State.RETIRED,
        (State.PUBLISHED, "retire"): State.RETIRED,
    }
    target = targets.get((state, str(what)))
    if target is None or (what == "approve" and person == writer):
        return False
    if target is State.PUBLISHED:
        for other, (other_state, other_writer, other_key) in list(model.items()):
            if other_state is State.PUBLISHED:
                model[other] = (State.RETIRED, other_writer, other_key)
    model[number] = (target, writer, own_key)
    return True


async def walk(folder: Path, steps: list[tuple[str, int, str, str]]) -> None:
    service = built_service(folder, sqlite_url(folder / "kaochang.sqlite3"), HandClock())
    try:
        bank_id = await service.banks.create("题库", "", PEOPLE[0])
        model: Model = {}
        for step in steps:
            what, back, person, key = step
            newest = max(model, default=0)
            may = expected(model, step)
            try:
                if what == "write":
                    await service.authoring.write(bank_id, make_draft("X", key=key), newest or None, person)
                else:
                    target = VersionKey(item_id="X", number=newest - back)
                    await service.authoring.act(bank_id, [target], Event(what), "说明", person)
                assert may, step
            except KaochangError as refusal:
                assert not may, (step, refusal)
            if not model:
                continue
            record = await service.authoring.record(bank_id, "X")
            found = {v.number: (v.state, v.written_by) for v in record.versions}
            assert found == {n: (state, writer) for n, (state, writer, _) in model.items()}
            current = [v for v in record.versions if v.is_current]
            assert len(current) == 1
            open_ones = [v for v in record.versions if v.state in OPEN]
            assert len(open_ones) <= 1
            assert sum(v.state is State.PUBLISHED for v in record.versions) <= 1
            assert not open_ones or current == open_ones
    finally:
        await service.database.dispose()


@settings(max_examples=25)
@given(steps=st.lists(STEP, min_size=1, max_size=14))
def test_any_order_of_acts(sqlite_template: Path, steps: list[tuple[str, int, str, str]]) -> None:
    folder = sqlite_template.parent / "walk"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "kaochang.sqlite3")
    asyncio.run(walk(folder, steps))
