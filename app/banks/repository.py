"""Reading and writing versions of items: queries of one bank each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeAlias, cast

from sqlalchemy import ColumnExpressionArgument, Table, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.banks.rules import OPEN, Event, State
from app.banks.tables import BankRow, ItemEventRow, ItemSetVersionRow, ItemStandingRow, ItemVersionRow
from app.banks.versions import (
    ANY_FLAG,
    Draft,
    Filter,
    ItemEvent,
    Page,
    Version,
    VersionKey,
    folded,
    set_digest,
)
from app.errors import NotFound
from app.ids import new_id
from app.kit.among import among
from question_bank.canonical import canonical_bytes, parse
from question_bank.item_documents import item_set_document, item_set_from_document
from question_bank.items import ItemSet

PAGE_SIZE = 50
# SQLite takes 32,766 parameters in a statement, a row has two dozen; PostgreSQL's driver batches by itself.
_CHUNK = 1_000
_NAMES = tuple(field.name for field in fields(Version))
_COLUMNS = tuple(getattr(ItemVersionRow, name) for name in _NAMES)
Condition: TypeAlias = ColumnExpressionArgument[bool]
# A version, its state before and after.
Change: TypeAlias = tuple[VersionKey, State, State]
_TABLE = cast(Table, ItemVersionRow.__table__)
_FACETS = ("type", "topic", "state", "difficulty", "must_know")


def version_of(row: Sequence[Any]) -> Version:
    """A row that begins with the columns of `Version`."""
    values = dict(zip(_NAMES, row, strict=False))
    values["state"] = State(values["state"])
    return Version(**values)


async def check_bank(connection: AsyncConnection, bank_id: str, *, lock: bool = False) -> None:
    """Raise NotFound unless there is such a bank. `lock` keeps its other writers waiting (PostgreSQL)."""
    query = select(BankRow.id).where(BankRow.id == bank_id)
    if lock and connection.dialect.name != "sqlite":
        query = query.with_for_update()
    if (await connection.execute(query)).scalar() is None:
        raise NotFound("There is no such bank.")


async def versions(connection: AsyncConnection, bank_id: str, *conditions: Condition) -> list[Version]:
    """Versions that meet the conditions, by item and number."""
    query = select(*_COLUMNS).where(ItemVersionRow.bank_id == bank_id, *conditions)
    query = query.order_by(ItemVersionRow.item_id, ItemVersionRow.number)
    return [version_of(row) for row in await connection.execute(query)]


async def history(connection: AsyncConnection, bank_id: str, item_id: str) -> list[Version]:
    """All versions of an item, the newest first. Raises NotFound."""
    found = await versions(connection, bank_id, ItemVersionRow.item_id == item_id)
    if not found:
        raise NotFound("There is no such item.")
    return found[::-1]


async def documents(
    connection: AsyncConnection, bank_id: str, *conditions: Condition
) -> list[tuple[Version, str]]:
    """Versions that meet the conditions with their documents, by item and number."""
    query = select(*_COLUMNS, ItemVersionRow.document).where(ItemVersionRow.bank_id == bank_id, *conditions)
    query = query.order_by(ItemVersionRow.item_id, ItemVersionRow.number)
    return [(version_of(row), row[-1]) for row in await connection.execute(query)]


async def digests(connection: AsyncConnection, bank_id: str, *conditions: Condition) -> dict[str, str]:
    """Content hashes by item of versions that meet the conditions: at most one of each item."""
    query = select(ItemVersionRow.item_id, ItemVersionRow.digest)
    query = query.where(ItemVersionRow.bank_id == bank_id, *conditions)
    return {row.item_id: row.digest for row in await connection.execute(query)}


async def item_sets(connection: AsyncConnection, bank_id: str, digests: Iterable[str]) -> dict[str, ItemSet]:
    """Stimuli by digest; digests that are empty are passed over."""
    query = select(ItemSetVersionRow.digest, ItemSetVersionRow.document).where(
        ItemSetVersionRow.bank_id == bank_id,
        among(connection, ItemSetVersionRow.digest, {digest for digest in digests if digest}),
    )
    return {
        digest: item_set_from_document(parse(document))
        for digest, document in await connection.execute(query)
    }


def has_flag(flag: str) -> Condition:
    """Whether an item's standing has a flag; an empty one: any of them."""
    return (
        ItemStandingRow.flags.contains(f" {flag} ", autoescape=True) if flag else ItemStandingRow.flags != ""
    )


