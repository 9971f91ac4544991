"""Batched durable writes: many callers, one transaction, answers only after its commit.

One task takes whatever has gathered while the last commit was under way, hands the whole batch to
the handler inside one transaction, commits, and only then resolves the callers' futures. Under load
the batch grows by itself, so that one fsync serves hundreds of acknowledgements.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import Unavailable
from app.kit.database import Database

_log = logging.getLogger(__name__)
MAX_BATCH = 512
MAX_WAITING = 20_000


Request = TypeVar("Request")
Result = TypeVar("Result")


@dataclass(slots=True)
class _Waiting(Generic[Request, Result]):
    request: Request
    future: "asyncio.Future[Result]"


class GroupCommit(Generic[Request, Result]):
    """Queue in front of one handler. The handler returns one result per request, in order; `committed`
    or `failed` hears of the batch afterwards.

    A handler that raises, or a commit that fails, fails every request of that batch with
    `Unavailable` (nothing of it was written); later batches are not affected. The queue is bounded:
    a full one makes callers wait, so that no request is dropped.
    """

    def __init__(
        self,
        database: Database,
        handler: Callable[[AsyncConnection, Sequence[Request]], Awaitable[Sequence[Result]]],
        committed: Callable[[Sequence[Request], Sequence[Result]], None] | None = None,
        failed: Callable[[Sequence[Request]], None] | None = None,
    ) -> None:
        self._database = database
        self._handler = handler
        self._committed = committed
        self._failed = failed
        self._queue: asyncio.Queue[_Waiting[Request, Result]] = asyncio.Queue(MAX_WAITING)

    async def submit(self, request: Request) -> Result:
        """Wait until the request is committed and return its result. Raises `Unavailable`."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        await self._queue.put(_Waiting(request, future))
        return await future

    async def run(self) -> None:
        """Serve until cancelled (a task of the service's task group)."""
        while True:
            batch = [await self._queue.get()]
            while len(batch) < MAX_BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._commit(batch)

    async def _commit(self, batch: list[_Waiting[Request, Result]]) -> None:
        requests = [waiting.request for waiting in batch]
        try:
            async with self._database.begin() as connection:
                results = await self._handler(connection, requests)
        except Exception as error:
            _log.exception("a batch could not be committed", extra={"requests": len(batch)})
            if self._failed is not None:
                self._failed(requests)
            for waiting in batch:
                if not waiting.future.done():
                    refusal = Unavailable("The answer could not be stored. It will be sent again.")
                    refusal.__cause__ = error
                    waiting.future.set_exception(refusal)
            return
        for waiting, result in zip(batch, results, strict=True):
            if not waiting.future.done():
                waiting.future.set_result(result)
        if self._committed is not None:
            self._committed(requests, results)
