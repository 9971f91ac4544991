"""A real service in its own process, with an exam point made for a test."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from app.accounts.rules import Role
from app.administrations.id_numbers import check_sign
from app.administrations.service import NewAdministration, NewExam, Person
from app.clock import SystemClock
from app.kit.migrations import migrate
from app.main import Service
from app.organisations import service as organisations
from app.settings import Settings
from app.sittings.registration import Ticket
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.formats.tabular import import_tables

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse 7"
STAFF = {
    "jiankao": Role.INVIGILATOR,
    "jianguan": Role.REGULATOR,
    "kaowu": Role.EXAM_OFFICE,
    "tiku": Role.BANK_AUTHOR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamPoint:
    """Where it is and who may come in. Tickets in the order of the people."""

    origin: str
    administration_id: str
    tickets: tuple[Ticket, ...]
    data: Path


def id_number(number: int) -> str:
    """A made-up ID number with a right check sign."""
    first = f"990101199001{number % 28 + 1:02d}{number:03d}"
    return first + check_sign(first)


async def seed(
    settings: Settings, people: Sequence[Person], seats: int, *, liveness_challenge: bool
) -> tuple[str, tuple[Ticket, ...]]:
    """Bank, exam, room, staff, an administration open now, and its tickets."""
    service = Service(settings, SystemClock())
    try:
        await migrate(service.database)
        demo = ROOT / "app" / "demo"
        items = import_tables((demo / "bank.csv").read_bytes()).items
        snapshot_id = await service.banks.adopt(Bank(name="试题", industry="一般", items=items), "system")
        exam = NewExam(
            name="安全生产管理人员考核",
            snapshot_id=snapshot_id,
            blueprint=Blueprint.from_json((demo / "blueprint.json").read_bytes()),
            minutes=120,
            pass_points=80_00,
            result_shown=True,
        )
        exam_id = await service.administrations.create_exam(exam, "system")
        room = await organisations.create_room(
            service.units, point="城南考试点", room="第二机考室", seats=seats, columns=4, actor="system"
        )
        for username, role in STAFF.items():
            await service.accounts.create_staff(
                username=username,
                name="周敏" if role is Role.INVIGILATOR else "赵文",
                password=PASSWORD,
                role=role,
            )
        now = service.clock.now()
        new = NewAdministration(
            name="2026 年第 7 期上午场",
            exam_id=exam_id,
            room_id=room.id,
            starts_at=now,
            closes_at=now + timedelta(hours=6),
            liveness_challenge=liveness_challenge,
        )
        administration_id = await service.administrations.create(new, "system")
        sittings = await service.registration.register(administration_id, people, "system")
        issued = await service.registration.issue_tickets(administration_id, "system")
        by_sitting = {ticket.sitting_id: ticket for ticket in issued}
        return administration_id, tuple(by_sitting[sitting_id] for sitting_id in sittings)
    finally:
        await service.database.dispose()


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def exam_point(
    data: Path, models: Path, people: Sequence[Person], seats: int = 8, *, liveness_challenge: bool = False
) -> Iterator[ExamPoint]:
    """Run the service until the block ends; ready: the vision workers have their models (or are off).

    No liveness challenge unless a test wants one: a clip does what it does, whatever is asked.
    """
    data.mkdir(parents=True, exist_ok=True)
    if not (data / "models").exists():
        (data / "models").symlink_to(models.resolve(), target_is_directory=True)
    seeding = seed(Settings(data=data), people, seats, liveness_challenge=liveness_challenge)
    administration_id, tickets = asyncio.run(seeding)
    port = free_port()
    environment = os.environ | {"KAOCHANG_DATA": str(data), "KAOCHANG_SERVER__PORT": str(port)}
    origin = f"http://localhost:{port}"
    with (data / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            _until_ready(origin, process)
            yield ExamPoint(origin=origin, administration_id=administration_id, tickets=tickets, data=data)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _until_ready(origin: str, process: "subprocess.Popen[bytes]", timeout_s: float = 60.0) -> None:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        assert process.poll() is None, "the service ended while starting"
        try:
            with urllib.request.urlopen(f"{origin}/health", timeout=2) as answer:
                if json.load(answer)["vision"] in ("ready", "off"):
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("the service was not ready in time")


@contextmanager
def as_regulator(point: ExamPoint) -> Iterator[httpx.Client]:
    """A signed-in HTTP client."""
    with httpx.Client(base_url=point.origin, headers={"Origin": point.origin}, timeout=30) as client:
        answer = client.post("/api/staff/session", json={"username": "jianguan", "password": PASSWORD})
        answer.raise_for_status()
        yield client


def kinds_of(point: ExamPoint, ticket: Ticket) -> set[str]:
    """The kinds of a sitting's flags, as staff see them."""
    with as_regulator(point) as client:
        flags: list[dict[str, Any]] = client.get(f"/api/sittings/{ticket.sitting_id}").json()["flags"]
    return {str(flag["kind"]) for flag in flags}