def _conditions(bank_id: str, wanted: Filter) -> list[Condition]:
    row = ItemVersionRow
    found: list[Condition] = [row.bank_id == bank_id, row.is_current]
    exact = ((row.type, wanted.type), (row.state, wanted.state), (row.batch_id, wanted.batch_id))
    found += [column == value for column, value in exact if value]
    if wanted.difficulty:
        found.append(row.difficulty == ("" if wanted.difficulty == "none" else wanted.difficulty))
    if wanted.must_know is not None:
        found.append(row.must_know == wanted.must_know)
    if wanted.topic:
        below = row.topic.startswith(wanted.topic + "/", autoescape=True)
        found.append(or_(row.topic == wanted.topic, below))
    if wanted.look:
        flag = "" if wanted.look == ANY_FLAG else wanted.look
        of_bank = select(ItemStandingRow.item_id).where(ItemStandingRow.bank_id == bank_id, has_flag(flag))
        found.append(row.item_id.in_(of_bank))
    found += [row.words.contains(word, autoescape=True) for word in folded(wanted.text).split()]
    return found


async def page(connection: AsyncConnection, bank_id: str, wanted: Filter, number: int) -> Page:
    """Page `number` (from 1) of the current versions that fit, by item id, and the count of all that fit."""
    conditions = and_(*_conditions(bank_id, wanted))
    total = (await connection.execute(select(func.count()).where(conditions))).scalar_one()
    query = select(*_COLUMNS).where(conditions).order_by(ItemVersionRow.item_id)
    query = query.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    found = tuple(version_of(row) for row in await connection.execute(query))
    return Page(versions=found, total=total)


async def matching(connection: AsyncConnection, bank_id: str, wanted: Filter) -> list[VersionKey]:
    """Every current version that fits."""
    query = select(ItemVersionRow.item_id, ItemVersionRow.number).where(*_conditions(bank_id, wanted))
    return [VersionKey(item_id=item_id, number=number) for item_id, number in await connection.execute(query)]


async def facets(connection: AsyncConnection, bank_id: str) -> dict[str, dict[str, int]]:
    """How many current versions there are by each value of type, topic, state, difficulty and must-know.

    `published` counts the items that have a published version, whatever is in work on them.
    """
    found: dict[str, dict[str, int]] = {}
    of_bank = (ItemVersionRow.bank_id == bank_id, ItemVersionRow.is_current)
    for name in _FACETS:
        column = getattr(ItemVersionRow, name)
        query = select(column, func.count()).where(*of_bank).group_by(column).order_by(column)
        found[name] = {_word(value): number for value, number in await connection.execute(query)}
    published = select(func.count()).where(
        ItemVersionRow.bank_id == bank_id, ItemVersionRow.state == State.PUBLISHED
    )
    found["published"] = {"items": (await connection.execute(published)).scalar_one()}
    return found


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


async def revision(connection: AsyncConnection, bank_id: str) -> tuple[int, int]:
    """Grows with everything that happens in a bank: counts of versions and of events."""
    written = select(func.count()).where(ItemVersionRow.bank_id == bank_id)
    done = select(func.count()).where(ItemEventRow.bank_id == bank_id)
    first, second = (await connection.execute(written)).scalar_one(), (await connection.execute(done))
    return first, second.scalar_one()


async def insert_versions(
    connection: AsyncConnection, bank_id: str, rows: Sequence[tuple[Draft, int]], common: Mapping[str, object]
) -> None:
    """Add (draft, number) pairs as current versions; `common` holds the columns that all of them share."""
    sets = {set_digest(draft.item_set): draft.item_set for draft, _ in rows if draft.item_set}
    known = await item_sets(connection, bank_id, sets)
    stimuli = [
        {
            "bank_id": bank_id,
            "digest": digest,
            "set_id": item_set.id,
            "document": canonical_bytes(item_set_document(item_set)).decode(),
            "written_at": common["written_at"],
            "written_by": common["written_by"],
        }
        for digest, item_set in sets.items()
        if digest not in known
    ]
    if stimuli:
        await connection.execute(insert(ItemSetVersionRow), stimuli)
    values = [
        {"bank_id": bank_id, "number": number, "is_current": True, **draft.columns(), **common}
        for draft, number in rows
    ]
    for start in range(0, len(values), _CHUNK):
        await connection.execute(insert(ItemVersionRow), values[start : start + _CHUNK])


