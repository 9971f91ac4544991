"""How the items of living banks performed in closed administrations: keeping counts, and reading figures."""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.banks import repository
from app.banks.counts import (
    CountedAdministration,
    ItemCount,
    Standing,
    Use,
    asked_from_text,
    asked_text,
    standing_of,
)
from app.banks.figures import standing_figures
from app.banks.tables import (
    CountedAdministrationRow,
    ItemCountRow,
    ItemStandingRow,
    ItemVersionRow,
    SnapshotRow,
)
from app.banks.versions import set_digest
from app.kit.among import among
from app.kit.unit_of_work import Unit, UnitOfWork
from question_bank.bank import Bank
from question_bank.item_documents import item_digest
from question_bank.statistics import ItemFlag
from question_bank.tallies import ItemTally

# Items whose uses are read and put together at once.
_BATCH = 500
_ROWS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The counts of one administration with how its items stand then: what is written together."""

    administration: CountedAdministration
    counts: tuple[ItemCount, ...]
    standings: tuple[dict[str, object], ...]


class BankStatisticsService:
    """Counts come from `app.results`, one administration at a time."""

    def __init__(self, units: UnitOfWork) -> None:
        self._units = units

    async def counted_runs(self) -> dict[str, int]:
        """The scoring run that each counted administration was counted in."""
        head = CountedAdministrationRow
        async with self._units.database.read() as connection:
            found = await connection.execute(select(head.administration_id, head.run))
            return {row[0]: row[1] for row in found}

    async def bank_of(self, connection: AsyncConnection, snapshot_id: str) -> str:
        """The living bank of a snapshot. Pre-condition: there is such a snapshot."""
        query = select(SnapshotRow.bank_id).where(SnapshotRow.id == snapshot_id)
        return str((await connection.execute(query)).scalar_one())

    async def version_numbers(self, connection: AsyncConnection, bank_id: str, bank: Bank) -> dict[str, int]:
        """The newest version of each item of a snapshot that is the same as it, by item; unlike ones lack."""
        row = ItemVersionRow
        query = select(row.item_id, row.digest, row.set_digest, row.number).where(row.bank_id == bank_id)
        rows = await connection.execute(query.order_by(row.number))
        numbers = {(item_id, digest, of_set): number for item_id, digest, of_set, number in rows}
        sets = {item_set.id: set_digest(item_set) for item_set in bank.sets}

        def match() -> dict[str, int]:
            keys = {item.id: (item.id, item_digest(item), sets.get(item.item_set, "")) for item in bank.items}
            return {item_id: numbers[key] for item_id, key in keys.items() if key in numbers}

        return await asyncio.to_thread(match)

    async def prepare(self, administration: CountedAdministration, counts: Sequence[ItemCount]) -> Counted:
        """Work out how the items stand with these counts, outside of any transaction."""
        standings: list[dict[str, object]] = []
        for start in range(0, len(counts), _BATCH):
            batch = {count.item_id: count for count in counts[start : start + _BATCH]}
            async with self._units.database.read() as connection:
                heads = await _heads(connection, administration.bank_id)
                rows = await _count_rows(connection, administration.bank_id, batch)
            uses = {item_id: [Use(administration=administration, count=batch[item_id])] for item_id in batch}
            standings += await asyncio.to_thread(_standings, uses, rows, heads)
        return Counted(administration=administration, counts=tuple(counts), standings=tuple(standings))

    async def keep(self, unit: Unit, counted: Counted) -> None:
        """Write counts in the place of those of an earlier run. Pre-condition: nobody else keeps any."""
        administration, connection = counted.administration, unit.connection
        of_administration = ItemCountRow.administration_id == administration.id
        await connection.execute(delete(ItemCountRow).where(of_administration))
        head = CountedAdministrationRow
        await connection.execute(delete(head).where(head.administration_id == administration.id))
        await connection.execute(
            insert(head).values(
                administration_id=administration.id,
                bank_id=administration.bank_id,
                run=administration.run,
                name=administration.name,
                exam=administration.exam,
                held_at=administration.held_at,
                forms=administration.forms,
                sittings=administration.sittings,
            )
        )
        ids = [count.item_id for count in counted.counts]
        row = ItemStandingRow
        stale = (row.bank_id == administration.bank_id, among(connection, row.item_id, ids))
        await connection.execute(delete(row).where(*stale))
        rows = [_count_values(administration, count) for count in counted.counts]
        for start in range(0, len(ids), _ROWS):
            await connection.execute(insert(ItemCountRow), rows[start : start + _ROWS])
            await connection.execute(insert(row), list(counted.standings[start : start + _ROWS]))

    async def of_items(self, bank_id: str, item_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Figures by item (`figures.standing_figures`); what was in no administration is left out."""
        row = ItemStandingRow
        async with self._units.database.read() as connection:
            query = select(row.item_id, row.figures).where(
                row.bank_id == bank_id, among(connection, row.item_id, item_ids)
            )
            return {item_id: json.loads(text) for item_id, text in await connection.execute(query)}

    async def of_item(self, bank_id: str, item_id: str) -> tuple[Standing | None, list[Use]]:
        """How an item stands, and every use of it, the earliest first. Raises NotFound."""
        async with self._units.database.read() as connection:
            await repository.history(connection, bank_id, item_id)
            heads = await _heads(connection, bank_id)
            rows = await _count_rows(connection, bank_id, [item_id])
        uses = sorted((_use(row, heads) for row in rows), key=_date)
        return standing_of(uses), uses

    async def administrations(self, bank_id: str) -> list[CountedAdministration]:
        """The administrations that a bank's items were counted in, the latest first. Raises NotFound."""
        async with self._units.database.read() as connection:
            await repository.check_bank(connection, bank_id)
            return [*(await _heads(connection, bank_id)).values()][::-1]

    async def flag_counts(self, bank_id: str) -> dict[str, int]:
        """How many items of a bank have each flag now."""
        row = ItemStandingRow
        found = {}
        async with self._units.database.read() as connection:
            for flag in ItemFlag:
                query = select(func.count()).where(row.bank_id == bank_id, repository.has_flag(flag))
                found[flag.value] = (await connection.execute(query)).scalar_one()
        return found


