"""Master seeds: secret while an administration can still be sat, revealed once it is over."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.administrations.tables import AdministrationRow
from app.kit.unit_of_work import Unit


async def unrevealed(connection: AsyncConnection, now: datetime) -> list[str]:
    """Administrations whose time to start is over and whose seed is still secret, the oldest first."""
    query = select(AdministrationRow.id).where(
        AdministrationRow.seed_revealed_at.is_(None), AdministrationRow.closes_at <= now
    )
    return list((await connection.execute(query.order_by(AdministrationRow.closes_at))).scalars())


async def is_revealed(connection: AsyncConnection, administration_id: str) -> bool:
    """Whether the seed of an administration may be told."""
    query = select(AdministrationRow.seed_revealed_at).where(AdministrationRow.id == administration_id)
    return (await connection.execute(query)).scalar() is not None


async def hold_secret(connection: AsyncConnection, administration_id: str) -> bool:
    """Whether the seed of an administration is still secret.

    Until the caller's transaction ends it stays so, and nobody else who asks this gets an answer: SQLite has
    one writer, on PostgreSQL the row is held.
    """
    query = select(AdministrationRow.seed_revealed_at).where(AdministrationRow.id == administration_id)
    # KEY SHARE: whoever only refers to the administration does not wait.
    held = query if connection.dialect.name == "sqlite" else query.with_for_update(key_share=True)
    return (await connection.execute(held)).scalar_one() is None


async def reveal(unit: Unit, administration_id: str) -> bytes | None:
    """The seed, told from now on; None when it was told before."""
    secret = AdministrationRow.id == administration_id, AdministrationRow.seed_revealed_at.is_(None)
    statement = update(AdministrationRow).where(*secret).values(seed_revealed_at=unit.now)
    if not (await unit.connection.execute(statement)).rowcount:
        return None
    query = select(AdministrationRow.master_seed).where(AdministrationRow.id == administration_id)
    return bytes.fromhex((await unit.connection.execute(query)).scalar_one())
