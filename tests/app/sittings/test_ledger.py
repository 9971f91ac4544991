"""The hot path against a model: whatever the network and the database do, each number has one effect."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.service import read_stream, verify_stream
from app.errors import Unavailable
from app.kit.database import Database
from app.live.messages import (
    Answer,
    CallInvigilator,
    HandIn,
    Mark,
    NoticeShown,
    Numbered,
    PageEvent,
    Visit,
)
from app.main import Service
from app.sittings.ledger import Delivery, Receipt
from app.sittings.lifecycle import State
from app.sittings.records import stream_of
from app.sittings.tables import NoticeRow, WriterRow
from tests.factories.clock import HandClock
from tests.factories.exam_day import ExamDay, make_exam_day

SLOTS = 10
MS = timedelta(milliseconds=1)


def answer(seq: int, position: int, *letters: str) -> Answer:
    return Answer(type="answer", seq=seq, position=position, response=list(letters))


def delivery(day: ExamDay, *messages: Numbered, writer: str = "writer-1", number: int = 0) -> Delivery:
    return Delivery(
        sitting_id=day.sittings[number],
        writer=writer,
        messages=messages,
        received_at=day.service.clock.now(),
    )


async def kinds(day: ExamDay, number: int = 0) -> list[str]:
    """The types of a sitting's entries."""
    async with day.service.database.read() as connection:
        return [entry.type for entry in await read_stream(connection, stream_of(day.sittings[number]))]


async def started(service: Service) -> ExamDay:
    """One running sitting."""
    day = await make_exam_day(service)
    await day.start()
    return day


async def test_each_message_has_its_effect_and_its_entry(service: Service) -> None:
    day = await started(service)
    before = len(await kinds(day))
    receipt = await day.post(
        delivery(
            day,
            answer(1, 1, "A"),
            Mark(type="mark", seq=2, position=3, on=True),
            Visit(type="visit", seq=3, position=4),
            PageEvent(type="page_event", seq=4, kind="focus_lost"),
            CallInvigilator(type="call_invigilator", seq=5),
            answer(6, 9, "C", "A"),
            answer(7, 1),
        )
    )
    assert (receipt.last_seq, receipt.refusals, receipt.resend_from) == (7, (), None)
    assert (receipt.answered, receipt.position, receipt.called) == (1, 1, True)
    assert await day.responses() == {1: ((), False), 3: ((), True), 9: (("A", "C"), False)}
    sitting = await day.sitting()
    assert (sitting.answered, sitting.position, sitting.called_at) == (1, 1, service.clock.now())
    assert (await kinds(day))[before:] == [
        "response.saved",
        "response.marked",
        "item.visited",
        "page.focus_lost",
        "invigilator.called",
        "response.saved",
        "response.saved",
    ]


async def test_answers_and_marks_of_a_slot_do_not_undo_each_other(service: Service) -> None:
    day = await started(service)
    await day.post(delivery(day, answer(1, 5, "B"), Mark(type="mark", seq=2, position=5, on=True)))
    await day.post(delivery(day, answer(3, 5, "C")))
    assert await day.responses() == {5: (("C",), True)}
    await day.post(delivery(day, Mark(type="mark", seq=4, position=5, on=False)))
    assert await day.responses() == {5: (("C",), False)}


async def test_repeats_and_holes(service: Service) -> None:
    day = await started(service)
    first = await day.post(delivery(day, answer(1, 1, "A"), answer(2, 2, "A"), answer(4, 4, "A")))
    assert (first.last_seq, first.resend_from) == (2, 3)
    assert set(await day.responses()) == {1, 2}
    again = await day.post(delivery(day, answer(1, 1, "B"), answer(2, 2, "B")))
    assert (again.last_seq, again.resend_from) == (2, None)
    assert {response for response, _ in (await day.responses()).values()} == {("A",)}
    only_a_hole = await day.post(delivery(day, answer(9, 9, "A", "B"), writer="writer-2"))
    assert (only_a_hole.last_seq, only_a_hole.resend_from) == (0, 1)


async def test_a_refused_number_is_used_up_and_logged(service: Service) -> None:
    day = await started(service)
    receipt = await day.post(
        delivery(day, answer(1, 99, "A"), answer(2, 1, "D"), answer(3, 1, "A"), answer(4, 5, "A", "B"))
    )
    assert receipt.last_seq == 4
    assert [(refusal.seq, refusal.code) for refusal in receipt.refusals] == [
        (1, "response_invalid"),
        (2, "response_invalid"),
        (4, "response_invalid"),
    ]
    assert await day.responses() == {1: (("A",), False)}
    assert (await kinds(day)).count("message.refused") == 3


