"""One use-case, one transaction: acts are appended to the log inside it, events are published after it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection

from app.clock import Clock
from app.kit.bus import Bus
from app.kit.database import Database

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that happened, to be logged in `stream`. `data` holds no floats, faces or secrets."""

    stream: str
    type: str
    actor: str
    data: Mapping[str, Json] = field(default_factory=dict)


AppendActs: TypeAlias = Callable[[AsyncConnection, Sequence[Act], datetime], Awaitable[None]]


@dataclass(slots=True)
class Unit:
    """The open transaction of a use-case. `now` is the one instant of everything in it."""

    connection: AsyncConnection
    now: datetime
    acts: list[Act] = field(default_factory=list)
    events: list[object] = field(default_factory=list)

    def record(self, stream: str, kind: str, actor: str, data: Mapping[str, Json] | None = None) -> None:
        """Log an act when the block ends, in the same transaction."""
        self.acts.append(Act(stream=stream, type=kind, actor=actor, data=data or {}))

    def announce(self, event: object) -> None:
        """Publish an event after the commit."""
        self.events.append(event)


class UnitOfWork:
    """Opens units. The log's append and the bus are injected by `app.main`."""

    def __init__(self, database: Database, clock: Clock, append: AppendActs, bus: Bus) -> None:
        self.database = database
        self.clock = clock
        self.bus = bus
        self._append = append

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Unit]:
        """Commit the block's writes and its acts together, then publish its events."""
        async with self.database.begin() as connection:
            unit = Unit(connection, self.clock.now())
            yield unit
            if unit.acts:
                await self._append(connection, unit.acts, unit.now)
        for event in unit.events:
            self.bus.publish(event)
