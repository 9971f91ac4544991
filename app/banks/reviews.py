"""The review queue over all banks: what waits for a second person, the longest wait first."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.banks.repository import PAGE_SIZE, Condition, version_of
from app.banks.rules import Event, State
from app.banks.tables import BankRow, ItemEventRow, ItemVersionRow
from app.banks.versions import Version
from app.kit.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of the queue to list; an empty field does not restrict. `days`: submitted at least so long ago."""

    bank_id: str = ""
    type: str = ""
    author: str = ""
    days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A version in review, and since when."""

    bank_id: str
    bank: str
    version: Version
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One page of the queue, how many fit in all, and what it can be narrowed to: authors and (id, name) of

    banks of the whole queue, whatever was asked for.
    """

    waiting: tuple[Waiting, ...]
    total: int
    authors: tuple[str, ...]
    banks: tuple[tuple[str, str], ...]


class ReviewsService:
    """Reads only; approving is `AuthoringService.act`."""

    def __init__(self, units: UnitOfWork) -> None:
        self._units = units

    async def queue(self, wanted: Wanted, number: int) -> Queue:
        """Page `number` (from 1) of what fits, the longest wait first."""
        async with self._units.database.read() as connection:
            conditions = _conditions(wanted, self._units.clock.now())
            count = select(func.count()).select_from(ItemVersionRow).where(*conditions)
            total = (await connection.execute(count)).scalar_one()
            rows = await connection.execute(_page(conditions, number))
            return Queue(
                waiting=tuple(_waiting(row) for row in rows),
                total=total,
                authors=tuple(await _authors(connection)),
                banks=tuple(await _banks(connection)),
            )


_IN_REVIEW: Condition = ItemVersionRow.state == State.IN_REVIEW


def _since() -> ColumnElement[Any]:
    """When the version was submitted last; when it was written, where nobody noted that."""
    event = ItemEventRow
    submitted = select(func.max(event.at)).where(
        event.bank_id == ItemVersionRow.bank_id,
        event.item_id == ItemVersionRow.item_id,
        event.number == ItemVersionRow.number,
        event.event == Event.SUBMIT,
    )
    return func.coalesce(submitted.scalar_subquery(), ItemVersionRow.written_at)


def _conditions(wanted: Wanted, now: datetime) -> list[Condition]:
    row = ItemVersionRow
    exact = ((row.bank_id, wanted.bank_id), (row.type, wanted.type), (row.written_by, wanted.author))
    found = [_IN_REVIEW, *(column == value for column, value in exact if value)]
    if wanted.days:
        found.append(_since() <= now - timedelta(days=wanted.days))
    return found


def _page(conditions: Sequence[Condition], number: int) -> Select[Any]:
    since = _since()
    columns = [getattr(ItemVersionRow, field.name) for field in fields(Version)]
    query = select(*columns, ItemVersionRow.bank_id, BankRow.name.label("bank"), since.label("since"))
    query = query.join(BankRow, BankRow.id == ItemVersionRow.bank_id).where(*conditions)
    query = query.order_by(since, ItemVersionRow.bank_id, ItemVersionRow.item_id)
    return query.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)


def _waiting(row: Any) -> Waiting:
    return Waiting(bank_id=row.bank_id, bank=row.bank, version=version_of(row), since=row.since)


async def _authors(connection: AsyncConnection) -> list[str]:
    author = ItemVersionRow.written_by
    return list(
        (await connection.execute(select(author).where(_IN_REVIEW).distinct().order_by(author))).scalars()
    )


async def _banks(connection: AsyncConnection) -> list[tuple[str, str]]:
    waiting = select(ItemVersionRow.bank_id).where(_IN_REVIEW)
    query = select(BankRow.id, BankRow.name).where(BankRow.id.in_(waiting)).order_by(BankRow.name, BankRow.id)
    return [(bank_id, name) for bank_id, name in await connection.execute(query)]
