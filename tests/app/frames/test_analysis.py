"""From frames to stored effects: what the analysis found is not lost, and recording waits for nothing."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest_asyncio
from sqlalchemy import text

from app.audit.service import read_stream
from app.frames.analysis import Analyst, Services
from app.incidents.service import Flag
from app.live.hub import CandidateLink
from app.live.messages import CameraRate, Challenge, Framing, Identity, ToCandidate
from app.main import Service
from app.sittings.records import stream_of
from proctor.calibration import load_calibration
from tests.factories.clock import HandClock
from tests.factories.exam_day import ExamDay, make_exam_day, person
from tests.factories.vision import DOING, ToldVision, person_seen, seen, template

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


async def with_photo(service: Service, photo: bytes, *, challenge: bool = False) -> ExamDay:
    """One candidate at the door who agreed to face comparison."""
    day = await make_exam_day(service, liveness_challenge=challenge)
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


class Page:
    """A candidate's page, with what the server tells it, whose camera sends four frames a second."""

    def __init__(self, day: ExamDay, analyst: Analyst, clock: HandClock) -> None:
        self._day, self._analyst, self._clock = day, analyst, clock
        self._link = CandidateLink(day.sittings[0], "tab-0001")
        day.service.hub.claim(self._link, take_over=True)
        self._number = 0
        self.told: list[ToCandidate] = []

    async def show(self, frames: int) -> Challenge | None:
        """Send so many frames, each told of before the next. Returns what is asked after the last."""
        challenge = None
        for _ in range(frames):
            self._number += 1
            self._clock.turn(seconds=0.25)
            self._analyst.offer(self._day.sittings[0], self._number, self._clock.now(), b"a frame")
            challenge = (await self._framing()).challenge
        return challenge

    async def _framing(self) -> Framing:
        async with asyncio.timeout(10):
            while True:
                message = await self._link.queue.get()
                assert message is not None
                self.told.append(message)
                if isinstance(message, Framing):
                    return message

    async def until_asked(self) -> Challenge:
        """Look into the camera until something is asked."""
        for _ in range(40):
            asked = await self.show(1)
            if asked is not None:
                return asked
        raise AssertionError("nothing is asked")


async def test_the_page_is_told_what_to_do_and_only_who_does_it_all_after_a_reload_is_admitted(
    service: Service, clock: HandClock, analyst: Analyst, vision: ToldVision
) -> None:
    day = await with_photo(service, b"a photo", challenge=True)
    sitting_id = day.sittings[0]
    straight = vision.frame = person_seen(template(b"a photo"))
    clock.turn(seconds=1)
    await service.checkin.store_reference(sitting_id, ENGINE, template(b"a photo"), clock.now())
    await analyst.camera_on(sitting_id)
    page = Page(day, analyst, clock)
    first = await page.until_asked()
    assert (first.done, first.total, first.failed) == (0, 2, False)
    assert first.left_ms == 12_000
    await page.show(1)
    assert [one.fps for one in page.told if isinstance(one, CameraRate)] == [4.0]
    # While something is asked, no progress of the comparison is told.
    assert not any(isinstance(one, Identity) for one in page.told[-2:])

    async def do(asked: Challenge) -> Challenge | None:
        assert asked.step is not None
        vision.frame = replace(straight, **DOING[asked.step])
        await page.show(2)
        vision.frame = straight
        return await page.show(1)

    second = await do(first)
    assert second is not None
    assert (second.done, second.step != first.step) == (1, True)
    await analyst.camera_on(sitting_id)  # the page was loaded again
    assert await page.show(1) is None
    assert (await day.sitting()).identity_outcome is None
    again = await page.until_asked()
    assert again.done == 0
    last = await do(again)
    assert last is not None
    await do(last)

    async def is_admitted() -> bool:
        return (await day.sitting()).identity_outcome == "match"

    await until(is_admitted)
    async with service.database.read() as connection:
        entries = await read_stream(connection, stream_of(sitting_id))
    (checked,) = [json.loads(entry.text)["data"] for entry in entries if entry.type == "identity.checked"]
    assert checked["challenge"]["done"] == checked["challenge"]["asked"] == [again.step, last.step]


async def test_nothing_is_asked_where_the_administration_does_not(
    service: Service, clock: HandClock, analyst: Analyst, vision: ToldVision
) -> None:
    day = await with_photo(service, b"a photo")
    vision.frame = person_seen(template(b"a photo"))
    clock.turn(seconds=1)
    await service.checkin.store_reference(day.sittings[0], ENGINE, template(b"a photo"), clock.now())
    await analyst.camera_on(day.sittings[0])
    page = Page(day, analyst, clock)
    for _ in range(5):
        assert await page.show(1) is None

    async def is_admitted() -> bool:
        return (await day.sitting()).admitted_by == "machine"

    await until(is_admitted)
