"""The pool of vision worker processes: bounded, replaced when they die, never in the event loop."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from app.errors import Unavailable
from app.settings import VisionSettings
from proctor.errors import WireBroken
from proctor.faces import FrameAnalysis, FrameRequest
from proctor.photos import ReferencePhoto
from proctor.workers.spawn import Worker, spawn_worker
from proctor.workers.wire import (
    GLANCES,
    LENGTH,
    MAX_MESSAGE_BYTES,
    Ready,
    Response,
    decode_response,
    encode_glance_request,
    encode_photo_request,
    encode_request,
)

_log = logging.getLogger(__name__)
# One request is being worked on while the next already lies in the socket.
DEPTH = 2
RESPAWN_PAUSE_S = 0.5


class WorkerError(Exception):
    """The frame could not be analysed: the worker's stable code, or `worker_lost`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class VisionPool(Protocol):
    """What the service asks of vision."""

    settings: VisionSettings
    ready: asyncio.Event

    @property
    def capacity(self) -> int:
        """How many requests may be under way."""
        ...

    async def analyse(self, jpeg: bytes, request: FrameRequest) -> FrameAnalysis:
        """Analyse a frame. Raises WorkerError."""
        ...

    async def glance(self, jpeg: bytes) -> bytes:
        """The thumbnail of a frame, without looking for faces. Raises WorkerError."""
        ...

    async def photo(self, picture: bytes, *, embed: bool) -> ReferencePhoto:
        """Judge a registered photo; `embed` asks for its face template, too. Raises WorkerError."""
        ...

    async def run(self) -> None:
        """Serve until cancelled."""
        ...


class NoWorkers:
    """The loud twin of `WorkerPool` for `workers=0`: everything is recorded, nothing is analysed.

    Every request is refused with `no_workers`; at the door people are admitted by people.
    """

    capacity = 1

    def __init__(self, settings: VisionSettings) -> None:
        self.settings = settings
        self.ready = asyncio.Event()

    async def analyse(self, jpeg: bytes, request: FrameRequest) -> FrameAnalysis:
        """Raises WorkerError."""
        raise WorkerError("no_workers")

    async def glance(self, jpeg: bytes) -> bytes:
        """Raises WorkerError."""
        raise WorkerError("no_workers")

    async def photo(self, picture: bytes, *, embed: bool) -> ReferencePhoto:
        """Raises WorkerError."""
        raise WorkerError("no_workers")

    async def run(self) -> None:
        """Say so, once, and wait to be cancelled."""
        _log.warning("vision is switched off (workers = 0): frames are recorded, none is analysed")
        self.ready.set()
        await asyncio.Event().wait()


def vision_pool(settings: VisionSettings, data: Path) -> VisionPool:
    """The pool that the settings ask for."""
    return WorkerPool(settings, data) if settings.workers else NoWorkers(settings)


