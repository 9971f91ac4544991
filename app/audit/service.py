"""Appending acts to their chains, and checking chains as they lie in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.audit import repository
from app.audit.entries import ChainProblem, Entry, link, verify_chain
from app.kit.unit_of_work import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """Outcome of checking one stream."""

    stream: str
    entries: int
    problem: ChainProblem | None


async def append_acts(connection: AsyncConnection, acts: Sequence[Act], now: datetime) -> None:
    """Append acts to the chains of their streams, in the caller's transaction."""
    heads = await repository.heads(connection, [act.stream for act in acts], lock=True)
    entries: list[Entry] = []
    for act in acts:
        entry, heads[act.stream] = link(
            heads[act.stream], stream=act.stream, kind=act.type, actor=act.actor, data=act.data, at=now
        )
        entries.append(entry)
    await repository.append(connection, entries, heads)


async def read_stream(connection: AsyncConnection, stream: str) -> list[Entry]:
    """All entries of a stream, in order."""
    return [entry async for entry in repository.stream_entries(connection, stream)]


async def read_kinds(
    connection: AsyncConnection, streams: Sequence[str], kinds: Sequence[str]
) -> dict[str, list[Entry]]:
    """The entries of some kinds by stream, in order: many sittings at once."""
    return await repository.entries_of_kinds(connection, streams, kinds)


async def began_at(connection: AsyncConnection, stream: str) -> datetime | None:
    """When a stream's first entry was made; None when it has none."""
    return await repository.first_at(connection, stream)


async def verify_stream(connection: AsyncConnection, stream: str) -> ChainReport:
    """Check one stream of the database against its own hashes. The caller knows that it must exist."""
    head = (await repository.heads(connection, [stream], lock=False))[stream]
    count, problem = verify_chain(stream, await read_stream(connection, stream), head)
    if count == 0 and problem is None:
        problem = ChainProblem(seq=1, code="chain_missing", text="There is not a single entry.")
    return ChainReport(stream=stream, entries=count, problem=problem)
