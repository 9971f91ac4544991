"""Whoever waits for admission knows the place in the queue, whether or not anybody watches the wall."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from app.demo.simulator import SimulatedCandidate
from tests.factories.exam_day import ExamDay, make_exam_day
from tests.factories.running import RunningServer


@pytest.fixture
def day(server: RunningServer) -> ExamDay:
    """Three people on the roster."""
    return server.call(make_exam_day(server.service, candidates=3))


def places(candidate: SimulatedCandidate) -> list[int]:
    """The places told, in order."""
    return [message["place"] for message in candidate.received if message["type"] == "queue"]


async def heard(candidate: SimulatedCandidate, expected: list[int]) -> None:
    """Until exactly these places were told."""
    await candidate.wait_for(lambda: places(candidate) == expected, timeout_s=20)


async def all_connected(candidates: list[SimulatedCandidate], body: Callable[[], Awaitable[Any]]) -> None:
    """Run something with every candidate's control socket open."""
    if not candidates:
        await body()
        return

    async def others() -> None:
        await all_connected(candidates[1:], body)

    await candidates[0].connected(others)


async def test_places_are_told_when_they_change_without_a_wall(server: RunningServer, day: ExamDay) -> None:
    candidates = []
    for number in range(3):
        ticket = day.ticket(number)
        candidate = SimulatedCandidate(origin=server.origin, ticket=ticket.ticket, code=ticket.code)
        await candidate.sign_in()
        await candidate.consent(face_comparison=False)
        candidates.append(candidate)
    first, second, third = candidates

    async def one_is_admitted() -> None:
        for number, candidate in enumerate(candidates, start=1):
            await heard(candidate, [number])
        await asyncio.to_thread(server.call, day.admit(0))
        await heard(second, [2, 1])
        await heard(third, [3, 2])
        await first.wait_for(lambda: first.status["state"] == "in_progress")

    await all_connected(candidates, one_is_admitted)
    assert places(first) == [1]

    async def told_again() -> None:
        await heard(third, [3, 2, 2])

    await third.connected(told_again)
