"""A clock that tests turn by hand."""

from datetime import UTC, datetime

from app import clock

NINE = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)  # nine in the morning in Qujing


class HandClock(clock.HandClock):
    """Nine in the morning unless it is told otherwise."""

    def __init__(self, at: datetime = NINE) -> None:
        super().__init__(at)
