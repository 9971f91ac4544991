"""What the service does by itself: the bell, deadlines, scoring, recordings, what comes afterwards."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from app.enrolment.searching import DuplicateSearches
from app.forensics.screening import ScreeningService
from app.frames.recorder import Recorder
from app.kit.bus import Bus
from app.kit.retries import Retries
from app.results.counting import CountingService
from app.results.disclosure import DisclosureService
from app.results.service import ResultsService
from app.sittings.events import SittingEnded
from app.sittings.service import SittingsService

_log = logging.getLogger(__name__)
BELL_EVERY_S = 0.25
CLOSE_EVERY_S = 1.0
COUNT_EVERY_S = 30.0
REVEAL_EVERY_S = 30.0
SCREEN_EVERY_S = 30.0
SEARCH_EVERY_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterAdministration:
    """What is done once an administration is over."""

    counting: CountingService
    disclosure: DisclosureService
    screening: ScreeningService
    duplicates: DuplicateSearches


class Jobs:
    """Owns the loops. `run()` is a task of the service."""

    def __init__(
        self,
        bus: Bus,
        sittings: SittingsService,
        results: ResultsService,
        recorder: Recorder,
        after: AfterAdministration,
    ) -> None:
        self._sittings = sittings
        self._results = results
        self._recorder = recorder
        self._after = after
        self._steps: Retries[Callable[[], Awaitable[object]]] = Retries(lambda step: step())
        bus.subscribe(SittingEnded, lambda event: self._finish(event.sitting_id))

    def _finish(self, sitting_id: str) -> None:
        """An ended sitting is scored and its recording closed; neither waits for the other."""
        self._steps.put(f"score:{sitting_id}", partial(self._results.score_started, sitting_id))
        self._steps.put(f"close:{sitting_id}", partial(self._recorder.close_sitting, sitting_id))

    async def run(self) -> None:
        """Until cancelled. A step that fails is logged and tried again."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._every(BELL_EVERY_S, self._sittings.ring_bell))
            group.create_task(self._every(BELL_EVERY_S, self._sittings.expire_due))
            group.create_task(self._every(CLOSE_EVERY_S, self._sittings.close_unstarted))
            group.create_task(self._every(COUNT_EVERY_S, self._after.counting.count_due))
            group.create_task(self._every(REVEAL_EVERY_S, self._after.disclosure.reveal_due))
            group.create_task(self._every(SCREEN_EVERY_S, self._after.screening.screen_due))
            group.create_task(self._every(SEARCH_EVERY_S, self._after.duplicates.search_due))
            group.create_task(self._steps.run())

    async def _every(self, seconds: float, step: Callable[[], Awaitable[object]]) -> None:
        while True:
            try:
                await step()
            except Exception:
                _log.exception("a periodic step failed")
            await asyncio.sleep(seconds)
