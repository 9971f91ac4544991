"""Migrations on both databases: head is what the models say, and the way down works."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from app.audit.service import append_acts
from app.banks.service import BanksService
from app.kit.bus import InProcessBus
from app.kit.database import Database
from app.kit.migrations import ALEMBIC_INI, migrate
from app.kit.unit_of_work import UnitOfWork
from app.tables import metadata
from tests.factories.clock import HandClock
from tests.factories.databases import postgresql_database, sqlite_url
from tests.factories.exam_day import demo_bank

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
OLD_BANK = """INSERT INTO bank (id, name, industry, digest, document, items, imported_at, imported_by)
VALUES (:id, :name, :industry, :digest, :document, :items, :at, 'exam_office:1')"""
OLD_EXAM = """INSERT INTO exam
(id, name, bank_id, blueprint, minutes, pass_points, total_points, result_shown, created_at)
VALUES ('e', 'x', :bank, '{}', 60, 60, 100, true, :at)"""
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


def _downgrade(connection: Connection, revision: str = "base") -> None:
    config = Config(ALEMBIC_INI)
    config.attributes["connection"] = connection
    command.downgrade(config, revision)


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


async def _old_bank_lives_on(url: str) -> None:
    database = Database(url)
    bank = demo_bank()
    document = bank.to_json().decode()
    old: dict[str, object] = {
        "id": "b" * 32,
        "name": "旧题库",
        "industry": "一般",
        "digest": bank.digest,
        "document": document,
    }
    old |= {"items": len(bank.items), "at": NOON.replace(tzinfo=None) if database.is_sqlite else NOON}
    try:
        await migrate(database, "0003")
        async with database.writer.begin() as connection:
            await connection.execute(text(OLD_BANK), old)
            await connection.execute(text(OLD_EXAM), {"bank": old["id"], "at": old["at"]})
        await migrate(database)
        service = BanksService(UnitOfWork(database, HandClock(), append_acts, InProcessBus()))
        async with database.read() as connection:
            used = (await connection.execute(text("SELECT snapshot_id FROM exam"))).scalar_one()
            assert (await service.load(connection, used)).digest == bank.digest
        (summary,) = await service.summaries()
        assert (summary.name, summary.facets["state"]) == ("旧题库", {"published": len(bank.items)})
        (snapshot,) = await service.snapshots(summary.id)
        assert snapshot.id == used
        async with database.writer.begin() as connection:
            await connection.run_sync(lambda c: _downgrade(c, "0003"))
            row = (await connection.execute(text("SELECT id, digest FROM bank"))).one()
            assert tuple(row) == (old["id"], bank.digest)
            assert (await connection.execute(text("SELECT bank_id FROM exam"))).scalar_one() == old["id"]
        await migrate(database)
    finally:
        await database.dispose()


def test_banks_of_earlier_data_become_snapshots_of_living_banks(empty_url: str) -> None:
    asyncio.run(_old_bank_lives_on(empty_url))
