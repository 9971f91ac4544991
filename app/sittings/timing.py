"""Time of a sitting (pure): everything follows from the start, the minutes, extra time and pauses.

Extra time and pauses are inputs, never edits of the schedule. Windows are half-open: an answer
received at the deadline itself is late.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.clock import milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Inputs. `paused_ms` counts ended pauses only; `paused_at` is the start of the present one."""

    minutes: int
    started_at: datetime | None
    extra_ms: int = 0
    paused_ms: int = 0
    paused_at: datetime | None = None
    ended_at: datetime | None = None


def deadline(timing: Timing) -> datetime | None:
    """When the sitting ends by itself; None before the start and while paused (it moves then)."""
    if timing.started_at is None or timing.paused_at is not None:
        return None
    return timing.started_at + timedelta(
        minutes=timing.minutes, milliseconds=timing.extra_ms + timing.paused_ms
    )


def remaining_ms(timing: Timing, now: datetime) -> int | None:
    """Time left in ms, never negative; None before the start. Stands still while paused or ended."""
    if timing.started_at is None:
        return None
    at = timing.paused_at or timing.ended_at or now
    used = milliseconds(at, timing.started_at) - timing.paused_ms
    return max(0, timing.minutes * 60_000 + timing.extra_ms - used)


def has_closed(closes_at: datetime, now: datetime) -> bool:
    """Whether nobody may start any more: sittings start in [starts_at, closes_at)."""
    return now >= closes_at


def may_start(starts_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """Whether a sitting may start: the bell has rung and the administration is still open."""
    return starts_at <= now and not has_closed(closes_at, now)


def pause_ms(timing: Timing, now: datetime) -> int:
    """All paused time when the present pause ends `now`. Pre-condition: paused."""
    if timing.paused_at is None:
        raise ValueError("the sitting is not paused")
    return timing.paused_ms + milliseconds(now, timing.paused_at)
