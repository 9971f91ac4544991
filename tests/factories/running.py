"""The service under uvicorn, in a thread with an event loop of its own."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import uvicorn

from app.cli import server_config
from app.main import Service
from app.settings import ServerSettings, Settings

T = TypeVar("T")
START_TIMEOUT_S = 30.0


@dataclass(slots=True, kw_only=True)
class RunningServer:
    """A server that answers at `origin`. `call` runs a coroutine on its loop."""

    origin: str
    service: Service
    loop: asyncio.AbstractEventLoop

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something on the server's own loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextlib.contextmanager
def running_server(settings: Settings) -> Iterator[RunningServer]:
    """Serve until the block ends. Pre-condition: `settings.data` is this test's own folder."""
    port = free_port()
    config = server_config(settings.model_copy(update={"server": ServerSettings(port=port)}), "error")
    server = uvicorn.Server(config)
    application: Any = config.app
    loops: list[asyncio.AbstractEventLoop] = []
    up = threading.Event()
    failures: list[BaseException] = []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        serving = asyncio.create_task(server.serve())
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        up.set()
        await serving

    def body() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            failures.append(error)
        finally:
            up.set()

    thread = threading.Thread(target=body, name="server")
    thread.start()
    assert up.wait(START_TIMEOUT_S)
    assert server.started, failures
    try:
        service: Service = application.state.service
        yield RunningServer(origin=f"http://127.0.0.1:{port}", service=service, loop=loops[0])
    finally:
        server.should_exit = True
        thread.join(30)
    assert not failures, failures
