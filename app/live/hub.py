"""Who is connected, and what they are told. One hub a process; every outgoing queue is bounded.

Control messages never drop: a page or a wall that cannot keep up is disconnected and comes back.
Seat changes are coalesced per sitting, pictures are latest-wins with credits.
"""

import asyncio
import contextlib
import logging
from collections.abc import Iterable
from datetime import datetime

from app.administrations.service import Administration
from app.clock import Clock, instant_text
from app.frames.analysis import PictureReady, ShareMeasured
from app.frames.watching import FramingSeen, RateWanted
from app.incidents.service import FlagsChanged
from app.kit.bus import Bus
from app.live.messages import (
    CameraRate,
    Challenge,
    Framing,
    FramingCheck,
    Identity,
    Notice,
    Queue,
    SittingStatus,
    StatusChanged,
    Superseded,
    ToCandidate,
)
from app.live.seats import RoomView, Seat, SeatBook
from app.live.watchers import WallLink
from app.settings import SittingSettings
from app.sittings.events import NoticeSent, ProgressSaved, RosterChanged, SittingChanged
from app.sittings.lifecycle import State
from app.sittings.records import Sitting
from app.sittings.service import SittingsService
from proctor.challenge import ChallengeProgress

_log = logging.getLogger(__name__)
OUTBOX_LIMIT = 256
DROPPABLE_ABOVE = 32


class CandidateLink:
    """The server's end of one candidate page."""

    def __init__(self, sitting_id: str, tab: str) -> None:
        self.sitting_id = sitting_id
        self.tab = tab
        self.queue: asyncio.Queue[ToCandidate | None] = asyncio.Queue(OUTBOX_LIMIT)
        self.heard_at: datetime | None = None
        self.superseded = False

    def send(self, message: ToCandidate) -> None:
        """Queue a message; guidance is dropped when the page lags, anything else disconnects it."""
        if isinstance(message, Framing) and self.queue.qsize() > DROPPABLE_ABOVE:
            return
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            self.close()

    def close(self) -> None:
        """End the connection once the queue was taken off."""
        with contextlib.suppress(asyncio.QueueFull):
            self.queue.put_nowait(None)


