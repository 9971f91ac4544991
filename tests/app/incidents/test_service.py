"""Flags, incidents and dispositions."""

import dataclasses
from datetime import timedelta

import pytest

from app.accounts.rules import Role
from app.audit.service import read_stream
from app.errors import Invalid, KaochangError, NotAllowedNow, NotFound
from app.ids import new_id
from app.incidents.rules import Decision
from app.incidents.service import Flag, Incident, NewIncident
from app.main import Service
from app.sittings.records import stream_of
from tests.factories.clock import HandClock
from tests.factories.exam_day import ExamDay, make_exam_day, staff

NOTE = "到座位当面核对过身份证和本人，没有看到任何问题。"
INVIGILATOR = staff(Role.INVIGILATOR, "inv-1")
REGULATOR = staff(Role.REGULATOR, "reg-1")


async def flagged(day: ExamDay) -> Flag:
    """An open flag of the first sitting."""
    now = day.service.clock.now()
    flag = Flag(
        id=new_id(),
        sitting_id=day.sittings[0],
        kind="another_person",
        severity="high",
        started_at=now,
        ended_at=None,
        peak_at=now,
        peak_frame=4,
        evidence=(3, 4),
    )
    await day.service.incidents.put_flag(flag)
    return flag


async def flags(day: ExamDay) -> list[Flag]:
    async with day.service.database.read() as connection:
        return (await day.service.incidents.flags(connection, day.sittings))[day.sittings[0]]


async def incidents(day: ExamDay) -> list[Incident]:
    async with day.service.database.read() as connection:
        return (await day.service.incidents.incidents(connection, day.sittings))[day.sittings[0]]


async def test_a_flag_opens_grows_and_closes(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service)
    flag = await flagged(day)
    assert await flags(day) == [flag]
    clock.turn(seconds=5)
    longer = dataclasses.replace(flag, evidence=(3, 4, 9), severity="medium")
    await service.incidents.put_flag(longer)
    closed = dataclasses.replace(longer, ended_at=clock.now() + timedelta(seconds=1))
    await service.incidents.put_flag(closed)
    assert await flags(day) == [closed]


async def flag_entries(day: ExamDay) -> list[str]:
    async with day.service.database.read() as connection:
        entries = await read_stream(connection, stream_of(day.sittings[0]))
    return [entry.type for entry in entries if entry.type.startswith("flag.")]


async def test_putting_a_flag_again_changes_nothing(service: Service, clock: HandClock) -> None:
    """A retry after a lost acknowledgement: one row, one entry for the opening, one for the closing."""
    day = await make_exam_day(service)
    flag = await flagged(day)
    await service.incidents.put_flag(flag)
    assert (await flags(day), await flag_entries(day)) == ([flag], ["flag.opened"])
    closed = dataclasses.replace(flag, ended_at=clock.now())
    for again in (closed, closed, flag, dataclasses.replace(flag, severity="low")):
        await service.incidents.put_flag(again)
        assert (await flags(day), await flag_entries(day)) == ([closed], ["flag.opened", "flag.closed"])


async def test_a_flag_that_is_first_stored_closed_has_both_entries(service: Service) -> None:
    day = await make_exam_day(service)
    now = service.clock.now()
    flag = Flag(
        id=new_id(),
        sitting_id=day.sittings[0],
        kind="no_face",
        severity="medium",
        started_at=now,
        ended_at=now,
        peak_at=now,
        peak_frame=None,
        evidence=(),
    )
    await service.incidents.put_flag(flag)
    assert (await flags(day), await flag_entries(day)) == ([flag], ["flag.opened", "flag.closed"])


async def test_a_restart_closes_what_was_being_watched(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service)
    await flagged(day)
    clock.turn(minutes=1)
    await service.incidents.close_left_open()
    assert [flag.ended_at for flag in await flags(day)] == [clock.now()]
    clock.turn(minutes=1)
    await service.incidents.close_left_open()
    assert [flag.ended_at for flag in await flags(day)] == [clock.now() - timedelta(minutes=1)]


async def test_a_flag_is_seen_in_its_own_sitting_only(service: Service) -> None:
    day = await make_exam_day(service, candidates=2)
    flag = await flagged(day)
    with pytest.raises(NotFound):
        await service.incidents.mark_seen(day.sittings[1], flag.id, INVIGILATOR)
    await service.incidents.mark_seen(day.sittings[0], flag.id, INVIGILATOR)
    assert [found.seen_by for found in await flags(day)] == [INVIGILATOR.name]


