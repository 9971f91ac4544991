"""What was before the first run: an administration that is over, and items that wait for review.

Made by a service of its own whose clock shows the days before, through the use-cases of any other day. What
a candidate says follows from their number and the item's id; forms differ from one data folder to another,
because their seeds are secret.
"""

import asyncio
import math
import random
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from app.accounts.rules import Principal, Role
from app.administrations.service import NewAdministration, Person
from app.banks.rules import Event, Statement
from app.banks.versions import Draft, VersionKey
from app.clock import HandClock, SystemClock
from app.demo.seed import (
    CATEGORY,
    ENTERPRISES,
    POINT,
    Site,
    invented_id_number,
    keep_site,
    make_site,
    site_file,
)
from app.kit.migrations import migrate
from app.live.messages import Answer, HandIn, Numbered, Visit
from app.main import Service
from app.organisations import service as organisations
from app.settings import Settings
from app.sittings.commands import Command
from app.sittings.ledger import Delivery
from app.sittings.registration import Ticket
from question_bank.interactions import Choice, Option
from question_bank.items import Difficulty, Item
from question_bank.responses import Response, key_response, shown_response

# The bank is some days older than the exam, the exam older than today.
BANK_BEFORE, EXAM_BEFORE = timedelta(days=9), timedelta(days=3)
SEATS, COLUMNS = 32, 8
DATABASE = "kaochang.sqlite3"
# Stands in the data folder while the first start writes a database that is its own.
BEGUN = "demo.begun"
PEOPLE = (
    *("王秀英", "李建军", "张丽华", "刘志刚", "陈桂兰", "杨文斌", "赵玉梅", "黄海波", "周晓东", "吴美玲"),
    *("徐国强", "孙立新", "马春燕", "朱明辉", "胡金凤", "郭永胜", "何素珍", "高德全", "林小红", "罗成林"),
    *("郑玉兰", "梁建平", "谢红霞", "宋长江", "唐晓燕", "许庆丰", "韩雪梅", "冯少华", "邓立群", "曹世杰"),
)
# Two are told apart: who did not come, and whose time ran out before handing in.
ABSENT, OUT_OF_TIME = 11, 23
# How long an item takes: the median of seconds, its spread among items, candidates and by chance (in
# logarithms), and the steps in which the clock is set: every step is a commit.
MEDIAN_S, OF_ITEMS, OF_CANDIDATES, BY_CHANCE = 38.0, 0.3, 0.15, 0.35
STEP_S = 10
# Invented for the page of leads: one who answers at once and right, and one who says what a neighbour says.
AT_ONCE, AT_ONCE_S, AT_ONCE_RIGHT = 17, 7.0, 0.94
SOURCE, SAME_AS_SOURCE, SAME_SHARE = 13, 14, 0.92
# What one must know to be right without luck, in standard deviations of the candidates' knowledge.
HARDNESS = {Difficulty.EASY: -1.9, Difficulty.MEDIUM: -0.8, Difficulty.HARD: 0.3, None: -0.8}
# Who knows more reads this stem otherwise and prefers a distractor: the statistics point at it.
MISREAD, PREFERRED = "DX013", "C"
# Somebody writes this item a second time.
REPEATED = "DX008"
KNOWING = 0.0


async def first_site(settings: Settings) -> Site:
    """Make the standing part of the demonstration, with a past. Pre-condition: no server runs on the data.

    It is kept last, so a first start that was cut off begins anew; what it left of a database of its own is
    removed then. A database that was there before it is never touched.
    """
    begun = settings.data / BEGUN
    if begun.exists():
        clear(settings.data)
    if not (settings.data / DATABASE).exists():
        settings.data.mkdir(parents=True, exist_ok=True)
        begun.touch()
    now = SystemClock().now()
    clock = HandClock(now - BANK_BEFORE)
    async with _service_at(settings, clock) as service:
        made, staff = await make_site(service)
        author = staff[Role.BANK_AUTHOR].actor
        clock.set((now - EXAM_BEFORE).replace(hour=1, minute=0, second=0, microsecond=0))
        await hold(service, clock, made.exam_id, staff[Role.INVIGILATOR])
        clock.set(now - timedelta(hours=20))
        await submit_items(service, author)
    keep_site(settings.data, made)
    begun.unlink(missing_ok=True)
    return made


