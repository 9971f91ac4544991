"""Alembic: runs on a connection given by `app.migrate`, or on the database of the settings."""

import asyncio

from alembic import context
from sqlalchemy import Connection

from app.kit.database import Database
from app.settings import Settings
from app.tables import metadata


def run(connection: Connection) -> None:
    """Migrate over an open connection."""
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True
    )
    with context.begin_transaction():
        context.run_migrations()


async def _run_alone() -> None:
    database = Database(Settings().resolved_database_url)
    try:
        async with database.writer.begin() as connection:
            await connection.run_sync(run)
    finally:
        await database.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    asyncio.run(_run_alone())
