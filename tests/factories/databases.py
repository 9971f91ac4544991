"""Databases for tests: a fresh SQLite file or an emptied PostgreSQL database, migrated once a session."""

import asyncio
import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text as sql
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.kit.database import Database
from app.kit.migrations import migrate
from app.tables import metadata

DEFAULT_SERVER = "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres"


def server_url() -> URL:
    """The PostgreSQL server that tests may make databases on."""
    return make_url(os.environ.get("KAOCHANG_TEST_POSTGRESQL", DEFAULT_SERVER))


async def _statement(url: URL, text: str) -> None:
    engine = create_async_engine(
        url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args={"timeout": 5}
    )
    async with engine.connect() as connection:
        await connection.execute(sql(text))
    await engine.dispose()


async def migrated(url: str) -> None:
    """Bring an empty database to the newest schema."""
    database = Database(url)
    try:
        await migrate(database)
    finally:
        await database.dispose()


@contextlib.contextmanager
def postgresql_database() -> Iterator[str]:
    """A new database, dropped at the end. Raises OSError where there is no server."""
    server = server_url()
    name = f"kaochang_test_{secrets.token_hex(6)}"
    asyncio.run(_statement(server, f'CREATE DATABASE "{name}"'))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        asyncio.run(_statement(server, f'DROP DATABASE "{name}" WITH (FORCE)'))


async def emptied(url: str) -> None:
    """Remove every row. Deleting a few rows takes a tenth of the time that truncating the tables does."""
    acts = [f'DELETE FROM "{table.name}"' for table in reversed(metadata.sorted_tables)]
    acts.append("SELECT setval('entry_position_seq', 1, false)")
    engine = create_async_engine(make_url(url), poolclass=NullPool)
    async with engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        # All of it at once, as one transaction: SQLAlchemy would send statement by statement.
        await driver.execute("; ".join(acts))
    await engine.dispose()


def sqlite_url(path: Path) -> str:
    """The SQLAlchemy URL of a file."""
    return f"sqlite+aiosqlite:///{path}"
