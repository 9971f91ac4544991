"""Reading and writing sittings, forms, responses, writers and notices."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row as Found
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import NotFound
from app.kit.among import among
from app.kit.bulk import Bulk, Row
from app.sittings.lifecycle import State
from app.sittings.records import Epoch, Sitting, Standing
from app.sittings.responses import read_response
from app.sittings.tables import FormEpochRow, FormRow, NoticeRow, ResponseRow, SittingRow, WriterRow
from question_bank.assembly import Eligibility
from question_bank.responses import Response

_COLUMNS = tuple(getattr(SittingRow, field.name) for field in fields(Sitting))
_NAMES = tuple(field.name for field in fields(Sitting))
# Built once: naming thirty columns anew for every query took longer than running it.
_SITTINGS = select(*_COLUMNS)
_ONE_SITTING = _SITTINGS.where(SittingRow.id == bindparam("sitting"))
_ONE_SITTING_HELD = _ONE_SITTING.with_for_update()
_RESPONSES = select(ResponseRow.sitting_id, ResponseRow.position, ResponseRow.response, ResponseRow.marked)
_RESPONSES_OF = _RESPONSES.where(ResponseRow.sitting_id.in_(bindparam("wanted", expanding=True)))


def _sitting(row: Found[Any]) -> Sitting:
    values = dict(zip(_NAMES, row, strict=True))
    values["state"] = State(values["state"])
    return Sitting(**values)


async def by_id(connection: AsyncConnection, sitting_id: str, *, lock: bool = False) -> Sitting:
    """One sitting; `lock` keeps other writers of the row waiting (PostgreSQL). Raises NotFound."""
    held = lock and connection.dialect.name != "sqlite"
    query = _ONE_SITTING_HELD if held else _ONE_SITTING
    row = (await connection.execute(query, {"sitting": sitting_id})).first()
    if row is None:
        raise NotFound("There is no such sitting.")
    return _sitting(row)


async def by_ids(
    connection: AsyncConnection, ids: Iterable[str], *, lock: bool = False
) -> dict[str, Sitting]:
    """Sittings by id; `lock` as in `by_id`, in a fixed order."""
    query = _SITTINGS.where(SittingRow.id.in_(sorted(ids))).order_by(SittingRow.id)
    if lock and connection.dialect.name != "sqlite":
        query = query.with_for_update()
    found = [_sitting(row) for row in await connection.execute(query)]
    return {sitting.id: sitting for sitting in found}


async def standings(connection: AsyncConnection, ids: Iterable[str]) -> list[Standing]:
    """What the hot path needs of sittings; their rows are held as by `by_ids` with `lock`."""
    query = select(
        SittingRow.id,
        SittingRow.administration_id,
        SittingRow.state,
        SittingRow.deadline_at,
        SittingRow.position,
        SittingRow.saved_at,
        SittingRow.called_at,
    )
    query = query.where(among(connection, SittingRow.id, ids)).order_by(SittingRow.id)
    if connection.dialect.name != "sqlite":
        query = query.with_for_update()
    return [
        Standing(
            id=sitting_id,
            administration_id=administration_id,
            state=State(state),
            deadline_at=deadline_at,
            position=position,
            saved_at=saved_at,
            called_at=called_at,
        )
        for sitting_id, administration_id, state, deadline_at, position, saved_at, called_at in (
            (await connection.execute(query)).all()
        )
    ]


async def by_ticket(connection: AsyncConnection, ticket: str) -> tuple[Sitting, str | None] | None:
    """The sitting of a ticket number and the digest of its entry code."""
    query = select(*_COLUMNS, SittingRow.entry_code_digest).where(SittingRow.ticket == ticket)
    row = (await connection.execute(query)).first()
    return None if row is None else (_sitting(row[:-1]), row[-1])  # type: ignore[arg-type]


async def of_administration(connection: AsyncConnection, administration_id: str) -> list[Sitting]:
    """All sittings of an administration."""
    query = _SITTINGS.where(SittingRow.administration_id == administration_id)
    return [_sitting(row) for row in await connection.execute(query.order_by(SittingRow.ticket))]


async def people_of(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """(candidate, administration) of sittings, by sitting."""
    query = select(SittingRow.id, SittingRow.candidate_id, SittingRow.administration_id)
    rows = await connection.execute(query.where(among(connection, SittingRow.id, ids)))
    return {sitting_id: (candidate_id, where) for sitting_id, candidate_id, where in rows}


async def waiting(connection: AsyncConnection, administration_id: str) -> list[tuple[str, datetime]]:
    """(sitting, since) of those who wait for admission in an administration, the longest wait first."""
    query = select(SittingRow.id, SittingRow.waiting_since).where(
        SittingRow.administration_id == administration_id,
        SittingRow.state == State.AWAITING_ADMISSION.value,
    )
    rows = await connection.execute(query.order_by(SittingRow.waiting_since, SittingRow.id))
    return [(sitting_id, since) for sitting_id, since in rows if since is not None]


async def ids_in_states(
    connection: AsyncConnection, states: Iterable[State], *, due: datetime | None = None
) -> list[tuple[str, str]]:
    """(sitting, administration) in these states; with `due` only those whose deadline is at or before it."""
    query = select(SittingRow.id, SittingRow.administration_id)
    query = query.where(SittingRow.state.in_([state.value for state in states]))
    if due is not None:
        query = query.where(SittingRow.deadline_at <= due)
    return [(row[0], row[1]) for row in await connection.execute(query)]


async def insert_sittings(connection: AsyncConnection, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert sittings."""
    await connection.execute(insert(SittingRow), list(rows))