async def test_two_people_stand_between_a_flag_and_a_decision(service: Service) -> None:
    day = await make_exam_day(service)
    flag = await flagged(day)
    opened = await service.incidents.open_incident(
        day.sittings[0], INVIGILATOR, NewIncident(reason="I-02", note="看过", flag_ids=(flag.id,))
    )
    with pytest.raises(NotAllowedNow) as own:
        await service.incidents.dispose(opened, INVIGILATOR, Decision.UPHELD, "D-04", NOTE)
    assert own.value.code == "own_incident"
    await service.incidents.dispose(opened, REGULATOR, Decision.DISMISSED, "D-01", f"  {NOTE} ")
    for again in (REGULATOR, staff(Role.REGULATOR, "reg-2")):
        with pytest.raises(NotAllowedNow) as twice:
            await service.incidents.dispose(opened, again, Decision.UPHELD, "D-04", NOTE)
        assert twice.value.code == "already_decided"
    (incident,) = await incidents(day)
    assert incident.flag_ids == (flag.id,)
    assert incident.disposition is not None
    assert (incident.disposition.decision, incident.disposition.note) == ("dismissed", NOTE)


@pytest.mark.parametrize(
    ("reason", "note", "code"),
    [
        ("D-99", NOTE, "reason_invalid"),
        ("I-01", NOTE, "reason_invalid"),
        ("D-01", "太短", "note_too_short"),
        ("D-01", " " * 50, "note_too_short"),
    ],
)
async def test_a_decision_needs_a_reason_and_what_was_seen(
    service: Service, reason: str, note: str, code: str
) -> None:
    day = await make_exam_day(service)
    opened = await service.incidents.open_incident(day.sittings[0], INVIGILATOR, NewIncident(reason="I-05"))
    with pytest.raises(Invalid) as refusal:
        await service.incidents.dispose(opened, REGULATOR, Decision.UPHELD, reason, note)
    assert refusal.value.code == code
    assert [incident.disposition for incident in await incidents(day)] == [None]


async def test_an_incident_takes_flags_of_its_own_sitting_only(service: Service) -> None:
    day = await make_exam_day(service, candidates=2)
    flag = await flagged(day)
    attempts = [
        (day.sittings[1], "I-01", (flag.id,), "flag_unknown"),
        (day.sittings[0], "I-01", (flag.id, "unknown"), "flag_unknown"),
        (day.sittings[0], "E-01", (), "reason_invalid"),
    ]
    for sitting_id, reason, ids, code in attempts:
        with pytest.raises(KaochangError) as refusal:
            await service.incidents.open_incident(
                sitting_id, INVIGILATOR, NewIncident(reason=reason, flag_ids=ids)
            )
        assert refusal.value.code == code
    assert await incidents(day) == []


async def test_what_does_not_exist_cannot_be_decided(service: Service) -> None:
    with pytest.raises(NotFound):
        await service.incidents.dispose("0" * 32, REGULATOR, Decision.UPHELD, "D-04", NOTE)


async def test_several_incidents_of_a_sitting_are_decided_apart(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service)
    began = clock.now()
    clock.turn(minutes=5)
    moments = [began + timedelta(minutes=1), None, began + timedelta(minutes=3)]
    news = [NewIncident(reason="I-05", note=str(n), moment=at) for n, at in enumerate(moments)]
    ids = [await service.incidents.open_incident(day.sittings[0], INVIGILATOR, new) for new in news]
    await service.incidents.dispose(ids[1], REGULATOR, Decision.DISMISSED, "D-01", NOTE)
    found = {incident.id: incident for incident in await incidents(day)}
    assert [found[name].moment for name in ids] == [moments[0], clock.now(), moments[2]]
    assert [found[name].disposition is not None for name in ids] == [False, True, False]


@pytest.mark.parametrize("seconds", [-1_000_000, 1])
async def test_a_moment_outside_the_records_is_refused(
    service: Service, clock: HandClock, seconds: int
) -> None:
    day = await make_exam_day(service)
    new = NewIncident(reason="I-05", moment=clock.now() + timedelta(seconds=seconds))
    with pytest.raises(Invalid) as refusal:
        await service.incidents.open_incident(day.sittings[0], INVIGILATOR, new)
    assert refusal.value.code == "moment_outside"
    assert await incidents(day) == []
