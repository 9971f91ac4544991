"""Leads and the ledger for people: reading, and noting that somebody looked."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.rules import Principal
from app.administrations.service import Administration, AdministrationsService
from app.errors import Invalid, NotAllowedNow
from app.forensics import repository
from app.forensics.repository import Screening, StoredLead
from app.forensics.rules import MIN_SITTINGS, ScreeningState, may_be_looked_at
from app.forensics.screening import ScreeningService
from app.kit.looks import Look
from app.kit.unit_of_work import Json, UnitOfWork
from app.organisations import service as organisations
from app.results.closed import ClosedAdministrations
from app.sittings import reasons
from app.sittings import repository as sittings_repository
from app.sittings.records import stream_of

LOOKED_ENTRY = "forensics.lead_looked_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """Whose sitting it is and where; `row` and `column` count from 1, seen from the invigilator's desk."""

    sitting_id: str
    name: str
    enterprise: str
    seat: str
    row: int
    column: int

    def is_beside(self, other: "Seated") -> bool:
        """Whether the seats touch, over a corner too."""
        return max(abs(self.row - other.row), abs(self.column - other.column)) <= 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads:
    """A screening with its leads, and everybody who is named in it, by sitting."""

    administration: Administration
    state: ScreeningState
    screening: Screening | None
    leads: tuple[StoredLead, ...]
    people: dict[str, Seated]


class ForensicsService:
    """Reads what `screening` stored."""

    def __init__(
        self,
        units: UnitOfWork,
        closed: ClosedAdministrations,
        administrations: AdministrationsService,
        screening: ScreeningService,
    ) -> None:
        self._units = units
        self._closed = closed
        self._administrations = administrations
        self._screening = screening

    async def leads(self, administration_id: str) -> Leads:
        """All leads. Raises NotFound, NotAllowedNow (`administration_open`, `scoring_incomplete`)."""
        state, screening = await self._standing(administration_id)
        async with self._units.database.read() as connection:
            administration = await self._administrations.get(connection, administration_id)
            stored = await repository.leads(connection, screening) if screening else []
            named = {sitting_id for one in stored for sitting_id in one.lead.sittings}
            if screening:
                named |= {sitting_id for pair in screening.most_alike for sitting_id in pair[:2]}
            people = await self._people(connection, administration, named)
        return Leads(
            administration=administration,
            state=state,
            screening=screening,
            leads=tuple(stored),
            people=people,
        )

    async def exposure(
        self, administration_id: str
    ) -> tuple[Administration, ScreeningState, Screening | None]:
        """The ledger alone, which names nobody. Raises as `leads`."""
        state, screening = await self._standing(administration_id)
        async with self._units.database.read() as connection:
            return await self._administrations.get(connection, administration_id), state, screening

    async def lead(
        self, administration_id: str, lead_id: str
    ) -> tuple[Administration, StoredLead, dict[str, Seated]]:
        """One lead and who it is about. Raises NotFound."""
        async with self._units.database.read() as connection:
            administration = await self._administrations.get(connection, administration_id)
            stored = await repository.lead(connection, administration_id, lead_id)
            people = await self._people(connection, administration, stored.lead.sittings)
        return administration, stored, people

    async def look(
        self, administration_id: str, lead_id: str, caller: Principal, reason: str, note: str
    ) -> StoredLead:
        """Note, once, that somebody looked at a lead: in the log of the administration and of its sittings.

        Raises NotFound, Invalid (`reason_invalid`), NotAllowedNow (`already_looked_at`).
        """
        if not reasons.known("lead", reason):
            raise Invalid("A look needs one of its coded reasons.", code="reason_invalid")
        async with self._units.begin() as unit:
            stored = await repository.lead(unit.connection, administration_id, lead_id, lock=True)
            code = may_be_looked_at(already=stored.look is not None)
            if code is not None:
                raise NotAllowedNow("Somebody has looked at this lead.", code=code)
            look = Look(at=unit.now, by=caller.subject, by_name=caller.name, reason=reason, note=note.strip())
            await repository.note_look(unit.connection, lead_id, look)
            data: dict[str, Json] = {"lead": lead_id, "kind": stored.lead.kind.value, "reason": reason}
            data |= {"by": caller.name, "note": look.note}
            streams = [f"administration:{administration_id}", *map(stream_of, stored.lead.sittings)]
            for stream in streams:
                unit.record(stream, LOOKED_ENTRY, caller.actor, data)
            return await repository.lead(unit.connection, administration_id, lead_id)

    async def _standing(self, administration_id: str) -> tuple[ScreeningState, Screening | None]:
        runs = await self._closed.runs(administration_id)
        async with self._units.database.read() as connection:
            screening = await repository.screening(connection, administration_id)
        if screening is not None:
            few = screening.counts.sittings < MIN_SITTINGS
            return ScreeningState.TOO_FEW if few else ScreeningState.DONE, screening
        if not runs:
            return ScreeningState.TOO_FEW, None
        if self._screening.is_running(administration_id):
            return ScreeningState.RUNNING, None
        failed = self._screening.has_failed(administration_id)
        return ScreeningState.FAILED if failed else ScreeningState.WAITING, None

    async def _people(
        self, connection: AsyncConnection, administration: Administration, sitting_ids: Iterable[str]
    ) -> dict[str, Seated]:
        sittings = await sittings_repository.by_ids(connection, sorted(set(sitting_ids)))
        ids = [sitting.candidate_id for sitting in sittings.values()]
        candidates = await self._administrations.candidates(connection, ids)
        room = await organisations.room(connection, administration.room_id)
        seats = {seat.id: seat for seat in room.seats}
        return {
            sitting.id: Seated(
                sitting_id=sitting.id,
                name=candidates[sitting.candidate_id].name,
                enterprise=candidates[sitting.candidate_id].enterprise,
                seat=seats[sitting.seat_id].label,
                row=seats[sitting.seat_id].row,
                column=seats[sitting.seat_id].column,
            )
            for sitting in sittings.values()
        }
