"""Work that must not be lost: done in order per key, tried again with a growing pause while it fails.

What fails holds up its own key only. The queue is bounded per key; what says the same thing anew takes
the place of what still waits, so that an outage does not pile up versions of one fact.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from app.errors import KaochangError, Unavailable

_log = logging.getLogger(__name__)
WAITING_PER_KEY = 256
AT_ONCE = 4

Work = TypeVar("Work")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds: the first pause, the longest one (each is twice the one before), and when to give up."""

    first_s: float = 0.5
    longest_s: float = 30.0
    give_up_after_s: float = 600.0


@dataclass(slots=True)
class _Lane(Generic[Work]):
    waiting: deque[Work] = field(default_factory=deque)
    pause_s: float = 0.0
    failing_since: float | None = None


class Retries(Generic[Work]):
    """Queue in front of `act`. `run()` is a task of the service.

    `act` may be called again for work that had its effect (a lost acknowledgement), so it must be
    idempotent. A refusal of the domain is final; anything else that fails is tried again.
    """

    def __init__(self, act: Callable[[Work], Awaitable[object]], patience: Patience | None = None) -> None:
        self._act = act
        self._patience = patience or Patience()
        self._lanes: dict[str, _Lane[Work]] = {}
        # Holds a key at most once.
        self._ready: asyncio.Queue[str] = asyncio.Queue()

    def put(self, key: str, work: Work, renews: Callable[[Work], bool] = lambda _: False) -> None:
        """Add work to the end of its key, or in the place of waiting work that it `renews`."""
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = _Lane()
            self._ready.put_nowait(key)
        for place, other in enumerate(lane.waiting):
            if renews(other):
                lane.waiting[place] = work
                return
        if len(lane.waiting) >= WAITING_PER_KEY:
            _log.error("too much waits to be tried again, work is lost", extra=_named(key, work))
            return
        lane.waiting.append(work)

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._work_forever())

    async def _work_forever(self) -> None:
        while True:
            await self._take_turn(await self._ready.get())

    async def _take_turn(self, key: str) -> None:
        lane = self._lanes[key]
        work = lane.waiting.popleft()
        try:
            await self._act(work)
        except Exception as error:
            if self._tries_again(lane, error):
                _log.warning("will be tried again", exc_info=error, extra=_named(key, work))
                lane.waiting.appendleft(work)
                asyncio.get_running_loop().call_later(lane.pause_s, self._ready.put_nowait, key)
                return
            _log.error("given up, work is lost", exc_info=error, extra=_named(key, work))
        lane.pause_s, lane.failing_since = 0.0, None
        if lane.waiting:
            self._ready.put_nowait(key)
        else:
            del self._lanes[key]

    def _tries_again(self, lane: _Lane[Work], error: Exception) -> bool:
        """Whether there is use in it; sets the pause before it."""
        if isinstance(error, KaochangError) and not isinstance(error, Unavailable):
            return False
        now = asyncio.get_running_loop().time()
        if lane.failing_since is None:
            lane.failing_since = now
        lane.pause_s = min(self._patience.longest_s, max(self._patience.first_s, 2.0 * lane.pause_s))
        return now - lane.failing_since < self._patience.give_up_after_s


def _named(key: str, work: object) -> dict[str, str]:
    return {"key": key, "work": type(work).__name__}
