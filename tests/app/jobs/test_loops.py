"""What follows the end of a sitting happens although a part of it fails."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio
from sqlalchemy import text

from app.errors import NotFound
from app.frames.intake import CameraFrame
from app.frames.store import SegmentStore
from app.main import Service
from tests.factories.exam_day import ExamDay, make_exam_day


@pytest_asyncio.fixture
async def day(service: Service) -> AsyncIterator[ExamDay]:
    """A running, recorded sitting, with the jobs at work."""
    made = await make_exam_day(service)
    await made.start()
    await service.recorder.append(
        made.sittings[0], CameraFrame(sequence=1, captured_ms=1, jpeg=b"\xff\xd8picture")
    )
    jobs = asyncio.create_task(service.jobs.run())
    yield made
    jobs.cancel()
    await asyncio.gather(jobs, return_exceptions=True)


async def until(reached: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await reached():
            await asyncio.sleep(0.02)


async def rename(service: Service, before: str, after: str) -> None:
    """A table that is not there is a database that refuses."""
    async with service.database.begin() as connection:
        await connection.execute(text(f'ALTER TABLE "{before}" RENAME TO "{after}"'))


async def is_scored(day: ExamDay) -> bool:
    try:
        await day.service.results.result(day.sittings[0])
    except NotFound:
        return False
    return True


async def is_closed(day: ExamDay) -> bool:
    last = await SegmentStore(day.service.units).last(day.sittings[0])
    assert last is not None
    return last.ended_at is not None


async def test_the_recording_is_closed_and_the_score_follows_when_the_database_takes_it(
    day: ExamDay,
) -> None:
    await rename(day.service, "result", "result_away")
    try:
        await day.command("end", reason="E-01")
        await until(lambda: is_closed(day))
    finally:
        await rename(day.service, "result_away", "result")
    assert not await is_scored(day)
    await until(lambda: is_scored(day))


async def test_the_score_comes_and_the_recording_is_closed_when_the_database_takes_it(
    day: ExamDay,
) -> None:
    """The file was closed at the first try; the row is written at a later one."""
    await rename(day.service, "segment", "segment_away")
    try:
        await day.command("end", reason="E-01")
        await until(lambda: is_scored(day))
    finally:
        await rename(day.service, "segment_away", "segment")
    assert not await is_closed(day)
    await until(lambda: is_closed(day))
    check = await day.service.recorder.verify(day.sittings[0])
    assert (check.recorded, check.missing, check.altered) == (1, 0, 0)
