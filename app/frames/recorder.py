"""Recording: every accepted frame goes to its sitting's open segment before anybody else sees it.

Frames of all sittings that arrive while the disk is busy are written by the next pass of one writer
thread. Segments are closed after about a minute; opening and closing are entries of the sitting's chain.
"""

import asyncio
import contextlib
import logging
import os
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import BinaryIO

from app.clock import Clock
from app.errors import NotFound
from app.frames.intake import CameraFrame
from app.frames.segments import (
    CHAIN_START,
    MAGIC,
    RECORD,
    FrameRecord,
    chain_after,
    pack_record,
    scan,
    verified,
)
from app.frames.store import Segment, SegmentStore
from app.settings import RecordingSettings

_log = logging.getLogger(__name__)
_INDEXES_KEPT = 512


@dataclass(slots=True)
class _Open:
    """A segment being written."""

    segment: Segment
    file: BinaryIO
    chain: bytes
    next_number: int
    size: int
    closes_after_s: float
    records: list[FrameRecord] = field(default_factory=list)
    dirty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameCheck:
    """Outcome of checking a sitting's recording."""

    recorded: int
    missing: int
    altered: int


class Recorder:
    """Owns the open segments. Run `run()` as a task; call `close()` at the end."""

    def __init__(self, store: SegmentStore, folder: Path, clock: Clock, settings: RecordingSettings) -> None:
        self._store = store
        self._folder = folder
        self._clock = clock
        self._settings = settings
        self._open: dict[str, _Open] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._pending: list[tuple[BinaryIO, bytes]] = []
        self._written: asyncio.Future[None] | None = None
        self._under_way: asyncio.Future[None] | None = None
        self._wake = asyncio.Event()
        self._indexes: OrderedDict[str, list[FrameRecord]] = OrderedDict()

    async def append(self, sitting_id: str, frame: CameraFrame) -> tuple[int, datetime]:
        """Write a frame; returns its number and when it was received. Written when this returns."""
        lock = self._locks.setdefault(sitting_id, asyncio.Lock())
        async with lock:
            now = self._clock.now()
            current = await self._segment_for(sitting_id, now)
            number = current.next_number
            received_ms = int(now.timestamp() * 1000)
            chain = chain_after(current.chain, number, frame.captured_ms, received_ms, frame.jpeg)
            data = pack_record(number, frame.captured_ms, received_ms, chain, frame.jpeg)
            current.records.append(
                FrameRecord(
                    number=number,
                    captured_ms=frame.captured_ms,
                    received_ms=received_ms,
                    offset=current.size + RECORD.size,
                    length=len(frame.jpeg),
                    chain=chain,
                )
            )
            current.chain, current.next_number = chain, number + 1
            current.size += len(data)
            current.dirty = True
            written = self._enqueue(current.file, data)
        await asyncio.shield(written)
        return number, now

    def _enqueue(self, file: BinaryIO, data: bytes) -> "asyncio.Future[None]":
        self._pending.append((file, data))
        if self._written is None:
            self._written = asyncio.get_running_loop().create_future()
        self._wake.set()
        return self._written

    async def run(self) -> None:
        """Write what has gathered, again and again (a task of the service)."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._sync_forever())
            while True:
                await self._wake.wait()
                await self._flush()

    async def _flush(self) -> None:
        self._wake.clear()
        batch, self._pending = self._pending, []
        written, self._written = self._written, None
        if written is None:
            return
        self._under_way = written
        writing = asyncio.get_running_loop().run_in_executor(None, _write_all, batch)
        # Told by a callback: the thread goes on when this loop is cancelled, and closing waits for it.
        writing.add_done_callback(partial(_tell, written))
        try:
            await asyncio.shield(written)
        except OSError:
            # A failed write is fatal for evidence: the cameras are told, the process stays honest.
            _log.exception("frames could not be written")
            await self._abandon({file for file, _ in batch})

    async def _sync_forever(self) -> None:
        while True:
            await asyncio.sleep(self._settings.sync_interval_s)
            for current in list(self._open.values()):
                if current.dirty and not current.file.closed:
                    current.dirty = False
                    await asyncio.to_thread(_sync, current.file)

    async def _segment_for(self, sitting_id: str, now: datetime) -> _Open:
        current = self._open.get(sitting_id)
        if current is not None:
            age = (now - current.segment.started_at).total_seconds()
            if age < current.closes_after_s:
                return current
            await self._close_segment(sitting_id)
        previous = await self._store.last(sitting_id)
        number = previous.number + 1 if previous else 1
        segment = await self._store.opened(
            sitting_id,
            number=number,
            first_frame=await self._next_frame(previous),
            chain_before=previous.chain or CHAIN_START.hex() if previous else CHAIN_START.hex(),
        )
        path = self._path(segment)
        path.parent.mkdir(parents=True, exist_ok=True)
        file = await asyncio.to_thread(path.open, "wb", 0)
        self._enqueue(file, MAGIC)
        # Sittings start together at the bell: without a spread their segments would all roll at once.
        spread = 0.75 + (int(sitting_id[-4:], 16) % 1000) / 2000
        current = _Open(
            segment=segment,
            file=file,
            chain=bytes.fromhex(segment.chain_before),
            next_number=segment.first_frame,
            size=len(MAGIC),
            closes_after_s=self._settings.segment_seconds * spread,
        )
        self._open[sitting_id] = current
        return current

    async def _next_frame(self, previous: Segment | None) -> int:
        """The number after the newest frame that the previous segment holds."""
        if previous is None:
            return 1
        if previous.last_frame is not None:
            return previous.last_frame + 1
        records = await asyncio.to_thread(_scan_file, self._path(previous))
        return records[-1].number + 1 if records else previous.first_frame

    async def _close_segment(self, sitting_id: str) -> None:
        current = self._open[sitting_id]
        # Neither what waits nor what the writer thread holds may meet a closed file.
        for pending in (self._under_way, self._written):
            if pending is not None:
                await asyncio.shield(pending)
        if not current.file.closed:  # closed already where the row could not be written the last time
            await asyncio.to_thread(_sync_and_close, current.file)
        await self._store.closed(
            current.segment,
            last_frame=current.next_number - 1,
            chain=current.chain.hex(),
            size=current.size,
            recovered=False,
        )
        del self._open[sitting_id]

    async def close_sitting(self, sitting_id: str) -> None:
        """Close the sitting's open segment (it has ended)."""
        async with self._locks.setdefault(sitting_id, asyncio.Lock()):
            if sitting_id in self._open:
                await self._close_segment(sitting_id)
        self._locks.pop(sitting_id, None)

    async def close(self) -> None:
        """Close everything; `run` has ended before."""
        await self._flush()
        for sitting_id in list(self._open):
            try:
                await self.close_sitting(sitting_id)
            except Exception:
                # The next start recovers it; the others must not wait for that.
                _log.exception("a segment could not be closed", extra={"sitting": sitting_id})

    async def recover(self) -> int:
        """After a crash: cut torn records off, close what was open. Returns how many segments."""
        left_open = await self._store.left_open()
        for segment in left_open:
            await self._recover_segment(segment)
        return len(left_open)

    async def _recover_segment(self, segment: Segment) -> None:
        path = self._path(segment)
        data = await asyncio.to_thread(path.read_bytes) if path.exists() else b""
        records, good, chain = verified(data, bytes.fromhex(segment.chain_before))
        kept = records[:good]
        size = kept[-1].offset + kept[-1].length if kept else len(MAGIC)
        await asyncio.to_thread(_truncate, path, size)
        last = kept[-1].number if kept else segment.first_frame - 1
        await self._store.closed(segment, last_frame=last, chain=chain.hex(), size=size, recovered=True)

    async def _abandon(self, files: set[BinaryIO]) -> None:
        """A write failed: memory is ahead of these files, so what they hold is closed as after a crash."""
        for sitting_id, current in list(self._open.items()):
            if current.file in files:
                async with self._locks.setdefault(sitting_id, asyncio.Lock()):
                    if self._open.pop(sitting_id, None) is current:
                        current.file.close()
                        await self._try_to_recover(current.segment)

    async def _try_to_recover(self, segment: Segment) -> None:
        try:
            await self._recover_segment(segment)
        except Exception:
            # A full disk refuses the row, too. It stays open and is recovered at the next start.
            _log.exception("a segment could not be recovered", extra={"segment": segment.id})

    async def read(self, sitting_id: str, number: int) -> bytes:
        """The exact bytes of a frame. Raises NotFound."""
        for segment, records in await self._all_records(sitting_id):
            if segment.first_frame <= number and records and number <= records[-1].number:
                record = records[number - segment.first_frame]
                return await asyncio.to_thread(_read_at, self._path(segment), record.offset, record.length)
        raise NotFound("There is no such picture.")

    async def times(self, sitting_id: str) -> list[tuple[int, datetime]]:
        """(number, received) of every frame, in order."""
        return [
            (record.number, datetime.fromtimestamp(record.received_ms / 1000, UTC))
            for _, records in await self._all_records(sitting_id)
            for record in records
        ]

    async def verify(self, sitting_id: str) -> FrameCheck:
        """Check every segment against its own chain and against what the database says of it."""
        recorded = missing = altered = 0
        chain = CHAIN_START
        for segment in await self._store.of_sitting(sitting_id):
            path = self._path(segment)
            data = await asyncio.to_thread(path.read_bytes) if path.exists() else b""
            records, good, after = await asyncio.to_thread(verified, data, chain)
            if segment.last_frame is None:  # still growing: what is written so far must fit
                recorded += len(records)
                altered += len(records) - good
                break
            expected = segment.last_frame - segment.first_frame + 1
            recorded += expected
            missing += max(0, expected - len(records))
            altered += len(records) - good
            if good == expected and after.hex() != segment.chain:
                altered += 1
            chain = bytes.fromhex(segment.chain or CHAIN_START.hex())
        return FrameCheck(recorded=recorded, missing=missing, altered=altered)

    async def _all_records(self, sitting_id: str) -> list[tuple[Segment, list[FrameRecord]]]:
        found = []
        for segment in await self._store.of_sitting(sitting_id):
            current = self._open.get(sitting_id)
            if current is not None and current.segment.id == segment.id:
                found.append((segment, list(current.records)))
            else:
                found.append((segment, await self._index(segment)))
        return found

    async def _index(self, segment: Segment) -> list[FrameRecord]:
        known = self._indexes.get(segment.id)
        if known is None:
            known = await asyncio.to_thread(_scan_file, self._path(segment))
            if segment.ended_at is None:
                return known  # still growing, or just being opened
            self._indexes[segment.id] = known
            if len(self._indexes) > _INDEXES_KEPT:
                self._indexes.popitem(last=False)
        return known

    def _path(self, segment: Segment) -> Path:
        return self._folder / segment.sitting_id / f"{segment.number:06d}.seg"


def _write_all(batch: list[tuple[BinaryIO, bytes]]) -> None:
    for file, data in batch:
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]


def _tell(written: "asyncio.Future[None]", writing: "asyncio.Future[None]") -> None:
    """Pass the outcome of the writer thread on to everybody who waits for it."""
    error = writing.exception()
    if error is None:
        written.set_result(None)
    else:
        written.set_exception(error)


def _sync(file: BinaryIO) -> None:
    # Closing goes on in another thread meanwhile, and syncs by itself; a disk that fails is met again there.
    with contextlib.suppress(ValueError, OSError):
        os.fdatasync(file.fileno())


def _sync_and_close(file: BinaryIO) -> None:
    os.fdatasync(file.fileno())
    file.close()


def _truncate(path: Path, size: int) -> None:
    if path.exists() and path.stat().st_size > size:
        os.truncate(path, size)


def _read_at(path: Path, offset: int, length: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = os.pread(file.fileno(), length, offset)
    except FileNotFoundError:
        data = b""
    if len(data) != length:
        raise NotFound("The picture is not there any more.")
    return data


def _scan_file(path: Path) -> list[FrameRecord]:
    if not path.exists() or path.stat().st_size == 0:
        return []
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        return list(scan(data))