async def all_of_items(
    connection: AsyncConnection, bank_id: str, item_ids: Iterable[str]
) -> dict[str, list[Version]]:
    """Every version of these items, by item."""
    found: dict[str, list[Version]] = {}
    for version in await versions(connection, bank_id, among(connection, ItemVersionRow.item_id, item_ids)):
        found.setdefault(version.item_id, []).append(version)
    return found


async def set_states(connection: AsyncConnection, bank_id: str, changes: Sequence[Change]) -> None:
    """Change the states of versions, in order. Pre-condition: the bank is locked."""
    row = ItemVersionRow
    statement = (
        update(_TABLE)
        .where(
            row.bank_id == bindparam("of_bank"),
            row.item_id == bindparam("of_item"),
            row.number == bindparam("of_number"),
            row.state == bindparam("before"),
        )
        .values(state=bindparam("after"))
    )
    values = [
        {
            "of_bank": bank_id,
            "of_item": key.item_id,
            "of_number": key.number,
            "before": before.value,
            "after": after.value,
        }
        for key, before, after in changes
    ]
    if values:
        await connection.execute(statement, values)


async def clear_current(connection: AsyncConnection, bank_id: str, item_ids: Iterable[str]) -> None:
    """Make room for new current versions of these items."""
    of_items = among(connection, ItemVersionRow.item_id, item_ids)
    condition = (ItemVersionRow.bank_id == bank_id, of_items, ItemVersionRow.is_current)
    await connection.execute(update(ItemVersionRow).where(*condition).values(is_current=False))


async def choose_current(connection: AsyncConnection, bank_id: str, item_id: str) -> None:
    """Mark the version that people see first: the open one, else the published one, else the last."""
    found = await versions(connection, bank_id, ItemVersionRow.item_id == item_id)

    def rank(version: Version) -> tuple[bool, bool, int]:
        return version.state in OPEN, version.state is State.PUBLISHED, version.number

    chosen = max(found, key=rank)
    of_item = (ItemVersionRow.bank_id == bank_id, ItemVersionRow.item_id == item_id)
    # First none, then one: at no moment two, which the index would refuse.
    for value, condition in ((False, ItemVersionRow.is_current), (True, _numbered(chosen.number))):
        await connection.execute(update(ItemVersionRow).where(*of_item, condition).values(is_current=value))


def _numbered(number: int) -> Condition:
    return ItemVersionRow.number == number


async def record_events(
    connection: AsyncConnection, bank_id: str, events: Sequence[tuple[VersionKey, Event]], **common: object
) -> None:
    """Add to the history of items; `common` is actor, comment, checks (empty if not said) and `at`."""
    rows = [
        {
            "id": new_id(),
            "bank_id": bank_id,
            "item_id": key.item_id,
            "number": key.number,
            "event": event.value,
            "checks": "",
            **common,
        }
        for key, event in events
    ]
    for start in range(0, len(rows), _CHUNK):
        await connection.execute(insert(ItemEventRow), rows[start : start + _CHUNK])


async def events_of(connection: AsyncConnection, bank_id: str, item_id: str) -> list[ItemEvent]:
    """What happened to an item, the newest first."""
    row = ItemEventRow
    query = select(row.number, row.event, row.actor, row.comment, row.at, row.checks)
    query = query.where(row.bank_id == bank_id, row.item_id == item_id).order_by(row.at.desc(), row.id.desc())
    return [
        ItemEvent(
            number=number, event=event, actor=actor, comment=comment, at=at, checks=tuple(checks.split())
        )
        for number, event, actor, comment, at, checks in await connection.execute(query)
    ]
