"""Presence (pure): derived from when a page was last heard; never a state of the sitting."""

from datetime import datetime, timedelta
from enum import StrEnum


class Presence(StrEnum):
    """How present a candidate's page is."""

    ONLINE = "online"
    STALE = "stale"
    LOST = "lost"
    NEVER = "never"


def presence(
    last_heard: datetime | None, now: datetime, *, stale_after: timedelta, lost_after: timedelta
) -> Presence:
    """Presence at `now`; half-open: exactly `stale_after` later is stale."""
    if last_heard is None:
        return Presence.NEVER
    silence = now - last_heard
    if silence >= lost_after:
        return Presence.LOST
    return Presence.STALE if silence >= stale_after else Presence.ONLINE
