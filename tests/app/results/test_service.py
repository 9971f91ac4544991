"""Scores of known forms, once, and only of ended sittings."""

import asyncio

import pytest

from app.errors import NotAllowedNow, NotFound
from app.live.messages import Answer, HandIn, Numbered
from app.main import Service
from app.sittings.ledger import Delivery
from question_bank.interactions import OPTION_IDS
from tests.factories.clock import HandClock
from tests.factories.exam_day import MINUTES, ExamDay, make_exam_day


async def keyed(day: ExamDay) -> dict[int, list[str]]:
    """The right letters of every position, worked out from the stored form and the bank."""
    async with day.service.database.read() as connection:
        sitting, administration = await day.service.sittings.load(connection, day.sittings[0])
        form, bank = await day.service.formbook.form(connection, sitting, administration)
    return {
        slot.position: sorted(
            OPTION_IDS[slot.option_order.index(name)] for name in bank.by_id[slot.item_id].choice.key
        )
        for slot in form.slots
    }


async def answered(day: ExamDay, letters: dict[int, list[str]], *, hand_in: bool = True) -> None:
    messages: list[Numbered] = [
        Answer(type="answer", seq=seq, position=position, response=chosen)
        for seq, (position, chosen) in enumerate(letters.items(), start=1)
    ]
    if hand_in:
        messages.append(HandIn(type="hand_in", seq=len(messages) + 1))
    now = day.service.clock.now()
    sent = Delivery(sitting_id=day.sittings[0], writer="w", messages=tuple(messages), received_at=now)
    assert (await day.post(sent)).refusals == ()


async def test_a_perfect_form(service: Service) -> None:
    day = await make_exam_day(service)
    await day.start()
    await answered(day, await keyed(day))
    result = await service.results.score(day.sittings[0])
    assert (result.points, result.total_points, result.passed) == (10_000, 10_000, True)
    assert [part["points"] for part in result.sections] == [3200, 3200, 3600]


async def test_an_empty_form(service: Service) -> None:
    day = await make_exam_day(service)
    await day.start()
    await answered(day, {})
    result = await service.results.score(day.sittings[0])
    assert (result.points, result.passed) == (0, False)


@pytest.mark.parametrize(("left_out", "points", "passed"), [((10,), 8200, True), ((10, 9, 8), 5600, False)])
async def test_what_is_missing_does_not_count(
    service: Service, left_out: tuple[int, ...], points: int, passed: bool
) -> None:
    day = await make_exam_day(service)
    await day.start()
    right = await keyed(day)
    await answered(day, {place: chosen for place, chosen in right.items() if place not in left_out})
    result = await service.results.score(day.sittings[0])
    assert (result.points, result.passed) == (points, passed)


async def test_an_incomplete_multiple_choice_scores_nothing_here(service: Service) -> None:
    day = await make_exam_day(service)
    await day.start()
    right = await keyed(day)
    await answered(day, right | {10: right[10][:1]})
    assert (await service.results.score(day.sittings[0])).points == 8200


async def test_everybody_who_asks_gets_the_one_score(service: Service) -> None:
    """The page and the job ask in the same second."""
    day = await make_exam_day(service)
    await day.start()
    await answered(day, await keyed(day))
    first, second, third = await asyncio.gather(*(service.results.score(day.sittings[0]) for _ in range(3)))
    assert first == second == third == await service.results.result(day.sittings[0])


async def test_a_running_sitting_is_not_scored(service: Service) -> None:
    day = await make_exam_day(service)
    await day.start()
    with pytest.raises(NotAllowedNow) as refusal:
        await service.results.score(day.sittings[0])
    assert refusal.value.code == "not_ended"
    with pytest.raises(NotFound):
        await service.results.result(day.sittings[0])


async def test_a_terminated_sitting_never_passes(service: Service) -> None:
    day = await make_exam_day(service)
    await day.start()
    await answered(day, await keyed(day), hand_in=False)
    await day.command("end", reason="E-01")
    result = await service.results.score(day.sittings[0])
    assert (result.points, result.passed) == (10_000, False)


async def test_after_a_crash_missing_scores_are_made_up(service: Service, clock: HandClock) -> None:
    day = await make_exam_day(service, candidates=2)
    await day.start(0)
    await day.start(1)
    clock.turn(minutes=MINUTES, seconds=1)
    await service.sittings.expire_due()
    assert await service.results.score_missing() == 2
    assert await service.results.score_missing() == 0