async def test_the_deadline_is_half_open_and_counts_when_received(service: Service, clock: HandClock) -> None:
    day = await started(service)
    deadline = (await day.sitting()).deadline_at
    assert deadline is not None
    clock.set(deadline - MS)
    in_time = delivery(day, answer(1, 1, "A"))
    clock.set(deadline)
    late = delivery(day, answer(2, 2, "A"), PageEvent(type="page_event", seq=3, kind="focus_lost"))
    clock.turn(seconds=1)
    assert (await day.post(in_time)).refusals == ()
    receipt = await day.post(late)
    assert [(refusal.seq, refusal.code) for refusal in receipt.refusals] == [(2, "time_is_up")]
    assert await day.responses() == {1: (("A",), False)}


async def test_nothing_is_answered_before_the_start_or_after_the_end(service: Service) -> None:
    day = await make_exam_day(service)
    await day.wait_for_admission()
    early = await day.post(delivery(day, answer(1, 1, "A"), CallInvigilator(type="call_invigilator", seq=2)))
    assert [refusal.code for refusal in early.refusals] == ["not_started"]
    await day.admit()
    handed_in = await day.post(
        delivery(day, answer(3, 1, "A"), HandIn(type="hand_in", seq=4), answer(5, 2, "A"))
    )
    assert handed_in.ended
    assert [(refusal.seq, refusal.code) for refusal in handed_in.refusals] == [(5, "sitting_over")]
    after = await day.post(delivery(day, HandIn(type="hand_in", seq=6)))
    assert [refusal.code for refusal in after.refusals] == ["sitting_over"]
    sitting = await day.sitting()
    assert (sitting.state, sitting.ended_reason, sitting.answered) == (State.SUBMITTED, "handed_in", 1)
    assert (sitting.ended_at, sitting.deadline_at) == (service.clock.now(), None)


async def test_what_waited_for_the_network_counts_while_paused_the_hand_in_too(service: Service) -> None:
    day = await started(service)
    await day.command("pause", reason="P-01")
    receipt = await day.post(delivery(day, answer(1, 1, "A"), HandIn(type="hand_in", seq=2)))
    assert (receipt.refusals, receipt.ended) == ((), True)
    assert await day.responses() == {1: (("A",), False)}
    assert (await day.sitting()).state is State.SUBMITTED


async def test_a_notice_is_shown_to_its_own_sitting_only(service: Service) -> None:
    day = await make_exam_day(service, candidates=2)
    await day.start(0)
    await day.start(1)
    await day.command("message", text="请坐好")
    async with service.database.read() as connection:
        notice_id: str = (await connection.execute(select(NoticeRow.id))).scalar_one()
    shown = NoticeShown(type="notice_shown", seq=1, notice_id=notice_id)

    async def shown_at() -> object:
        async with service.database.read() as connection:
            return (await connection.execute(select(NoticeRow.shown_at))).scalar_one()

    await day.post(delivery(day, shown, number=1))
    assert await shown_at() is None
    await day.post(delivery(day, shown))
    assert await shown_at() == service.clock.now()


