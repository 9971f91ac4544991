"""Exams, administrations and the people registered for them."""

import asyncio
import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from app.administrations.id_numbers import hidden_id_number
from app.administrations.publishing import published_plan
from app.administrations.records import ExamSummary, Registered
from app.administrations.tables import AdministrationRow, CandidateRow, ExamRow
from app.banks.service import BanksService
from app.errors import Invalid, NotFound
from app.ids import new_id
from app.kit.among import among
from app.kit.blobs import Blobs
from app.kit.unit_of_work import Json, Unit, UnitOfWork
from app.kit.vault import Vault
from question_bank.assembly import seed_commitment
from question_bank.blueprint import Blueprint
from question_bank.plans import AssemblyPlan

ID_NUMBER = "id-number"
_PLANS_KEPT = 8
# What a roster may change of a known candidate, besides the photo: fields of Person and Candidate.
UPDATED = ("name", "enterprise", "category")


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """An administration with its exam. Points are hundredths of a point.

    `master_seed` must not leave the server before the administration is over.
    """

    id: str
    name: str
    exam_id: str
    exam: str
    snapshot_id: str
    blueprint: Blueprint
    minutes: int
    pass_points: int
    total_points: int
    result_shown: bool
    room_id: str
    starts_at: datetime
    closes_at: datetime
    master_seed: bytes
    photo_at_check_in: bool
    liveness_challenge: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A row of a roster. `id_number` is in clear here and sealed when stored; `photo` is a checked JPEG."""

    name: str
    id_number: str
    enterprise: str
    category: str
    photo: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCandidate:
    """Somebody who is not known yet, under the id to be; `photo_key` from `keep_photo`."""

    id: str
    person: Person
    photo_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A candidate as shown to people. The ID number is masked."""

    id: str
    name: str
    id_number_masked: str
    enterprise: str
    category: str
    photo_key: str | None
    photo_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExam:
    """What defines an exam."""

    name: str
    snapshot_id: str
    blueprint: Blueprint
    minutes: int
    pass_points: int
    result_shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAdministration:
    """What defines an administration. Sittings may start in [starts_at, closes_at).

    `liveness_challenge`: candidates are asked to move before the camera admits them.
    """

    name: str
    exam_id: str
    room_id: str
    starts_at: datetime
    closes_at: datetime
    photo_at_check_in: bool = False
    liveness_challenge: bool = True


