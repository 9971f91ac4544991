"""aiosqlite with one visit to the connection's thread per statement instead of three or four.

aiosqlite makes, runs, reads and closes a cursor with one hand-over each; on a busy event loop every
hand-over waits for the interpreter lock, and together they took more time than SQLite did. Here a
statement runs, its rows are read and its cursor is closed in one visit. All rows of a query are in
memory then, as they are in any case with SQLAlchemy's buffered cursors.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiosqlite
from sqlalchemy.engine import URL

_CHUNK = 64  # aiosqlite's own default; only its iteration uses it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """What a statement left behind."""

    description: Any
    rowcount: int
    lastrowid: int | None
    rows: list[Any]


def _run(run: Callable[[sqlite3.Cursor], object], connection: sqlite3.Connection) -> _Done:
    """In the connection's thread."""
    cursor = connection.cursor()
    try:
        run(cursor)
        rows = cursor.fetchall() if cursor.description else []
        return _Done(
            description=cursor.description, rowcount=cursor.rowcount, lastrowid=cursor.lastrowid, rows=rows
        )
    finally:
        cursor.close()


class OneVisitCursor:
    """The part of aiosqlite's cursor that SQLAlchemy's buffered cursors use."""

    def __init__(self, connection: "OneVisitConnection") -> None:
        self._connection = connection
        self._done = _Done(description=None, rowcount=-1, lastrowid=None, rows=[])
        self.arraysize = 1

    @property
    def description(self) -> Any:
        """Columns of the last query, None after another statement."""
        return self._done.description

    @property
    def rowcount(self) -> int:
        """Rows that the last statement changed."""
        return self._done.rowcount

    @property
    def lastrowid(self) -> int | None:
        """Row id of the last insert."""
        return self._done.lastrowid

    async def __aenter__(self) -> "OneVisitCursor":
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> "OneVisitCursor":
        """Run one statement and read its rows."""
        self._done = await self._connection.visit(lambda cursor: cursor.execute(sql, parameters))
        return self

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> "OneVisitCursor":
        """Run one statement for many rows."""
        self._done = await self._connection.visit(lambda cursor: cursor.executemany(sql, parameters))
        return self

    async def fetchall(self) -> list[Any]:
        """The rows, read already."""
        return self._done.rows

    async def close(self) -> None:
        """Closed already."""


class OneVisitConnection(aiosqlite.Connection):
    """A connection whose cursors visit its thread once a statement."""

    def cursor(self) -> OneVisitCursor:  # type: ignore[override]
        """A cursor; nothing happens before its first statement."""
        return OneVisitCursor(self)

    async def visit(self, run: Callable[[sqlite3.Cursor], object]) -> _Done:
        """Do something with a fresh cursor in the connection's thread. Raises sqlite3.Error."""
        done: _Done = await self._execute(_run, run, self._conn)  # type: ignore[no-untyped-call]
        return done


def connector(url: URL) -> Callable[[], OneVisitConnection]:
    """What opens connections to the database of `url` (for `create_async_engine(async_creator=...)`)."""
    positional, named = url.get_dialect()().create_connect_args(url)
    open_file: Callable[[], sqlite3.Connection] = partial(sqlite3.connect, *positional, **named)

    def connect() -> OneVisitConnection:
        connection = OneVisitConnection(open_file, _CHUNK)
        # As SQLAlchemy does: a connection that nobody closed must not keep the process alive.
        connection._thread.daemon = True
        return connection

    return connect
