"""Closed administrations are screened once, whatever happens meanwhile; leads are looked at once."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.accounts.rules import Role
from app.audit.service import read_stream, verify_stream
from app.errors import Invalid, NotAllowedNow, NotFound
from app.forensics.rules import ENGINE, MIN_SITTINGS, LeadKind, ScreeningState, may_be_looked_at
from app.forensics.screening import RETRY_AFTER, SCREENED_ENTRY, ScreeningService
from app.forensics.service import LOOKED_ENTRY
from app.forensics.tables import LeadRow, ScreeningRow
from app.live.messages import Answer, HandIn, Numbered, Visit
from app.main import Service
from app.results.closed import ClosedAdministrations
from app.sittings.ledger import Delivery
from app.sittings.records import stream_of
from app.sittings.tables import ResponseRow
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.item_types import ItemType
from question_bank.responses import key_response, shown_response
from question_bank.sections import Section
from tests.factories.clock import HandClock
from tests.factories.exam_day import ExamDay, demo_bank, make_exam_day, staff

REGULATOR = staff(Role.REGULATOR, "regulator-1")
AT_ONCE, LENGTH = 2, 20


async def sat_day(service: Service, clock: HandClock, candidates: int = MIN_SITTINGS) -> ExamDay:
    """Everybody answers 20 of 24 items, a minute or so each; one a second each. Then it is over."""
    section = Section(type=ItemType.SINGLE_CHOICE, title="s", count=LENGTH, points=500)
    chosen = [item for item in demo_bank().items if item.type is ItemType.SINGLE_CHOICE][: LENGTH + 4]
    bank = Bank(name="b", industry="i", items=tuple(chosen))
    content = (bank, Blueprint(title="t", sections=(section,)))
    day = await make_exam_day(service, candidates=candidates, seats=max(candidates, 8), content=content)
    for number in range(candidates):
        await day.start(number)
    events: list[tuple[float, int, tuple[Numbered, ...]]] = []
    for number in range(candidates):
        events += await messages_of(day, number)
    starts_at = clock.now()
    for seconds, number, messages in sorted(events, key=lambda event: event[:2]):
        clock.set(starts_at + timedelta(seconds=seconds))
        sent = Delivery(
            sitting_id=day.sittings[number],
            writer=f"w{number}",
            messages=messages,
            received_at=clock.now(),
        )
        assert (await day.post(sent)).refusals == ()
    clock.turn(minutes=600)
    await service.results.score_missing()
    return day


async def messages_of(day: ExamDay, number: int) -> list[tuple[float, int, tuple[Numbered, ...]]]:
    """(seconds after the start, who, messages): every item answered and the next one shown, then handed in.

    One knows everything at once; the others leave a third out.
    """
    async with day.service.database.read() as connection:
        sitting, administration = await day.service.sittings.load(connection, day.sittings[number])
        form, bank = await day.service.formbook.form(connection, sitting, administration)
    events: list[tuple[float, int, tuple[Numbered, ...]]] = []
    passed = 0.0
    for slot in form.slots:
        item = bank.by_id[slot.item_id]
        passed += 1 if number == AT_ONCE else 30 * (1 + (number * 7 + slot.position * 11) % 3)
        knows = number == AT_ONCE or (number + slot.position) % 3
        said = list(shown_response(item, slot.option_order, key_response(item))) if knows else []
        answer = Answer(type="answer", seq=2 * slot.position - 1, position=slot.position, response=said)
        visit = Visit(type="visit", seq=2 * slot.position, position=min(slot.position + 1, LENGTH))
        events.append((passed, number, (answer, visit)))
    return [*events, (passed + 60, number, (HandIn(type="hand_in", seq=2 * LENGTH + 1),))]


async def entries(service: Service, stream: str, kind: str) -> list[dict[str, Any]]:
    async with service.database.read() as connection:
        assert (await verify_stream(connection, stream)).problem is None
        return [
            json.loads(entry.text)["data"]
            for entry in await read_stream(connection, stream)
            if entry.type == kind
        ]


async def rows(service: Service) -> tuple[int, int]:
    """How many screenings and leads are stored."""
    async with service.database.read() as connection:
        counts = [
            (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (ScreeningRow, LeadRow)
        ]
    return counts[0], counts[1]


async def test_a_closed_administration_is_screened_once(service: Service, clock: HandClock) -> None:
    day = await sat_day(service, clock)
    adm = day.administration_id
    waiting = await service.forensics.leads(adm)
    assert (waiting.state, waiting.leads) == (ScreeningState.WAITING, ())
    assert await service.screening.screen_due() == 1
    assert await service.screening.screen_due() == 0
    found = await service.forensics.leads(adm)
    assert (found.state, found.screening and found.screening.engine) == (ScreeningState.DONE, ENGINE)
    assert found.screening is not None
    pairs = MIN_SITTINGS * (MIN_SITTINGS - 1) // 2
    assert found.screening.counts.timed == found.screening.counts.sittings == MIN_SITTINGS
    assert found.screening.counts.form_pairs == pairs
    [said] = await entries(service, f"administration:{adm}", SCREENED_ENTRY)
    assert (said["engine"], said["run"], said["false_discovery_permille"]) == (ENGINE, 1, 50)
    assert said["sittings"] == MIN_SITTINGS
    assert sum(said["leads"].values()) == len(found.leads)
    # The one who took a second an item is to be looked at, with every time as the server's clock had it.
    [lead] = [one for one in found.leads if one.lead.kind is LeadKind.FAST_AND_RIGHT]
    assert lead.lead.sittings == (day.sittings[AT_ONCE],)
    times = [item[1] for item in lead.lead.evidence["items"]]
    # An item that few were asked has no usual time.
    assert len(times) == LENGTH
    assert set(times) - {None} == {1.0}
    await check_ledger(service, day)
    await check_look(service, day, lead.id)


async def check_ledger(service: Service, day: ExamDay) -> None:
    """The ledger counts every form once and names nobody."""
    _, state, screening = await service.forensics.exposure(day.administration_id)
    assert screening is not None
    ledger = screening.exposure
    assert state is ScreeningState.DONE
    assert (ledger["seen"], ledger["dealt"]) == (MIN_SITTINGS, MIN_SITTINGS)
    assert sum(seen for _, seen in ledger["items"]) == LENGTH * MIN_SITTINGS
    assert sum(pairs for _, pairs, _ in ledger["overlaps"]) == ledger["pairs"]
    assert sum(expected for *_, expected in ledger["overlaps"]) == pytest.approx(ledger["pairs"], abs=1)
    assert 0 < ledger["minimum_permille"] <= 1_000
    assert not any(sitting_id in json.dumps(ledger) for sitting_id in day.sittings)


async def test_a_screening_that_was_cut_off_is_made_again(service: Service, clock: HandClock) -> None:
    day = await sat_day(service, clock, candidates=2)
    cut = asyncio.create_task(service.screening.screen_due())
    while not service.screening.is_running(day.administration_id):
        await asyncio.sleep(0)
    assert (await service.forensics.leads(day.administration_id)).state is ScreeningState.RUNNING
    cut.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cut
    assert await rows(service) == (0, 0)
    # Another process takes it up, and two at once store it once.
    closed = ClosedAdministrations(service.units, service.administrations, service.formbook)
    other = ScreeningService(service.units, closed, service.administrations)
    done = await asyncio.gather(service.screening.screen_due(), other.screen_due())
    assert sum(done) == 1
    assert (await rows(service))[0] == 1
    assert len(await entries(service, f"administration:{day.administration_id}", SCREENED_ENTRY)) == 1


async def test_a_failure_is_said_and_tried_again(service: Service, clock: HandClock) -> None:
    day = await sat_day(service, clock, candidates=2)
    broken = (ResponseRow.sitting_id == day.sittings[0], ResponseRow.position == 1)
    async with service.database.begin() as connection:
        kept = (await connection.execute(select(ResponseRow.response).where(*broken))).scalar_one()
        await connection.execute(update(ResponseRow).where(*broken).values(response="[1"))
    assert await service.screening.screen_due() == 0
    assert service.screening.has_failed(day.administration_id)
    assert (await service.forensics.leads(day.administration_id)).state is ScreeningState.FAILED
    async with service.database.begin() as connection:
        await connection.execute(update(ResponseRow).where(*broken).values(response=kept))
    assert await service.screening.screen_due() == 0
    clock.turn(minutes=RETRY_AFTER.total_seconds() / 60)
    assert await service.screening.screen_due() == 1
    few = await service.forensics.leads(day.administration_id)
    assert (few.state, few.leads) == (ScreeningState.TOO_FEW, ())
    assert few.screening is not None
    assert few.screening.exposure["seen"] == 2


async def test_what_is_not_over_is_not_screened(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service, candidates=2)
    assert await service.screening.screen_due() == 0
    with pytest.raises(NotAllowedNow) as early:
        await service.forensics.leads(day.administration_id)
    assert early.value.code == "administration_open"
    clock.turn(minutes=600)
    assert await service.screening.screen_due() == 0
    nobody = await service.forensics.leads(day.administration_id)
    assert (nobody.state, nobody.screening) == (ScreeningState.TOO_FEW, None)
    with pytest.raises(NotFound):
        await service.forensics.leads("nope")


async def check_look(service: Service, day: ExamDay, lead_id: str) -> None:
    """A look is noted once, in the log of the administration and of the sitting, where no panel shows it."""
    adm = day.administration_id
    with pytest.raises(Invalid) as unknown:
        await service.forensics.look(adm, lead_id, REGULATOR, "D-01", "")
    assert unknown.value.code == "reason_invalid"
    with pytest.raises(NotFound):
        await service.forensics.look("other", lead_id, REGULATOR, "L-01", "")
    assert await entries(service, f"administration:{adm}", LOOKED_ENTRY) == []
    done = await service.forensics.look(adm, lead_id, REGULATOR, "L-02", " 事先看过样题 ")
    assert done.look is not None
    assert (done.look.by_name, done.look.reason, done.look.note) == (REGULATOR.name, "L-02", "事先看过样题")
    with pytest.raises(NotAllowedNow) as again:
        await service.forensics.look(adm, lead_id, REGULATOR, "L-01", "")
    assert again.value.code == "already_looked_at"
    for stream in (f"administration:{adm}", stream_of(day.sittings[AT_ONCE])):
        [said] = await entries(service, stream, LOOKED_ENTRY)
        assert (said["lead"], said["reason"], said["by"]) == (lead_id, "L-02", REGULATOR.name)
    # The panel of a sitting, which invigilators see, says nothing of it.
    detail = await service.replay.detail(day.sittings[AT_ONCE])
    assert LOOKED_ENTRY not in {act["type"] for act in detail["acts"]}
    assert "lead" not in json.dumps(detail)


def test_the_rule_of_looking() -> None:
    assert may_be_looked_at(already=False) is None
    assert may_be_looked_at(already=True) == "already_looked_at"
