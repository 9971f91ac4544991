"""Counting sign-in attempts, in memory: a speed limit, not a lock."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta

from app.clock import Clock
from app.errors import TooMany

_WINDOW = timedelta(minutes=1)
_SUBJECTS_KEPT = 10_000
# One address may stand for a whole exam point behind a router, so it is allowed far more.
_ADDRESS_FACTOR = 60


class Attempts:
    """At most `per_minute` attempts per subject, and 60 times that per address, in any minute."""

    def __init__(self, clock: Clock, per_minute: int) -> None:
        self._clock = clock
        self._per_minute = per_minute
        self._seen: OrderedDict[str, deque[datetime]] = OrderedDict()

    def note(self, subject: str, address: str) -> None:
        """Count an attempt. Raises TooMany."""
        now = self._clock.now()
        self._count(subject, now, self._per_minute)
        self._count(f"address:{address}", now, self._per_minute * _ADDRESS_FACTOR)

    def forget(self, subject: str) -> None:
        """The attempt succeeded: start counting anew."""
        self._seen.pop(subject, None)

    def _count(self, key: str, now: datetime, limit: int) -> None:
        seen = self._seen.setdefault(key, deque())
        self._seen.move_to_end(key)
        while seen and now - seen[0] >= _WINDOW:
            seen.popleft()
        if len(seen) >= limit:
            raise TooMany("Too many attempts. Please wait a minute.")
        seen.append(now)
        if len(self._seen) > _SUBJECTS_KEPT:
            self._seen.popitem(last=False)
