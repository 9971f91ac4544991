"""Work that is tried again: in order per key, with growing pauses, within bounds."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest

from app.errors import NotFound, Unavailable
from app.kit.retries import WAITING_PER_KEY, Patience, Retries

QUICK = Patience(first_s=0.01, longest_s=0.04)
Job = tuple[str, int]


class Worker:
    """Keeps what was done; fails for each job as often as told."""

    def __init__(self, failures: dict[Job, int], error: Exception | None = None) -> None:
        self._failures = Counter(failures)
        self._error = error or OSError("the disk is away")
        self.tried: list[Job] = []
        self.done: list[Job] = []
        self.at: list[float] = []
        self._changed = asyncio.Condition()

    async def act(self, job: Job) -> None:
        async with self._changed:
            self.tried.append(job)
            self.at.append(asyncio.get_running_loop().time())
            self._changed.notify_all()
            if self._failures[job] > 0:
                self._failures[job] -= 1
                raise self._error
            self.done.append(job)

    async def until(self, reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(reached)


@asynccontextmanager
async def running(
    act: Callable[[Job], Awaitable[None]], patience: Patience = QUICK
) -> AsyncIterator[Retries[Job]]:
    retries = Retries(act, patience)
    task = asyncio.create_task(retries.run())
    try:
        yield retries
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_what_failed_is_done_later_in_order_and_others_do_not_wait() -> None:
    worker = Worker({("a", 1): 3})
    async with running(worker.act) as retries:
        for number in (1, 2, 3):
            retries.put("a", ("a", number))
            retries.put("b", ("b", number))
        await worker.until(lambda: len(worker.done) == 6)
    assert [job for job in worker.done if job[0] == "a"] == [("a", 1), ("a", 2), ("a", 3)]
    assert [job for job in worker.done if job[0] == "b"] == [("b", 1), ("b", 2), ("b", 3)]
    assert worker.done.index(("b", 3)) < worker.done.index(("a", 1))
    assert worker.tried.count(("a", 1)) == 4


async def test_the_pause_grows_to_its_longest() -> None:
    worker = Worker({("a", 1): 5})
    async with running(worker.act) as retries:
        retries.put("a", ("a", 1))
        await worker.until(lambda: len(worker.done) == 1)
    pauses = [later - earlier for earlier, later in zip(worker.at, worker.at[1:], strict=False)]
    for pause, least in zip(pauses, (0.01, 0.02, 0.04, 0.04, 0.04), strict=True):
        assert pause >= least * 0.9


async def test_a_refusal_is_final_an_unavailable_part_is_not() -> None:
    refused = Worker({("a", 1): 1}, NotFound("There is no such sitting."))
    async with running(refused.act) as retries:
        retries.put("a", ("a", 1))
        retries.put("a", ("a", 2))
        await refused.until(lambda: len(refused.done) == 1)
    assert refused.tried == [("a", 1), ("a", 2)]
    away = Worker({("a", 1): 1}, Unavailable("Later."))
    async with running(away.act) as retries:
        retries.put("a", ("a", 1))
        await away.until(lambda: len(away.done) == 1)
    assert away.tried == [("a", 1), ("a", 1)]


async def test_hopeless_work_is_given_up_and_what_follows_is_done(caplog: pytest.LogCaptureFixture) -> None:
    worker = Worker({("a", 1): 10**9})
    async with running(worker.act, Patience(first_s=0.01, longest_s=0.01, give_up_after_s=0.05)) as retries:
        retries.put("a", ("a", 1))
        retries.put("a", ("a", 2))
        await worker.until(lambda: worker.done == [("a", 2)])
    assert worker.tried.count(("a", 1)) >= 2
    assert "given up, work is lost" in caplog.text


def same_parity(number: int, waiting: Job) -> bool:
    return number % 2 == waiting[1] % 2


async def test_newer_work_takes_the_place_of_what_waits() -> None:
    worker = Worker({})
    retries = Retries(worker.act, QUICK)
    for number in (1, 2, 3):
        retries.put("a", ("a", number), partial(same_parity, number))
    task = asyncio.create_task(retries.run())
    await worker.until(lambda: len(worker.done) == 2)
    task.cancel()
    assert worker.done == [("a", 3), ("a", 2)]


async def test_the_queue_of_a_key_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    worker = Worker({})
    retries = Retries(worker.act, QUICK)
    for number in range(WAITING_PER_KEY + 1):
        retries.put("a", ("a", number))
    retries.put("b", ("b", 0))
    assert "work is lost" in caplog.text
    task = asyncio.create_task(retries.run())
    await worker.until(lambda: len(worker.done) == WAITING_PER_KEY + 1)
    task.cancel()
    assert ("a", WAITING_PER_KEY) not in worker.done
