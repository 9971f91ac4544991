"""How late the event loop is: the one figure that everything a person waits for depends on."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass

PROBE_EVERY_S = 0.01
_KEPT = 120_000  # twenty minutes of probes


@dataclass(frozen=True, slots=True, kw_only=True)
class LagSummary:
    """Milliseconds by which callbacks ran late, over `samples` probes."""

    samples: int
    p50_ms: float
    p99_ms: float
    worst_ms: float


class LoopLag:
    """Wakes every 10 ms and notes how late. `run()` is a task of the service.

    While the loop is held for 500 ms a timer fires once, not fifty times; counted so, one long halt
    would vanish among short waits. So every probe that a halt has swallowed is added with the lag it
    would have seen (the correction for coordinated omission of HdrHistogram).
    """

    def __init__(self) -> None:
        self._late_ms: deque[float] = deque(maxlen=_KEPT)

    def note(self, late_s: float) -> None:
        """A probe ran this late (seconds)."""
        missed = min(_KEPT - 1, int(late_s / PROBE_EVERY_S))
        self._late_ms.extend(1000.0 * (late_s - number * PROBE_EVERY_S) for number in range(missed + 1))

    def take(self) -> LagSummary:
        """The summary since the last call; all zero without a probe."""
        late, self._late_ms = sorted(self._late_ms), deque(maxlen=_KEPT)
        if not late:
            return LagSummary(samples=0, p50_ms=0.0, p99_ms=0.0, worst_ms=0.0)
        return LagSummary(
            samples=len(late),
            p50_ms=round(late[len(late) // 2], 2),
            p99_ms=round(late[min(len(late) - 1, len(late) * 99 // 100)], 2),
            worst_ms=round(late[-1], 2),
        )

    async def run(self) -> None:
        """Probe until cancelled."""
        while True:
            due = time.perf_counter() + PROBE_EVERY_S
            await asyncio.sleep(PROBE_EVERY_S)
            # Timers of the loop have a granularity of 1 ms; early is not late.
            self.note(max(0.0, time.perf_counter() - due))
