"""The compiled statement of the hot path does what SQLAlchemy's own execution does, on both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.kit.bulk import Bulk
from app.kit.database import Database, Instant

AT = datetime(2026, 6, 1, 1, 0, 0, 123456, tzinfo=UTC)
TABLE = Table(
    "bulk_test",
    MetaData(),
    Column("key", String(8), primary_key=True),
    Column("count", Integer),
    Column("at", Instant),
    Column("list", JSON),
)
Row = tuple[Any, ...]


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database with an empty table of its own."""
    made = Database(database_url)
    async with made.begin() as connection:
        await connection.run_sync(TABLE.metadata.create_all)
    yield made
    async with made.begin() as connection:
        await connection.run_sync(TABLE.metadata.drop_all)
    await made.dispose()


def upsert() -> Bulk:
    def make(dialect: str) -> Any:
        insert: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
        statement = insert(TABLE)
        changed = {name: getattr(statement.excluded, name) for name in ("count", "at")}
        return statement.on_conflict_do_update(index_elements=["key"], set_=changed)

    return Bulk(("key", "count", "at", "list"), make)


def row(key: str, count: int | None, at: datetime | None, numbers: list[int] | None = None) -> Row:
    return (key, count, at, numbers or [])


async def rows(database: Database) -> list[Row]:
    async with database.read() as connection:
        return [tuple(found) for found in await connection.execute(select(TABLE).order_by(TABLE.c.key))]


async def test_rows_are_written_and_converted(database: Database) -> None:
    """Instants of other offsets, twice the same, none at all; JSON."""
    beijing = AT.astimezone(timezone(timedelta(hours=8)))
    given = [
        row("a", 1, AT, [1, 2]),
        row("b", 2, beijing),
        row("c", None, None),
        row("d", 4, AT + timedelta(microseconds=1)),
    ]
    async with database.begin() as connection:
        await upsert().run(connection, given)
    assert await rows(database) == [
        ("a", 1, AT, [1, 2]),
        ("b", 2, AT, []),
        ("c", None, None, []),
        ("d", 4, AT + timedelta(microseconds=1), []),
    ]


async def test_rows_are_applied_in_order_and_the_statement_is_used_again(database: Database) -> None:
    bulk = upsert()
    async with database.begin() as connection:
        await bulk.run(connection, [row("a", 1, AT, [7]), row("a", 2, None)])
    async with database.begin() as connection:
        await bulk.run(connection, [row("b", 1, None)])
        await bulk.run(connection, [row("a", 3, AT), row("b", 4, AT)])
    assert await rows(database) == [("a", 3, AT, [7]), ("b", 4, AT, [])]


async def test_nothing_is_left_of_a_transaction_that_is_rolled_back(database: Database) -> None:
    bulk = upsert()

    async def write() -> None:
        async with database.begin() as connection:
            await bulk.run(connection, [row("a", 1, AT)])
            await bulk.run(connection, [row("b", 1, AT.replace(tzinfo=None))])

    with pytest.raises(ValueError, match="naive"):
        await write()
    assert await rows(database) == []


async def test_an_update_binds_its_parameters_by_name(database: Database) -> None:
    change = update(TABLE).where(TABLE.c.key == bindparam("wanted")).values(count=bindparam("to"))
    async with database.begin() as connection:
        await upsert().run(connection, [row("a", 1, AT), row("b", 2, AT)])
        await Bulk(("to", "wanted"), lambda _: change).run(connection, [(9, "b"), (8, "x")])
    assert [(key, count) for key, count, *_ in await rows(database)] == [("a", 1), ("b", 9)]


async def test_a_row_that_is_too_short_is_refused(database: Database) -> None:
    async with database.begin() as connection:
        with pytest.raises(ValueError, match="shorter"):
            await upsert().run(connection, [row("a", 1, AT), ("b",)])
