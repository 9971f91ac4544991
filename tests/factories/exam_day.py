"""An exam day in a database: bank, exam, room, administration, people with tickets."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from app.accounts.rules import Principal, Role
from app.administrations.id_numbers import check_sign
from app.administrations.service import NewAdministration, NewExam, Person
from app.main import Service
from app.organisations import service as organisations
from app.sittings import repository
from app.sittings.commands import Command, CommandDone
from app.sittings.ledger import Delivery, Receipt
from app.sittings.records import Sitting
from app.sittings.registration import Ticket
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.formats.tabular import import_tables
from question_bank.item_types import ItemType
from question_bank.responses import Response
from question_bank.sections import Section

DEMO = Path(__file__).parents[2] / "app" / "demo"
MINUTES = 60


@cache
def demo_bank() -> Bank:
    """The demonstration's bank."""
    read = import_tables((DEMO / "bank.csv").read_bytes())
    return Bank(name="演示题库", industry="一般行业", items=read.items)


def small_blueprint() -> Blueprint:
    """Ten slots, 100 points: 4 true/false, 4 single choice (8 points each), 2 multiple choice (18 each)."""
    counts = ((ItemType.TRUE_FALSE, 4, 800), (ItemType.SINGLE_CHOICE, 4, 800))
    sections = [Section(type=kind, title=kind.value, count=n, points=points) for kind, n, points in counts]
    sections.append(Section(type=ItemType.MULTIPLE_CHOICE, title="multiple", count=2, points=1800))
    return Blueprint(title="small", sections=tuple(sections))


def id_number(number: int) -> str:
    """An invented ID number with a right check sign."""
    first = f"99010119800101{number:03d}"
    return first + check_sign(first)


def person(number: int, photo: bytes | None = None) -> Person:
    """A row of a roster."""
    return Person(
        name=f"考生{number:03d}",
        id_number=id_number(number),
        enterprise="诚信建设有限公司",
        category="电工",
        photo=photo,
    )


def staff(role: Role, subject: str = "s-1", room_id: str | None = None) -> Principal:
    """A member of staff who is signed in."""
    return Principal(role=role, subject=subject, name=f"{role}-{subject}", token_digest="", room_id=room_id)


@dataclass(slots=True, kw_only=True)
class ExamDay:
    """One administration. People are numbered from 0 in the order of the roster."""

    service: Service
    exam_id: str
    room_id: str
    administration_id: str
    starts_at: datetime
    sittings: list[str]
    tickets: dict[str, Ticket]
    invigilator: Principal = field(default_factory=lambda: staff(Role.INVIGILATOR))

    def ticket(self, number: int = 0) -> Ticket:
        """The ticket of one person."""
        return self.tickets[self.sittings[number]]

    async def sitting(self, number: int = 0) -> Sitting:
        """The sitting as it is now."""
        return (await self.service.sittings.get(self.sittings[number]))[0]

    async def sign_in(self, number: int = 0) -> str:
        """Sign one person in and return the session's token."""
        ticket = self.ticket(number)
        return (await self.service.sittings.sign_in(ticket.ticket, ticket.code))[0].token

    async def wait_for_admission(self, number: int = 0) -> None:
        """Sign in and consent to everything but face comparison: a person has to look."""
        await self.sign_in(number)
        await self.service.checkin.consent(self.sittings[number], face_comparison=False)

    async def admit(self, number: int = 0) -> CommandDone:
        """Admit a waiting person by hand; the bell may ring then."""
        return await self.command("admit", number, reason="A-01")

    async def start(self, number: int = 0) -> None:
        """From the roster into the running exam. Pre-condition: the administration has begun."""
        await self.wait_for_admission(number)
        await self.admit(number)

    async def command(
        self, name: str, number: int = 0, *, reason: str | None = None, minutes: int = 0, text: str = ""
    ) -> CommandDone:
        """A staff command."""
        command = Command(name=name, reason=reason, minutes=minutes, text=text)
        return await self.service.commands.run(self.sittings[number], command, self.invigilator)

    async def post(self, delivery: Delivery) -> Receipt:
        """Post numbered messages."""
        return await self.service.posting.post(delivery)

    async def responses(self, number: int = 0) -> dict[int, tuple[Response, bool]]:
        """(response in shown letters, marked) by position."""
        sitting_id = self.sittings[number]
        async with self.service.database.read() as connection:
            return (await repository.responses(connection, [sitting_id]))[sitting_id]


async def make_exam(
    service: Service,
    *,
    minutes: int = MINUTES,
    result_shown: bool = True,
    content: tuple[Bank, Blueprint] | None = None,
) -> str:
    """Bank and exam; the small demonstration form unless there is other `content`."""
    bank, blueprint = content or (demo_bank(), small_blueprint())
    snapshot_id = await service.banks.adopt(bank, "system")
    new = NewExam(
        name="安全考核",
        snapshot_id=snapshot_id,
        blueprint=blueprint,
        minutes=minutes,
        pass_points=6000,
        result_shown=result_shown,
    )
    return await service.administrations.create_exam(new, "system")


async def make_room(service: Service, name: str, seats: int) -> str:
    """A room with so many seats, four a row."""
    room = await organisations.create_room(
        service.units, point="城南考试点", room=name, seats=seats, columns=4, actor="system"
    )
    return room.id


async def make_exam_day(
    service: Service,
    *,
    candidates: int = 1,
    seats: int = 8,
    starts_in: timedelta = timedelta(0),
    open_for: timedelta = timedelta(hours=4),
    minutes: int = MINUTES,
    result_shown: bool = True,
    photo_at_check_in: bool = False,
    liveness_challenge: bool = False,
    content: tuple[Bank, Blueprint] | None = None,
) -> ExamDay:
    """An administration that starts `starts_in` from now, with everybody registered and ticketed."""
    exam_id = await make_exam(service, minutes=minutes, result_shown=result_shown, content=content)
    room_id = await make_room(service, f"机考室 {exam_id[-6:]}", seats)
    starts_at = service.clock.now() + starts_in
    new = NewAdministration(
        name="演示场",
        exam_id=exam_id,
        room_id=room_id,
        starts_at=starts_at,
        closes_at=starts_at + open_for,
        photo_at_check_in=photo_at_check_in,
        liveness_challenge=liveness_challenge,
    )
    administration_id = await service.administrations.create(new, "system")
    people = [person(number) for number in range(candidates)]
    sittings = await service.registration.register(administration_id, people, "system")
    issued = await service.registration.issue_tickets(administration_id, "system")
    return ExamDay(
        service=service,
        exam_id=exam_id,
        room_id=room_id,
        administration_id=administration_id,
        starts_at=starts_at,
        sittings=sittings,
        tickets={ticket.sitting_id: ticket for ticket in issued},
    )
