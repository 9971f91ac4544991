"""From a roster to sittings: candidates, seats, forms, tickets with one-time entry codes."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.administrations.service import Administration, AdministrationsService, Person, Registered
from app.errors import NotAllowedNow
from app.ids import new_entry_code, new_id, normal_entry_code, secret_digest
from app.kit.unit_of_work import Json, Unit, UnitOfWork
from app.organisations import service as organisations
from app.sittings import repository
from app.sittings.events import RosterChanged, SittingChanged
from app.sittings.formbook import Formbook
from app.sittings.lifecycle import State
from app.sittings.records import Sitting, stream_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What is printed for a candidate. The code is in clear here and nowhere else."""

    sitting_id: str
    ticket: str
    code: str


class RegistrationService:
    """Registers people for administrations and issues their tickets."""

    def __init__(
        self, units: UnitOfWork, administrations: AdministrationsService, formbook: Formbook
    ) -> None:
        self._units = units
        self._administrations = administrations
        self._formbook = formbook

    async def register(
        self,
        administration_id: str,
        people: Sequence[Person],
        actor: str,
        *,
        presentation_check: bool = True,
    ) -> list[str]:
        """Register people, seat them in the order given, build their forms. Returns the sittings.

        Somebody already registered (same ID number) keeps the sitting and the seat; the personal data
        are brought up to date. Raises NotAllowedNow (`room_full`) before anything is written.
        """
        async with self._units.begin() as unit:
            administration = await self._administrations.get(unit.connection, administration_id)
            known = await repository.of_administration(unit.connection, administration_id)
            free = await self._free_seats(unit, administration, known, people)
            registered = [await self._administrations.register(unit, person) for person in people]
            ids = [one.candidate_id for one in registered]
            sitting_of = {sitting.candidate_id: sitting.id for sitting in known}
            new = [candidate_id for candidate_id in dict.fromkeys(ids) if candidate_id not in sitting_of]
            rows = _sitting_rows(administration, free, new, len(known), presentation_check)
            if rows:
                await repository.insert_sittings(unit.connection, rows)
            sitting_of |= {str(row["candidate_id"]): str(row["id"]) for row in rows}
            if new:
                pairs = [(sitting_of[candidate_id], candidate_id) for candidate_id in new]
                drawn = await self._formbook.build(unit.connection, administration, pairs, unit.now)
                for epoch in drawn.epochs:
                    opened: dict[str, Json] = {"epoch": epoch.number, "closed": epoch.closed_digest}
                    opened |= {"over_cap": True} if epoch.over_cap else {}
                    unit.record(f"administration:{administration_id}", "forms.epoch", actor, opened)
                for sitting_id, digest in drawn.digests.items():
                    data = {"administration": administration_id, "form": digest}
                    unit.record(stream_of(sitting_id), "sitting.registered", actor, data)
            for one in registered:
                if one.changed:
                    _record_change(unit, sitting_of[one.candidate_id], one, actor)
            data_all = {"people": len(people), "new": len(new)}
            unit.record(f"administration:{administration_id}", "roster.imported", actor, data_all)
            unit.announce(RosterChanged(administration_id=administration_id))
        return [sitting_of[candidate_id] for candidate_id in ids]

    async def _free_seats(
        self, unit: Unit, administration: Administration, known: Sequence[Sitting], people: Sequence[Person]
    ) -> list[str]:
        """Free seats in order. Raises NotAllowedNow (`room_full`) when they are fewer than the newcomers."""
        room = await organisations.room(unit.connection, administration.room_id)
        taken = {sitting.seat_id for sitting in known}
        free = [seat.id for seat in room.seats if seat.id not in taken]
        candidate_of = await self._administrations.known_people(unit.connection, people)
        seated = {sitting.candidate_id for sitting in known}
        wanted = {person.id_number for person in people if candidate_of.get(person.id_number) not in seated}
        if len(wanted) > len(free):
            text = f"The room has {len(free)} free seats for {len(wanted)} people."
            raise NotAllowedNow(text, code="room_full")
        return free

    async def issue_tickets(
        self, administration_id: str, actor: str, only: frozenset[str] | None = None
    ) -> list[Ticket]:
        """New entry codes for the sittings that have not ended (or only these); older codes stop working."""
        tickets = []
        async with self._units.begin() as unit:
            await self._administrations.get(unit.connection, administration_id)
            for sitting in await repository.of_administration(unit.connection, administration_id):
                if sitting.ended_at is not None or (only is not None and sitting.id not in only):
                    continue
                code = new_entry_code()
                digest = secret_digest(normal_entry_code(code))
                await repository.change(unit.connection, sitting.id, entry_code_digest=digest)
                unit.record(stream_of(sitting.id), "ticket.issued", actor)
                tickets.append(Ticket(sitting_id=sitting.id, ticket=sitting.ticket, code=code))
        return tickets


def _record_change(unit: Unit, sitting_id: str, registered: Registered, actor: str) -> None:
    """Say what changed by name only: the values are personal data. Photos are told apart by digest."""
    data: dict[str, Json] = {"changed": list(registered.changed)}
    if "photo" in registered.changed:
        data |= {"photo_before": registered.photo_before, "photo_after": registered.photo_after}
    unit.record(stream_of(sitting_id), "candidate.updated", actor, data)
    unit.announce(SittingChanged(sitting_id=sitting_id))


def _sitting_rows(
    administration: Administration,
    free: Sequence[str],
    new: Sequence[str],
    before: int,
    presentation_check: bool,
) -> list[dict[str, object]]:
    """Rows of new sittings, one free seat each; tickets go on after the `before` first ones."""
    return [
        {
            "id": new_id(),
            "administration_id": administration.id,
            "candidate_id": candidate_id,
            "seat_id": seat_id,
            "ticket": _ticket_number(administration, number),
            "state": State.SCHEDULED.value,
            "presentation_check": presentation_check,
        }
        for number, (candidate_id, seat_id) in enumerate(zip(new, free, strict=False), start=before + 1)
    ]


def _ticket_number(administration: Administration, number: int) -> str:
    """Year, month, day of the start, five digits that name the administration, three of the candidate."""
    day = administration.starts_at.strftime("%y%m%d")
    # The last five hex digits of the id are random; two administrations of a day would have to collide
    # in them and the unique ticket column would refuse the second import.
    mark = int(administration.id[-5:], 16) % 100_000
    return f"{day}{mark:05d}{number:03d}"
