"""The candidate's overview of the own sitting."""

from app.administrations.service import AdministrationsService
from app.checkin.rules import retries_left
from app.checkin.service import CheckinService
from app.clock import instant_text
from app.kit.unit_of_work import UnitOfWork
from app.organisations import service as organisations
from app.settings import SittingSettings
from app.sittings.points import points_text
from app.sittings.records import Sitting
from app.sittings.service import SittingsService


class Overview:
    """Puts together what the candidate's page shows."""

    def __init__(
        self,
        units: UnitOfWork,
        sittings: SittingsService,
        administrations: AdministrationsService,
        checkin: CheckinService,
        settings: SittingSettings,
    ) -> None:
        self._units = units
        self._sittings = sittings
        self._administrations = administrations
        self._checkin = checkin
        self._settings = settings

    async def of_candidate(self, sitting_id: str) -> dict[str, object]:
        """JSON-able overview; the ID number is masked."""
        now = self._units.clock.now()
        async with self._units.database.read() as connection:
            sitting, administration = await self._sittings.load(connection, sitting_id)
            candidate = await self._administrations.candidate(connection, sitting.candidate_id)
            room = await organisations.room(connection, administration.room_id)
        seat = next(seat for seat in room.seats if seat.id == sitting.seat_id)
        return {
            "now": instant_text(now),
            "sitting_id": sitting.id,
            "candidate": {
                "name": candidate.name,
                "id_number_masked": candidate.id_number_masked,
                "enterprise": candidate.enterprise,
                "category": candidate.category,
                "ticket": sitting.ticket,
            },
            "exam": {
                "name": administration.exam,
                "minutes": administration.minutes,
                "items": administration.blueprint.slot_count,
                "total_points": points_text(administration.total_points),
                "pass_points": points_text(administration.pass_points),
                "result_shown": administration.result_shown,
            },
            "administration": {
                "name": administration.name,
                "starts_at": instant_text(administration.starts_at),
                "closes_at": instant_text(administration.closes_at),
            },
            "point": room.point,
            "room": room.name,
            "seat": seat.label,
            "status": {
                "state": sitting.state.value,
                "remaining_ms": self._sittings.remaining_ms(sitting, administration, now),
                "starts_at": instant_text(administration.starts_at),
                "ended_reason": sitting.ended_reason,
            },
            "consent": _consent(sitting),
            "registered_photo": candidate.photo_key is not None,
            "registered_photo_at": instant_text(candidate.photo_at) if candidate.photo_at else None,
            "photo_at_check_in": administration.photo_at_check_in,
            "identity": self._identity(sitting),
            "waiting_reason": sitting.waiting_reason,
            "admitted_by": _admitted_by(sitting),
            "queue_place": await self._checkin.queue_place(sitting),
        }

    def _identity(self, sitting: Sitting) -> dict[str, object] | None:
        if sitting.identity_outcome is None:
            return None
        return {
            "outcome": sitting.identity_outcome,
            "reason": sitting.identity_reason,
            "retries_left": retries_left(sitting.identity_attempts, self._settings.identity_retries),
        }


def _consent(sitting: Sitting) -> dict[str, object] | None:
    if sitting.recording_consent_at is None:
        return None
    return {"recording": True, "face_comparison": sitting.face_comparison}


def _admitted_by(sitting: Sitting) -> str | None:
    if sitting.admitted_by is None:
        return None
    return "machine" if sitting.admitted_by == "machine" else "invigilator"