class Hub:
    """Subscribes to what happens and tells whoever must know. `run()` is a task of the service."""

    def __init__(
        self, bus: Bus, seatbook: SeatBook, sittings: SittingsService, clock: Clock, settings: SittingSettings
    ) -> None:
        self._seatbook = seatbook
        self._sittings = sittings
        self._clock = clock
        self._settings = settings
        self._links: dict[str, CandidateLink] = {}
        self._rooms: dict[str, RoomView] = {}
        self._room_of: dict[str, RoomView] = {}
        self._walls: dict[str, set[WallLink]] = {}
        self._changed: set[str] = set()
        self._wake = asyncio.Event()
        self._heard: dict[str, datetime] = {}
        self._place_told: dict[str, int] = {}
        self._identity_told: dict[str, tuple[str | None, int]] = {}
        bus.subscribe(SittingChanged, lambda event: self._note(event.sitting_id))
        bus.subscribe(FlagsChanged, lambda event: self._note(event.sitting_id))
        bus.subscribe(RosterChanged, self._forget_room)
        bus.subscribe(ProgressSaved, self._progress)
        bus.subscribe(NoticeSent, self._notice)
        bus.subscribe(FramingSeen, self._framing)
        bus.subscribe(RateWanted, self._rate)
        bus.subscribe(PictureReady, self._picture)
        bus.subscribe(ShareMeasured, self._share)
        self._analysed_share = 1.0

    # ------------------------------------------------------------------ candidates

    def claim(self, link: CandidateLink, *, take_over: bool) -> bool:
        """Make `link` the live one of its sitting; False when another tab is and stays so.

        A tab that has not been heard of for as long as makes it stale gives way by itself.
        """
        current = self._links.get(link.sitting_id)
        if current is not None and current is not link and not take_over and current.tab != link.tab:
            silent = current.heard_at is None or self._silent(current.heard_at)
            if not silent:
                return False
        if current is not None and current is not link:
            current.superseded = True
            current.send(Superseded())
        link.superseded = False  # a tab that was put aside may take over again on the same connection
        self._links[link.sitting_id] = link
        return True

    def _silent(self, heard_at: datetime) -> bool:
        return (self._clock.now() - heard_at).total_seconds() >= self._settings.presence_stale_s

    def heard(self, link: CandidateLink) -> None:
        """The page said something."""
        now = self._clock.now()
        link.heard_at = now
        self._heard[link.sitting_id] = now
        room = self._room_of.get(link.sitting_id)
        if room is not None:
            seat = room.by_sitting[link.sitting_id]
            seat.last_heard = now
            if self._seatbook.age(seat, now):
                self._tell_walls(room, [link.sitting_id])

    def leave(self, link: CandidateLink) -> None:
        """The page is gone."""
        if self._links.get(link.sitting_id) is link:
            del self._links[link.sitting_id]

    def is_live(self, link: CandidateLink) -> bool:
        """Whether this is the one live tab."""
        return self._links.get(link.sitting_id) is link

    def status(self, sitting: Sitting, starts_at: datetime, remaining_ms: int | None) -> SittingStatus:
        """The status as candidates are told it."""
        return SittingStatus(
            state=sitting.state.value,
            remaining_ms=remaining_ms,
            starts_at=instant_text(starts_at),
            ended_reason=sitting.ended_reason,
        )

    def _tell(self, sitting_id: str, message: ToCandidate) -> None:
        link = self._links.get(sitting_id)
        if link is not None:
            link.send(message)

    def _notice(self, event: NoticeSent) -> None:
        self._tell(
            event.sitting_id,
            Notice.model_validate(
                {
                    "notice_id": event.notice_id,
                    "kind": event.kind,
                    "text": event.text,
                    "staff_name": event.staff_name,
                    "at": instant_text(event.at),
                }
            ),
        )

    def _framing(self, event: FramingSeen) -> None:
        checks = [
            FramingCheck(check=check.name.value, ok=check.ok, advice=check.advice and check.advice.value)
            for check in event.checks
        ]
        asked = None if event.challenge is None else _challenge(event.challenge)
        self._tell(event.sitting_id, Framing(checks=checks, face=event.face, challenge=asked))
        if asked is None and all(check.ok for check in event.checks):
            self._tell(event.sitting_id, Identity(progress=event.progress, outcome=None))

    def _rate(self, event: RateWanted) -> None:
        self._tell(event.sitting_id, CameraRate(fps=event.fps))

    def _tell_outcome(self, sitting: Sitting) -> None:
        """The outcome at the door, once each time it changes."""
        now = (sitting.identity_outcome, sitting.identity_attempts)
        before, self._identity_told[sitting.id] = self._identity_told.get(sitting.id), now
        if sitting.identity_outcome is None or before == now:
            return
        left = max(0, self._settings.identity_retries + 1 - sitting.identity_attempts)
        message = Identity.model_validate(
            {
                "progress": 1.0,
                "outcome": sitting.identity_outcome,
                "reason": sitting.identity_reason,
                "retries_left": left,
            }
        )
        self._tell(sitting.id, message)

    # ------------------------------------------------------------------ walls

    async def join_wall(self, administration_id: str, link: WallLink) -> RoomView:
        """A wall opens. Raises NotFound."""
        room = self._rooms.get(administration_id)
        if room is None:
            loaded = await self._seatbook.load(administration_id)
            # Another wall may have opened the room meanwhile: all walls share one view.
            room = self._rooms.setdefault(administration_id, loaded)
            if room is loaded:
                await self._settle(room)
        self._walls.setdefault(administration_id, set()).add(link)
        return room

    async def _settle(self, room: RoomView) -> None:
        """Bind a new view to its sittings, then read it again: what changed in between told nobody."""
        now = self._clock.now()
        for sitting_id, seat in room.by_sitting.items():
            self._room_of[sitting_id] = room
            seat.last_heard = self._heard.get(sitting_id)
            self._seatbook.age(seat, now)
        await self._seatbook.refresh(room, room.by_sitting)
        self._tell_walls(room, room.by_sitting)

    def leave_wall(self, administration_id: str, link: WallLink) -> None:
        """A wall closes; the last one lets go of the room."""
        walls = self._walls.get(administration_id, set())
        walls.discard(link)
        if not walls and (room := self._rooms.pop(administration_id, None)) is not None:
            self._walls.pop(administration_id, None)
            for sitting_id in room.by_sitting:
                self._room_of.pop(sitting_id, None)

    def _share(self, event: ShareMeasured) -> None:
        self._analysed_share = event.analysed

    def analysed_share(self) -> float:
        """Share of the recorded frames that were analysed lately, 0..1."""
        return self._analysed_share

    def _forget_room(self, event: RosterChanged) -> None:
        """The roster changed: open walls of this administration start anew."""
        for link in self._walls.get(event.administration_id, set()):
            link.close()

    def _progress(self, event: ProgressSaved) -> None:
        room = self._room_of.get(event.sitting_id)
        if room is None:
            return
        seat = room.by_sitting[event.sitting_id]
        seat.answered, seat.position, seat.saved_at = event.answered, event.position, event.saved_at
        self._tell_walls(room, [event.sitting_id])

    def _picture(self, event: PictureReady) -> None:
        room = self._room_of.get(event.sitting_id)
        if room is None:
            return
        seat = room.by_sitting[event.sitting_id]
        was_off = seat.picture_at is None
        seat.picture_at = event.received_at
        for link in self._walls.get(room.administration.id, ()):
            link.offer(seat.index, event)
        if was_off:
            self._tell_walls(room, [event.sitting_id])

    def _tell_walls(self, room: RoomView, sitting_ids: Iterable[str]) -> None:
        for link in self._walls.get(room.administration.id, ()):
            link.touch(sitting_ids)

    # ------------------------------------------------------------------ upkeep

    def _note(self, sitting_id: str) -> None:
        self._changed.add(sitting_id)
        self._wake.set()

    async def run(self) -> None:
        """Re-read what changed, and let presence age, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._refresh_forever())
            group.create_task(self._age_forever())

    async def _refresh_forever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            changed, self._changed = self._changed, set()
            try:
                await self._refresh(changed)
            except Exception:
                _log.exception("the hub could not re-read what changed")

    async def _refresh(self, changed: set[str]) -> None:
        for room in {id(room): room for room in map(self._room_of.get, changed) if room}.values():
            own = [sitting_id for sitting_id in changed if sitting_id in room.by_sitting]
            await self._seatbook.refresh(room, own)
            self._tell_walls(room, own)
        queues: set[str] = set()
        for sitting, administration in await self._sittings.get_many(changed):
            if sitting.id in self._links:
                self._tell_status(sitting, administration)
            if sitting.state is State.AWAITING_ADMISSION or sitting.id in self._place_told:
                queues.add(sitting.administration_id)
            if sitting.state is not State.AWAITING_ADMISSION:
                self._place_told.pop(sitting.id, None)
        for administration_id in queues:
            await self._tell_places(administration_id)

    def _tell_status(self, sitting: Sitting, administration: Administration) -> None:
        now = self._clock.now()
        remaining = self._sittings.remaining_ms(sitting, administration, now)
        status = self.status(sitting, administration.starts_at, remaining)
        self._tell(sitting.id, StatusChanged(now=instant_text(now), status=status))
        self._tell_outcome(sitting)

    async def _tell_places(self, administration_id: str) -> None:
        """Tell everybody who waits for admission their place, each when it is another one than before."""
        now = self._clock.now()
        queue = await self._sittings.admission_queue(administration_id)
        for place, (sitting_id, since) in enumerate(queue, start=1):
            if self._place_told.get(sitting_id) != place:
                self._place_told[sitting_id] = place
                waited_ms = int((now - since).total_seconds() * 1000)
                self._tell(sitting_id, Queue(place=place, waited_ms=waited_ms))

    def tell_again(self, sitting_id: str) -> None:
        """A page has come back: it may not know the present status and place."""
        self._place_told.pop(sitting_id, None)
        self._note(sitting_id)

    async def _age_forever(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            now = self._clock.now()
            for room in self._rooms.values():
                aged = [
                    sitting_id for sitting_id, seat in room.by_sitting.items() if self._age_seat(seat, now)
                ]
                if aged:
                    self._tell_walls(room, aged)

    def _age_seat(self, seat: Seat, now: datetime) -> bool:
        return self._seatbook.age(seat, now)


def _challenge(progress: ChallengeProgress) -> Challenge:
    return Challenge.model_validate(
        {
            "step": None if progress.step is None else progress.step.value,
            "done": progress.done,
            "total": len(progress.steps),
            "failed": progress.failed,
            "left_ms": round(progress.left_seconds * 1000),
        }
    )
