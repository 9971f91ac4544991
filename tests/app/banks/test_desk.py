"""What stands beside an item: repeats, item sets, the review queue; on both databases."""

import dataclasses
import json
import time

import pytest

from app.accounts.rules import Role
from app.audit.service import read_stream
from app.banks.item_sets import SetSummary
from app.banks.reviews import Wanted
from app.banks.rules import Check, Event, Statement
from app.banks.versions import Draft, VersionKey
from app.errors import Invalid, NotAllowedNow, NotFound
from app.main import Service
from question_bank.bank import Bank
from question_bank.duplicates import DuplicateKind
from question_bank.items import ItemSet
from tests.app.banks.items import APPROVED, NOTHING, make_draft
from tests.factories.clock import HandClock
from tests.factories.sessions import staff_session

ANN, BEN = "bank_author:ann", "bank_author:ben"


async def submitted(service: Service, bank_id: str, draft: Draft, actor: str) -> VersionKey:
    key = await service.authoring.write(bank_id, draft, None, actor)
    await service.authoring.act(bank_id, [key], Event.SUBMIT, NOTHING, actor)
    return key


async def test_hints_follow_what_the_bank_holds(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    first = make_draft("D-1", stem="低压电工上岗前应当完成哪一项").item
    await service.authoring.write(bank_id, Draft(item=first), None, ANN)
    other_key = make_draft("D-1", key="B").item.interaction
    asked = dataclasses.replace(first, id="N-1", interaction=other_key)

    async def kinds() -> list[tuple[str, DuplicateKind, bool]]:
        hints = await service.duplicates.hints(bank_id, asked)
        return [(h.version.item_id, h.likeness.kind, h.likeness.other_key) for h in hints]

    assert await kinds() == [("D-1", DuplicateKind.OTHER_KEY, True)]
    await service.authoring.write(
        bank_id, Draft(item=dataclasses.replace(first, interaction=other_key)), 1, ANN
    )
    assert await kinds() == [("D-1", DuplicateKind.REPEATED, False)]
    await service.authoring.act(bank_id, [VersionKey(item_id="D-1", number=2)], Event.RETIRE, NOTHING, ANN)
    assert await kinds() == []
    with pytest.raises(NotFound):
        await service.duplicates.hints("nowhere", asked)


async def test_hints_of_a_large_bank_come_at_once(service: Service) -> None:
    """The index is kept: with 10,000 items a question took 60 ms; three times the promise is still told."""
    items = tuple(
        make_draft(f"D-{n}", stem=f"第 {n} 条规程对作业人员的要求是什么").item for n in range(2_000)
    )
    await service.banks.adopt(Bank(name="大", industry="", items=items), ANN)
    (bank,) = await service.banks.summaries()
    asked = dataclasses.replace(items[7], id="N-1")
    assert (await service.duplicates.hints(bank.id, asked))[0].version.item_id == "D-7"
    started = time.perf_counter()
    await service.duplicates.hints(bank.id, asked)
    assert time.perf_counter() - started < 0.9


async def test_a_stimulus_is_written_anew_for_all_items_of_its_set(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    for name in ("D-1", "D-2", "D-3"):
        await service.authoring.write(bank_id, make_draft(name, item_set="旧材料"), None, ANN)
    await service.authoring.write(bank_id, make_draft("D-4"), None, ANN)
    new = ItemSet(id="case", stimulus="新材料")
    await service.authoring.write(
        bank_id, dataclasses.replace(make_draft("D-1", item_set="旧材料"), item_set=new), 1, ANN
    )
    assert await service.item_sets.sets(bank_id) == [SetSummary(item_set=new, items=3, stimuli=2)]
    keys = await service.item_sets.write(bank_id, new, BEN)
    assert {(key.item_id, key.number) for key in keys} == {("D-2", 2), ("D-3", 2)}
    assert await service.item_sets.sets(bank_id) == [SetSummary(item_set=new, items=3, stimuli=1)]
    assert await service.item_sets.write(bank_id, new, BEN) == ()
    record = await service.authoring.record(bank_id, "D-2")
    assert (record.item_set, record.version.written_by) == (new, BEN)
    async with service.database.read() as connection:
        entries = [e for e in await read_stream(connection, "office") if e.type == "item_set.written"]
    assert [json.loads(entry.text)["data"]["count"] for entry in entries] == [2]


async def test_a_set_with_an_item_in_review_stays_as_it_is(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    await service.authoring.write(bank_id, make_draft("D-1", item_set="旧材料"), None, ANN)
    await submitted(service, bank_id, make_draft("D-2", item_set="旧材料"), ANN)
    with pytest.raises(NotAllowedNow) as refused:
        await service.item_sets.write(bank_id, ItemSet(id="case", stimulus="新材料"), ANN)
    assert refused.value.code == "set_in_review"
    assert (await service.authoring.record(bank_id, "D-1")).version.number == 1
    with pytest.raises(NotFound):
        await service.item_sets.write(bank_id, ItemSet(id="other", stimulus="x"), ANN)


async def test_the_queue_begins_with_the_longest_wait(service: Service, clock: HandClock) -> None:
    first = await service.banks.create("电工", "", ANN)
    second = await service.banks.create("焊工", "", ANN)
    late = await service.authoring.write(first, make_draft("A-1"), None, ANN)
    await submitted(service, second, make_draft("Z-9"), BEN)
    clock.turn(days=2)
    await submitted(service, first, make_draft("B-1"), ANN)
    clock.turn(days=1)
    # Written first, submitted last.
    await service.authoring.act(first, [late], Event.SUBMIT, NOTHING, ANN)

    async def listed(**wanted: str | int) -> list[str]:
        found = await service.reviews.queue(Wanted(**wanted), 1)  # type: ignore[arg-type]
        assert found.total == len(found.waiting)
        return [one.version.item_id for one in found.waiting]

    assert await listed() == ["Z-9", "B-1", "A-1"]
    assert await listed(bank_id=first) == ["B-1", "A-1"]
    assert await listed(author=BEN) == ["Z-9"]
    assert await listed(days=1) == ["Z-9", "B-1"]
    assert await listed(days=3) == ["Z-9"]
    assert await listed(type="numeric") == []
    queue = await service.reviews.queue(Wanted(bank_id=second), 2)
    assert (queue.waiting, queue.total) == ((), 1)
    assert queue.authors == (ANN, BEN)
    assert dict(queue.banks) == {first: "电工", second: "焊工"}


async def test_an_approval_says_what_was_checked(service: Service) -> None:
    bank_id = await service.banks.create("电工", "", ANN)
    key = await submitted(service, bank_id, make_draft("D-1"), ANN)
    with pytest.raises(Invalid) as refused:
        await service.authoring.act(
            bank_id, [key], Event.APPROVE, Statement(checks=frozenset({Check.KEY})), BEN
        )
    assert refused.value.code == "checks_missing"
    await service.authoring.act(bank_id, [key], Event.APPROVE, APPROVED, BEN)
    record = await service.authoring.record(bank_id, "D-1")
    assert {event.event: event.checks for event in record.events} == {
        "submit": (),
        "approve": tuple(sorted(Check)),
    }
    async with service.database.read() as connection:
        (entry,) = [e for e in await read_stream(connection, "office") if e.type == "item.approve"]
    assert json.loads(entry.text)["data"]["checks"] == sorted(Check)


async def test_people_have_names(service: Service) -> None:
    principal = await service.accounts.principal(await staff_session(service, Role.BANK_AUTHOR))
    assert principal is not None
    actors = {principal.actor, "system", "bank_author:gone"}
    assert await service.accounts.names(actors) == {principal.actor: "职员 bank_author"}