async def test_one_failed_batch_does_not_harm_the_next(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = await started(service)
    await day.post(delivery(day, answer(1, 1, "A")))
    flaky = FlakyDatabase(service.database, random.Random(0), rate=1.0)
    monkeypatch.setattr(service.posting._commits, "_database", flaky)
    with pytest.raises(Unavailable):
        await day.post(delivery(day, answer(2, 2, "A"), answer(3, 1)))
    flaky.rate = 0.0
    assert await day.responses() == {1: (("A",), False)}
    receipt = await day.post(delivery(day, Visit(type="visit", seq=2, position=5)))
    assert receipt.answered == 1  # what memory learnt from the failed batch is forgotten
    assert (await day.sitting()).answered == 1


# --------------------------------------------------------------------------- the model


class FlakyDatabase(Database):
    """Rolls back some transactions at the very end, as if the commit had failed."""

    def __init__(self, real: Database, chance: random.Random, rate: float) -> None:
        self._real = real
        self._chance = chance
        self.rate = rate

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        async with self._real.begin() as connection:
            yield connection
            if self._chance.random() < self.rate:
                raise OSError("the disk said no")


class Browser:
    """One outbox: numbered messages, sent in odd slices, until everything is acknowledged."""

    def __init__(self, day: ExamDay, number: int, writer: str, chance: random.Random) -> None:
        self.day, self.number, self.writer, self._chance = day, number, writer, chance
        self.messages = [self._message(seq) for seq in range(1, chance.randint(8, 30))]
        self.acknowledged = 0

    def _message(self, seq: int) -> Numbered:
        chance = self._chance
        position = chance.randint(1, SLOTS + 1)  # one more than there are: some are refused
        match chance.randint(0, 5):
            case 0:
                return Mark(type="mark", seq=seq, position=position, on=chance.random() < 0.5)
            case 1:
                return Visit(type="visit", seq=seq, position=position)
            case 2:
                return PageEvent(type="page_event", seq=seq, kind="focus_lost")
            case _:
                return answer(seq, position, *chance.sample("AB", chance.randint(0, 1)))

    def slice(self) -> tuple[Numbered, ...]:
        """Somewhere around the first one not acknowledged: overlapping, with holes, repeated, shuffled."""
        chance = self._chance
        start = max(0, self.acknowledged - chance.randint(0, 3)) + (chance.random() < 0.15)
        sent = self.messages[start : start + chance.randint(1, 8)]
        if chance.random() < 0.15 and len(sent) > 2:
            sent = [*sent[:1], *sent[2:]]
        if chance.random() < 0.15:
            sent = [message for message in sent for _ in range(2)]
        if chance.random() < 0.1:
            chance.shuffle(sent)
        return tuple(sent)

    async def push(self) -> None:
        """Until done. Sometimes the connection dies before the answer comes."""
        while self.acknowledged < len(self.messages):
            posted = asyncio.create_task(self.day.post(self._delivery()))
            if self._chance.random() < 0.2:
                await asyncio.sleep(0)
                posted.cancel()
                await asyncio.gather(posted, return_exceptions=True)
                continue
            try:
                receipt = await posted
            except Unavailable:
                continue
            self._take(receipt)

    def _delivery(self) -> Delivery:
        return delivery(self.day, *self.slice(), writer=self.writer, number=self.number)

    def _take(self, receipt: Receipt) -> None:
        assert receipt.last_seq >= self.acknowledged, "an acknowledged number was forgotten"
        self.acknowledged = receipt.last_seq
        if receipt.resend_from is not None:
            assert receipt.resend_from == receipt.last_seq + 1


async def check(day: ExamDay, number: int, browsers: Sequence[Browser]) -> None:
    """The chain, the tables and what was sent tell one story."""
    sitting_id = day.sittings[number]
    async with day.service.database.read() as connection:
        report = await verify_stream(connection, stream_of(sitting_id))
        entries = await read_stream(connection, stream_of(sitting_id))
        query = select(WriterRow.writer, WriterRow.last_seq).where(WriterRow.sitting_id == sitting_id)
        last = {row.writer: row.last_seq for row in await connection.execute(query)}
    assert report.problem is None
    applied: dict[str, list[int]] = {}
    given: dict[int, list[str]] = {}
    marks: dict[int, bool] = {}
    said = {(browser.writer, message.seq): message for browser in browsers for message in browser.messages}
    for entry in entries:
        data = json.loads(entry.text)["data"]
        if "number" not in data:
            continue
        applied.setdefault(data["writer"], []).append(data["number"])
        message = said[data["writer"], data["number"]]
        if entry.type == "response.saved":
            assert isinstance(message, Answer)
            assert data["response"] == sorted(message.response)
            given[data["position"]] = data["response"]
        elif entry.type == "response.marked":
            marks[data["position"]] = data["on"]
    for browser in browsers:
        assert applied[browser.writer] == list(range(1, len(browser.messages) + 1))
        assert last[browser.writer] == len(browser.messages)
    stored = await day.responses(number)
    assert {place: list(found) for place, (found, _) in stored.items() if found} == {
        place: found for place, found in given.items() if found
    }
    assert {place for place, (_, marked) in stored.items() if marked} == {
        place for place, marked in marks.items() if marked
    }
    assert (await day.sitting(number)).answered == sum(bool(found) for found in given.values())


@pytest.mark.parametrize("seed", range(4))
async def test_any_interleaving_has_each_effect_once_and_in_order(
    service: Service, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    day = await make_exam_day(service, candidates=3)
    for number in range(3):
        await day.start(number)
    flaky = FlakyDatabase(service.database, chance, rate=0.2)
    monkeypatch.setattr(service.posting._commits, "_database", flaky)
    browsers = [
        Browser(day, number, f"writer-{number}-{tab}", random.Random(f"{seed}/{number}/{tab}"))
        for number in range(3)
        for tab in range(2)
    ]
    await asyncio.gather(*(browser.push() for browser in browsers))
    for number in range(3):
        await check(day, number, [browser for browser in browsers if browser.number == number])


async def test_callers_wait_for_the_commit(service: Service) -> None:
    """An answer is acknowledged only once another connection sees it."""
    day = await started(service)
    for seq in range(1, 20):
        await day.post(delivery(day, answer(seq, seq % SLOTS + 1, "A")))
        assert seq % SLOTS + 1 in await day.responses()
