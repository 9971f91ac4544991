"""Open sockets and the sessions they live on: a socket never outlives its session.

One rule for every socket: it is closed with 4401 as soon as its session ends (a sign-in elsewhere, a
sign-out), at the latest `RECHECK_EVERY_S` after it expired or was taken away in the database.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from fastapi import WebSocket, WebSocketDisconnect

from app.accounts.rules import Principal
from app.accounts.service import AccountsService, SessionsEnded
from app.kit.bus import Bus
from app.kit.closing import Closing

_log = logging.getLogger(__name__)
RECHECK_EVERY_S = 10.0
# For the closing frame to leave and the work to end by itself; a computer that is gone answers neither.
PATIENCE_S = 2.0


class OpenSocket:
    """An accepted socket. Its work does nothing more once `ending` is set."""

    def __init__(self, session: str, place: str | None) -> None:
        self.session = session
        self.place = place
        self.ending: Closing | None = None
        self._ended = asyncio.Event()

    def end(self, why: Closing) -> None:
        """Have it closed; the first reason counts."""
        if self.ending is None:
            self.ending = why
            self._ended.set()

    async def wait_ended(self) -> None:
        """Until it has to end."""
        await self._ended.wait()


class OpenSockets:
    """All open sockets of the process. `run()` is a task of the service."""

    def __init__(self, accounts: AccountsService, bus: Bus) -> None:
        self._accounts = accounts
        self._open: set[OpenSocket] = set()
        bus.subscribe(SessionsEnded, lambda event: self._end_sessions(event.sessions))

    async def serve(
        self,
        socket: WebSocket,
        caller: Principal,
        work: Callable[[OpenSocket], Awaitable[None]],
        *,
        place: str | None = None,
    ) -> None:
        """Run `work` on an accepted socket until it returns or the socket has to end, then close it.

        `place` (e.g. the camera of a sitting) has room for one: the newest socket supersedes the others.
        """
        if place is not None:
            self.end_place(place, Closing.SUPERSEDED)
        opened = OpenSocket(caller.token_digest, place)
        self._open.add(opened)
        working = asyncio.ensure_future(work(opened))
        ending = asyncio.ensure_future(opened.wait_ended())
        try:
            await asyncio.wait((working, ending), return_when=asyncio.FIRST_COMPLETED)
            await _close(socket, opened.ending or Closing.TRY_AGAIN)
            if not working.done():
                # Closed first, cancelled later: work under way (a frame being written) is not torn.
                await asyncio.wait((working,), timeout=PATIENCE_S)
        finally:
            self._open.discard(opened)
            ending.cancel()
            working.cancel()
            await asyncio.gather(working, ending, return_exceptions=True)
        if not working.cancelled():
            working.result()

    def end_place(self, place: str, why: Closing) -> None:
        """End the sockets that hold a place."""
        for opened in self._open:
            if opened.place == place:
                opened.end(why)

    def _end_sessions(self, sessions: frozenset[str]) -> None:
        for opened in self._open:
            if opened.session in sessions:
                opened.end(Closing.NOT_SIGNED_IN)

    async def recheck(self) -> None:
        """End every socket whose session is not there any more or has expired; one query for all."""
        asked = frozenset(opened.session for opened in self._open)
        if asked:
            self._end_sessions(asked - await self._accounts.still_live(asked))

    async def run(self) -> None:
        """Recheck again and again until cancelled."""
        while True:
            await asyncio.sleep(RECHECK_EVERY_S)
            try:
                await self.recheck()
            except Exception:
                # Nobody is thrown out of an exam because the database is away for a moment.
                _log.exception("the sessions of open sockets could not be checked")


async def _close(socket: WebSocket, why: Closing) -> None:
    with contextlib.suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            await socket.close(why.code, why.reason)
