"""Whatever people do to an item in whatever order, its versions keep to the rules (a model test)."""

import asyncio
import shutil
from collections.abc import Awaitable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.banks.rules import OPEN, Check, Event, State, Statement
from app.banks.versions import VersionKey
from app.errors import KaochangError
from tests.app.banks.items import make_draft
from tests.conftest import built_service
from tests.factories.clock import HandClock
from tests.factories.databases import sqlite_url

SAID = Statement(comment="说明", checks=frozenset(Check))
PEOPLE = ("bank_author:ann", "bank_author:ben")
# (what, which version counted from the newest, who, key of a new version)
STEP = st.tuples(
    st.sampled_from(["write", *(event for event in Event if event is not Event.SUPERSEDE)]),
    st.integers(0, 2),
    st.sampled_from(PEOPLE),
    st.sampled_from("ABCD"),
)
Model = dict[int, tuple[State, str, str]]


TARGETS = {
    (State.DRAFT, "submit"): State.IN_REVIEW,
    (State.IN_REVIEW, "send_back"): State.DRAFT,
    (State.IN_REVIEW, "approve"): State.PUBLISHED,
    (State.DRAFT, "retire"): State.RETIRED,
    (State.PUBLISHED, "retire"): State.RETIRED,
}


def retire_all(model: Model, state: State) -> None:
    for number, (found, writer, key) in list(model.items()):
        if found is state:
            model[number] = (State.RETIRED, writer, key)


def written(model: Model, person: str, key: str) -> bool:
    """Apply a writing to the model (number -> state, writer, key); whether it may happen."""
    newest = max(model, default=0)
    if any(state is State.IN_REVIEW for state, _, _ in model.values()):
        return False
    if newest and model[newest][2] == key and model[newest][0] is not State.RETIRED:
        return True  # the same words: nothing happens
    retire_all(model, State.DRAFT)
    model[newest + 1] = (State.DRAFT, person, key)
    return True


def acted(model: Model, number: int, what: str, person: str) -> bool:
    """Apply an act to the model; whether it may happen."""
    state, writer, own_key = model.get(number, (State.RETIRED, "", ""))
    target = TARGETS.get((state, what))
    if target is None or (what == "approve" and person == writer):
        return False
    if target is State.PUBLISHED:
        retire_all(model, State.PUBLISHED)
    model[number] = (target, writer, own_key)
    return True


async def walk(folder: Path, steps: list[tuple[str, int, str, str]]) -> None:
    service = built_service(folder, sqlite_url(folder / "kaochang.sqlite3"), HandClock())
    try:
        bank_id = await service.banks.create("题库", "", PEOPLE[0])
        model: Model = {}
        for what, back, person, key in steps:
            newest = max(model, default=0)
            target = VersionKey(item_id="X", number=newest - back)
            doing: Awaitable[object]
            if what == "write":
                may = written(model, person, key)
                doing = service.authoring.write(bank_id, make_draft("X", key=key), newest or None, person)
            else:
                may = acted(model, target.number, what, person)
                doing = service.authoring.act(bank_id, [target], Event(what), SAID, person)
            if may:
                await doing
            else:
                with pytest.raises(KaochangError):
                    await doing
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
