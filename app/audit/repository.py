"""Reading and appending chains."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit.entries import Entry, Head
from app.audit.tables import ChainHeadRow, EntryRow

_HEADS = ChainHeadRow.__table__


async def heads(connection: AsyncConnection, streams: Sequence[str], *, lock: bool) -> dict[str, Head]:
    """The heads of these streams (`Head()` for a new one). `lock` holds the rows (PostgreSQL)."""
    found = {stream: Head() for stream in streams}
    query = select(ChainHeadRow.stream, ChainHeadRow.seq, ChainHeadRow.leaf).where(
        ChainHeadRow.stream.in_(sorted(found))
    )
    if lock and connection.dialect.name != "sqlite":
        query = query.order_by(ChainHeadRow.stream).with_for_update()
    for stream, seq, leaf in await connection.execute(query):
        found[stream] = Head(seq=seq, leaf=leaf)
    return found


async def append(
    connection: AsyncConnection, entries: Sequence[Entry], new_heads: Mapping[str, Head]
) -> None:
    """Insert entries and move the heads. The unique (stream, seq) refuses a concurrent fork."""
    await connection.execute(
        insert(EntryRow),
        [
            {
                "stream": entry.stream,
                "seq": entry.seq,
                "type": entry.type,
                "at": entry.at,
                "text": entry.text,
                "leaf": entry.leaf,
            }
            for entry in entries
        ],
    )
    make: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = make(_HEADS)
    statement = statement.on_conflict_do_update(
        index_elements=["stream"],
        set_={"seq": statement.excluded.seq, "leaf": statement.excluded.leaf},
    )
    rows = [
        {"stream": stream, "seq": head.seq, "leaf": head.leaf} for stream, head in sorted(new_heads.items())
    ]
    await connection.execute(statement, rows)


async def stream_entries(connection: AsyncConnection, stream: str) -> AsyncIterator[Entry]:
    """Every entry of a stream in stored order."""
    query = (
        select(EntryRow.seq, EntryRow.type, EntryRow.at, EntryRow.text, EntryRow.leaf, EntryRow.stream)
        .where(EntryRow.stream == stream)
        .order_by(EntryRow.seq)
    )
    for seq, kind, at, text, leaf, name in await connection.execute(query):
        yield Entry(stream=name, seq=seq, type=kind, at=at, text=text, leaf=leaf)
