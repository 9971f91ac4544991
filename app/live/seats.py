"""What a wall shows of each seat, kept in memory and read anew from the database when facts change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from app.administrations.service import Administration, AdministrationsService
from app.clock import Clock, instant_text
from app.incidents.service import Flag, IncidentsService
from app.kit.database import Database
from app.live.presence import Presence, presence
from app.live.wall_messages import FlagView, SeatView
from app.organisations import service as organisations
from app.settings import SittingSettings
from app.sittings import repository as sittings_repository
from app.sittings import timing
from app.sittings.records import Sitting

CAMERA_OFF_AFTER = timedelta(seconds=15)


@dataclass(slots=True, kw_only=True)
class Seat:
    """One seat and who sits there."""

    index: int
    label: str
    row: int
    column: int
    sitting: Sitting | None = None
    name: str | None = None
    flags: tuple[Flag, ...] = ()
    answered: int = 0
    position: int | None = None
    saved_at: datetime | None = None
    last_heard: datetime | None = None
    presence: Presence = Presence.NEVER
    presence_since: datetime | None = None
    picture_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class RoomView:
    """All seats of one administration."""

    administration: Administration
    point: str
    room: str
    seats: list[Seat]
    by_sitting: dict[str, Seat]


def instant_or_none(at: datetime | None) -> str | None:
    """An instant as text, None stays None."""
    return None if at is None else instant_text(at)


def flag_view(flag: Flag) -> FlagView:
    """A flag as staff see it."""
    return FlagView.model_validate(
        {
            "id": flag.id,
            "kind": flag.kind,
            "severity": flag.severity,
            "started_at": instant_text(flag.started_at),
            "ended_at": instant_or_none(flag.ended_at),
            "peak_at": instant_text(flag.peak_at),
            "evidence": list(flag.evidence),
            "peak_frame": flag.peak_frame,
            "seen_by": flag.seen_by,
        }
    )


class SeatBook:
    """Loads rooms and keeps their seats up to date."""

    def __init__(
        self,
        database: Database,
        administrations: AdministrationsService,
        incidents: IncidentsService,
        clock: Clock,
        settings: SittingSettings,
    ) -> None:
        self._database = database
        self._administrations = administrations
        self._incidents = incidents
        self.clock = clock
        self._stale = timedelta(seconds=settings.presence_stale_s)
        self._lost = timedelta(seconds=settings.presence_lost_s)

    async def load(self, administration_id: str) -> RoomView:
        """Read a whole room. Raises NotFound."""
        async with self._database.read() as connection:
            administration = await self._administrations.get(connection, administration_id)
            room = await organisations.room(connection, administration.room_id)
            seats = [
                Seat(index=index, label=seat.label, row=seat.row, column=seat.column)
                for index, seat in enumerate(room.seats)
            ]
            view = RoomView(
                administration=administration,
                point=room.point,
                room=room.name,
                seats=seats,
                by_sitting={},
            )
            places = {seat.id: seats[index] for index, seat in enumerate(room.seats)}
            for sitting in await sittings_repository.of_administration(connection, administration_id):
                if sitting.seat_id in places:
                    view.by_sitting[sitting.id] = places[sitting.seat_id]
            await self._fill(connection, view, view.by_sitting)
        return view

    async def refresh(self, view: RoomView, sitting_ids: Iterable[str]) -> None:
        """Read these sittings of a room again."""
        async with self._database.read() as connection:
            await self._fill(connection, view, sitting_ids)

    async def _fill(self, connection: AsyncConnection, view: RoomView, sitting_ids: Iterable[str]) -> None:
        wanted = [sitting_id for sitting_id in sitting_ids if sitting_id in view.by_sitting]
        sittings = await sittings_repository.by_ids(connection, wanted)
        people = [sitting.candidate_id for sitting in sittings.values()]
        candidates = await self._administrations.candidates(connection, people)
        flags = await self._incidents.flags(connection, wanted)
        for sitting in sittings.values():
            seat = view.by_sitting[sitting.id]
            seat.sitting = sitting
            seat.name = candidates[sitting.candidate_id].name
            seat.flags = tuple(flags[sitting.id])
            seat.answered, seat.position = sitting.answered, sitting.position
            seat.saved_at = sitting.saved_at

    def age(self, seat: Seat, now: datetime) -> bool:
        """Bring the presence up to date; True when it changed."""
        state = presence(seat.last_heard, now, stale_after=self._stale, lost_after=self._lost)
        if state is seat.presence:
            return False
        seat.presence, seat.presence_since = state, now
        return True

    def view(self, view: RoomView, seat: Seat, now: datetime) -> SeatView:
        """A seat as a wall message."""
        sitting = seat.sitting
        shown = tuple(flag for flag in seat.flags if flag.ended_at is None or flag.seen_by is None)
        remaining = None
        if sitting is not None:
            remaining = timing.remaining_ms(sitting.timing(view.administration.minutes), now)
        fresh = seat.picture_at is not None and now - seat.picture_at < CAMERA_OFF_AFTER
        return SeatView.model_validate(
            {
                "index": seat.index,
                "label": seat.label,
                "row": seat.row,
                "column": seat.column,
                "sitting_id": sitting.id if sitting else None,
                "name": seat.name,
                "state": sitting.state.value if sitting else None,
                "presence": seat.presence.value,
                "presence_since": instant_or_none(seat.presence_since),
                "remaining_ms": remaining,
                "answered": seat.answered,
                "total": view.administration.blueprint.slot_count,
                "position": seat.position,
                "saved_at": instant_or_none(seat.saved_at),
                "waiting_since": instant_or_none(sitting.waiting_since if sitting else None),
                "waiting_reason": sitting.waiting_reason if sitting else None,
                "called_at": instant_or_none(sitting.called_at if sitting else None),
                "picture_at": instant_or_none(seat.picture_at),
                "camera": "on" if fresh else "off",
                "checks_off": checks_off(sitting),
                "flags": [flag_view(flag) for flag in shown],
                "ended_reason": sitting.ended_reason if sitting else None,
            }
        )


def checks_off(sitting: Sitting | None) -> list[str]:
    """Checks that do not run for this sitting, by policy or for want of consent."""
    if sitting is None:
        return []
    off = [] if sitting.presentation_check else ["presentation_attack"]
    return [*off, "another_person"] if sitting.face_comparison is False else off