def clear(data: Path) -> None:
    """Remove what a demonstration wrote, keep the model packs."""
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", site_file(data).name):
        (data / name).unlink(missing_ok=True)
    for name in ("segments", "blobs", "keys"):
        shutil.rmtree(data / name, ignore_errors=True)
    # Last: as long as it is there, what is left is ours to remove.
    (data / BEGUN).unlink(missing_ok=True)


@asynccontextmanager
async def _service_at(settings: Settings, clock: HandClock) -> AsyncIterator[Service]:
    """A service that answers, by this clock, and does nothing by itself."""
    service = Service(settings, clock)
    await migrate(service.database)
    posting = asyncio.create_task(service.posting.run())
    try:
        yield service
    finally:
        posting.cancel()
        await asyncio.gather(posting, return_exceptions=True)
        await service.database.dispose()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """One candidate's sitting: for every position in turn the item, and the response in shown letters."""

    sitting_id: str
    number: int
    item_ids: Sequence[str]
    responses: Sequence[Response]

    def messages(self) -> list[tuple[int, tuple[Numbered, ...]]]:
        """(seconds after the start, messages): each item is answered, and the next one shown."""
        found: list[tuple[int, tuple[Numbered, ...]]] = []
        last, passed = len(self.responses), 0.0
        step = 1 if self.number == AT_ONCE else STEP_S
        for position, response in enumerate(self.responses, start=1):
            passed += seconds_of(self.number, self.item_ids[position - 1])
            answer = Answer(type="answer", seq=2 * position - 1, position=position, response=list(response))
            shown = Visit(type="visit", seq=2 * position, position=min(position + 1, last))
            found.append((max(step, round(passed / step) * step), (answer, shown)))
        if self.number != OUT_OF_TIME:
            found.append((found[-1][0] + STEP_S, (HandIn(type="hand_in", seq=2 * last + 1),)))
        return found


async def hold(service: Service, clock: HandClock, exam_id: str, invigilator: Principal) -> str:
    """Hold an administration from the roster to the counted results. Returns its id."""
    starts_at = clock.now()
    room = await organisations.create_room(
        service.units, point=POINT, room="第二机考室", seats=SEATS, columns=COLUMNS, actor="system"
    )
    administration_id = await service.administrations.create(
        NewAdministration(
            name=f"{starts_at.astimezone():%Y-%m-%d} 上午场",
            exam_id=exam_id,
            room_id=room.id,
            starts_at=starts_at,
            closes_at=starts_at + timedelta(hours=1),
        ),
        "system",
    )
    people = [
        Person(
            name=name,
            id_number=invented_id_number(starts_at, number),
            enterprise=ENTERPRISES[number % len(ENTERPRISES)],
            category=CATEGORY,
        )
        for number, name in enumerate(PEOPLE)
    ]
    await service.registration.register(administration_id, people, "system")
    tickets = await service.registration.issue_tickets(administration_id, "system")
    desks = [
        await _seated(service, ticket, number, invigilator)
        for number, ticket in enumerate(tickets)
        if number != ABSENT
    ]
    await _work(service, clock, desks)
    await service.counting.count_due()
    await service.screening.screen_due()
    return administration_id


async def _seated(service: Service, ticket: Ticket, number: int, invigilator: Principal) -> _Desk:
    """Check in, be admitted by hand, and know what to say to each item."""
    await service.sittings.sign_in(ticket.ticket, ticket.code)
    await service.checkin.consent(ticket.sitting_id, face_comparison=False)
    await service.commands.run(ticket.sitting_id, Command(name="admit", reason="A-01"), invigilator)
    async with service.database.read() as connection:
        sitting, administration = await service.sittings.load(connection, ticket.sitting_id)
        form, bank = await service.formbook.form(connection, sitting, administration)
    responses = [
        shown_response(item, slot.option_order, response_of(number, item))
        for slot in form.slots
        for item in [bank.by_id[slot.item_id]]
    ]
    item_ids = [slot.item_id for slot in form.slots]
    return _Desk(sitting_id=ticket.sitting_id, number=number, item_ids=item_ids, responses=responses)


