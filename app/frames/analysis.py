"""The bridge to the vision workers: latest frame wins per sitting, effects are applied in order."""

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from app.administrations.service import AdministrationsService
from app.checkin.service import CheckinService
from app.clock import Clock
from app.frames.pacing import Pacing, Turns
from app.frames.watching import (
    CameraWatch,
    DoorDecided,
    Effect,
    FlagSeen,
    FramingSeen,
    Known,
    Rates,
    RateWanted,
)
from app.frames.workers import DEPTH, VisionPool, WorkerError
from app.incidents.service import IncidentsService
from app.kit.bus import Bus
from app.kit.retries import Retries
from app.sittings.events import SittingChanged, SittingEnded
from app.sittings.lifecycle import WATCHED
from app.sittings.service import SittingsService
from proctor.calibration import Calibration
from proctor.faces import Embedding

_log = logging.getLogger(__name__)
QUIET_S = 2.0
SHARE_EVERY_TICKS = 5
PACE_EVERY_S = 0.5
KEEN_PRIORITY = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureReady:
    """A frame was looked at: its thumbnail (160x120 JPEG) and the frame itself, for the wall."""

    sitting_id: str
    number: int
    received_at: datetime
    thumbnail: bytes
    jpeg: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareMeasured:
    """Of the frames recorded lately, the share (0..1) that was analysed; the rest was passed over."""

    analysed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    number: int
    received_at: datetime
    jpeg: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refresh:
    sitting_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Store:
    sitting_id: str
    gallery: tuple[Embedding, ...]


# Effects that are stored. They are tried again until they are, in order per sitting.
_Lasting = FlagSeen | DoorDecided | _Refresh | _Store


