"""Cameras: recording, analysis and the wall, at one picture a second each.

Every camera is a WebSocket that sends a 640x480 JPEG of about 29 KB once a second, at its own place
within the second. The sittings are in progress and have a gallery, so that faces, quality, identity and
head pose are analysed as in an exam. The presentation check is off for them, as in the demonstration:
enlarged portraits are prints in its eyes, and two hundred open flags are no exam. It would cost each
sitting 8 ms of a core every 6 s. Control sockets are not open: `tests.bench answers` measures them.

`age`: at a real wall socket that gives its credits back, sampled every 250 ms for every seat: now minus
the `received_ms` of the newest thumbnail that has arrived. It holds the way through the analysis and
the wall, and the wait for the camera's next picture: at 1 fps half a second on average even if
everything else took no time at all. Seats without any picture count with the time since the first sample.

`lost_frames`: sent and not acknowledged as recorded, or acknowledged and not found, whole and in its
chain, in the segments after the service has ended. `lag`: lateness of the service's own event loop.
The reference is face_recognition's default way with one frame (its detector, landmarks, encoding).
"""

import asyncio
import json
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from app.demo.faces import Webcam, packaged_people
from app.frames.intake import CameraFrame, pack_frame
from app.live.watchers import HEADER, THUMBNAIL
from app.main import Service
from proctor.analysis import FrameAnalyser
from proctor.engines import load_engine
from proctor.faces import Embedding, FrameRequest
from tests.bench.figures import Outcome, Target, Value, rounded
from tests.bench.seats import FullRoom, SeatedCandidate, fill_room, open_service
from tests.bench.server import Metrics, RunningService, link_models, running_service

SAMPLE_EVERY_S = 0.25
LAST_ACKNOWLEDGEMENTS_S = 10.0
AGES = {"p50_ms": 0.50, "p95_ms": 0.95, "p99_ms": 0.99}
GALLERY = 6
KINDS = ("offered", "analysed", "compared", "keen", "glanced")
REFERENCE_FRAMES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestScale:
    """Cameras, people in front of them, pictures of each, seconds before and while measuring."""

    cameras: int = 200
    people: int = 40
    pictures: int = 10
    warm_up_s: float = 12.0
    measured_s: float = 25.0


@dataclass(slots=True)
class _Camera:
    sent: int = 0
    acknowledged: int = 0


@dataclass(slots=True)
class _Wall:
    """What one wall has been shown: newest `received_ms` by seat, and what the service said of its load."""

    newest_ms: dict[int, int] = field(default_factory=dict)
    pictures: int = 0
    analysed_share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    ages_ms: Sequence[float]
    before: Metrics
    after: Metrics
    cameras: Sequence[_Camera]
    wall: _Wall


async def run(models: Path, scale: IngestScale | None = None) -> Outcome:
    """Measure."""
    scale = scale or IngestScale()
    pictures = _pictures(scale)
    with tempfile.TemporaryDirectory(prefix="kaochang-bench-") as name:
        folder = Path(name)
        link_models(folder, models)
        service = open_service(folder)
        try:
            room = await fill_room(service, scale.cameras, begun=True, presentation_check=False)
            await _keep_galleries(service, room, pictures, _galleries(folder, pictures))
        finally:
            await service.database.dispose()
        async with running_service(folder) as running:
            measured = await _measure(running, room, pictures, scale)
        recorded, unfit = await _recorded(folder, room)
    figures = _figures(scale, measured, recorded) | {"unfit_frames": unfit}
    figures["reference_frame_ms"] = _reference_ms(pictures)
    targets = (
        Target(figure="age_p95_ms", at_most=1500),
        Target(figure="lost_frames", at_most=0),
        Target(figure="unfit_frames", at_most=0),
        Target(figure="lag_p99_ms", at_most=50),
    )
    return Outcome(bench="ingest", figures=figures, targets=targets)


def _pictures(scale: IngestScale) -> list[list[bytes]]:
    """JPEGs by person, made before anything is measured."""
    webcams = [Webcam(person, seed) for seed, person in enumerate(packaged_people()[: scale.people])]
    return [[webcam.picture() for _ in range(scale.pictures)] for webcam in webcams]


def _galleries(folder: Path, pictures: Sequence[Sequence[bytes]]) -> list[list[Embedding]]:
    analyser = FrameAnalyser(load_engine("fr", folder))
    wanted = FrameRequest(embed=True)
    found = [[analyser.analyse(jpeg, wanted).embedding for jpeg in of_one[:GALLERY]] for of_one in pictures]
    return [[embedding for embedding in of_one if embedding is not None] for of_one in found]


async def _keep_galleries(
    service: Service, room: FullRoom, pictures: Sequence[object], galleries: Sequence[Sequence[Embedding]]
) -> None:
    for number, candidate in enumerate(room.seated):
        gallery = galleries[number % len(pictures)]
        await service.checkin.store_gallery(candidate.sitting_id, "fr", gallery)


async def _measure(
    running: RunningService, room: FullRoom, pictures: Sequence[Sequence[bytes]], scale: IngestScale
) -> _Measured:
    while not (await running.metrics(room.staff_cookie)).workers_ready:
        await asyncio.sleep(0.2)
    wall = _Wall()
    cameras = [_Camera() for _ in room.seated]
    stop = asyncio.Event()
    async with (
        running.socket(f"/ws/wall/{room.administration_id}", room.staff_cookie) as socket,
        asyncio.TaskGroup() as group,
    ):
        watching = group.create_task(_watch(socket, wall))
        for number, (candidate, camera) in enumerate(zip(room.seated, cameras, strict=True)):
            own = pictures[number % len(pictures)]
            group.create_task(_film(running, candidate, camera, own, stop))
        await asyncio.sleep(scale.warm_up_s)
        before = await running.metrics(room.staff_cookie)
        ages = await _sample(wall, len(cameras), scale.measured_s)
        after = await running.metrics(room.staff_cookie)
        stop.set()
        await _until_acknowledged(cameras)
        watching.cancel()
    return _Measured(ages_ms=ages, before=before, after=after, cameras=cameras, wall=wall)