async def _work(service: Service, clock: HandClock, desks: Sequence[_Desk]) -> None:
    """Everybody answers item by item, hands in or runs out of time, and is scored."""
    started_at = clock.now()
    by_second: dict[int, list[tuple[_Desk, tuple[Numbered, ...]]]] = {}
    for desk in desks:
        for second, messages in desk.messages():
            by_second.setdefault(second, []).append((desk, messages))
    for second, sent in sorted(by_second.items()):
        clock.set(started_at + timedelta(seconds=second))
        await asyncio.gather(*(_post(service, desk, messages) for desk, messages in sent))
    clock.turn(hours=2)
    await service.sittings.expire_due()
    await service.results.score_missing()


async def _post(service: Service, desk: _Desk, messages: tuple[Numbered, ...]) -> None:
    sent = Delivery(
        sitting_id=desk.sitting_id,
        writer=f"demonstration-{desk.number}",
        messages=messages,
        received_at=service.clock.now(),
    )
    await service.posting.post(sent)


def response_of(number: int, item: Item) -> Response:
    """What a candidate says to an item of choice, in its own option ids.

    Pre-condition: the item is a choice. Nothing (the empty response) now and then from who does not know.
    """
    knowledge = random.Random(f"candidate {number}").gauss(0.0, 1.0)
    chance = random.Random(f"candidate {number}, item {item.id}")
    if item.id == MISREAD:
        return (PREFERRED,) if knowledge > KNOWING else key_response(item)
    if number == SAME_AS_SOURCE and chance.random() < SAME_SHARE:
        return response_of(SOURCE, item)
    if number == AT_ONCE and chance.random() < AT_ONCE_RIGHT:
        return key_response(item)
    # Items of one difficulty differ, too.
    hardness = HARDNESS[item.difficulty] + random.Random(f"item {item.id}").gauss(0.0, 0.6)
    if chance.gauss(knowledge, 1.0) > hardness:
        return key_response(item)
    if chance.random() < 0.04:
        return ()
    options, key = item.choice.option_ids, item.choice.key
    others = [option for option in options if option not in key]
    if len(key) == 1:
        return (chance.choice(others),)
    left_out = chance.choice(sorted(key))
    added = chance.sample(others, min(len(others), chance.randint(0, 1)))
    return tuple(option for option in options if option in added or (option in key and option != left_out))


def seconds_of(number: int, item_id: str) -> float:
    """How long a candidate looks at an item before answering it."""
    chance = random.Random(f"time of candidate {number}, item {item_id}")
    if number == AT_ONCE:
        return AT_ONCE_S * math.exp(chance.gauss(0.0, BY_CHANCE))
    of_candidate = random.Random(f"speed of candidate {number}").gauss(0.0, OF_CANDIDATES)
    of_item = random.Random(f"length of item {item_id}").gauss(0.0, OF_ITEMS)
    return MEDIAN_S * math.exp(of_candidate + of_item + chance.gauss(0.0, BY_CHANCE))


async def submit_items(service: Service, author: str) -> None:
    """One item written anew after the exam, and one that repeats another: both wait for a second person."""
    [bank] = await service.banks.summaries()
    record = await service.authoring.record(bank.id, MISREAD)
    repeated = await service.authoring.record(bank.id, REPEATED)
    clearer = replace(
        record.item,
        stem="动火作业前把周围的可燃物清理干净，这是控制了燃烧三要素中的（ ）。",
        rationale="清理可燃物，控制的是可燃物；点火源要靠动火审批和看火来控制。",
    )
    repeat = Item(
        id="DX071",
        type=clearer.type,
        topic="消防安全",
        stem=repeated.item.stem,
        interaction=Choice(
            options=tuple(
                Option(id=letter, text=text)
                for letter, text in zip("ABCD", ("110", "119", "120", "122"), strict=True)
            ),
            key=frozenset("B"),
        ),
        difficulty=Difficulty.EASY,
        rationale="119 是消防救援报警电话。",
    )
    for item, base in ((clearer, record.version.number), (repeat, None)):
        key: VersionKey = await service.authoring.write(bank.id, Draft(item=item), base, author)
        await service.authoring.act(bank.id, [key], Event.SUBMIT, Statement(), author)
