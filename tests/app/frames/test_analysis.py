"""From frames to stored effects: what the analysis found is not lost, and recording waits for nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import numpy as np
import pytest_asyncio
from sqlalchemy import text

from app.audit.service import read_stream
from app.frames.analysis import Analyst, Services
from app.incidents.service import Flag
from app.main import Service
from app.sittings.records import stream_of
from proctor.calibration import load_calibration
from tests.factories.clock import HandClock
from tests.factories.exam_day import ExamDay, make_exam_day, person
from tests.factories.vision import ToldVision, seen, template

ENGINE = "fr"


async def until(reached: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await reached():
            await asyncio.sleep(0.02)


@pytest_asyncio.fixture
async def vision() -> ToldVision:
    return ToldVision()


@pytest_asyncio.fixture
async def analyst(service: Service, vision: ToldVision) -> AsyncIterator[Analyst]:
    called = Services(
        sittings=service.sittings,
        administrations=service.administrations,
        checkin=service.checkin,
        incidents=service.incidents,
    )
    made = Analyst(called, vision, load_calibration(ENGINE), service.bus, service.clock)
    running = asyncio.create_task(made.run())
    yield made
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def flags(day: ExamDay) -> list[Flag]:
    async with day.service.database.read() as connection:
        return (await day.service.incidents.flags(connection, day.sittings))[day.sittings[0]]


async def watched(day: ExamDay, analyst: Analyst, clock: HandClock, first: int, seconds: int) -> None:
    """Frames, one a second, each analysed before the next."""
    for number in range(first, first + seconds):
        clock.turn(seconds=1)
        before = analyst.counts["analysed"]
        analyst.offer(day.sittings[0], number, clock.now(), b"a frame")
        async with asyncio.timeout(10):
            while analyst.counts["analysed"] == before:
                await asyncio.sleep(0.001)


async def test_a_flag_that_the_database_refused_is_stored_later_and_once(
    service: Service, clock: HandClock, analyst: Analyst, vision: ToldVision
) -> None:
    day = await make_exam_day(service)
    await day.start()
    await analyst.camera_on(day.sittings[0])
    vision.frame = seen(face=False)
    async with service.database.begin() as connection:
        await connection.execute(text("ALTER TABLE flag RENAME TO flag_away"))
    started = clock.now() + timedelta(seconds=1)
    try:
        await watched(day, analyst, clock, first=1, seconds=30)
        vision.frame = seen(face=True)
        await watched(day, analyst, clock, first=31, seconds=30)
    finally:
        async with service.database.begin() as connection:
            await connection.execute(text("ALTER TABLE flag_away RENAME TO flag"))

    async def is_closed() -> bool:
        return [flag.ended_at is not None for flag in await flags(day) if flag.kind == "no_face"] == [True]

    await until(is_closed)
    (flag,) = [flag for flag in await flags(day) if flag.kind == "no_face"]
    assert flag.started_at == started
    async with service.database.read() as connection:
        entries = await read_stream(connection, stream_of(day.sittings[0]))
    kinds = [entry.type for entry in entries if flag.id in entry.text]
    assert kinds == ["flag.opened", "flag.closed"]


async def with_photo(service: Service, photo: bytes) -> ExamDay:
    """One candidate at the door who agreed to face comparison."""
    day = await make_exam_day(service)
    await service.registration.register(day.administration_id, [person(0, photo)], "system")
    await day.sign_in()
    await service.checkin.consent(day.sittings[0], face_comparison=True)
    return day


async def test_the_camera_is_on_before_the_photos_template_is_there(
    service: Service, analyst: Analyst, vision: ToldVision
) -> None:
    day = await with_photo(service, b"first photo")
    vision.may_judge.clear()
    async with asyncio.timeout(10):
        await analyst.camera_on(day.sittings[0])
        await vision.asked.wait()
    assert (await service.checkin.templates(day.sittings[0], ENGINE)).reference is None
    vision.may_judge.set()

    async def is_made() -> bool:
        return (await service.checkin.templates(day.sittings[0], ENGINE)).reference is not None

    await until(is_made)
    assert vision.judged == [(b"first photo", True)]


async def test_a_replaced_photo_gets_a_template_of_its_own(
    service: Service, clock: HandClock, analyst: Analyst, vision: ToldVision
) -> None:
    day = await with_photo(service, b"first photo")

    async def reference_is(photo: bytes) -> bool:
        stored = (await service.checkin.templates(day.sittings[0], ENGINE)).reference
        return stored is not None and bool(np.array_equal(stored, template(photo)))

    clock.turn(seconds=1)
    await analyst.camera_on(day.sittings[0])
    await until(lambda: reference_is(b"first photo"))
    clock.turn(seconds=1)
    await service.registration.register(day.administration_id, [person(0, b"second photo")], "system")
    await until(lambda: reference_is(b"second photo"))
    clock.turn(seconds=1)
    await service.registration.register(day.administration_id, [person(0, b"second photo")], "system")
    assert vision.judged == [(b"first photo", True), (b"second photo", True)]


async def test_a_photo_replaced_while_its_template_is_made_is_the_newer_one(
    service: Service, clock: HandClock, analyst: Analyst, vision: ToldVision
) -> None:
    day = await with_photo(service, b"first photo")
    clock.turn(seconds=1)
    vision.may_judge.clear()
    await analyst.camera_on(day.sittings[0])
    await asyncio.wait_for(vision.asked.wait(), 10)
    clock.turn(seconds=1)
    await service.registration.register(day.administration_id, [person(0, b"second photo")], "system")
    clock.turn(seconds=1)
    vision.may_judge.set()

    async def is_second() -> bool:
        stored = (await service.checkin.templates(day.sittings[0], ENGINE)).reference
        return stored is not None and bool(np.array_equal(stored, template(b"second photo")))

    await until(is_second)


async def test_templates_of_an_earlier_version_of_the_engine_are_made_anew(
    service: Service, clock: HandClock, analyst: Analyst, vision: ToldVision
) -> None:
    day = await with_photo(service, b"first photo")
    former = np.ones(512, np.float32)
    clock.turn(seconds=1)
    await service.checkin.store_gallery(day.sittings[0], ENGINE, (former,))
    await service.checkin.store_reference(day.sittings[0], ENGINE, former, clock.now())
    await analyst.camera_on(day.sittings[0])

    async def is_new() -> bool:
        stored = (await service.checkin.templates(day.sittings[0], ENGINE)).reference
        return stored is not None and bool(np.array_equal(stored, template(b"first photo")))

    await until(is_new)
    assert vision.judged == [(b"first photo", True)]
