"""The hot path: numbered messages of all candidates, committed in batches, acknowledged after commit.

A `Delivery` is what one socket received in one go. A whole batch of deliveries becomes one
transaction: sittings, writers and chain heads are read once, the rules decide message by message,
and everything that follows is written with one statement a table.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.clock import Clock
from app.errors import Invalid, NotAllowedNow
from app.kit.bulk import Row
from app.kit.unit_of_work import Act, AppendActs, Json
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
from app.sittings import repository
from app.sittings.lifecycle import ANSWERABLE, ENDED, Cause, Event, State, advance
from app.sittings.records import Standing, stream_of
from app.sittings.responses import NO_RESPONSE, SlotShape, Turn, checked_response, response_text, turn

# What a page may say before the start and while nothing is answered. (A set of classes: asking a model's
# metaclass about instances took a tenth of an answer's processor time.)
ANY_TIME = frozenset({PageEvent, CallInvigilator, NoticeShown})

REFUSALS = {
    "time_is_up": "The time was over when this arrived.",
    "sitting_over": "The sitting is over.",
    "not_started": "The exam has not started.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Numbered messages of one writer, in the order they came, received at `received_at`."""

    sitting_id: str
    writer: str
    messages: tuple[Numbered, ...]
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A number that was refused for good."""

    seq: int
    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a delivery: everything up to `last_seq` is committed or refused for good."""

    last_seq: int
    at: datetime
    refusals: tuple[Refusal, ...]
    resend_from: int | None
    answered: int
    position: int | None
    saved_at: datetime | None
    ended: bool
    called: bool


@dataclass(slots=True)
class _Work:
    """A sitting while its part of the batch is applied."""

    sitting: Standing
    shapes: tuple[SlotShape, ...]
    answered: set[int]
    position: int | None
    saved_at: datetime | None
    called_at: datetime | None
    state: State
    changed: bool = False
    called: bool = False


@dataclass(slots=True)
class _Writes:
    responses: dict[tuple[str, int], Row] = field(default_factory=dict)
    marks: dict[tuple[str, int], Row] = field(default_factory=dict)
    writers: dict[tuple[str, str], int] = field(default_factory=dict)
    notices: list[dict[str, object]] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)


class Ledger:
    """Handler of the group commit. `shapes_of` gives the slots of a sitting's form."""

    def __init__(
        self,
        clock: Clock,
        append: AppendActs,
        shapes_of: Callable[[AsyncConnection, Standing], Awaitable[tuple[SlotShape, ...]]],
    ) -> None:
        self._clock = clock
        self._append = append
        self._shapes_of = shapes_of
        self._answered: dict[str, set[int]] = {}

    def forget(self, sitting_id: str) -> None:
        """Drop what is kept in memory about a sitting: it has ended, or its batch was not committed."""
        self._answered.pop(sitting_id, None)

    async def apply(self, connection: AsyncConnection, batch: Sequence[Delivery]) -> list[Receipt]:
        """Apply a batch in the caller's transaction. When it is not committed, `forget` its sittings."""
        now = self._clock.now()
        works = await self._load(connection, {delivery.sitting_id for delivery in batch})
        writes = _Writes()
        pairs = {(delivery.sitting_id, delivery.writer) for delivery in batch}
        writes.writers = await repository.writer_numbers(connection, pairs)
        before = dict(writes.writers)
        receipts = [_apply_one(works[d.sitting_id], d, writes, now) for d in batch]
        await self._write(connection, works, writes, before, now)
        return receipts

    async def _load(self, connection: AsyncConnection, ids: set[str]) -> dict[str, _Work]:
        sittings = await repository.standings(connection, ids)
        unknown = [sitting.id for sitting in sittings if sitting.id not in self._answered]
        if unknown:
            for sitting_id, rows in (await repository.responses(connection, unknown)).items():
                self._answered[sitting_id] = {position for position, (given, _) in rows.items() if given}
        return {
            sitting.id: _Work(
                sitting=sitting,
                shapes=await self._shapes_of(connection, sitting),
                answered=self._answered[sitting.id],
                position=sitting.position,
                saved_at=sitting.saved_at,
                called_at=sitting.called_at,
                state=sitting.state,
            )
            for sitting in sittings
        }

    async def _write(
        self,
        connection: AsyncConnection,
        works: dict[str, _Work],
        writes: _Writes,
        before: dict[tuple[str, str], int],
        now: datetime,
    ) -> None:
        if writes.responses:
            await repository.put_responses(connection, list(writes.responses.values()), "response")
        if writes.marks:
            await repository.put_responses(connection, list(writes.marks.values()), "marked")
        if writes.notices:
            await repository.notice_shown(connection, writes.notices)
        writers = [
            (sitting_id, writer, seq)
            for (sitting_id, writer), seq in sorted(writes.writers.items())
            if before.get((sitting_id, writer)) != seq
        ]
        if writers:
            await repository.put_writers(connection, writers)
        changed = [work for work in works.values() if work.changed]
        if changed:
            await repository.change_progress(connection, [_progress(work) for work in changed])
        for work in changed:
            if work.state is not work.sitting.state:
                ended = {"state": work.state.value, "ended_at": now, "deadline_at": None}
                await repository.change(connection, work.sitting.id, **ended, ended_reason="handed_in")
        if writes.acts:
            await self._append(connection, writes.acts, now)


