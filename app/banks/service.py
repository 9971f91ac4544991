"""Banks as wholes: making, listing, publishing snapshots of them, loading what exams use."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.banks import repository
from app.banks.rules import State
from app.banks.tables import BankRow, ItemVersionRow, MediaRow, SnapshotRow
from app.banks.versions import Draft, Facets, stored_item
from app.errors import Invalid, NotAllowedNow, NotFound
from app.ids import new_id
from app.kit.unit_of_work import Json, Unit, UnitOfWork
from question_bank.bank import Bank
from question_bank.errors import QuestionBankError
from question_bank.media import Picture

_CACHE_LIMIT = 16
MAX_LABEL = 100
STREAM = "office"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankSummary:
    """A living bank as listed; for `facets` see `repository.facets`."""

    id: str
    name: str
    industry: str
    created_at: datetime
    facets: Facets


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotSummary:
    """A snapshot as listed; `by_type` and `by_topic` count its items."""

    id: str
    bank_id: str
    name: str
    industry: str
    items: int
    by_type: dict[str, int]
    by_topic: dict[str, int]
    must_know: int
    published_at: datetime


class BanksService:
    """Snapshots never change, so parsed ones are kept in memory (the last few)."""

    def __init__(self, units: UnitOfWork) -> None:
        self._units = units
        self._parsed: dict[str, Bank] = {}

    async def create(self, name: str, industry: str, actor: str) -> str:
        """Add an empty bank. Raises Invalid (`bank_name_invalid`)."""
        name, industry = name.strip(), industry.strip()
        if not name or max(len(name), len(industry)) > MAX_LABEL:
            raise Invalid("A bank needs a name of 1 to 100 characters.", code="bank_name_invalid")
        async with self._units.begin() as unit:
            return await _create(unit, name, industry, actor)

    async def summaries(self) -> list[BankSummary]:
        """All banks, newest first."""
        async with self._units.database.read() as connection:
            query = select(BankRow).order_by(BankRow.created_at.desc(), BankRow.id.desc())
            rows = (await connection.execute(query)).all()
            return [
                BankSummary(
                    id=row.id,
                    name=row.name,
                    industry=row.industry,
                    created_at=row.created_at,
                    facets=await repository.facets(connection, row.id),
                )
                for row in rows
            ]

    async def summary(self, bank_id: str) -> BankSummary:
        """One bank. Raises NotFound."""
        for found in await self.summaries():
            if found.id == bank_id:
                return found
        raise NotFound("There is no such bank.")

    async def adopt(self, bank: Bank, actor: str) -> str:
        """Take over a bank that was reviewed and published elsewhere: its items come in published.

        For the server's own use (demonstration, tests): no endpoint leads here. Pictures are not taken.
        Returns the id of its first snapshot.
        """
        sets = {item_set.id: item_set for item_set in bank.sets}
        async with self._units.begin() as unit:
            bank_id = await _create(unit, bank.name, bank.industry, actor)
            drafts = [Draft(item=item, item_set=sets.get(item.item_set)) for item in bank.items]
            common = {
                "state": State.PUBLISHED,
                "written_at": unit.now,
                "written_by": actor,
                "batch_id": None,
            }
            await repository.insert_versions(
                unit.connection, bank_id, [(draft, 1) for draft in drafts], common
            )
            return await _keep_snapshot(unit, bank_id, bank, actor)

    async def publish(self, bank_id: str, actor: str) -> str:
        """Make a snapshot of all published versions; the last one's id when nothing has changed since.

        Raises NotFound; NotAllowedNow `nothing_published`, or `set_versions_differ` when items of one set
        were published with different stimuli.
        """
        async with self._units.begin() as unit:
            await repository.check_bank(unit.connection, bank_id, lock=True)
            bank = await self.collect(unit.connection, bank_id, ItemVersionRow.state == State.PUBLISHED)
            if not bank.items:
                raise NotAllowedNow("No item of this bank is published yet.", code="nothing_published")
            last = await _last_snapshot(unit.connection, bank_id)
            if last is not None and last[1] == bank.digest:
                return last[0]
            return await _keep_snapshot(unit, bank_id, bank, actor)

    async def collect(
        self, connection: AsyncConnection, bank_id: str, *conditions: repository.Condition
    ) -> Bank:
        """A bank of the versions that meet the conditions (at most one an item). Raises as `publish`."""
        query = select(BankRow.name, BankRow.industry).where(BankRow.id == bank_id)
        row = (await connection.execute(query)).first()
        if row is None:
            raise NotFound("There is no such bank.")
        found = await repository.documents(connection, bank_id, *conditions)
        by_digest = await repository.item_sets(connection, bank_id, (v.set_digest for v, _ in found))
        sets = {item_set.id: item_set for item_set in by_digest.values()}
        if len(sets) != len(by_digest):
            differing = {item_set.id for item_set in by_digest.values() if sets[item_set.id] != item_set}
            raise NotAllowedNow(
                f"Items of the set {min(differing)} were published with different stimuli.",
                code="set_versions_differ",
            )
        media = await _media(connection, bank_id)

        def build() -> Bank:
            return Bank(
                name=row.name,
                industry=row.industry,
                items=tuple(stored_item(document) for _, document in found),
                sets=tuple(sets.values()),
                media=media,
            )

        try:
            return await asyncio.to_thread(build)
        except QuestionBankError as error:
            raise NotAllowedNow(str(error), code=error.code) from error

    async def load(self, connection: AsyncConnection, snapshot_id: str) -> Bank:
        """The parsed snapshot. Raises NotFound."""
        if snapshot_id in self._parsed:
            return self._parsed[snapshot_id]
        query = select(SnapshotRow.document).where(SnapshotRow.id == snapshot_id)
        document = (await connection.execute(query)).scalar()
        if document is None:
            raise NotFound("There is no such bank.")
        bank = await asyncio.to_thread(Bank.from_json, document)
        while len(self._parsed) >= _CACHE_LIMIT:
            self._parsed.pop(next(iter(self._parsed)))
        self._parsed[snapshot_id] = bank
        return bank

    async def snapshots(self, bank_id: str | None = None) -> list[SnapshotSummary]:
        """Snapshots of a bank, or of all, newest first."""
        row = SnapshotRow
        query = select(row.id, row.bank_id, row.published_at).order_by(row.published_at.desc(), row.id.desc())
        if bank_id is not None:
            query = query.where(row.bank_id == bank_id)
        async with self._units.database.read() as connection:
            found = []
            for snapshot_id, of_bank, published_at in (await connection.execute(query)).all():
                bank = await self.load(connection, snapshot_id)
                found.append(_snapshot_summary(snapshot_id, of_bank, published_at, bank))
            return found


async def _create(unit: Unit, name: str, industry: str, actor: str) -> str:
    bank_id = new_id()
    values = {"id": bank_id, "name": name, "industry": industry, "created_at": unit.now, "created_by": actor}
    await unit.connection.execute(insert(BankRow).values(values))
    unit.record(STREAM, "bank.created", actor, {"bank": bank_id})
    return bank_id


async def _keep_snapshot(unit: Unit, bank_id: str, bank: Bank, actor: str) -> str:
    snapshot_id = new_id()
    await unit.connection.execute(
        insert(SnapshotRow).values(
            id=snapshot_id,
            bank_id=bank_id,
            name=bank.name,
            industry=bank.industry,
            digest=bank.digest,
            document=bank.to_json().decode(),
            items=len(bank.items),
            published_at=unit.now,
            published_by=actor,
        )
    )
    data: dict[str, Json] = {"bank": bank_id, "snapshot": snapshot_id, "digest": bank.digest}
    unit.record(STREAM, "bank.published", actor, data | {"items": len(bank.items)})
    return snapshot_id


async def _last_snapshot(connection: AsyncConnection, bank_id: str) -> tuple[str, str] | None:
    query = select(SnapshotRow.id, SnapshotRow.digest).where(SnapshotRow.bank_id == bank_id)
    query = query.order_by(SnapshotRow.published_at.desc(), SnapshotRow.id.desc()).limit(1)
    row = (await connection.execute(query)).first()
    return (row[0], row[1]) if row else None


async def _media(connection: AsyncConnection, bank_id: str) -> tuple[Picture, ...]:
    query = select(MediaRow.digest, MediaRow.media_type, MediaRow.size).where(MediaRow.bank_id == bank_id)
    return tuple(
        Picture(digest=digest, media_type=media_type, size=size)
        for digest, media_type, size in await connection.execute(query)
    )


def _snapshot_summary(
    snapshot_id: str, bank_id: str | None, published_at: datetime, bank: Bank
) -> SnapshotSummary:
    by_type: dict[str, int] = {}
    by_topic: dict[str, int] = {}
    for item in bank.items:
        by_type[item.type.value] = by_type.get(item.type.value, 0) + 1
        by_topic[item.topic] = by_topic.get(item.topic, 0) + 1
    return SnapshotSummary(
        id=snapshot_id,
        bank_id=bank_id or "",
        name=bank.name,
        industry=bank.industry,
        items=len(bank.items),
        by_type=by_type,
        by_topic=by_topic,
        must_know=sum(item.must_know for item in bank.items),
        published_at=published_at,
    )
