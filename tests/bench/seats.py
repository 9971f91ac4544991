"""An exam room full of candidates for a benchmark, made through the services before the server starts."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from app.accounts.guard import CANDIDATE_COOKIE, STAFF_COOKIE
from app.accounts.rules import Role
from app.accounts.service import open_session
from app.administrations.id_numbers import check_sign
from app.administrations.service import NewAdministration, NewExam, Person
from app.administrations.tables import AdministrationRow
from app.clock import SystemClock
from app.demo.seed import HERE
from app.kit.migrations import migrate
from app.main import Service
from app.organisations import service as organisations
from app.settings import Settings
from app.sittings import repository
from app.sittings.lifecycle import Cause
from app.sittings.registration import Ticket
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.formats.tabular import import_tables

HOUR_S = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatedCandidate:
    """One sitting and the Cookie header of its page."""

    sitting_id: str
    cookie: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FullRoom:
    """All candidates of one administration, in the order of the seats, and an administrator's cookie."""

    administration_id: str
    seated: tuple[SeatedCandidate, ...]
    staff_cookie: str


def open_service(folder: Path) -> Service:
    """The service on a data folder, not running: only its use-cases are called."""
    return Service(Settings(data=folder, database_url=None), SystemClock())


async def fill_room(
    service: Service,
    count: int,
    *,
    begun: bool,
    photos: Sequence[bytes] = (),
    presentation_check: bool = True,
) -> FullRoom:
    """Admit `count` candidates; `begun`: the bell has rung and every sitting is in progress.

    Otherwise the bell rings in an hour, unless `move_bell` says another time.
    """
    await migrate(service.database)
    now = service.clock.now()
    starts_at = now - timedelta(seconds=1) if begun else now + timedelta(seconds=HOUR_S)
    administration_id = await new_administration(service, count, starts_at, demonstration_blueprint())
    people = [new_person(number, photos[number % len(photos)] if photos else None) for number in range(count)]
    ids = await service.registration.register(
        administration_id, people, "bench", presentation_check=presentation_check
    )
    issued = await service.registration.issue_tickets(administration_id, "bench")
    tickets = {ticket.sitting_id: ticket for ticket in issued}
    seated = [SeatedCandidate(sitting_id=id_, cookie=await _admit(service, tickets[id_])) for id_ in ids]
    staff_id = await _staff(service)
    async with service.units.begin() as unit:
        token = await open_session(unit, Role.ADMINISTRATOR, staff_id, HOUR_S)
    return FullRoom(
        administration_id=administration_id, seated=tuple(seated), staff_cookie=f"{STAFF_COOKIE}={token}"
    )


async def move_bell(service: Service, administration_id: str, starts_at: datetime) -> None:
    """Ring at another time; the server that will read it has not started yet."""
    async with service.units.begin() as unit:
        change = update(AdministrationRow).where(AdministrationRow.id == administration_id)
        await unit.connection.execute(change.values(starts_at=starts_at))


def demonstration_blueprint() -> Blueprint:
    """The demonstration's blueprint."""
    return Blueprint.from_json((HERE / "blueprint.json").read_bytes())


async def new_administration(service: Service, seats: int, starts_at: datetime, blueprint: Blueprint) -> str:
    """An administration of an exam of its own, in a room of its own."""
    read = import_tables((HERE / "bank.csv").read_bytes())
    snapshot_id = await service.banks.adopt(Bank(name="考场", industry="一般行业", items=read.items), "bench")
    exam = NewExam(
        name="安全生产管理人员考核",
        snapshot_id=snapshot_id,
        blueprint=blueprint,
        minutes=120,
        pass_points=80_00,
        result_shown=True,
    )
    exam_id = await service.administrations.create_exam(exam, "bench")
    room = await organisations.create_room(
        service.units,
        point="城南考试点",
        room=f"大机考室 {exam_id[-6:]}",
        seats=seats,
        columns=20,
        actor="bench",
    )
    new = NewAdministration(
        name="测量场",
        exam_id=exam_id,
        room_id=room.id,
        starts_at=starts_at,
        closes_at=starts_at + timedelta(seconds=8 * HOUR_S),
        liveness_challenge=False,
    )
    return await service.administrations.create(new, "bench")


def new_person(number: int, photo: bytes | None = None) -> Person:
    """Somebody whom no smaller number gives."""
    year, day = 19_60 + number // 1_000 % 40, number // 40_000
    first = f"990101{year}01{day + 1:02d}{number % 1000:03d}"
    return Person(
        name=f"考生{number + 1}",
        id_number=first + check_sign(first),
        enterprise="东城机械厂",
        category="安全生产管理人员",
        photo=photo,
    )


async def _admit(service: Service, ticket: Ticket) -> str:
    """Sign in, consent and admission through their use-cases; returns the cookie."""
    signed_in, sitting_id = await service.sittings.sign_in(ticket.ticket, ticket.code)
    await service.checkin.consent(sitting_id, face_comparison=True)
    async with service.units.begin() as unit:
        present = await repository.by_id(unit.connection, sitting_id)
        await service.sittings.admit(unit, present, Cause.STAFF, by="bench")
    return f"{CANDIDATE_COOKIE}={signed_in.token}"


async def _staff(service: Service) -> str:
    return await service.accounts.create_staff(
        username="bench", name="测量", password=secrets.token_urlsafe(12), role=Role.ADMINISTRATOR
    )
