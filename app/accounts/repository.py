"""Reading and writing staff and sessions."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.accounts.rules import Principal, Role
from app.accounts.tables import SessionRow, StaffRow
from app.kit.among import among


async def add_staff(connection: AsyncConnection, **columns: object) -> None:
    """Insert a member of staff."""
    await connection.execute(insert(StaffRow).values(**columns))


async def staff_password(connection: AsyncConnection, username: str) -> tuple[str, str, str, Role] | None:
    """(id, name, password hash, role) of a username."""
    query = select(StaffRow.id, StaffRow.name, StaffRow.password_hash, StaffRow.role)
    row = (await connection.execute(query.where(StaffRow.username == username))).first()
    return None if row is None else (row.id, row.name, row.password_hash, Role(row.role))


async def staff_names(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, str]:
    """Names by id; ids that are nobody's are left out."""
    query = select(StaffRow.id, StaffRow.name).where(among(connection, StaffRow.id, ids))
    return {row.id: row.name for row in await connection.execute(query)}


async def add_session(
    connection: AsyncConnection, *, digest: str, role: Role, subject: str, at: datetime, until: datetime
) -> None:
    """Insert a session."""
    values = {"token_digest": digest, "role": role.value, "subject": subject}
    await connection.execute(insert(SessionRow).values(**values, created_at=at, expires_at=until))


async def delete_session(connection: AsyncConnection, digest: str) -> None:
    """End one session; nothing happens when there is none."""
    await connection.execute(delete(SessionRow).where(SessionRow.token_digest == digest))


async def delete_sessions_of(connection: AsyncConnection, subject: str) -> frozenset[str]:
    """End every session of a subject. Returns their digests."""
    ended = delete(SessionRow).where(SessionRow.subject == subject).returning(SessionRow.token_digest)
    return frozenset((await connection.execute(ended)).scalars())


async def live_sessions(
    connection: AsyncConnection, digests: frozenset[str], now: datetime
) -> frozenset[str]:
    """Those of these sessions that exist and have not expired."""
    query = select(SessionRow.token_digest).where(
        SessionRow.token_digest.in_(sorted(digests)), SessionRow.expires_at > now
    )
    return frozenset((await connection.execute(query)).scalars())


# Built once: it runs before every request and socket.
_LIVE_SESSION = (
    select(SessionRow.role, SessionRow.subject, StaffRow.name, StaffRow.room_id)
    .join_from(SessionRow, StaffRow, StaffRow.id == SessionRow.subject, isouter=True)
    .where(SessionRow.token_digest == bindparam("digest"), SessionRow.expires_at > bindparam("now"))
)


async def principal(connection: AsyncConnection, digest: str, now: datetime) -> Principal | None:
    """Who a live session belongs to."""
    row = (await connection.execute(_LIVE_SESSION, {"digest": digest, "now": now})).first()
    if row is None:
        return None
    role = Role(row.role)
    if role is not Role.CANDIDATE and row.name is None:
        return None
    return Principal(
        role=role,
        subject=row.subject,
        name=row.name or "",
        token_digest=digest,
        room_id=row.room_id,
    )
