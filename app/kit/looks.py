"""That a person looked at a lead: columns `looked_at`, `looked_by`, `looked_by_name`, `reason`, `note`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Who looked at a lead, when, and what they say: a coded reason and words."""

    at: datetime
    by: str
    by_name: str
    reason: str
    note: str


def look_of(row: Row[Any]) -> Look | None:
    """The look a row tells of; None: nobody looked yet."""
    if row.looked_at is None:
        return None
    return Look(
        at=row.looked_at, by=row.looked_by, by_name=row.looked_by_name, reason=row.reason, note=row.note
    )


def look_values(look: Look) -> dict[str, object]:
    """A look as columns."""
    return {
        "looked_at": look.at,
        "looked_by": look.by,
        "looked_by_name": look.by_name,
        "reason": look.reason,
        "note": look.note,
    }


async def only_row(connection: AsyncConnection, query: Select[Any], *, lock: bool) -> Row[Any] | None:
    """The row of a query; `lock` keeps other writers of it waiting (SQLite has one writer anyway)."""
    if lock and connection.dialect.name != "sqlite":
        query = query.with_for_update()
    row: Row[Any] | None = (await connection.execute(query)).first()
    return row
