"""A clock that tests turn by hand."""

from datetime import UTC, datetime, timedelta

NINE = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)  # nine in the morning in Qujing


class HandClock:
    """Stands still until it is turned."""

    def __init__(self, at: datetime = NINE) -> None:
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