async def _heads(connection: AsyncConnection, bank_id: str) -> dict[str, CountedAdministration]:
    """The counted administrations of a bank by id, the earliest first."""
    row = CountedAdministrationRow
    query = select(row).where(row.bank_id == bank_id).order_by(row.held_at, row.administration_id)
    return {found.administration_id: _administration(found) for found in await connection.execute(query)}


async def _count_rows(connection: AsyncConnection, bank_id: str, item_ids: Iterable[str]) -> Sequence[Any]:
    row = ItemCountRow
    query = select(row).where(row.bank_id == bank_id, among(connection, row.item_id, item_ids))
    return (await connection.execute(query)).all()


def _administration(row: Any) -> CountedAdministration:
    return CountedAdministration(
        id=row.administration_id,
        bank_id=row.bank_id,
        run=row.run,
        name=row.name,
        exam=row.exam,
        held_at=row.held_at,
        forms=row.forms,
        sittings=row.sittings,
    )


def _date(use: Use) -> tuple[datetime, str]:
    return use.administration.held_at, use.administration.id


def _use(row: Any, heads: Mapping[str, CountedAdministration]) -> Use:
    count = ItemCount(
        item_id=row.item_id,
        version=row.version,
        marking=row.marking,
        asked=asked_from_text(row.asked),
        shown=row.shown,
        voided=row.voided,
        tally=ItemTally.from_json(row.tally),
    )
    return Use(administration=heads[row.administration_id], count=count)


def _standings(
    uses: dict[str, list[Use]], rows: Sequence[Any], heads: Mapping[str, CountedAdministration]
) -> list[dict[str, object]]:
    """Rows of `item_standing` for items with a new use each, and what was counted of them before.

    `rows` of an earlier run of the same administration are passed over.
    """
    for row in rows:
        mine = uses[row.item_id]
        if row.administration_id != mine[0].administration.id:
            mine.append(_use(row, heads))
    found: list[dict[str, object]] = []
    for item_id, of_item in uses.items():
        bank_id = of_item[0].administration.bank_id
        of_item.sort(key=_date)
        figures = standing_figures(standing_of(of_item), of_item)
        flags = "".join(f" {flag} " for flag in figures["flags"])
        key = {"bank_id": bank_id, "item_id": item_id}
        found.append({**key, "flags": flags, "figures": json.dumps(figures)})
    return found


def _count_values(administration: CountedAdministration, count: ItemCount) -> dict[str, object]:
    return {
        "bank_id": administration.bank_id,
        "item_id": count.item_id,
        "administration_id": administration.id,
        "version": count.version,
        "marking": count.marking,
        "asked": asked_text(count.asked),
        "shown": count.shown,
        "voided": count.voided,
        "tally": count.tally.to_json().decode(),
    }
