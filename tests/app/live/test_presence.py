"""Presence at its boundaries."""

from datetime import UTC, datetime, timedelta

import pytest

from app.live.presence import Presence, presence

NOW = datetime(2026, 6, 1, tzinfo=UTC)
US = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("silence", "expected"),
    [
        (timedelta(0), Presence.ONLINE),
        (timedelta(seconds=10) - US, Presence.ONLINE),
        (timedelta(seconds=10), Presence.STALE),
        (timedelta(seconds=30) - US, Presence.STALE),
        (timedelta(seconds=30), Presence.LOST),
        (timedelta(days=1), Presence.LOST),
        (-timedelta(seconds=1), Presence.ONLINE),
    ],
)
def test_presence_follows_from_the_silence(silence: timedelta, expected: Presence) -> None:
    limits = {"stale_after": timedelta(seconds=10), "lost_after": timedelta(seconds=30)}
    assert presence(NOW - silence, NOW, **limits) is expected


def test_nobody_was_heard() -> None:
    limits = {"stale_after": timedelta(seconds=10), "lost_after": timedelta(seconds=30)}
    assert presence(None, NOW, **limits) is Presence.NEVER
