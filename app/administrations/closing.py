"""Which administrations are over by the clock."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.administrations.tables import AdministrationRow


async def closed_by(connection: AsyncConnection, now: datetime) -> list[str]:
    """Administrations whose time to start is over, the first to close first."""
    query = select(AdministrationRow.id).where(AdministrationRow.closes_at <= now)
    rows = await connection.execute(query.order_by(AdministrationRow.closes_at, AdministrationRow.id))
    return list(rows.scalars())
