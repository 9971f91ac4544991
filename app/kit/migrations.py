"""Bringing a database to the newest schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from app.kit.database import Database

ALEMBIC_INI = Path(__file__).parents[2] / "alembic.ini"


async def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade in one transaction; does nothing when the schema is up to date."""

    def upgrade(connection: Connection) -> None:
        config = Config(ALEMBIC_INI)
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    async with database.writer.begin() as connection:
        await connection.run_sync(upgrade)
