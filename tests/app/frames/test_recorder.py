"""Recording: what was acknowledged is on disk, chained, found again, also after a crash."""

import asyncio
import errno
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.errors import NotFound
from app.frames import recorder as recorder_module
from app.frames.intake import CameraFrame
from app.frames.recorder import FrameCheck, Recorder
from app.frames.store import SegmentStore
from app.main import Service
from app.settings import RecordingSettings
from tests.factories.clock import HandClock
from tests.factories.exam_day import ExamDay, make_exam_day


@pytest_asyncio.fixture
async def day(service: Service) -> AsyncIterator[ExamDay]:
    yield await make_exam_day(service)


def frame(number: int) -> CameraFrame:
    return CameraFrame(sequence=number, captured_ms=number, jpeg=b"\xff\xd8picture %d" % number)


async def recorded(day: ExamDay, numbers: range) -> None:
    for number in numbers:
        made, _ = await day.service.recorder.append(day.sittings[0], frame(number))
        assert made == number


def crashed_twin(service: Service) -> Recorder:
    """A recorder as a new process would make it, while the old one never closed its files."""
    folder = service.settings.data / "segments"
    return Recorder(SegmentStore(service.units), folder, service.clock, RecordingSettings())


async def test_frames_are_found_again_exactly(day: ExamDay, clock: HandClock) -> None:
    recorder, sitting_id = day.service.recorder, day.sittings[0]
    await recorded(day, range(1, 4))
    clock.turn(minutes=2)  # the next frame opens another segment
    await recorded(day, range(4, 6))
    for number in range(1, 6):
        assert await recorder.read(sitting_id, number) == frame(number).jpeg
    assert [number for number, _ in await recorder.times(sitting_id)] == [1, 2, 3, 4, 5]
    for missing in (-1, 0, 6, 10**30):
        with pytest.raises(NotFound):
            await recorder.read(sitting_id, missing)
    await recorder.close_sitting(sitting_id)
    assert await recorder.verify(sitting_id) == FrameCheck(recorded=5, missing=0, altered=0)


async def test_frames_of_one_sitting_at_once_get_one_number_each(day: ExamDay) -> None:
    recorder, sitting_id = day.service.recorder, day.sittings[0]
    made = await asyncio.gather(*(recorder.append(sitting_id, frame(n)) for n in range(50)))
    assert sorted(number for number, _ in made) == list(range(1, 51))
    await recorder.close_sitting(sitting_id)
    assert await recorder.verify(sitting_id) == FrameCheck(recorded=50, missing=0, altered=0)


