"""Reading and appending chains."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.entries import Entry, Head
from app.audit.tables import ChainHeadRow, EntryRow
from app.kit.among import among
from app.kit.bulk import Bulk

_HEADS: Any = ChainHeadRow.__table__


def _move_heads(dialect: str) -> Any:
    make: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = make(_HEADS)
    return statement.on_conflict_do_update(
        index_elements=["stream"],
        set_={"seq": statement.excluded.seq, "leaf": statement.excluded.leaf},
    )


_INSERT_ENTRIES = Bulk(("stream", "seq", "type", "at", "text", "leaf"), lambda _: insert(EntryRow))
_MOVE_HEADS = Bulk(("stream", "seq", "leaf"), _move_heads)


async def heads(connection: AsyncConnection, streams: Sequence[str], *, lock: bool) -> dict[str, Head]:
    """The heads of these streams (`Head()` for a new one). `lock` holds the rows (PostgreSQL)."""
    found = {stream: Head() for stream in streams}
    lock = lock and connection.dialect.name != "sqlite"
    known = await _heads(connection, sorted(found), lock=lock)
    new = sorted(set(found) - set(known))
    if lock and new:
        # There is no row to hold yet: whoever begins the stream first makes the others wait here.
        rows = [{"stream": stream, "seq": Head().seq, "leaf": Head().leaf} for stream in new]
        await connection.execute(postgresql.insert(_HEADS).on_conflict_do_nothing(), rows)
        known |= await _heads(connection, new, lock=True)
    return found | known


async def _heads(connection: AsyncConnection, streams: Sequence[str], *, lock: bool) -> dict[str, Head]:
    query = select(ChainHeadRow.stream, ChainHeadRow.seq, ChainHeadRow.leaf)
    query = query.where(among(connection, ChainHeadRow.stream, streams)).order_by(ChainHeadRow.stream)
    if lock:
        query = query.with_for_update()
    # All at once: iterating asks the driver row by row.
    rows = (await connection.execute(query)).all()
    return {stream: Head(seq=seq, leaf=leaf) for stream, seq, leaf in rows}


async def append(
    connection: AsyncConnection, entries: Sequence[Entry], new_heads: Mapping[str, Head]
) -> None:
    """Insert entries and move the heads. The unique (stream, seq) refuses a concurrent fork."""
    rows = [(entry.stream, entry.seq, entry.type, entry.at, entry.text, entry.leaf) for entry in entries]
    await _INSERT_ENTRIES.run(connection, rows)
    moved = [(stream, head.seq, head.leaf) for stream, head in sorted(new_heads.items())]
    await _MOVE_HEADS.run(connection, moved)


async def stream_entries(connection: AsyncConnection, stream: str) -> AsyncIterator[Entry]:
    """Every entry of a stream in stored order."""
    query = (
        select(EntryRow.seq, EntryRow.type, EntryRow.at, EntryRow.text, EntryRow.leaf, EntryRow.stream)
        .where(EntryRow.stream == stream)
        .order_by(EntryRow.seq)
    )
    for seq, kind, at, text, leaf, name in await connection.execute(query):
        yield Entry(stream=name, seq=seq, type=kind, at=at, text=text, leaf=leaf)


async def entries_of_kinds(
    connection: AsyncConnection, streams: Sequence[str], kinds: Sequence[str]
) -> dict[str, list[Entry]]:
    """The entries of these kinds by stream, in stored order."""
    query = (
        select(EntryRow.seq, EntryRow.type, EntryRow.at, EntryRow.text, EntryRow.leaf, EntryRow.stream)
        .where(among(connection, EntryRow.stream, streams), EntryRow.type.in_(kinds))
        .order_by(EntryRow.stream, EntryRow.seq)
    )
    found: dict[str, list[Entry]] = {stream: [] for stream in streams}
    for seq, kind, at, text, leaf, name in (await connection.execute(query)).all():
        found[name].append(Entry(stream=name, seq=seq, type=kind, at=at, text=text, leaf=leaf))
    return found


async def first_at(connection: AsyncConnection, stream: str) -> datetime | None:
    """When the stream began; None for a stream without entries."""
    return await connection.scalar(select(func.min(EntryRow.at)).where(EntryRow.stream == stream))
