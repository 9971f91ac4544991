"""What the service does by itself: the bell, the deadlines, scoring, closing recordings."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from app.frames.recorder import Recorder
from app.kit.bus import Bus
from app.results.service import ResultsService
from app.sittings.events import SittingEnded
from app.sittings.service import SittingsService

_log = logging.getLogger(__name__)
BELL_EVERY_S = 0.25


class Jobs:
    """Owns the loops. `run()` is a task of the service."""

    def __init__(
        self, bus: Bus, sittings: SittingsService, results: ResultsService, recorder: Recorder
    ) -> None:
        self._sittings = sittings
        self._results = results
        self._recorder = recorder
        # Every ended sitting comes here once; the rosters bound it.
        self._ended: asyncio.Queue[str] = asyncio.Queue()
        bus.subscribe(SittingEnded, lambda event: self._ended.put_nowait(event.sitting_id))

    async def run(self) -> None:
        """Until cancelled. A step that fails is logged and tried again with the next turn."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._every(BELL_EVERY_S, self._sittings.ring_bell))
            group.create_task(self._every(BELL_EVERY_S, self._sittings.expire_due))
            group.create_task(self._finish_forever())

    async def _every(self, seconds: float, step: Callable[[], Awaitable[object]]) -> None:
        while True:
            try:
                await step()
            except Exception:
                _log.exception("a periodic step failed")
            await asyncio.sleep(seconds)

    async def _finish_forever(self) -> None:
        while True:
            sitting_id = await self._ended.get()
            try:
                await self._results.score(sitting_id)
                await self._recorder.close_sitting(sitting_id)
            except Exception:
                _log.exception("an ended sitting could not be finished", extra={"sitting": sitting_id})