async def _film(
    running: RunningService,
    candidate: SeatedCandidate,
    camera: _Camera,
    pictures: Sequence[bytes],
    stop: asyncio.Event,
) -> None:
    """One picture a second until `stop`, never bunched up: a late one moves those after it."""
    chance = random.Random(candidate.sitting_id)
    async with running.socket("/ws/camera", candidate.cookie) as socket:
        counting = asyncio.create_task(_count(socket, camera))
        due = time.monotonic() + chance.random()
        while not stop.is_set():
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            jpeg = pictures[camera.sent % len(pictures)]
            camera.sent += 1
            frame = CameraFrame(sequence=camera.sent, captured_ms=time.time_ns() // 1_000_000, jpeg=jpeg)
            await socket.send(pack_frame(frame))
            due = max(due, time.monotonic() - 1.0) + 1.0
        until = time.monotonic() + LAST_ACKNOWLEDGEMENTS_S
        while camera.acknowledged < camera.sent and time.monotonic() < until:
            await asyncio.sleep(0.05)
        counting.cancel()


async def _count(socket: ClientConnection, camera: _Camera) -> None:
    async for text in socket:
        camera.acknowledged += json.loads(text)["type"] == "recorded"


async def _watch(socket: ClientConnection, wall: _Wall) -> None:
    """Take pictures, give credits back as the wall page does."""
    try:
        async for message in socket:
            if isinstance(message, str):
                said = json.loads(message)
                if said["type"] == "load":
                    wall.analysed_share = said["analysed_share"]
                continue
            _, _, kind, index, _, received_ms = HEADER.unpack_from(message)
            if kind == THUMBNAIL:
                wall.newest_ms[index] = received_ms
                wall.pictures += 1
            await socket.send('{"type":"shown","pictures":1}')
    except ConnectionClosed as error:
        raise RuntimeError("the wall was disconnected") from error


async def _sample(wall: _Wall, seats: int, seconds: float) -> list[float]:
    """Age of the newest thumbnail of every seat, at every sample."""
    ages: list[float] = []
    begun = time.time()
    due = time.monotonic()
    while time.time() - begun < seconds:
        due += SAMPLE_EVERY_S
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        now_ms = time.time() * 1000
        ages += [now_ms - wall.newest_ms.get(seat, begun * 1000) for seat in range(seats)]
    return ages


async def _until_acknowledged(cameras: Sequence[_Camera]) -> None:
    until = time.monotonic() + LAST_ACKNOWLEDGEMENTS_S
    while time.monotonic() < until and any(camera.acknowledged < camera.sent for camera in cameras):
        await asyncio.sleep(0.05)


async def _recorded(folder: Path, room: FullRoom) -> tuple[int, int]:
    """(frames found whole and in their chain, frames missing or altered), after the service has ended."""
    service = open_service(folder)
    try:
        await service.recorder.recover()
        checks = [await service.recorder.verify(candidate.sitting_id) for candidate in room.seated]
    finally:
        await service.database.dispose()
    unfit = sum(check.missing + check.altered for check in checks)
    return sum(check.recorded for check in checks) - unfit, unfit


def _figures(scale: IngestScale, measured: _Measured, recorded: int) -> dict[str, Value]:
    sent = sum(camera.sent for camera in measured.cameras)
    acknowledged = sum(camera.acknowledged for camera in measured.cameras)
    before, after = measured.before, measured.after
    taken = {name: after.frames.get(name, 0) - before.frames.get(name, 0) for name in KINDS}
    figures: dict[str, Value] = {"cameras": scale.cameras}
    figures |= {f"age_{key}": value for key, value in rounded(measured.ages_ms, AGES, 0).items()}
    figures |= {
        "sent_frames": sent,
        "lost_frames": sent - min(acknowledged, recorded),
        "recorded_per_s": round(taken["offered"] / scale.measured_s, 1),
        "analysed_per_s": round(taken["analysed"] / scale.measured_s, 1),
        "compared_per_s": round(taken["compared"] / scale.measured_s, 1),
        "keen_per_s": round(taken["keen"] / scale.measured_s, 1),
        "glanced_per_s": round(taken["glanced"] / scale.measured_s, 1),
        "analysed_share_told": round(measured.wall.analysed_share, 2),
        "stretch": after.stretch,
        "lag_p50_ms": after.lag_p50_ms,
        "lag_p99_ms": after.lag_p99_ms,
        "lag_worst_ms": after.lag_worst_ms,
        "server_cores": round((after.processor_s - before.processor_s) / scale.measured_s, 2),
        "workers_replaced": after.workers_replaced,
    }
    return figures


def _reference_ms(pictures: Sequence[Sequence[bytes]]) -> float:
    """Median milliseconds of one frame in face_recognition's default way, on one core."""
    analyser = FrameAnalyser(load_engine("face_recognition", Path()))
    taken = []
    for number in range(REFERENCE_FRAMES):
        started = time.perf_counter()
        analyser.analyse(pictures[number % len(pictures)][0], FrameRequest(embed=True))
        taken.append(1000 * (time.perf_counter() - started))
    return rounded(taken, {"p50": 0.5})["p50"]