async def test_closing_waits_for_what_is_being_written(day: ExamDay, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sitting ends while the writer thread holds its frames: nothing is lost, nothing breaks."""
    recorder, sitting_id = day.service.recorder, day.sittings[0]
    await recorded(day, range(1, 2))
    loop = asyncio.get_running_loop()
    started, may_go_on = asyncio.Event(), asyncio.Event()
    write = recorder_module._write_all

    async def hold() -> None:
        started.set()
        await may_go_on.wait()

    def slow(batch: list[tuple[object, bytes]]) -> None:
        asyncio.run_coroutine_threadsafe(hold(), loop).result(20)
        write(batch)  # type: ignore[arg-type]

    monkeypatch.setattr(recorder_module, "_write_all", slow)
    appending = asyncio.create_task(recorder.append(sitting_id, frame(2)))
    await started.wait()
    closing = asyncio.create_task(recorder.close_sitting(sitting_id))
    done, _ = await asyncio.wait([closing], timeout=0.3)
    assert not done
    may_go_on.set()
    assert (await appending)[0] == 2
    await closing
    assert await recorder.verify(sitting_id) == FrameCheck(recorded=2, missing=0, altered=0)


async def test_after_a_crash_whole_records_are_kept(day: ExamDay) -> None:
    service, sitting_id = day.service, day.sittings[0]
    await recorded(day, range(1, 6))
    path = next((service.settings.data / "segments" / sitting_id).iterdir())
    path.write_bytes(path.read_bytes()[:-3])  # the last record is torn
    twin = crashed_twin(service)
    assert await twin.recover() == 1
    assert await twin.recover() == 0
    assert await twin.verify(sitting_id) == FrameCheck(recorded=4, missing=0, altered=0)
    assert [number for number, _ in await twin.times(sitting_id)] == [1, 2, 3, 4]
    loop = asyncio.create_task(twin.run())
    assert (await twin.append(sitting_id, frame(5)))[0] == 5
    await twin.close_sitting(sitting_id)
    loop.cancel()
    assert await twin.verify(sitting_id) == FrameCheck(recorded=5, missing=0, altered=0)
    service.recorder._open.pop(sitting_id).file.close()  # the crashed process is gone


async def test_a_crash_before_the_first_byte_is_survived(day: ExamDay) -> None:
    service, sitting_id = day.service, day.sittings[0]
    await SegmentStore(service.units).opened(sitting_id, number=1, first_frame=1, chain_before="00" * 32)
    twin = crashed_twin(service)
    assert await twin.recover() == 1
    assert await twin.verify(sitting_id) == FrameCheck(recorded=0, missing=0, altered=0)
    await recorded(day, range(1, 3))


async def closed_segments(day: ExamDay, clock: HandClock) -> list[Path]:
    """Two closed segments of three frames each."""
    for start in (1, 4):
        await recorded(day, range(start, start + 3))
        clock.turn(minutes=2)
    await day.service.recorder.close_sitting(day.sittings[0])
    return sorted((day.service.settings.data / "segments" / day.sittings[0]).iterdir())


async def test_every_change_of_the_files_is_noticed(day: ExamDay, clock: HandClock) -> None:
    recorder, sitting_id = day.service.recorder, day.sittings[0]
    first, second = await closed_segments(day, clock)
    whole = first.read_bytes()
    assert await recorder.verify(sitting_id) == FrameCheck(recorded=6, missing=0, altered=0)
    first.write_bytes(whole.replace(b"picture 2", b"picture X"))
    assert (await recorder.verify(sitting_id)).altered == 2
    first.write_bytes(whole[:-1])
    assert await recorder.verify(sitting_id) == FrameCheck(recorded=6, missing=1, altered=0)
    first.write_bytes(second.read_bytes())
    assert (await recorder.verify(sitting_id)).altered == 3
    first.unlink()
    assert (await recorder.verify(sitting_id)).missing == 3


async def test_a_picture_gone_from_disk_is_not_found(day: ExamDay, clock: HandClock) -> None:
    first, _ = await closed_segments(day, clock)
    assert await day.service.recorder.read(day.sittings[0], 1) == frame(1).jpeg
    first.unlink()
    with pytest.raises(NotFound):
        await day.service.recorder.read(day.sittings[0], 1)


async def rename_segments(day: ExamDay, before: str, after: str) -> None:
    """A table that is not there is a database that refuses."""
    async with day.service.database.begin() as connection:
        await connection.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))


async def test_a_closed_segment_whose_row_was_refused_is_written_at_the_next_try(
    day: ExamDay, clock: HandClock
) -> None:
    recorder, sitting_id = day.service.recorder, day.sittings[0]
    await recorded(day, range(1, 4))
    clock.turn(minutes=2)  # the next frame closes the segment
    await rename_segments(day, "segment", "segment_away")
    try:
        for _ in range(2):  # the second time the file is closed already
            with pytest.raises(DBAPIError):
                await recorder.append(sitting_id, frame(4))
    finally:
        await rename_segments(day, "segment_away", "segment")
    await until_appended(day, 4)
    await recorder.close_sitting(sitting_id)
    assert await recorder.verify(sitting_id) == FrameCheck(recorded=4, missing=0, altered=0)
    segments = await SegmentStore(day.service.units).of_sitting(sitting_id)
    assert [(segment.first_frame, segment.last_frame) for segment in segments] == [(1, 3), (4, 4)]


async def until_appended(day: ExamDay, number: int) -> None:
    """Append one frame; PostgreSQL refuses a statement once that it prepared before a table was renamed."""
    try:
        made, _ = await day.service.recorder.append(day.sittings[0], frame(number))
    except DBAPIError:
        made, _ = await day.service.recorder.append(day.sittings[0], frame(number))
    assert made == number


async def test_after_a_failed_write_what_the_file_holds_is_kept_and_recording_goes_on(
    day: ExamDay, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The disk is full in the middle of a record, then it is not."""
    recorder, sitting_id = day.service.recorder, day.sittings[0]
    await recorded(day, range(1, 4))
    write = recorder_module._write_all

    def torn(batch: list[tuple[BinaryIO, bytes]]) -> None:
        file, data = batch[0]
        file.write(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr(recorder_module, "_write_all", torn)
    with pytest.raises(OSError, match="no space left"):
        await recorder.append(sitting_id, frame(4))
    monkeypatch.setattr(recorder_module, "_write_all", write)
    async with asyncio.timeout(10):
        while sitting_id in recorder._open:  # being abandoned
            await asyncio.sleep(0.001)
    # The number of the frame that was lost is given to the next one.
    await recorded(day, range(4, 6))
    await recorder.close_sitting(sitting_id)
    assert await recorder.verify(sitting_id) == FrameCheck(recorded=5, missing=0, altered=0)
    for number in range(1, 6):
        assert await recorder.read(sitting_id, number) == frame(number).jpeg
    segments = await SegmentStore(day.service.units).of_sitting(sitting_id)
    assert [(segment.first_frame, segment.last_frame) for segment in segments] == [(1, 3), (4, 5)]
    assert "frames could not be written" in caplog.text
