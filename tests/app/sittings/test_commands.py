"""What staff do to a sitting: codes, arithmetic, scope."""

from datetime import timedelta

import pytest

from app.accounts.rules import Role
from app.audit.service import read_stream
from app.checkin.rules import SelfRequest
from app.errors import Invalid, KaochangError, NotAllowedNow, NotFound
from app.main import Service
from app.sittings import timing
from app.sittings.commands import Command
from app.sittings.events import NoticeSent
from app.sittings.lifecycle import State
from app.sittings.records import stream_of
from tests.factories.clock import HandClock
from tests.factories.exam_day import MINUTES, ExamDay, make_exam_day, staff

REASON = {"admit": "A-01", "refuse": "R-01", "pause": "P-02", "extend": "T-01", "end": "E-04"}


async def left_ms(day: ExamDay) -> int | None:
    sitting, administration = await day.service.sittings.get(day.sittings[0])
    return timing.remaining_ms(sitting.timing(administration.minutes), day.service.clock.now())


async def test_pauses_and_extra_time_add_up(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service)
    await day.start()
    started = clock.now()
    clock.turn(minutes=10)
    await day.command("pause", reason="P-01")
    assert await left_ms(day) == (MINUTES - 10) * 60_000
    clock.turn(minutes=7)
    await day.command("extend", reason="T-01", minutes=5)
    assert await left_ms(day) == (MINUTES - 5) * 60_000
    await day.command("resume")
    sitting = await day.sitting()
    assert sitting.deadline_at == started + timedelta(minutes=MINUTES + 7 + 5)
    clock.turn(minutes=3)
    await day.command("pause", reason="P-01")
    clock.turn(seconds=30)
    await day.command("resume")
    await day.command("extend", reason="T-02", minutes=60)
    sitting = await day.sitting()
    assert sitting.deadline_at == started + timedelta(minutes=MINUTES + 7 + 65, seconds=30)
    assert (sitting.paused_ms, sitting.extra_ms) == (450_000, 65 * 60_000)
    assert await left_ms(day) == (MINUTES + 65 - 13) * 60_000


async def test_the_end_during_a_pause_keeps_what_was_left(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service)
    await day.start()
    clock.turn(minutes=20)
    await day.command("pause", reason="P-01")
    clock.turn(minutes=15)
    done = await day.command("end", reason="E-01")
    assert (done.effect, done.at) == ("terminated", clock.now())
    clock.turn(hours=1)
    assert await left_ms(day) == (MINUTES - 20) * 60_000
    sitting = await day.sitting()
    assert (sitting.ended_reason, sitting.paused_at, sitting.deadline_at) == ("E-01", None, None)


async def test_a_refused_candidate_may_come_again(service: Service) -> None:
    day = await make_exam_day(service)
    await day.wait_for_admission()
    await day.command("refuse", reason="R-01")
    sitting = await day.sitting()
    assert (sitting.state, sitting.waiting_since, sitting.waiting_reason) == (State.CHECKING_IN, None, None)
    assert (await day.admit()).effect == "in_progress"


async def test_a_refusal_holds_the_camera_back_until_the_candidate_tries_again(service: Service) -> None:
    day = await make_exam_day(service)
    await day.sign_in()
    await service.checkin.consent(day.sittings[0], face_comparison=True)
    await service.checkin.request_admission(day.sittings[0], SelfRequest.HELP)
    await day.command("refuse", reason="R-03")
    held = await day.sitting()
    assert (held.identity_outcome, held.identity_reason) == ("unusable", "refused")
    await service.checkin.retry(day.sittings[0])
    again = await day.sitting()
    assert (again.state, again.identity_outcome) == (State.CHECKING_IN, None)


async def entries(day: ExamDay) -> int:
    async with day.service.database.read() as connection:
        return len(await read_stream(connection, stream_of(day.sittings[0])))


@pytest.mark.parametrize("name", ["admit", "refuse", "pause", "extend", "end"])
@pytest.mark.parametrize("reason", [None, "", "X-99", "I-01"])
async def test_a_coded_act_needs_one_of_its_codes(service: Service, name: str, reason: str | None) -> None:
    day = await make_exam_day(service)
    await day.wait_for_admission()
    before = (await day.sitting(), await entries(day))
    with pytest.raises(Invalid) as refusal:
        await day.command(name, reason=reason, minutes=5)
    assert refusal.value.code == "reason_invalid"
    assert (await day.sitting(), await entries(day)) == before


@pytest.mark.parametrize(
    ("name", "more", "code"),
    [
        ("explode", {}, "command_unknown"),
        ("extend", {"minutes": 0}, "minutes_invalid"),
        ("extend", {"minutes": 61}, "minutes_invalid"),
        ("message", {"text": "  "}, "text_invalid"),
        ("warn", {"text": "x" * 501}, "text_invalid"),
        ("resume", {}, "not_allowed_now"),
        ("refuse", {}, "not_allowed_now"),
        ("admit", {}, "not_allowed_now"),
        ("answer_call", {}, "not_allowed_now"),
    ],
)
async def test_impossible_acts_change_nothing(
    service: Service, name: str, more: dict[str, object], code: str
) -> None:
    day = await make_exam_day(service)
    await day.start()
    before = (await day.sitting(), await entries(day))
    with pytest.raises(KaochangError) as refusal:
        await day.command(name, reason=REASON.get(name), **more)  # type: ignore[arg-type]
    assert refusal.value.code == code
    assert (await day.sitting(), await entries(day)) == before


async def test_nothing_can_be_done_to_an_ended_sitting(service: Service) -> None:
    day = await make_exam_day(service)
    await day.start()
    await day.command("end", reason="E-01")
    for name in ("admit", "refuse", "pause", "resume", "extend", "end", "message", "warn", "answer_call"):
        with pytest.raises(NotAllowedNow):
            await day.command(name, reason=REASON.get(name), minutes=5, text="x")


async def test_words_reach_the_page_and_the_log(service: Service) -> None:
    heard: list[NoticeSent] = []
    service.bus.subscribe(NoticeSent, heard.append)
    day = await make_exam_day(service)
    await day.start()
    await day.command("warn", text=" 请坐好 ")
    assert [(notice.kind, notice.text, notice.staff_name) for notice in heard] == [
        ("warning", "请坐好", day.invigilator.name)
    ]


async def test_another_room_does_not_exist(service: Service) -> None:
    day = await make_exam_day(service)
    await day.start()
    elsewhere = staff(Role.INVIGILATOR, room_id="another-room")
    here = staff(Role.INVIGILATOR, room_id=day.room_id)
    command = Command(name="pause", reason="P-01")
    with pytest.raises(NotFound) as hidden:
        await service.commands.run(day.sittings[0], command, elsewhere)
    with pytest.raises(NotFound) as missing:
        await service.commands.run("0" * 32, command, elsewhere)
    assert (hidden.value.code, hidden.value.detail) == (missing.value.code, missing.value.detail)
    assert (await service.commands.run(day.sittings[0], command, here)).effect == "paused"
    assert await service.administrations.all_in_scope("another-room") == []
    assert [found.id for found in await service.administrations.all_in_scope(day.room_id)] == [
        day.administration_id
    ]
