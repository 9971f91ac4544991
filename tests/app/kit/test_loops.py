"""A service without one of its loops looks alive and is not: it says so and ends."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from app.kit.loops import Loops
from app.main import Service, create_app
from tests.conftest import settings_for
from tests.factories.process import ROOT


async def forever() -> None:
    await asyncio.Event().wait()


async def failing() -> None:
    raise OSError("no more")


async def ending() -> None:
    """Returns, which a loop must not."""


async def test_loops_end_with_their_block_and_nothing_is_dead() -> None:
    ended: list[str] = []
    loops = Loops(lambda: ended.append("ended"))
    async with loops.running({"one": forever(), "other": forever()}):
        await asyncio.sleep(0)
        assert loops.dead == []
    assert ended == []


async def test_a_loop_that_returns_is_dead_and_ends_the_process() -> None:
    ended = asyncio.Event()
    loops = Loops(ended.set)
    async with loops.running({"one": ending(), "other": forever()}):
        await asyncio.wait_for(ended.wait(), 10)
        assert loops.dead == ["one"]


async def test_health_answers_503_with_the_name_of_a_dead_loop(tmp_path: Path) -> None:
    application = create_app(settings_for(tmp_path, None))
    service: Service = application.state.service
    ended = asyncio.Event()
    loops = Loops(ended.set)
    application.state.provided.add(loops)
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        well = await client.get("/health")
        assert (well.status_code, well.json()["status"]) == (200, "ok")
        with pytest.raises(ExceptionGroup):
            async with loops.running({"hub": failing()}):
                await ended.wait()
        ill = await client.get("/health")
    assert (ill.status_code, ill.json()["status"], ill.json()["dead_loops"]) == (503, "failed", ["hub"])
    await service.database.dispose()


def test_a_dead_loop_ends_the_process(tmp_path: Path) -> None:
    """A vision worker that cannot load its models ends the pool's loop: there is no model pack here."""
    environment = os.environ | {
        "KAOCHANG_DATA": str(tmp_path),
        "KAOCHANG_SERVER__PORT": "0",
        "KAOCHANG_VISION__WORKERS": "1",
    }
    serving = subprocess.run(
        [sys.executable, "-m", "app.cli", "serve"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert serving.returncode in (-signal.SIGTERM, 1, 3), serving.stderr[-2000:]
    assert b"a loop has ended, so does the process: WorkerPool" in serving.stderr
