"""The demonstration exam point: bank, exam, room, staff, an administration open now."""

import json
import os
import random
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from app.accounts.rules import Principal, Role
from app.administrations.id_numbers import check_sign
from app.administrations.service import NewAdministration, NewExam, Person
from app.demo.faces import Webcam
from app.main import Service
from app.organisations import service as organisations
from app.sittings.registration import Ticket
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.constraints import CurveTarget
from question_bank.formats.tabular import import_tables

HERE = Path(__file__).parent
SEATS, COLUMNS = 8, 4
MINUTES = 120
PASS_POINTS = 80_00
STAFF = (
    ("jiankao", "周敏", Role.INVIGILATOR),
    ("jianguan", "赵文", Role.REGULATOR),
    ("kaowu", "李红", Role.EXAM_OFFICE),
    ("tiku", "孟涛", Role.BANK_AUTHOR),
)
NAMES = ("郑国华", "刘志强", "孙海燕", "杨卫东", "宋春梅", "许家宝", "黄永刚")
ENTERPRISES = ("诚信建设有限公司", "东城机械厂", "海河物流有限公司")
CATEGORY = "安全生产管理人员"
NEWCOMER = "来宾"
POINT = "城南考试点"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What stays from run to run (kept in the data folder, readable by its owner only)."""

    exam_id: str
    room_id: str
    passwords: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """A new administration: its id, the tickets of the simulated candidates, and the newcomer's."""

    administration_id: str
    tickets: tuple[Ticket, ...]
    newcomer: Ticket


def site_file(data: Path) -> Path:
    """Where the standing part is kept."""
    return data / "demo.json"


def known_site(data: Path) -> Site | None:
    """The standing part of the demonstration; None before the first run came to its end."""
    path = site_file(data)
    return Site(**json.loads(path.read_text("utf-8"))) if path.exists() else None


def keep_site(data: Path, made: Site) -> None:
    """Keep the standing part for later runs: all of it or nothing."""
    path = site_file(data)
    draft = path.with_suffix(".new")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(made), file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


async def make_site(service: Service) -> tuple[Site, dict[Role, Principal]]:
    """Bank, exam, room and staff; with the staff as they would be signed in.

    The exam has a target: all forms are matched at its cut score, by the authors' tags of difficulty.
    """
    read = import_tables((HERE / "bank.csv").read_bytes())
    bank = Bank(name="一般行业安全生产题库（演示）", industry="一般行业", items=read.items)
    snapshot_id = await service.banks.adopt(bank, "system")
    blueprint = Blueprint.from_json((HERE / "blueprint.json").read_bytes())
    exam_id = await service.administrations.create_exam(
        NewExam(
            name="安全生产管理人员考核",
            snapshot_id=snapshot_id,
            blueprint=replace(blueprint, target=CurveTarget(cut_points=PASS_POINTS)),
            minutes=MINUTES,
            pass_points=PASS_POINTS,
            result_shown=True,
        ),
        "system",
    )
    room = await organisations.create_room(
        service.units, point=POINT, room="第一机考室", seats=SEATS, columns=COLUMNS, actor="system"
    )
    passwords = {}
    staff = {}
    for username, name, role in STAFF:
        passwords[username] = secrets.token_urlsafe(9)
        staff_id = await service.accounts.create_staff(
            username=username, name=name, password=passwords[username], role=role
        )
        staff[role] = Principal(role=role, subject=staff_id, name=name, token_digest="")
    return Site(exam_id=exam_id, room_id=room.id, passwords=passwords), staff


async def open_administration(service: Service, standing: Site, webcams: list[Webcam]) -> Seeded:
    """An administration open now, with one simulated candidate a webcam and a seat for the newcomer."""
    now = service.clock.now()
    administration_id = await service.administrations.create(
        NewAdministration(
            name=f"{now.astimezone():%Y-%m-%d %H:%M} 演示场",
            exam_id=standing.exam_id,
            room_id=standing.room_id,
            starts_at=now,
            closes_at=now + timedelta(hours=12),
            photo_at_check_in=True,
        ),
        "system",
    )
    simulated = [
        Person(
            name=NAMES[number],
            id_number=invented_id_number(now, number),
            enterprise=ENTERPRISES[number % len(ENTERPRISES)],
            category=CATEGORY,
            photo=webcam.portrait(),
        )
        for number, webcam in enumerate(webcams)
    ]
    # The simulated faces are enlarged prints in the eyes of the presentation check, and cannot turn or blink
    # when asked: both are off for them. The newcomer is a person and is asked.
    ids = await service.registration.register(
        administration_id, simulated, "system", presentation_check=False, liveness_challenge=False
    )
    guest = Person(name=NEWCOMER, id_number=invented_id_number(now, 99), enterprise="—", category=CATEGORY)
    ids += await service.registration.register(administration_id, [guest], "system")
    issued = await service.registration.issue_tickets(administration_id, "system")
    tickets = {ticket.sitting_id: ticket for ticket in issued}
    return Seeded(
        administration_id=administration_id,
        tickets=tuple(tickets[sitting_id] for sitting_id in ids[:-1]),
        newcomer=tickets[ids[-1]],
    )


def invented_id_number(now: datetime, number: int) -> str:
    """An invented ID number with a right check sign; new for each run, so that each run has new people."""
    digits = random.Random(f"{now.isoformat()}/{number}")
    first = f"990101{digits.randint(1960, 2000)}{digits.randint(1, 12):02d}{digits.randint(1, 28):02d}"
    first += f"{digits.randint(0, 999):03d}"
    return first + check_sign(first)
