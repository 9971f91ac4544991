"""Migrations on both databases: head is what the models say, and the way down works."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from app.kit.database import Database
from app.kit.migrations import ALEMBIC_INI, migrate
from app.tables import metadata
from tests.factories.databases import postgresql_database, sqlite_url

EMPTY = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(params=EMPTY)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a single table."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "empty.sqlite3")
        return
    request.getfixturevalue("postgresql_url")  # skips where no server answers
    with postgresql_database() as url:
        yield url


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def _downgrade(connection: Connection) -> None:
    config = Config(ALEMBIC_INI)
    config.attributes["connection"] = connection
    command.downgrade(config, "base")


async def _up_and_down(url: str) -> None:
    database = Database(url)
    try:
        await migrate(database)
        await migrate(database)  # up to date already: nothing happens
        async with database.writer.begin() as connection:
            assert await connection.run_sync(_differences) == []
            assert await connection.run_sync(_tables) == {*metadata.tables, "alembic_version"}
        async with database.writer.begin() as connection:
            await connection.run_sync(_downgrade)
        async with database.writer.begin() as connection:
            assert await connection.run_sync(_tables) == {"alembic_version"}
        await migrate(database)
    finally:
        await database.dispose()


def test_head_is_what_the_models_say_and_base_is_empty(empty_url: str) -> None:
    asyncio.run(_up_and_down(empty_url))


def test_no_two_constraints_share_a_name() -> None:
    names = [
        str(constraint.name)
        for table in metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is not None
    ]
    assert len(names) == len(set(names))
    assert max(map(len, names)) <= 63  # PostgreSQL cuts longer ones
