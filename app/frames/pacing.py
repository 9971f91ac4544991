"""How much of the analysis the machine can do just now (pure), shared evenly among all sittings.

One number for everybody, the stretch: 1 while every frame is analysed as soon as it comes; at 3 a sitting
where nothing is going on is analysed every third second, and its dear models run a third as often.
The frames between are only glanced at, for the wall. It follows from how long frames wait for a worker.
"""

from dataclasses import dataclass

LONGEST_STRETCH = 8.0
# A waiting frame is an old picture on the wall. The target is 1.5 s for the 95th percentile, of which
# one second is the wait for the camera's next frame and 0.1 s the wall's coalescing.
LONG_WAIT_S = 0.2
SHORT_WAIT_S = 0.05
# A frame can come at most about this much after it was due; a longer silence earns no second turn.
MOST_CREDIT_S = 1.0


class Pacing:
    """Told how long frames have waited; asked at regular turns for the stretch."""

    def __init__(self) -> None:
        self.stretch = 1.0
        self._waited: list[float] = []

    def note(self, waited_s: float) -> None:
        """A frame came to its turn after this long."""
        self._waited.append(waited_s)

    def adjust(self) -> float:
        """Call about twice a second. Longer at once when nine tenths wait too long, shorter step by step."""
        waited, self._waited = sorted(self._waited), []
        if waited:
            late = waited[len(waited) * 9 // 10]
            if late > LONG_WAIT_S:
                self.stretch = min(LONGEST_STRETCH, self.stretch * 1.15)
            elif late < SHORT_WAIT_S:
                self.stretch = max(1.0, self.stretch * 0.97)
        return self.stretch


@dataclass(slots=True)
class Turns:
    """When a camera's next full analysis is due (seconds on the server's clock)."""

    due_at: float = 0.0

    def is_due(self, at: float, interval_s: float) -> bool:
        """Whether this frame is analysed; then the next one is after `interval_s` on average.

        Counted on from when it was due, not from when it came: frames come once a second, and rounding up
        would make every interval a whole number of seconds, the same for all sittings at once.
        """
        if at < self.due_at - 0.1:
            return False
        self.due_at = max(self.due_at, at - min(interval_s, MOST_CREDIT_S)) + interval_s
        return True
