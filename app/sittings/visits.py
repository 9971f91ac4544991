"""When which item was in front of a candidate, as the log of the sitting tells it (pure).

A page says which item it shows (`item.visited`); the start shows the first. Times are those of the commits,
on the server's clock: the candidate's clock is never asked.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

# What waited in the outbox while there was no network comes in these seconds after it is back.
CATCH_UP = timedelta(seconds=5)
_ENDS = frozenset({"sitting.submitted", "sitting.expired", "staff.end"})
# The kinds of entries that the functions of this module read.
KINDS = frozenset(
    {"item.visited", "sitting.started", "response.saved", "connection.opened", "connection.closed", "gap"}
    | {"staff.pause", "staff.resume"}
    | _ENDS
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An entry of a sitting's log: its kind, instant and data."""

    kind: str
    at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From `begins_at` to `ends_at`, None while it goes on."""

    begins_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Span):
    """The item at `position` is shown. `last`: it ends with the sitting."""

    position: int
    last: bool = False


def visits(moments: Iterable[Moment]) -> list[Visit]:
    """Every visit in order; a page that says again what it shows (the start, a reload) begins no other."""
    found: list[Visit] = []
    for moment in moments:
        is_open = bool(found) and found[-1].ends_at is None
        if moment.kind in ("item.visited", "sitting.started"):
            position = moment.data.get("position", 1)
            if is_open and found[-1].position == position:
                continue
            if is_open:
                found[-1] = replace(found[-1], ends_at=moment.at)
            found.append(Visit(position=position, begins_at=moment.at))
        elif moment.kind in _ENDS and found:
            found[-1] = replace(found[-1], ends_at=moment.at, last=True)
    return found


def interruptions(moments: Iterable[Moment]) -> list[Span]:
    """From the live tab's end (or the server's gap) to the next beginning.

    Exactly one tab is live: one that opens takes over, and the end of any other says nothing.
    """
    found: list[Span] = []
    live = ""
    for moment in moments:
        is_open = bool(found) and found[-1].ends_at is None
        if moment.kind == "connection.opened":
            live = str(moment.data.get("tab"))
            if is_open:
                found[-1] = replace(found[-1], ends_at=moment.at)
        ended = moment.kind == "connection.closed" and moment.data.get("tab") == live
        if (ended or moment.kind == "gap") and not is_open:
            found.append(Span(begins_at=moment.at))
    return found


def pauses(moments: Iterable[Moment]) -> list[Span]:
    """The times that staff paused the sitting."""
    found: list[Span] = []
    for moment in moments:
        if moment.kind == "staff.pause":
            found.append(Span(begins_at=moment.at))
        elif moment.kind in ("staff.resume", "staff.end") and found and found[-1].ends_at is None:
            found[-1] = replace(found[-1], ends_at=moment.at)
    return found


def item_seconds(moments: Sequence[Moment]) -> dict[int, float]:
    """How long the item at each position was in front of the candidate, in seconds above 0.

    The sum of its visits without pauses. A position is left out when one of its visits touches an
    interruption or the seconds in which an outbox catches up. The visit that ends with the sitting counts up
    to its last response: the look before handing in is not told from the item.
    """
    broken = [
        replace(span, ends_at=None if span.ends_at is None else span.ends_at + CATCH_UP)
        for span in interruptions(moments)
    ]
    halted = pauses(moments)
    answered = _last_responses(moments)
    sums: defaultdict[int, float] = defaultdict(float)
    unknown: set[int] = set()
    for visit in visits(moments):
        ends_at = answered.get(visit.position) if visit.last else visit.ends_at
        if ends_at is None or ends_at < visit.begins_at or _touches(visit.begins_at, ends_at, broken):
            unknown.add(visit.position)
            continue
        away = sum((_common(visit.begins_at, ends_at, span) for span in halted), timedelta(0))
        sums[visit.position] += (ends_at - visit.begins_at - away).total_seconds()
    return {
        position: seconds
        for position, seconds in sorted(sums.items())
        if seconds > 0 and position not in unknown
    }


def _last_responses(moments: Iterable[Moment]) -> dict[int, datetime]:
    return {moment.data["position"]: moment.at for moment in moments if moment.kind == "response.saved"}


def _touches(begins_at: datetime, ends_at: datetime, spans: Iterable[Span]) -> bool:
    return any(
        span.begins_at <= ends_at and (span.ends_at is None or begins_at <= span.ends_at) for span in spans
    )


def _common(begins_at: datetime, ends_at: datetime, span: Span) -> timedelta:
    """How much of an interval lies in a span."""
    last = ends_at if span.ends_at is None else min(ends_at, span.ends_at)
    return max(timedelta(0), last - max(begins_at, span.begins_at))
