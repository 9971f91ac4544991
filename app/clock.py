"""The server's clock, injected everywhere: aware UTC, never the browser's."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time. Tests give one that they turn by hand."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


class HandClock:
    """Stands still until it is turned: for tests, and for telling of days that are over."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """The instant it shows."""
        return self._at

    def set(self, at: datetime) -> None:
        """Show another instant."""
        self._at = at

    def turn(self, **spans: float) -> None:
        """Move on by a timedelta's arguments, e.g. `turn(minutes=5)`."""
        self._at += timedelta(**spans)


def instant_text(at: datetime) -> str:
    """RFC 3339 with milliseconds and Z (truncated, not rounded). `at` must be aware."""
    if at.tzinfo is None:
        raise ValueError("a naive datetime is not an instant")
    # isoformat is ten times as fast as strftime, and every log entry has an instant.
    return at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def parse_instant(text: str) -> datetime:
    """The inverse of `instant_text`; also takes other RFC 3339 offsets. Raises ValueError."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant needs an offset")
    return at.astimezone(UTC)


def milliseconds(later: datetime, earlier: datetime) -> int:
    """Whole milliseconds from `earlier` to `later` (negative when it lies before), rounded down."""
    delta = later - earlier
    return (delta.days * 86_400_000_000 + delta.seconds * 1_000_000 + delta.microseconds) // 1000