class _Connection:
    """One live worker."""

    def __init__(self, worker: Worker, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.worker = worker
        self.reader = reader
        self.writer = writer
        self.pending: dict[int, asyncio.Future[Response]] = {}
        self.next_id = 1

    def fail(self) -> None:
        """Everything under way is lost."""
        for future in self.pending.values():
            if not future.done():
                future.set_exception(WorkerError("worker_lost"))
        self.pending.clear()


class _Lane:
    """Some workers of one kind. `ready` is set when all have answered once."""

    def __init__(self, engine: str, workers: int, settings: VisionSettings, data: Path) -> None:
        self._engine = engine
        self._workers = workers
        self._timeout_s = settings.frame_timeout_s
        self._data = data
        self._idle: asyncio.Queue[_Connection] = asyncio.Queue()
        self._up = 0
        self.ready = asyncio.Event()
        self.replaced = 0

    async def call(self, encode: Callable[[int], bytes]) -> Response:
        try:
            async with asyncio.timeout(self._timeout_s):
                connection = await self._idle.get()
                while connection.writer.is_closing():
                    connection = await self._idle.get()
        except TimeoutError:
            raise WorkerError("busy") from None
        number, connection.next_id = connection.next_id, connection.next_id % 0xFFFFFFFF + 1
        future: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        connection.pending[number] = future
        try:
            connection.writer.write(encode(number))
            async with asyncio.timeout(self._timeout_s):
                return await future
        except TimeoutError:
            connection.writer.close()  # the serving task sees the end and replaces the process
            raise WorkerError("worker_lost") from None
        finally:
            connection.pending.pop(number, None)
            self._idle.put_nowait(connection)

    async def run(self) -> None:
        """Keep the workers running until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._workers):
                group.create_task(self._keep_one())

    async def _keep_one(self) -> None:
        first = True
        while True:
            try:
                worker = await asyncio.to_thread(spawn_worker, self._engine, self._data)
            except OSError:  # no memory or no descriptors just now
                _log.exception("a vision worker could not be started")
                await asyncio.sleep(RESPAWN_PAUSE_S)
                continue
            try:
                await self._serve(worker, first=first)
            except Unavailable:
                if first:
                    raise
                _log.exception("a vision worker could not be started again")
            finally:
                worker.process.kill()
                await asyncio.shield(asyncio.to_thread(worker.process.wait))
            first = False
            self.replaced += 1
            _log.warning("vision worker replaced", extra={"status": worker.process.returncode})
            await asyncio.sleep(RESPAWN_PAUSE_S)

    async def _serve(self, worker: Worker, *, first: bool) -> None:
        reader, writer = await asyncio.open_connection(sock=worker.socket, limit=MAX_MESSAGE_BYTES)
        connection = _Connection(worker, reader, writer)
        try:
            hello = await _read(reader)
            if not isinstance(hello, Ready):
                raise Unavailable(f"The vision worker did not start: {hello.error}.")
            for _ in range(DEPTH):
                self._idle.put_nowait(connection)
            self._up += first
            if self._up == self._workers:
                self.ready.set()
            while True:
                response = await _read(reader)
                if isinstance(response, Response):
                    future = connection.pending.get(response.id)
                    if future is not None and not future.done():
                        future.set_result(response)
        except (asyncio.IncompleteReadError, ConnectionError, WireBroken):
            _log.warning("vision worker lost")
        finally:
            connection.fail()
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


class WorkerPool:
    """`settings.workers` processes for the analysis, and one for thumbnails alone. `run()` is a task of the
    service; `ready` is set when every worker of the analysis answers.
    """

    def __init__(self, settings: VisionSettings, data: Path) -> None:
        self.settings = settings
        self._analysis = _Lane(settings.engine, settings.workers, settings, data)
        self._glances = _Lane(GLANCES, 1, settings, data)
        self.ready = self._analysis.ready

    @property
    def replaced(self) -> int:
        """How many processes have died and been replaced."""
        return self._analysis.replaced + self._glances.replaced

    @property
    def capacity(self) -> int:
        """How many requests may be under way."""
        return self.settings.workers * DEPTH

    async def analyse(self, jpeg: bytes, request: FrameRequest) -> FrameAnalysis:
        """Analyse a frame. Raises WorkerError."""
        response = await self._analysis.call(lambda number: encode_request(number, request, jpeg))
        if response.analysis is None:
            raise WorkerError(response.error or "worker_failed")
        return response.analysis

    async def glance(self, jpeg: bytes) -> bytes:
        """The thumbnail of a frame, without looking for faces. Raises WorkerError."""
        response = await self._glances.call(lambda number: encode_glance_request(number, jpeg))
        if response.thumbnail is None:
            raise WorkerError(response.error or "worker_failed")
        return response.thumbnail

    async def photo(self, picture: bytes, *, embed: bool) -> ReferencePhoto:
        """Judge a registered photo; `embed` asks for its face template, too.

        Raises WorkerError (also for pictures that cannot be decoded).
        """
        response = await self._analysis.call(
            lambda number: encode_photo_request(number, picture, embed=embed)
        )
        if response.photo is None:
            raise WorkerError(response.error or "worker_failed")
        return response.photo

    async def run(self) -> None:
        """Keep the workers running until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._analysis.run())
            group.create_task(self._glances.run())


async def _read(reader: asyncio.StreamReader) -> Response | Ready:
    (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
    if length > MAX_MESSAGE_BYTES:
        raise WireBroken("message too long")
    return decode_response(await reader.readexactly(length))
