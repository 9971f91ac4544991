"""Sign-in, the bell and the deadline, on the hand-turned clock."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from app.audit.service import read_stream
from app.checkin.rules import Door, DoorResult, SelfRequest
from app.errors import NotAllowedNow, SignInRefused
from app.live.messages import Answer, Mark
from app.main import Service
from app.sittings.events import SittingEnded
from app.sittings.ledger import Delivery
from app.sittings.lifecycle import State
from app.sittings.papers import with_responses
from app.sittings.records import stream_of
from app.sittings.service import EXPIRY_MARGIN, RESTART_GRACE
from tests.factories.clock import HandClock
from tests.factories.exam_day import MINUTES, ExamDay, make_exam_day, person

MS = timedelta(milliseconds=1)


async def entry_count(day: ExamDay, kind: str) -> int:
    async with day.service.database.read() as connection:
        entries = await read_stream(connection, stream_of(day.sittings[0]))
    return sum(entry.type == kind for entry in entries)


async def test_a_sign_in_ends_the_sessions_before_it(service: Service) -> None:
    day = await make_exam_day(service)
    first = await day.sign_in()
    second = await day.sign_in()
    assert first != second
    assert await service.accounts.principal(first) is None
    principal = await service.accounts.principal(second)
    assert principal is not None
    assert principal.subject == day.sittings[0]
    assert (await day.sitting()).state is State.CHECKING_IN


async def test_a_session_ends_by_itself(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service)
    token = await day.sign_in()
    clock.turn(hours=service.settings.sitting.candidate_session_hours, milliseconds=-1)
    assert await service.accounts.principal(token) is not None
    clock.turn(milliseconds=1)
    assert await service.accounts.principal(token) is None


@pytest.mark.parametrize("code", ["", "22222-2222-2222-2222", "准考证", "'; DROP TABLE sitting; --"])
async def test_a_wrong_code_is_refused_and_logged_without_saying_what_was_wrong(
    service: Service, code: str
) -> None:
    day = await make_exam_day(service)
    refusals = []
    for ticket in (day.ticket().ticket, "00000000000000"):
        with pytest.raises(SignInRefused) as refusal:
            await service.sittings.sign_in(ticket, code)
        refusals.append((refusal.value.code, refusal.value.detail))
    assert refusals[0] == refusals[1]
    assert (await day.sitting()).state is State.SCHEDULED
    assert await entry_count(day, "candidate.sign_in_refused") == 1


async def test_no_code_no_entry(service: Service) -> None:
    """A sitting whose codes were never issued cannot be entered, not even with an empty code."""
    day = await make_exam_day(service)
    (sitting_id,) = await service.registration.register(day.administration_id, [person(50)], "system")
    sitting, _ = await service.sittings.get(sitting_id)
    for code in ("", "None"):
        with pytest.raises(SignInRefused):
            await service.sittings.sign_in(sitting.ticket, code)


async def test_the_bell_rings_at_the_start_not_before(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service, candidates=2, starts_in=timedelta(minutes=10))
    for number in range(2):
        await day.wait_for_admission(number)
        await day.admit(number)
    clock.set(day.starts_at - MS)
    assert await service.sittings.ring_bell() == 0
    assert (await day.sitting()).state is State.READY
    with pytest.raises(NotAllowedNow) as refusal:
        await service.sittings.paper(day.sittings[0])
    assert refusal.value.code == "not_started"
    clock.set(day.starts_at)
    assert await service.sittings.ring_bell() == 2
    assert await service.sittings.ring_bell() == 0
    for number in range(2):
        sitting = await day.sitting(number)
        assert (sitting.state, sitting.started_at) == (State.IN_PROGRESS, day.starts_at)
        assert sitting.deadline_at == day.starts_at + timedelta(minutes=MINUTES)
    assert await entry_count(day, "sitting.started") == 1


async def test_whoever_is_admitted_late_starts_then_with_the_whole_time(
    service: Service, clock: HandClock
) -> None:
    day = await make_exam_day(service)
    await day.wait_for_admission()
    clock.turn(minutes=25)
    done = await day.admit()
    assert done.effect == "in_progress"
    assert (await day.sitting()).deadline_at == clock.now() + timedelta(minutes=MINUTES)


SCHEDULED, CHECKING_IN, AWAITING, READY, RUNNING, PAUSED = range(6)


async def at_every_stage(service: Service, clock: HandClock) -> tuple[ExamDay, datetime]:
    """One person at each stage, and when the administration closes. The bell is never rung, as while the
    server is away: the READY one stays ready."""
    day = await make_exam_day(
        service, candidates=6, starts_in=timedelta(minutes=10), open_for=timedelta(hours=1)
    )
    await day.sign_in(CHECKING_IN)
    await day.wait_for_admission(AWAITING)
    await day.start(READY)
    clock.set(day.starts_at)
    await day.start(RUNNING)
    await day.start(PAUSED)
    await day.command("pause", PAUSED, reason="P-01")
    return day, day.starts_at + timedelta(hours=1)


async def states(day: ExamDay) -> list[State]:
    return [(await day.sitting(number)).state for number in range(len(day.sittings))]


async def test_at_the_close_whoever_has_not_started_is_ended_and_nobody_else(
    service: Service, clock: HandClock
) -> None:
    ended: list[str] = []
    service.bus.subscribe(SittingEnded, lambda event: ended.append(event.sitting_id))
    day, closes_at = await at_every_stage(service, clock)
    before = await states(day)
    assert before[READY] is State.READY
    clock.set(closes_at - MS)
    assert await service.sittings.close_unstarted() == []
    assert await states(day) == before
    clock.set(closes_at)
    assert await service.sittings.ring_bell() == 0
    waiting = {day.sittings[number] for number in (CHECKING_IN, AWAITING, READY)}
    both = await asyncio.gather(service.sittings.close_unstarted(), service.sittings.close_unstarted())
    assert sorted([*both[0], *both[1]]) == sorted(ended) == sorted(waiting)
    closed = State.EXPIRED
    assert await states(day) == [State.SCHEDULED, closed, closed, closed, State.IN_PROGRESS, State.PAUSED]
    for number in (CHECKING_IN, AWAITING, READY):
        sitting = await day.sitting(number)
        assert (sitting.ended_reason, sitting.ended_at) == ("administration_closed", closes_at)
        assert not await service.results.score_started(sitting.id)
        with pytest.raises(NotAllowedNow) as refusal:
            await service.results.score(sitting.id)
        assert refusal.value.code == "not_started"
    assert await service.results.score_missing() == 0
    await day.command("resume", PAUSED)
    assert (await day.sitting(PAUSED)).state is State.IN_PROGRESS


async def test_from_the_close_on_door_and_sign_in_refuse_before_the_sweep_and_after_it(
    service: Service, clock: HandClock
) -> None:
    day, closes_at = await at_every_stage(service, clock)
    clock.set(closes_at)
    match = DoorResult(outcome=Door.MATCH, reason=None, score_milli=9, threshold_milli=1, frame=1)
    checkin, sittings = service.checkin, day.sittings
    acts: list[Callable[[], Awaitable[object]]] = [
        lambda: day.admit(AWAITING),
        lambda: checkin.consent(sittings[CHECKING_IN], face_comparison=True),
        lambda: checkin.request_admission(sittings[CHECKING_IN], SelfRequest.HELP),
        lambda: checkin.take_photo(sittings[CHECKING_IN], b"x"),
        lambda: checkin.decide(sittings[CHECKING_IN], match, "fr"),
        lambda: checkin.retry(sittings[AWAITING]),
    ]
    late = (SCHEDULED, CHECKING_IN, AWAITING, READY)
    entries: list[Callable[[], Awaitable[object]]] = [partial(day.sign_in, number) for number in late]
    before = await states(day)
    for act in [*acts, *entries]:
        with pytest.raises(NotAllowedNow) as refusal:
            await act()
        assert refusal.value.code == "administration_closed"
    assert await states(day) == before
    await service.sittings.close_unstarted()
    for enter in entries:
        with pytest.raises(NotAllowedNow) as refusal:
            await enter()
        assert refusal.value.code == "administration_closed"
    # A wrong code is not told that it is late; a running exam may go on at another computer.
    with pytest.raises(SignInRefused):
        await service.sittings.sign_in(day.ticket(SCHEDULED).ticket, "22222-2222-2222-2222")
    for number in (RUNNING, PAUSED):
        await day.sign_in(number)


async def test_the_last_moment_to_be_admitted_gives_the_whole_time(
    service: Service, clock: HandClock
) -> None:
    day = await make_exam_day(service, open_for=timedelta(hours=1))
    await day.wait_for_admission()
    closes_at = day.starts_at + timedelta(hours=1)
    clock.set(closes_at - MS)
    assert (await day.admit()).effect == "in_progress"
    clock.set(closes_at + timedelta(minutes=30))
    assert await service.sittings.close_unstarted() == []
    assert (await day.sitting()).deadline_at == closes_at - MS + timedelta(minutes=MINUTES)


async def test_the_deadline_is_half_open(service: Service, clock: HandClock) -> None:
    ended: list[str] = []
    service.bus.subscribe(SittingEnded, lambda event: ended.append(event.sitting_id))
    day = await make_exam_day(service)
    await day.start()
    deadline = (await day.sitting()).deadline_at
    assert deadline is not None
    clock.set(deadline - MS)
    assert await service.sittings.expire_due() == []
    sitting, administration = await service.sittings.get(day.sittings[0])
    assert service.sittings.remaining_ms(sitting, administration, clock.now()) == 1
    clock.set(deadline + EXPIRY_MARGIN - MS)
    assert await service.sittings.expire_due() == []
    clock.set(deadline + EXPIRY_MARGIN)
    assert await service.sittings.expire_due() == day.sittings
    assert await service.sittings.expire_due() == []
    sitting = await day.sitting()
    assert (sitting.state, sitting.ended_reason) == (State.EXPIRED, "time_is_up")
    assert (sitting.ended_at, ended) == (deadline + EXPIRY_MARGIN, day.sittings)
    assert await entry_count(day, "sitting.expired") == 1


async def test_an_answer_received_before_the_deadline_counts_although_its_commit_comes_after(
    service: Service, clock: HandClock
) -> None:
    day = await make_exam_day(service)
    await day.start()
    deadline = (await day.sitting()).deadline_at
    assert deadline is not None
    clock.set(deadline + EXPIRY_MARGIN / 2)
    await service.sittings.expire_due()
    for seq, received_at, refused in ((1, deadline - MS, False), (2, deadline, True)):
        answer = Answer(type="answer", seq=seq, position=1, response=["A"])
        sent = Delivery(sitting_id=day.sittings[0], writer="w", messages=(answer,), received_at=received_at)
        receipt = await day.post(sent)
        assert [refusal.code for refusal in receipt.refusals] == (["time_is_up"] if refused else [])
    assert (await day.responses())[1] == (("A",), False)


async def test_nobody_loses_the_last_minutes_to_an_outage(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service, candidates=2)
    await day.start(0)
    clock.turn(minutes=10)
    await day.start(1)
    clock.turn(minutes=MINUTES - 5)
    assert await service.sittings.hold_after_outage() == [day.sittings[0]]
    late = await day.sitting(0)
    assert late.deadline_at == clock.now() + RESTART_GRACE
    assert await service.sittings.expire_due() == []
    assert await entry_count(day, "sitting.held_open") == 1
    clock.turn(minutes=2, seconds=1)
    assert await service.sittings.expire_due() == [day.sittings[0]]


async def test_a_paused_sitting_does_not_expire(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service)
    await day.start()
    await day.command("pause", reason="P-01")
    clock.turn(days=1)
    assert await service.sittings.expire_due() == []
    await day.command("resume")
    assert await service.sittings.expire_due() == []
    clock.turn(minutes=MINUTES, seconds=1)
    assert await service.sittings.expire_due() == day.sittings


async def test_two_sweeps_at_once_end_a_sitting_once(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service)
    await day.start()
    clock.turn(minutes=MINUTES, seconds=1)
    both = await asyncio.gather(service.sittings.expire_due(), service.sittings.expire_due())
    assert sorted(map(len, both)) == [0, 1]
    assert await entry_count(day, "sitting.expired") == 1


async def test_two_bells_at_once_start_a_sitting_once(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service, starts_in=timedelta(minutes=1))
    await day.wait_for_admission()
    await day.admit()
    clock.turn(minutes=1)
    await asyncio.gather(service.sittings.ring_bell(), service.sittings.ring_bell())
    assert await entry_count(day, "sitting.started") == 1


async def test_the_paper_is_the_own_form_with_what_was_answered(service: Service) -> None:
    day = await make_exam_day(service)
    await day.start()
    messages = (
        Answer(type="answer", seq=1, position=10, response=["B", "A"]),
        Mark(type="mark", seq=2, position=3, on=True),
        Answer(type="answer", seq=3, position=2, response=["A"]),
    )
    sent = Delivery(
        sitting_id=day.sittings[0], writer="w", messages=messages, received_at=service.clock.now()
    )
    await day.post(sent)
    paper = await service.sittings.paper(day.sittings[0])
    assert (paper.responses, paper.marks, paper.position) == ({10: ("A", "B"), 2: ("A",)}, (3,), 2)
    assert len(json.loads(with_responses(paper.rendered, {"marks": []}))["slots"]) == 10


async def test_a_restart_leaves_a_gap_in_open_sittings_only(service: Service) -> None:
    day = await make_exam_day(service, candidates=3)
    await day.start(0)
    await day.start(1)
    await day.command("end", 1, reason="E-01")
    assert await service.sittings.record_gaps() == [day.sittings[0]]
    assert await entry_count(day, "gap") == 1