def _progress(work: _Work) -> Row:
    return (work.sitting.id, len(work.answered), work.position, work.saved_at, work.called_at)


def _apply_one(work: _Work, delivery: Delivery, writes: _Writes, now: datetime) -> Receipt:
    key = (delivery.sitting_id, delivery.writer)
    last = writes.writers.get(key, 0)
    refusals: list[Refusal] = []
    resend_from = None
    for message in delivery.messages:
        what = turn(last, message.seq)
        if what is Turn.REPEAT:
            continue
        if what is Turn.HOLE:
            resend_from = last + 1
            break
        last = message.seq
        refusal = _apply_message(work, delivery, message, writes, now)
        if refusal is not None:
            refusals.append(refusal)
    if last:
        writes.writers[key] = last
    return Receipt(
        last_seq=last,
        at=now,
        refusals=tuple(refusals),
        resend_from=resend_from,
        answered=len(work.answered),
        position=work.position,
        saved_at=work.saved_at,
        ended=work.state in ENDED and work.sitting.state not in ENDED,
        called=work.called,
    )


def _apply_message(
    work: _Work, delivery: Delivery, message: Numbered, writes: _Writes, now: datetime
) -> Refusal | None:
    """Apply one message, or say why not. Either way its number is used up and the log knows."""
    code = _forbidden(work, message, delivery.received_at)
    data: dict[str, Json] = {"writer": delivery.writer, "number": message.seq}
    if code is None:
        try:
            kind, more = _effects(work, message, writes, now)
        except Invalid as error:
            code, text = error.code, error.detail
        else:
            _log(writes, work, kind, data | more)
            return None
    else:
        text = REFUSALS[code]
    _log(writes, work, "message.refused", data | {"message": message.type, "code": code})
    return Refusal(seq=message.seq, code=code, text=text)


def _log(writes: _Writes, work: _Work, kind: str, data: dict[str, Json]) -> None:
    sitting_id = work.sitting.id
    actor = f"candidate:{sitting_id}"
    writes.acts.append(Act(stream=stream_of(sitting_id), type=kind, actor=actor, data=data))
    work.changed = True


def _forbidden(work: _Work, message: Numbered, received_at: datetime) -> str | None:
    if work.state in ENDED:
        return "sitting_over"
    if type(message) in ANY_TIME:
        return None
    if work.state not in ANSWERABLE:
        return "not_started"
    deadline_at = work.sitting.deadline_at
    return "time_is_up" if deadline_at is not None and received_at >= deadline_at else None


def _effects(work: _Work, message: Numbered, writes: _Writes, now: datetime) -> tuple[str, dict[str, Json]]:
    """Change the work and the writes; the log's type and data. Raises Invalid before changing anything."""
    sitting_id = work.sitting.id
    match message:
        case Answer():
            given = checked_response(work.shapes, message.position, message.response)
            place = (sitting_id, message.position)
            writes.responses[place] = (*place, response_text(given), False, now)
            (work.answered.add if given else work.answered.discard)(message.position)
            work.saved_at = now
            work.position = message.position
            return "response.saved", {"position": message.position, "response": given}
        case Mark():
            checked_response(work.shapes, message.position, ())
            place = (sitting_id, message.position)
            writes.marks[place] = (*place, NO_RESPONSE, message.on, now)
            return "response.marked", {"position": message.position, "on": message.on}
        case Visit():
            checked_response(work.shapes, message.position, ())
            work.position = message.position
            return "item.visited", {"position": message.position}
        case PageEvent():
            return f"page.{message.kind}", {}
        case NoticeShown():
            writes.notices.append({"notice": message.notice_id, "sitting": sitting_id, "at": now})
            return "notice.shown", {"notice": message.notice_id}
        case CallInvigilator():
            work.called_at = now
            work.called = True
            return "invigilator.called", {}
        case HandIn():
            try:
                work.state = advance(work.state, Event.HAND_IN, Cause.CANDIDATE)
            except NotAllowedNow as error:
                raise Invalid(error.detail, code=error.code) from error
            return "sitting.submitted", {"answered": len(work.answered)}
