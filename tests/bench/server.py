"""The real service as a subprocess on loopback, for as long as a benchmark needs it."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from websockets.asyncio.client import connect
from websockets.typing import Origin

from tests.bench.http import get

ROOT = Path(__file__).parents[2]
START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """What the service says of itself; see `app.jobs.endpoints`. Lag since the previous call."""

    lag_p50_ms: float
    lag_p99_ms: float
    lag_worst_ms: float
    frames: Mapping[str, int]
    stretch: float
    workers_ready: bool
    workers_replaced: int
    processor_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningService:
    """Where the service listens."""

    port: int
    log: Path

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.port}"

    async def metrics(self, staff_cookie: str) -> Metrics:
        """Ask an administrator's endpoint. Raises RuntimeError when it refuses."""
        status, body = await get(self.port, "/api/metrics", staff_cookie)
        if status != 200:
            raise RuntimeError(f"the metrics were refused with status {status}")
        said = json.loads(body)
        return Metrics(
            lag_p50_ms=said["loop_lag"]["p50_ms"],
            lag_p99_ms=said["loop_lag"]["p99_ms"],
            lag_worst_ms=said["loop_lag"]["worst_ms"],
            frames=said["frames"],
            stretch=said["stretch"],
            workers_ready=said["workers_ready"],
            workers_replaced=said["workers_replaced"],
            processor_s=said["processor_s"],
        )

    def socket(self, path: str, cookie: str) -> connect:
        """A WebSocket as a page of this origin opens it; enter it with `async with`."""
        return connect(
            f"ws://127.0.0.1:{self.port}{path}",
            origin=Origin(self.origin),
            additional_headers={"Cookie": cookie},
            compression=None,
            max_queue=None,
            ping_interval=None,
        )


def link_models(folder: Path, models: Path) -> None:
    """Let a data folder use the installed model pack."""
    (folder / "models").symlink_to(models.resolve(), target_is_directory=True)


@asynccontextmanager
async def running_service(
    folder: Path, more: Mapping[str, str] | None = None
) -> AsyncIterator[RunningService]:
    """`kaochang serve` on a data folder. Ended, by force if need be, when the block ends.

    Raises RuntimeError with the end of the service's log when it does not come up.
    """
    port = _free_port()
    own = {
        "KAOCHANG_DATA": str(folder),
        "KAOCHANG_SERVER__PORT": str(port),
        "KAOCHANG_SERVER__HOST": "127.0.0.1",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KAOCHANG_")}
    log = folder / "service.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "app.cli", "serve"),
            env=inherited | own | dict(more or {}),
            cwd=ROOT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        service = RunningService(port=port, log=log)
        await _until_up(process, service)
        yield service
    finally:
        await _stop(process)


async def _until_up(process: asyncio.subprocess.Process, service: RunningService) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(START_TIMEOUT_S):
            while process.returncode is None:
                try:
                    status, _ = await get(service.port, "/health", "")
                except OSError:
                    await asyncio.sleep(0.1)
                    continue
                if status == 200:
                    return
                await asyncio.sleep(0.1)
    raise RuntimeError(f"the service did not come up: {service.log.read_text('utf-8')[-2000:]}")


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(STOP_TIMEOUT_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