async def change_codes(connection: AsyncConnection, digests: Mapping[str, str]) -> None:
    """Set the digests of entry codes, by sitting."""
    statement = (
        update(SittingRow)
        .where(SittingRow.id == bindparam("sitting"))
        .values(entry_code_digest=bindparam("code"))
    )
    await connection.execute(statement, [{"sitting": key, "code": code} for key, code in digests.items()])


async def last_epoch_number(connection: AsyncConnection, administration_id: str) -> int | None:
    """The number of the last epoch of an administration's forms."""
    query = select(func.max(FormEpochRow.epoch)).where(FormEpochRow.administration_id == administration_id)
    return await connection.scalar(query)


async def change(connection: AsyncConnection, sitting_id: str, **values: object) -> None:
    """Set columns of one sitting."""
    await connection.execute(update(SittingRow).where(SittingRow.id == sitting_id).values(**values))


async def change_progress(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Set progress of many sittings; rows are (sitting, answered, position, saved_at, called_at)."""
    await _CHANGE_PROGRESS.run(connection, rows)


async def start(connection: AsyncConnection, rows: Sequence[Mapping[str, object]]) -> None:
    """Set state, started_at and deadline_at of many sittings at position 1; each row names its `sitting`."""
    statement = (
        update(SittingRow)
        .where(SittingRow.id == bindparam("sitting"))
        .values(
            state=bindparam("state"),
            started_at=bindparam("started_at"),
            deadline_at=bindparam("deadline_at"),
            position=1,
        )
    )
    await connection.execute(statement, list(rows))


async def insert_forms(connection: AsyncConnection, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert forms."""
    await connection.execute(insert(FormRow), list(rows))


async def insert_epochs(
    connection: AsyncConnection, administration_id: str, epochs: Sequence[Epoch], now: datetime
) -> None:
    """Insert epochs of forms. Only the last one keeps its counts: the next forms go on from there."""
    rows = [
        {
            "administration_id": administration_id,
            "epoch": epoch.number,
            "closed": json.dumps(list(epoch.closed), ensure_ascii=False),
            "forms": epoch.forms,
            "used": json.dumps(epoch.used if epoch is epochs[-1] else {}, ensure_ascii=False),
            "drawn_at": now,
        }
        for epoch in epochs
    ]
    await connection.execute(insert(FormEpochRow), rows)


async def last_epoch(connection: AsyncConnection, administration_id: str) -> Epoch | None:
    """The last epoch of an administration's forms."""
    query = select(FormEpochRow.epoch, FormEpochRow.closed, FormEpochRow.forms, FormEpochRow.used)
    query = query.where(FormEpochRow.administration_id == administration_id)
    row = (await connection.execute(query.order_by(FormEpochRow.epoch.desc()).limit(1))).first()
    if row is None:
        return None
    closed = Eligibility(epoch=row.epoch, closed=tuple(json.loads(row.closed)))
    return Epoch(
        number=row.epoch,
        closed=closed.closed,
        closed_digest=closed.digest,
        forms=row.forms,
        used=json.loads(row.used),
    )


async def eligibilities(connection: AsyncConnection, administration_id: str) -> dict[int, Eligibility]:
    """Which items were closed in each epoch of an administration's forms."""
    query = select(FormEpochRow.epoch, FormEpochRow.closed).order_by(FormEpochRow.epoch)
    rows = await connection.execute(query.where(FormEpochRow.administration_id == administration_id))
    return {epoch: Eligibility(epoch=epoch, closed=tuple(json.loads(closed))) for epoch, closed in rows}


async def form_records(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, str]:
    """The form records (canonical JSON) by sitting."""
    query = select(FormRow.sitting_id, FormRow.record).where(FormRow.sitting_id.in_(sorted(ids)))
    return {row[0]: row[1] for row in await connection.execute(query)}


async def responses(
    connection: AsyncConnection, ids: Iterable[str]
) -> dict[str, dict[int, tuple[Response, bool]]]:
    """sitting -> position -> (response in shown letters, marked)."""
    wanted = sorted(ids)
    found: dict[str, dict[int, tuple[Response, bool]]] = {sitting_id: {} for sitting_id in wanted}
    rows = await connection.execute(_RESPONSES_OF, {"wanted": wanted})
    for sitting_id, position, response, marked in rows:
        found[sitting_id][position] = (read_response(response), marked)
    return found


async def put_responses(connection: AsyncConnection, rows: Sequence[Row], column: str) -> None:
    """Upsert one column (`response` or `marked`) of many responses.

    Rows are (sitting, position, response, marked, saved_at); both columns are set where a row is new.
    """
    await _PUT_RESPONSES[column].run(connection, rows)


async def writer_numbers(
    connection: AsyncConnection, writers: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """Last applied number by (sitting, writer)."""
    wanted = set(writers)
    query = select(WriterRow.sitting_id, WriterRow.writer, WriterRow.last_seq).where(
        among(connection, WriterRow.sitting_id, {sitting_id for sitting_id, _ in wanted})
    )
    # A sitting has one writer, two or three when the candidate changed computers.
    rows = (await connection.execute(query)).all()
    return {(sitting, writer): seq for sitting, writer, seq in rows if (sitting, writer) in wanted}


async def put_writers(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Upsert the last applied numbers; rows are (sitting, writer, number)."""
    await _PUT_WRITERS.run(connection, rows)


async def insert_notice(connection: AsyncConnection, **values: object) -> None:
    """Insert a notice."""
    await connection.execute(insert(NoticeRow).values(**values))


async def open_notices(connection: AsyncConnection, sitting_id: str) -> list[NoticeRow]:
    """Notices that the candidate's page has not shown yet, oldest first."""
    query = select(NoticeRow.__table__).where(
        NoticeRow.sitting_id == sitting_id, NoticeRow.shown_at.is_(None)
    )
    rows = await connection.execute(query.order_by(NoticeRow.sent_at))
    return [NoticeRow(**row._mapping) for row in rows]


async def notice_shown(connection: AsyncConnection, rows: Sequence[Mapping[str, object]]) -> None:
    """Note when notices were shown; each row names `notice`, `sitting` and `at`."""
    statement = (
        update(NoticeRow)
        .where(NoticeRow.id == bindparam("notice"), NoticeRow.sitting_id == bindparam("sitting"))
        .values(shown_at=bindparam("at"))
    )
    await connection.execute(statement, list(rows))


def _upsert(table: Any, columns: tuple[str, ...], keys: list[str], changed: list[str]) -> Bulk:
    def make(dialect: str) -> Any:
        insert_into: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
        statement = insert_into(table)
        return statement.on_conflict_do_update(
            index_elements=keys, set_={name: getattr(statement.excluded, name) for name in changed}
        )

    return Bulk(columns, make)


_PUT_RESPONSES = {
    column: _upsert(
        ResponseRow,
        ("sitting_id", "position", "response", "marked", "saved_at"),
        ["sitting_id", "position"],
        [column, "saved_at"],
    )
    for column in ("response", "marked")
}
_PUT_WRITERS = _upsert(
    WriterRow, ("sitting_id", "writer", "last_seq"), ["sitting_id", "writer"], ["last_seq"]
)
_CHANGE_PROGRESS = Bulk(
    ("sitting", "answered", "position", "saved_at", "called_at"),
    lambda _: (
        update(SittingRow)
        .where(SittingRow.id == bindparam("sitting"))
        .values(
            answered=bindparam("answered"),
            position=bindparam("position"),
            saved_at=bindparam("saved_at"),
            called_at=bindparam("called_at"),
        )
    ),
)
