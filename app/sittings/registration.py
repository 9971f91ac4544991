"""From a roster to sittings: candidates, seats, forms, tickets with one-time entry codes."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncConnection

from app.administrations import seeds
from app.administrations.records import Registered
from app.administrations.service import (
    Administration,
    AdministrationsService,
    NewCandidate,
    Person,
)
from app.errors import NotAllowedNow
from app.ids import new_entry_code, new_id, normal_entry_code, secret_digest
from app.kit.unit_of_work import Json, Unit, UnitOfWork
from app.organisations import service as organisations
from app.sittings import repository
from app.sittings.drawing import DrawnEpoch, Order
from app.sittings.events import RosterChanged, SittingChanged
from app.sittings.formbook import Formbook
from app.sittings.lifecycle import State
from app.sittings.records import Sitting, stream_of

# One transaction takes so many: answers are saved between two of them (decision 0056).
_FORMS_AT_ONCE, _KNOWN_AT_ONCE, _TICKETS_AT_ONCE = 40, 25, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What is printed for a candidate. The code is in clear here and nowhere else."""

    sitting_id: str
    ticket: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Newcomer:
    """Somebody who gets a sitting. `is_new`: not known from another administration either."""

    person: Person
    candidate_id: str
    is_new: bool
    sitting_id: str
    seat_id: str
    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seating:
    """Who sits where, as far as the database says before anything is written.

    `sitting_of` by ID number, of everybody; `order` is what the forms of the newcomers are drawn from.
    """

    administration: Administration
    newcomers: Mapping[str, _Newcomer]
    known: Sequence[tuple[str, Person]]
    sitting_of: Mapping[str, str]
    order: Order


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What one transaction writes: whole epochs of newcomers, and people who have a sitting already."""

    epochs: Sequence[DrawnEpoch] = ()
    known: Sequence[tuple[str, Person]] = ()
    is_last: bool = False

    @property
    def size(self) -> int:
        """New sittings."""
        return sum(len(epoch.forms) for epoch in self.epochs)


@dataclass(slots=True, kw_only=True)
class _Roster:
    """A roster that is being registered. `entered` counts the new sittings that are stored."""

    administration_id: str
    people: Sequence[Person]
    actor: str
    presentation_check: bool
    liveness_challenge: bool | None
    entered: int = 0
    photo_keys: dict[str, str] = field(default_factory=dict)

    @property
    def stream(self) -> str:
        return f"administration:{self.administration_id}"


class _OvertakenError(Exception):
    """Another process registered somebody since the forms were drawn."""


class RegistrationService:
    """Registers people for administrations and issues their tickets."""

    def __init__(
        self, units: UnitOfWork, administrations: AdministrationsService, formbook: Formbook
    ) -> None:
        self._units = units
        self._administrations = administrations
        self._formbook = formbook
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def register(
        self,
        administration_id: str,
        people: Sequence[Person],
        actor: str,
        *,
        presentation_check: bool = True,
        liveness_challenge: bool | None = None,
    ) -> list[str]:
        """Register people, seat them in the order given, build their forms. Returns the sittings.

        Somebody already registered (same ID number) keeps the sitting and the seat; the personal data
        are brought up to date. Raises NotAllowedNow (`room_full`, `seed_revealed`, `forms_exhausted`) before
        anything is written. A large roster is written in parts; one that was cut off is registered again.
        `liveness_challenge` None: as the administration says.
        """
        roster = _Roster(
            administration_id=administration_id,
            people=people,
            actor=actor,
            presentation_check=presentation_check,
            liveness_challenge=liveness_challenge,
        )
        turn = self._turns.setdefault(administration_id, asyncio.Lock())
        async with turn:
            # Ends: who is overtaken saw somebody else get seats, and those are finite.
            while True:
                try:
                    return await self._enter(roster)
                except _OvertakenError:
                    continue

    async def _enter(self, roster: _Roster) -> list[str]:
        """Seat, draw, write. Raises _OvertakenError; what was written then is whole and stays."""
        async with self._units.database.read() as connection:
            seating = await self._seat(connection, roster)
        drawn = await self._formbook.draw(seating.order)
        for part in _parts(drawn, seating.known):
            await self._keep_photos(roster, part, seating)
            try:
                async with self._units.begin() as unit:
                    await self._write(unit, roster, part, seating)
            except _OvertakenError:
                await self._administrations.drop_photos(roster.photo_keys.values())
                raise
            finally:
                roster.photo_keys.clear()
            roster.entered += part.size
        return [seating.sitting_of[person.id_number] for person in roster.people]

    async def _seat(self, connection: AsyncConnection, roster: _Roster) -> _Seating:
        """Raises NotFound, NotAllowedNow (`room_full`, `seed_revealed`)."""
        administration = await self._administrations.get(connection, roster.administration_id)
        seated = await repository.of_administration(connection, roster.administration_id)
        candidate_of = await self._administrations.known_people(connection, roster.people)
        sitting_of = {sitting.candidate_id: sitting.id for sitting in seated}
        # Who is on the roster twice is brought in as the last row says.
        persons = {person.id_number: person for person in roster.people}
        coming = {key: one for key, one in persons.items() if candidate_of.get(key) not in sitting_of}
        if coming and await seeds.is_revealed(connection, roster.administration_id):
            raise _too_late()
        free = await self._free_seats(connection, administration, seated, len(coming))
        newcomers = {
            key: _Newcomer(
                person=person,
                candidate_id=candidate_of.get(key) or new_id(),
                is_new=key not in candidate_of,
                sitting_id=new_id(),
                seat_id=seat_id,
                ticket=_ticket_number(administration, number),
            )
            for number, ((key, person), seat_id) in enumerate(
                zip(coming.items(), free, strict=False), start=len(seated) + 1
            )
        }
        candidates = [one.candidate_id for one in newcomers.values()]
        return _Seating(
            administration=administration,
            newcomers={one.candidate_id: one for one in newcomers.values()},
            known=[(candidate_of[key], one) for key, one in persons.items() if key not in coming],
            sitting_of={
                key: newcomers[key].sitting_id if key in newcomers else sitting_of[candidate_of[key]]
                for key in persons
            },
            order=await self._formbook.order(connection, administration, candidates),
        )

    async def _free_seats(
        self,
        connection: AsyncConnection,
        administration: Administration,
        seated: Sequence[Sitting],
        wanted: int,
    ) -> list[str]:
        """Free seats in order. Raises NotAllowedNow (`room_full`) when there are fewer than wanted."""
        room = await organisations.room(connection, administration.room_id)
        taken = {sitting.seat_id for sitting in seated}
        free = [seat.id for seat in room.seats if seat.id not in taken]
        if wanted > len(free):
            text = f"The room has {len(free)} free seats for {wanted} people."
            raise NotAllowedNow(text, code="room_full")
        return free

    async def _keep_photos(self, roster: _Roster, part: _Part, seating: _Seating) -> None:
        """Store the photos of new people before the transaction that names them."""
        for newcomer in _newcomers(part, seating):
            if newcomer.is_new and newcomer.person.photo is not None:
                key = await self._administrations.keep_photo(newcomer.candidate_id, newcomer.person.photo)
                roster.photo_keys[newcomer.candidate_id] = key

    async def _write(self, unit: Unit, roster: _Roster, part: _Part, seating: _Seating) -> None:
        """One part. Raises NotAllowedNow (`seed_revealed`), _OvertakenError."""
        known = [(seating.sitting_of[person.id_number], key, person) for key, person in part.known]
        if part.epochs:
            await self._check_base(unit, roster, part.epochs[0].epoch.number)
            known += await self._write_newcomers(unit, roster, part, seating)
        for sitting_id, candidate_id, person in known:
            registered = await self._administrations.update_candidate(unit, candidate_id, person)
            if registered.changed:
                _record_change(unit, sitting_id, registered, roster.actor)
        if part.is_last:
            data = {"people": len(roster.people), "new": roster.entered + part.size}
            unit.record(roster.stream, "roster.imported", roster.actor, data)
            unit.announce(RosterChanged(administration_id=roster.administration_id))

    async def _check_base(self, unit: Unit, roster: _Roster, first: int) -> None:
        """Whether epoch `first` still comes next, and the seed is secret; both stay so until the commit."""
        if not await seeds.hold_secret(unit.connection, roster.administration_id):
            raise _too_late()
        last = await repository.last_epoch_number(unit.connection, roster.administration_id)
        if first != (0 if last is None else last + 1):
            raise _OvertakenError

    async def _write_newcomers(
        self, unit: Unit, roster: _Roster, part: _Part, seating: _Seating
    ) -> list[tuple[str, str, Person]]:
        """Candidates, sittings, forms, epochs. Returns (sitting, candidate, person) of those known before."""
        coming = list(_newcomers(part, seating))
        new = [
            NewCandidate(
                id=one.candidate_id, person=one.person, photo_key=roster.photo_keys.get(one.candidate_id)
            )
            for one in coming
            if one.is_new
        ]
        if new and not await self._administrations.add_candidates(unit, new):
            raise _OvertakenError
        rows = [_sitting_row(roster, seating.administration, one) for one in coming]
        await repository.insert_sittings(unit.connection, rows)
        sitting_of = {one.candidate_id: one.sitting_id for one in coming}
        await self._formbook.keep(unit, roster.administration_id, part.epochs, sitting_of)
        for drawn in part.epochs:
            opened: dict[str, Json] = {"epoch": drawn.epoch.number, "closed": drawn.epoch.closed_digest}
            opened |= {"over_cap": True} if drawn.epoch.over_cap else {}
            unit.record(roster.stream, "forms.epoch", roster.actor, opened)
            for form in drawn.forms:
                data: dict[str, Json] = {"administration": roster.administration_id, "form": form.digest}
                stream = stream_of(sitting_of[form.candidate_id])
                unit.record(stream, "sitting.registered", roster.actor, data)
        return [(one.sitting_id, one.candidate_id, one.person) for one in coming if not one.is_new]

    async def issue_tickets(
        self, administration_id: str, actor: str, only: frozenset[str] | None = None
    ) -> list[Ticket]:
        """New entry codes for the sittings that have not ended (or only these); older codes stop working."""
        async with self._units.database.read() as connection:
            await self._administrations.get(connection, administration_id)
            sittings = await repository.of_administration(connection, administration_id)
        wanted = [one.id for one in sittings if only is None or one.id in only]
        tickets: list[Ticket] = []
        for start in range(0, len(wanted), _TICKETS_AT_ONCE):
            async with self._units.begin() as unit:
                tickets += await _issue(unit, wanted[start : start + _TICKETS_AT_ONCE], actor)
        return tickets


async def _issue(unit: Unit, sitting_ids: Sequence[str], actor: str) -> list[Ticket]:
    """New codes for those of these sittings that have not ended, in order."""
    found = await repository.by_ids(unit.connection, sitting_ids, lock=True)
    open_ones = [found[sitting_id] for sitting_id in sitting_ids if found[sitting_id].ended_at is None]
    tickets = [Ticket(sitting_id=one.id, ticket=one.ticket, code=new_entry_code()) for one in open_ones]
    digests = {one.sitting_id: secret_digest(normal_entry_code(one.code)) for one in tickets}
    if digests:
        await repository.change_codes(unit.connection, digests)
    for one in tickets:
        unit.record(stream_of(one.sitting_id), "ticket.issued", actor)
    return tickets


def _too_late() -> NotAllowedNow:
    return NotAllowedNow(
        "The administration is over and its seed is revealed: forms could be foreseen.", code="seed_revealed"
    )


def _parts(drawn: Sequence[DrawnEpoch], known: Sequence[tuple[str, Person]]) -> Iterator[_Part]:
    """Whole epochs and known people in turn; there is a last part, even if it has nothing to write."""
    groups: list[list[DrawnEpoch]] = []
    for epoch in drawn:
        if not groups or sum(len(other.forms) for other in groups[-1]) >= _FORMS_AT_ONCE:
            groups.append([])
        groups[-1].append(epoch)
    chunks = [known[start : start + _KNOWN_AT_ONCE] for start in range(0, len(known), _KNOWN_AT_ONCE)]
    pairs = list(zip_longest(groups, chunks, fillvalue=())) or [((), ())]
    for number, (epochs, chunk) in enumerate(pairs, start=1):
        yield _Part(epochs=epochs, known=chunk, is_last=number == len(pairs))


def _newcomers(part: _Part, seating: _Seating) -> Iterator[_Newcomer]:
    """Those whose forms are in a part."""
    return (seating.newcomers[form.candidate_id] for drawn in part.epochs for form in drawn.forms)


def _record_change(unit: Unit, sitting_id: str, registered: Registered, actor: str) -> None:
    """Say what changed by name only: the values are personal data. Photos are told apart by digest."""
    data: dict[str, Json] = {"changed": list(registered.changed)}
    if "photo" in registered.changed:
        data |= {"photo_before": registered.photo_before, "photo_after": registered.photo_after}
    unit.record(stream_of(sitting_id), "candidate.updated", actor, data)
    unit.announce(SittingChanged(sitting_id=sitting_id))


def _sitting_row(roster: _Roster, administration: Administration, newcomer: _Newcomer) -> dict[str, object]:
    challenge = roster.liveness_challenge
    return {
        "id": newcomer.sitting_id,
        "administration_id": roster.administration_id,
        "candidate_id": newcomer.candidate_id,
        "seat_id": newcomer.seat_id,
        "ticket": newcomer.ticket,
        "state": State.SCHEDULED.value,
        "presentation_check": roster.presentation_check,
        "liveness_challenge": administration.liveness_challenge if challenge is None else challenge,
    }


def _ticket_number(administration: Administration, number: int) -> str:
    """Year, month, day of the start, five digits that name the administration, three of the candidate."""
    day = administration.starts_at.strftime("%y%m%d")
    # The last five hex digits of the id are random; two administrations of a day would have to collide
    # in them and the unique ticket column would refuse the second import.
    mark = int(administration.id[-5:], 16) % 100_000
    return f"{day}{mark:05d}{number:03d}"
