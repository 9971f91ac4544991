"""Work in a process of its own: what it says arrives in order, and it ends with whoever asked."""

import asyncio
import os
import time
from collections.abc import Callable

import pytest

from app.errors import Unavailable
from app.kit.processes import run_aside


def counting(send: Callable[[bytes], None], upto: int, *, size: int) -> int:
    print("a library that prints")
    for number in range(upto):
        send(bytes([number]) * size)
    return os.getpid()


def failing(_send: Callable[[int], None]) -> None:
    raise ValueError("not foreseen")


def endless(send: Callable[[int], None]) -> None:
    send(os.getpid())
    while True:
        time.sleep(60)


async def test_messages_come_in_order_and_the_result_last() -> None:
    heard: list[bytes] = []
    process = await run_aside(counting, heard.append, 5, size=200_000)
    assert heard == [bytes([number]) * 200_000 for number in range(5)]
    assert process != os.getpid()


async def test_what_is_not_foreseen_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await run_aside(failing, lambda _: None)


async def test_cancelling_ends_the_process() -> None:
    started: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    asking = asyncio.create_task(run_aside(endless, started.set_result))
    process = await started
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