@dataclass(slots=True)
class _Camera:
    watch: CameraWatch
    slot: _Frame | None = None
    scheduled: bool = False
    glance: _Frame | None = None
    shown: int = 0
    last_at: float = 0.0
    turns: Turns = field(default_factory=Turns)
    gallery_kept: int = 0

    def take(self) -> _Frame | None:
        """Empty the slot."""
        frame, self.slot = self.slot, None
        return frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the analyst calls."""

    sittings: SittingsService
    administrations: AdministrationsService
    checkin: CheckinService
    incidents: IncidentsService


class Analyst:
    """Feeds the worker pool and turns what it sees into effects. `run()` is a task of the service."""

    def __init__(
        self, services: Services, pool: VisionPool, calibration: Calibration, bus: Bus, clock: Clock
    ) -> None:
        self._services = services
        self._pool = pool
        self._calibration = calibration
        self._bus = bus
        self._clock = clock
        self._cameras: dict[str, _Camera] = {}
        # Each holds a sitting at most once.
        self._due: asyncio.Queue[str] = asyncio.Queue()
        self._glances: asyncio.Queue[str] = asyncio.Queue()
        self._effects: Retries[_Lasting] = Retries(self._apply)
        self.counts: Counter[str] = Counter()
        self._pacing = Pacing()
        bus.subscribe(SittingChanged, lambda event: self._note_change(event.sitting_id))
        bus.subscribe(SittingEnded, lambda event: self._note_change(event.sitting_id))

    @property
    def engine(self) -> str:
        """The engine's name."""
        return self._pool.settings.engine

    @property
    def vision(self) -> str:
        """`starting` until every worker has its models, `ready` then; `off` where nothing is analysed."""
        if self._pool.settings.workers == 0:
            return "off"
        return "ready" if self._pool.ready.is_set() else "starting"

    @property
    def stretch(self) -> float:
        """By how much the analysis is slowed down for everybody; see `pacing`."""
        return self._pacing.stretch

    async def camera_on(self, sitting_id: str) -> float:
        """A camera connects. Returns the frame rate to ask for."""
        before = self._cameras.get(sitting_id)
        if before is not None:
            self._take(sitting_id, before, before.watch.reconnected())
        else:
            sitting, _ = await self._services.sittings.get(sitting_id)
            # The template of the registered photo may have to wait for a worker; recording does not wait.
            known = await self._known(sitting_id, make_reference=False)
            if sitting_id not in self._cameras:
                watch = CameraWatch(sitting, known, self._calibration, Rates.of(self._pool.settings))
                self._cameras[sitting_id] = _Camera(watch=watch, gallery_kept=len(known.gallery))
            self._put(_Refresh(sitting_id=sitting_id))
        return self._pool.settings.normal_fps

    def offer(self, sitting_id: str, number: int, received_at: datetime, jpeg: bytes) -> None:
        """The newest recorded frame of a sitting; an older one still waiting is passed over."""
        camera = self._cameras.get(sitting_id)
        if camera is None:
            return
        self.counts["offered"] += 1
        frame = _Frame(number=number, received_at=received_at, jpeg=jpeg)
        camera.last_at = received_at.timestamp()
        if camera.scheduled:
            # The one before is still waiting or being looked at: this one takes its place or comes after it.
            camera.slot = frame
        elif self._is_due(camera, camera.last_at):
            camera.slot, camera.scheduled = frame, True
            self._due.put_nowait(sitting_id)
            if self._pacing.stretch <= 1.0:
                return
            # Short of time, a due frame may wait for its worker: the wall does not wait with it.
        if camera.glance is None:
            self._glances.put_nowait(sitting_id)
        camera.glance = frame

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._pool.capacity):
                group.create_task(self._analyse_forever())
            for _ in range(DEPTH):
                group.create_task(self._glance_forever())
            group.create_task(self._effects.run())
            group.create_task(self._tick_forever())
            group.create_task(self._pace_forever())

    async def _analyse_forever(self) -> None:
        while True:
            sitting_id = await self._due.get()
            camera = self._cameras.get(sitting_id)
            if camera is None:
                continue
            frame = camera.take()
            if frame is not None:
                await self._analyse(sitting_id, camera, frame)
            if camera.slot is not None:
                self._due.put_nowait(sitting_id)
            else:
                camera.scheduled = False

    async def _analyse(self, sitting_id: str, camera: _Camera, frame: _Frame) -> None:
        at = frame.received_at.timestamp()
        self._pacing.note((self._clock.now() - frame.received_at).total_seconds())
        try:
            wanted = camera.watch.request(at, self._pacing.stretch)
            self.counts["keen"] += camera.watch.keen(at)
            self.counts["compared"] += wanted.embed
            analysis = await self._pool.analyse(frame.jpeg, wanted)
        except WorkerError as error:
            self.counts[f"failed_{error.code}"] += 1
            return
        except Exception:
            _log.exception("a frame could not be prepared", extra={"sitting": sitting_id})
            return
        self.counts["analysed"] += 1
        if analysis.thumbnail is not None:
            self._show(sitting_id, camera, frame, analysis.thumbnail)
        self._take(sitting_id, camera, camera.watch.observe(at, frame.number, analysis))

    def _is_due(self, camera: _Camera, at: float) -> bool:
        """Whether the frame is analysed or only glanced at."""
        stretch = self._pacing.stretch
        if stretch <= 1.0:
            return True
        # When most sittings are keen at once (the light goes out), even they have to take turns.
        interval_s = stretch / self._pool.settings.normal_fps
        return camera.turns.is_due(at, interval_s / KEEN_PRIORITY if camera.watch.keen(at) else interval_s)

    async def _glance_forever(self) -> None:
        while True:
            sitting_id = await self._glances.get()
            camera = self._cameras.get(sitting_id)
            if camera is None or camera.glance is None:
                continue
            frame, camera.glance = camera.glance, None
            try:
                thumbnail = await self._pool.glance(frame.jpeg)
            except WorkerError as error:
                self.counts[f"failed_{error.code}"] += 1
            else:
                self.counts["glanced"] += 1
                self._show(sitting_id, camera, frame, thumbnail)

    def _show(self, sitting_id: str, camera: _Camera, frame: _Frame, thumbnail: bytes) -> None:
        if frame.number <= camera.shown:
            return  # a newer one was quicker
        camera.shown = frame.number
        self._bus.publish(
            PictureReady(
                sitting_id=sitting_id,
                number=frame.number,
                received_at=frame.received_at,
                thumbnail=thumbnail,
                jpeg=frame.jpeg,
            )
        )

    def _take(self, sitting_id: str, camera: _Camera, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, FramingSeen | RateWanted):
                self._bus.publish(effect)
            else:
                self._put(effect)
        gallery = camera.watch.gallery
        if len(gallery) > camera.gallery_kept:
            camera.gallery_kept = len(gallery)
            self._put(_Store(sitting_id=sitting_id, gallery=gallery))

    def _put(self, effect: _Lasting) -> None:
        self._effects.put(effect.sitting_id, effect, partial(_renews, effect))

    def _measure_share(self, before: tuple[int, int]) -> tuple[int, int]:
        now = (self.counts["offered"], self.counts["analysed"])
        offered = now[0] - before[0]
        if offered:
            self._bus.publish(ShareMeasured(analysed=min(1.0, (now[1] - before[1]) / offered)))
        return now

    async def _tick_forever(self) -> None:
        measured, ticks = (0, 0), 0
        while True:
            await asyncio.sleep(1.0)
            ticks += 1
            if ticks % SHARE_EVERY_TICKS == 0:
                measured = self._measure_share(measured)
            at = self._clock.now().timestamp()
            for sitting_id, camera in self._cameras.items():
                if at - camera.last_at >= QUIET_S:
                    self._take(sitting_id, camera, camera.watch.tick(at))

    async def _pace_forever(self) -> None:
        while True:
            await asyncio.sleep(PACE_EVERY_S)
            self._pacing.adjust()

    def _note_change(self, sitting_id: str) -> None:
        if sitting_id in self._cameras:
            self._put(_Refresh(sitting_id=sitting_id))

    async def _apply(self, effect: _Lasting) -> None:
        services = self._services
        match effect:
            case FlagSeen():
                await services.incidents.put_flag(effect.flag)
            case DoorDecided():
                await services.checkin.decide(effect.sitting_id, effect.result, self.engine, effect.gallery)
            case _Store():
                await services.checkin.store_gallery(effect.sitting_id, self.engine, effect.gallery)
            case _Refresh():
                await self._refresh(effect.sitting_id)

    async def _refresh(self, sitting_id: str) -> None:
        camera = self._cameras.get(sitting_id)
        if camera is None:
            return
        sitting, _ = await self._services.sittings.get(sitting_id)
        known = await self._known(sitting_id)
        self._take(sitting_id, camera, camera.watch.update(sitting, known))
        if sitting.state not in WATCHED:
            del self._cameras[sitting_id]

    async def _known(self, sitting_id: str, *, make_reference: bool = True) -> Known:
        """Templates of a sitting; the registered photo's is made when it is first needed and allowed."""
        services = self._services
        read_at = self._clock.now()
        sitting, administration = await services.sittings.get(sitting_id)
        candidate = await services.administrations.find_candidate(sitting.candidate_id)
        stored = await services.checkin.templates(sitting_id, self.engine)
        size = self._calibration.embedding_size
        # Templates that an earlier version of the engine made have another size: they are made anew.
        reference = stored.reference
        if reference is not None and reference.size != size:
            reference = None
        if stored.reference_at and candidate.photo_at and candidate.photo_at > stored.reference_at:
            reference = None  # the office has replaced the photo since
        wanted = make_reference and sitting.face_comparison and candidate.photo_key is not None
        if reference is None and wanted:
            try:
                photo = await services.administrations.photo(candidate)
                judged = await self._pool.photo(photo, embed=True)
            except WorkerError:
                _log.warning("the registered photo cannot be used", extra={"sitting": sitting_id})
            else:
                reference = judged.embedding
            if reference is not None:
                await services.checkin.store_reference(sitting_id, self.engine, reference, read_at)
        return Known(
            has_photo=candidate.photo_key is not None,
            photo_at_check_in=administration.photo_at_check_in,
            reference=reference,
            gallery=tuple(one for one in stored.gallery if one.size == size),
        )


def _renews(new: _Lasting, waiting: _Lasting) -> bool:
    """Whether `new` says all that `waiting` would have said: a newer state of a flag, gallery or sitting."""
    if isinstance(new, FlagSeen) and isinstance(waiting, FlagSeen):
        return new.flag.id == waiting.flag.id
    return isinstance(new, _Refresh | _Store) and type(new) is type(waiting)
