"""Keeping banks: import with a row-by-row report, list, load."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.banks.tables import BankRow
from app.errors import NotFound
from app.ids import new_id
from app.kit.unit_of_work import Json, UnitOfWork
from question_bank.bank import Bank

_CACHE_LIMIT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class BankSummary:
    """A bank as listed; `by_type` and `by_topic` count items."""

    id: str
    name: str
    industry: str
    items: int
    by_type: dict[str, int]
    by_topic: dict[str, int]
    must_know: int
    imported_at: datetime


class BanksService:
    """Banks are immutable snapshots, so parsed ones are kept in memory (the last few)."""

    def __init__(self, units: UnitOfWork) -> None:
        self._units = units
        self._parsed: dict[str, Bank] = {}

    async def keep(self, bank: Bank, actor: str) -> str:
        """Store a snapshot and return its id."""
        bank_id = new_id()
        document = bank.to_json().decode()
        async with self._units.begin() as unit:
            await unit.connection.execute(
                insert(BankRow).values(
                    id=bank_id,
                    name=bank.name,
                    industry=bank.industry,
                    digest=bank.digest,
                    document=document,
                    items=len(bank.items),
                    imported_at=unit.now,
                    imported_by=actor,
                )
            )
            data: dict[str, Json] = {"bank": bank_id, "digest": bank.digest, "items": len(bank.items)}
            unit.record("office", "bank.imported", actor, data)
        return bank_id

    async def load(self, connection: AsyncConnection, bank_id: str) -> Bank:
        """The parsed snapshot. Raises NotFound."""
        if bank_id in self._parsed:
            return self._parsed[bank_id]
        query = select(BankRow.document).where(BankRow.id == bank_id)
        document = (await connection.execute(query)).scalar()
        if document is None:
            raise NotFound("There is no such bank.")
        bank = await asyncio.to_thread(Bank.from_json, document)
        while len(self._parsed) >= _CACHE_LIMIT:
            self._parsed.pop(next(iter(self._parsed)))
        self._parsed[bank_id] = bank
        return bank

    async def summaries(self) -> list[BankSummary]:
        """All banks, newest first."""
        async with self._units.database.read() as connection:
            query = select(BankRow.id, BankRow.imported_at).order_by(BankRow.imported_at.desc())
            found = []
            for bank_id, imported_at in (await connection.execute(query)).all():
                found.append(_summary(bank_id, imported_at, await self.load(connection, bank_id)))
            return found


def _summary(bank_id: str, imported_at: datetime, bank: Bank) -> BankSummary:
    return BankSummary(
        id=bank_id,
        name=bank.name,
        industry=bank.industry,
        items=len(bank.items),
        by_type=dict(Counter(item.type.value for item in bank.items)),
        by_topic=dict(Counter(item.topic for item in bank.items)),
        must_know=sum(item.must_know for item in bank.items),
        imported_at=imported_at,
    )
