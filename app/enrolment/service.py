"""Leads for people: reading, and noting that somebody looked."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.rules import Principal
from app.administrations.service import AdministrationsService, Candidate
from app.enrolment import repository
from app.enrolment.repository import DuplicateSearch, FaceLead
from app.enrolment.searching import DuplicateSearches, Progress
from app.errors import Invalid, NotAllowedNow
from app.kit.looks import Look
from app.kit.unit_of_work import Json, UnitOfWork
from app.sittings import reasons
from app.sittings import repository as sittings_repository
from app.sittings.records import Sitting, stream_of

LOOKED_ENTRY = "duplicates.lead_looked_at"
MOST_LEADS = 200
MOST_SEARCHES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """Somebody a lead is about: the candidate, and the sitting that the template was made in."""

    candidate: Candidate
    sitting: Sitting
    administration: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceLeads:
    """The page: leads with whom they are about (by sitting), the latest searches, what is under way."""

    leads: tuple[FaceLead, ...]
    total: int
    looked_at: int
    people: dict[str, Registered]
    searches: tuple[DuplicateSearch, ...]
    names: dict[str, str]
    progress: Progress | None
    failed: tuple[str, ...]


class EnrolmentService:
    """Reads what `searching` stored."""

    def __init__(
        self, units: UnitOfWork, administrations: AdministrationsService, searches: DuplicateSearches
    ) -> None:
        self._units = units
        self._administrations = administrations
        self._searches = searches

    async def leads(self) -> FaceLeads:
        """What to look at: at most MOST_LEADS, those that nobody looked at first."""
        progress, failed = self._searches.progress, self._searches.failed
        async with self._units.database.read() as connection:
            found = await repository.leads(connection, MOST_LEADS)
            total, looked_at = await repository.count(connection)
            searches = await repository.searches(connection, MOST_SEARCHES)
            sittings = [end[1] for one in found for end in (one.pair.first, one.pair.second)]
            people = await self._people(connection, sittings)
            named = {one.administration_id for one in searches} | {one.found_in for one in found} | {*failed}
            named |= {progress.administration_id} if progress else set()
            names = {one: (await self._administrations.get(connection, one)).name for one in sorted(named)}
        return FaceLeads(
            leads=tuple(found),
            total=total,
            looked_at=looked_at,
            people=people,
            searches=tuple(searches),
            names=names,
            progress=progress,
            failed=tuple(failed),
        )

    async def look(self, lead_id: str, caller: Principal, reason: str, note: str) -> FaceLead:
        """Note, once, that somebody looked at a lead: in the log of both sittings.

        Raises NotFound, Invalid (`reason_invalid`), NotAllowedNow (`already_looked_at`).
        """
        if not reasons.known("face_lead", reason):
            raise Invalid("A look needs one of its coded reasons.", code="reason_invalid")
        async with self._units.begin() as unit:
            stored = await repository.lead(unit.connection, lead_id, lock=True)
            if stored.look is not None:
                raise NotAllowedNow("Somebody has looked at this lead.", code="already_looked_at")
            look = Look(at=unit.now, by=caller.subject, by_name=caller.name, reason=reason, note=note.strip())
            await repository.note_look(unit.connection, lead_id, look)
            data: dict[str, Json] = {"lead": lead_id, "reason": reason, "by": caller.name, "note": look.note}
            for sitting_id in (stored.pair.first[1], stored.pair.second[1]):
                unit.record(stream_of(sitting_id), LOOKED_ENTRY, caller.actor, data)
            return await repository.lead(unit.connection, lead_id)

    async def _people(self, connection: AsyncConnection, ids: Iterable[str]) -> dict[str, Registered]:
        sittings = await sittings_repository.by_ids(connection, sorted(set(ids)))
        wanted = sorted({sitting.candidate_id for sitting in sittings.values()})
        candidates = await self._administrations.candidates(connection, wanted)
        return {
            sitting.id: Registered(
                candidate=candidates[sitting.candidate_id],
                sitting=sitting,
                administration=(await self._administrations.get(connection, sitting.administration_id)).name,
            )
            for sitting in sittings.values()
        }