class AdministrationsService:
    """Definitions never change once made, so they are kept in memory."""

    def __init__(self, units: UnitOfWork, banks: BanksService, vault: Vault, blobs: Blobs) -> None:
        self._units = units
        self._banks = banks
        self._vault = vault
        self._blobs = blobs
        self._known: dict[str, Administration] = {}
        self._plans: dict[str, AssemblyPlan] = {}

    async def create_exam(self, new: NewExam, actor: str) -> str:
        """Add an exam. Raises Infeasible when the bank cannot fill its blueprint, Invalid for odd figures."""
        total = new.blueprint.total_points
        if not (1 <= new.minutes <= 600 and 0 <= new.pass_points <= total):
            raise Invalid("Minutes are 1 to 600, the pass mark is at most the total.")
        async with self._units.database.read() as connection:
            bank = await self._banks.load(connection, new.snapshot_id)
        plan = await asyncio.to_thread(published_plan, bank, new.blueprint)
        exam_id = new_id()
        async with self._units.begin() as unit:
            await unit.connection.execute(
                insert(ExamRow).values(
                    id=exam_id,
                    name=new.name,
                    snapshot_id=new.snapshot_id,
                    blueprint=new.blueprint.to_json().decode(),
                    plan=plan.to_json().decode(),
                    minutes=new.minutes,
                    pass_points=new.pass_points,
                    total_points=total,
                    result_shown=new.result_shown,
                    created_at=unit.now,
                )
            )
            data = {"exam": exam_id, "snapshot": new.snapshot_id, "blueprint": new.blueprint.digest}
            data |= {"plan": plan.digest}
            unit.record("office", "exam.created", actor, data | {"minutes": new.minutes})
        return exam_id

    async def exams(self) -> list[ExamSummary]:
        """All exams, newest first."""
        async with self._units.database.read() as connection:
            rows = await connection.execute(select(ExamRow).order_by(ExamRow.created_at.desc()))
            return [
                ExamSummary(
                    id=row.id,
                    name=row.name,
                    snapshot_id=row.snapshot_id,
                    minutes=row.minutes,
                    pass_points=row.pass_points,
                    total_points=row.total_points,
                    slots=Blueprint.from_json(row.blueprint).slot_count,
                    result_shown=row.result_shown,
                )
                for row in rows
            ]

    async def create(self, new: NewAdministration, actor: str) -> str:
        """Add an administration; the commitment to its master seed goes into the log at once."""
        if new.closes_at <= new.starts_at:
            raise Invalid("The administration closes before it starts.")
        seed = secrets.token_bytes(32)
        administration_id = new_id()
        async with self._units.begin() as unit:
            exam = await unit.connection.execute(select(ExamRow.id).where(ExamRow.id == new.exam_id))
            if exam.first() is None:
                raise NotFound("There is no such exam.")
            await unit.connection.execute(
                insert(AdministrationRow).values(
                    id=administration_id,
                    name=new.name,
                    exam_id=new.exam_id,
                    room_id=new.room_id,
                    starts_at=new.starts_at,
                    closes_at=new.closes_at,
                    master_seed=seed.hex(),
                    photo_at_check_in=new.photo_at_check_in,
                    liveness_challenge=new.liveness_challenge,
                    created_at=unit.now,
                )
            )
            data: dict[str, Json] = {"exam": new.exam_id, "room": new.room_id}
            data |= {"seed_commitment": seed_commitment(seed), "liveness_challenge": new.liveness_challenge}
            unit.record(f"administration:{administration_id}", "administration.created", actor, data)
        return administration_id

    async def get(self, connection: AsyncConnection, administration_id: str) -> Administration:
        """One administration. Raises NotFound."""
        known = self._known.get(administration_id)
        if known is not None:
            return known
        query = (
            select(AdministrationRow, ExamRow.name.label("exam"), *_EXAM_COLUMNS)
            .join(ExamRow, ExamRow.id == AdministrationRow.exam_id)
            .where(AdministrationRow.id == administration_id)
        )
        row = (await connection.execute(query)).first()
        if row is None:
            raise NotFound("There is no such administration.")
        found = Administration(
            id=row.id,
            name=row.name,
            exam_id=row.exam_id,
            exam=row.exam,
            snapshot_id=row.snapshot_id,
            blueprint=Blueprint.from_json(row.blueprint),
            minutes=row.minutes,
            pass_points=row.pass_points,
            total_points=row.total_points,
            result_shown=row.result_shown,
            room_id=row.room_id,
            starts_at=row.starts_at,
            closes_at=row.closes_at,
            master_seed=bytes.fromhex(row.master_seed),
            photo_at_check_in=row.photo_at_check_in,
            liveness_challenge=row.liveness_challenge,
        )
        self._known[administration_id] = found
        return found

    async def plan(self, connection: AsyncConnection, administration: Administration) -> AssemblyPlan:
        """What the forms of an administration are drawn from; the last few are kept in memory."""
        known = self._plans.get(administration.exam_id)
        if known is None:
            query = select(ExamRow.plan).where(ExamRow.id == administration.exam_id)
            text = (await connection.execute(query)).scalar_one()
            known = await asyncio.to_thread(AssemblyPlan.from_json, text)
            while len(self._plans) >= _PLANS_KEPT:
                self._plans.pop(next(iter(self._plans)))
            self._plans[administration.exam_id] = known
        return known

    async def all_in_scope(self, room_id: str | None) -> list[Administration]:
        """Administrations of a room (None: of all), latest start first."""
        query = select(AdministrationRow.id).order_by(AdministrationRow.starts_at.desc()).limit(500)
        if room_id is not None:
            query = query.where(AdministrationRow.room_id == room_id)
        async with self._units.database.read() as connection:
            ids = (await connection.execute(query)).scalars().all()
            return [await self.get(connection, administration_id) for administration_id in ids]

    async def known_people(self, connection: AsyncConnection, people: Sequence[Person]) -> dict[str, str]:
        """Candidate ids by ID number, of those who are known already."""
        numbers = [person.id_number for person in people]
        lookups = await asyncio.to_thread(
            lambda: {self._vault.lookup(ID_NUMBER, number): number for number in numbers}
        )
        query = select(CandidateRow.id_number_lookup, CandidateRow.id)
        rows = await connection.execute(
            query.where(among(connection, CandidateRow.id_number_lookup, sorted(lookups)))
        )
        return {lookups[row[0]]: row[1] for row in rows}

    async def add_candidates(self, unit: Unit, new: Sequence[NewCandidate]) -> bool:
        """Add people; False, and the transaction must not be committed, if one of them is known by now."""
        rows: list[dict[str, object]] = [
            {
                "id": one.id,
                "id_number_lookup": self._vault.lookup(ID_NUMBER, one.person.id_number),
                "id_number_sealed": self._vault.seal(ID_NUMBER, one.id, one.person.id_number.encode()),
                "id_number_masked": hidden_id_number(one.person.id_number),
                "photo_key": one.photo_key,
                "photo_at": unit.now if one.photo_key else None,
                "created_at": unit.now,
            }
            | {name: getattr(one.person, name) for name in UPDATED}
            for one in new
        ]
        # In one order everywhere: rosters with the same people wait for each other, never in a circle.
        rows.sort(key=lambda row: str(row["id_number_lookup"]))
        insert_of = sqlite.insert if unit.connection.dialect.name == "sqlite" else postgresql.insert
        await unit.connection.execute(insert_of(CandidateRow).on_conflict_do_nothing(), rows)
        known = await self.known_people(unit.connection, [one.person for one in new])
        return all(known.get(one.person.id_number) == one.id for one in new)

    async def update_candidate(self, unit: Unit, candidate_id: str, person: Person) -> Registered:
        """Bring a known person up to date: write what differs. The same photo again is no change.

        A new photo is stored under its own name before the row points to it.
        """
        known = await self.candidate(unit.connection, candidate_id)
        changed = [name for name in UPDATED if getattr(known, name) != getattr(person, name)]
        if changed:
            values = {name: getattr(person, name) for name in changed}
            change = update(CandidateRow).where(CandidateRow.id == known.id).values(**values)
            await unit.connection.execute(change)
        before = await self._photo_digest(known)
        after = before if person.photo is None else hashlib.sha256(person.photo).hexdigest()
        if person.photo is not None and after != before:
            await self.set_photo(unit, known.id, person.photo)
            changed.append("photo")
        return Registered(
            candidate_id=known.id, changed=tuple(changed), photo_before=before, photo_after=after
        )

    async def _photo_digest(self, candidate: Candidate) -> str | None:
        try:
            return hashlib.sha256(await self.photo(candidate)).hexdigest()
        except NotFound:
            return None

    async def set_photo(self, unit: Unit, candidate_id: str, photo: bytes) -> None:
        """Replace the registered photo."""
        key = await self.keep_photo(candidate_id, photo)
        change = update(CandidateRow).where(CandidateRow.id == candidate_id)
        await unit.connection.execute(change.values(photo_key=key, photo_at=unit.now))

    async def photo(self, candidate: Candidate) -> bytes:
        """The registered photo, opened. Raises NotFound."""
        if candidate.photo_key is None:
            raise NotFound("There is no registered photo yet.")
        return self._vault.open("photo", candidate.id, await self._blobs.get(candidate.photo_key))

    async def keep_photo(self, candidate_id: str, photo: bytes) -> str:
        """Store a photo, sealed; returns its key, which a candidate's row is to name."""
        key = f"photos/{candidate_id}/{new_id()}"
        await self._blobs.put(key, self._vault.seal("photo", candidate_id, photo))
        return key

    async def drop_photos(self, keys: Iterable[str]) -> None:
        """Remove stored photos that no row names."""
        for key in keys:
            await self._blobs.remove(key)

    async def candidate(self, connection: AsyncConnection, candidate_id: str) -> Candidate:
        """One candidate. Raises NotFound."""
        found = await self.candidates(connection, [candidate_id])
        if candidate_id not in found:
            raise NotFound("There is no such candidate.")
        return found[candidate_id]

    async def find_candidate(self, candidate_id: str) -> Candidate:
        """One candidate, over a connection of its own. Raises NotFound."""
        async with self._units.database.read() as connection:
            return await self.candidate(connection, candidate_id)

    async def candidates(self, connection: AsyncConnection, ids: list[str]) -> dict[str, Candidate]:
        """Candidates by id."""
        query = select(CandidateRow).where(CandidateRow.id.in_(ids))
        return {
            row.id: Candidate(
                id=row.id,
                name=row.name,
                id_number_masked=row.id_number_masked,
                enterprise=row.enterprise,
                category=row.category,
                photo_key=row.photo_key,
                photo_at=row.photo_at,
            )
            for row in await connection.execute(query)
        }


_EXAM_COLUMNS = (
    ExamRow.snapshot_id,
    ExamRow.blueprint,
    ExamRow.minutes,
    ExamRow.pass_points,
    ExamRow.total_points,
    ExamRow.result_shown,
)
