"""Time rules at their boundaries, and pauses that neither cost nor win time."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sittings.timing import Timing, deadline, may_start, pause_ms, remaining_ms

START = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
MS = timedelta(milliseconds=1)


def timing(**more: object) -> Timing:
    return dataclasses.replace(Timing(minutes=120, started_at=START), **more)  # type: ignore[arg-type]


def test_before_the_start_there_is_neither_deadline_nor_remainder() -> None:
    fresh = timing(started_at=None)
    assert deadline(fresh) is None
    assert remaining_ms(fresh, START) is None


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(0), 7_200_000),
        (MS, 7_199_999),
        (timedelta(minutes=120) - MS, 1),
        (timedelta(minutes=120), 0),
        (timedelta(minutes=120) + MS, 0),
        (timedelta(days=3), 0),
    ],
)
def test_the_remainder_at_its_boundaries(after: timedelta, expected: int) -> None:
    assert remaining_ms(timing(), START + after) == expected


def test_extra_time_and_ended_pauses_move_the_deadline() -> None:
    assert deadline(timing()) == START + timedelta(minutes=120)
    assert deadline(timing(extra_ms=60_000)) == START + timedelta(minutes=121)
    assert deadline(timing(extra_ms=60_000, paused_ms=1)) == START + timedelta(minutes=121) + MS
    assert deadline(timing(paused_at=START + timedelta(minutes=5))) is None


def test_the_remainder_stands_still_while_paused_and_once_ended() -> None:
    at = START + timedelta(minutes=30)
    for later in (timedelta(0), timedelta(hours=5)):
        assert remaining_ms(timing(paused_at=at), at + later) == 90 * 60_000
        assert remaining_ms(timing(ended_at=at), at + later) == 90 * 60_000


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (START - MS, False),
        (START, True),
        (START + timedelta(hours=1) - MS, True),
        (START + timedelta(hours=1), False),
    ],
)
def test_the_window_of_starting_is_half_open(now: datetime, expected: bool) -> None:
    assert may_start(START, START + timedelta(hours=1), now) is expected


def test_only_a_pause_can_end() -> None:
    with pytest.raises(ValueError, match="not paused"):
        pause_ms(timing(), START)


SPANS = st.lists(
    st.tuples(st.integers(0, 3_600_000_000), st.integers(0, 3_600_000_000)), min_size=1, max_size=12
)


@given(SPANS, st.integers(0, 3_600_000))
def test_pauses_never_win_time_and_cost_less_than_a_millisecond_each(
    spans: list[tuple[int, int]], extra_ms: int
) -> None:
    """Worked and paused microseconds alternate; what is left must be minutes + extra - worked."""
    now, worked, state = START, 0, timing(minutes=600, extra_ms=extra_ms)
    for work_us, pause_us in spans:
        now += timedelta(microseconds=work_us)
        worked += work_us
        before = remaining_ms(state, now)
        state = dataclasses.replace(state, paused_at=now)
        assert remaining_ms(state, now) == before
        now += timedelta(microseconds=pause_us)
        assert remaining_ms(state, now) == before
        state = dataclasses.replace(state, paused_ms=pause_ms(state, now), paused_at=None)
    fair_us = 600 * 60_000_000 + extra_ms * 1000 - worked
    left = remaining_ms(state, now)
    assert left is not None
    if left:
        assert -1000 * (len(spans) + 1) < left * 1000 - fair_us <= 1000
    end = deadline(state)
    assert end is not None
    until_end_us = (end - now) / timedelta(microseconds=1)
    assert -1000 * len(spans) < until_end_us - fair_us <= 0


@given(SPANS)
def test_the_deadline_is_when_nothing_remains(spans: list[tuple[int, int]]) -> None:
    paused = sum(pause // 1000 for _, pause in spans)
    state = timing(paused_ms=paused)
    end = deadline(state)
    assert end is not None
    assert remaining_ms(state, end) == 0
    assert remaining_ms(state, end - MS) == 1
