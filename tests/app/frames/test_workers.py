"""The pool of worker processes, with real processes; the lane of thumbnails needs no models."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import pytest_asyncio

from app.frames import workers
from app.frames.workers import DEPTH, WorkerError, WorkerPool, _Lane
from app.settings import VisionSettings
from proctor.faces import FrameRequest
from proctor.workers import Worker, spawn_worker
from proctor.workers.wire import GLANCES, Response, encode_glance_request

QUICK = VisionSettings(workers=1, frame_timeout_s=0.5)


@pytest.fixture
def spawned(monkeypatch: pytest.MonkeyPatch) -> list[Worker]:
    """The worker processes as they are started."""
    made: list[Worker] = []

    def keep(engine: str, data: Path) -> Worker:
        made.append(spawn_worker(engine, data))
        return made[-1]

    monkeypatch.setattr(workers, "spawn_worker", keep)
    return made


@pytest_asyncio.fixture
async def lane(spawned: list[Worker], tmp_path: Path) -> AsyncIterator[_Lane]:
    """One running worker for thumbnails."""
    made = _Lane(GLANCES, 1, QUICK, tmp_path)
    running = asyncio.create_task(made.run())
    await asyncio.wait_for(made.ready.wait(), 30)
    yield made
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def glance(lane: _Lane) -> Response:
    ok, encoded = cv2.imencode(".jpg", np.zeros((480, 640, 3), np.uint8))
    assert ok
    return await lane.call(lambda number: encode_glance_request(number, encoded.tobytes()))


async def code_of(lane: _Lane) -> str:
    try:
        await glance(lane)
    except WorkerError as error:
        return error.code
    return "answered"


async def test_who_waits_too_long_for_a_worker_is_told_that_all_are_busy(
    lane: _Lane, spawned: list[Worker]
) -> None:
    """The process hangs with all that it can take; it is replaced, and the next frame is looked at."""
    assert await code_of(lane) == "answered"
    os.kill(spawned[0].process.pid, signal.SIGSTOP)
    codes = await asyncio.gather(*(code_of(lane) for _ in range(DEPTH + 1)))
    assert sorted(codes) == ["busy", *["worker_lost"] * DEPTH]
    async with asyncio.timeout(30):
        while await code_of(lane) != "answered":
            continue
    assert (len(spawned), lane.replaced) == (2, 1)


async def test_before_any_worker_is_up_all_are_busy(tmp_path: Path) -> None:
    pool = WorkerPool(VisionSettings(workers=1, frame_timeout_s=0.05), tmp_path)
    for asked in (
        pool.analyse(b"", FrameRequest()),
        pool.glance(b""),
        pool.photo(b"", embed=False),
    ):
        with pytest.raises(WorkerError) as refusal:
            await asked
        assert refusal.value.code == "busy"
    assert not pool.ready.is_set()
