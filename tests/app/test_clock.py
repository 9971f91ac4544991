"""Instants as text, and whole milliseconds."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import SystemClock, instant_text, milliseconds, parse_instant

INSTANTS = st.datetimes(datetime(1971, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(INSTANTS)
def test_text_and_back_keeps_whole_milliseconds(at: datetime) -> None:
    assert parse_instant(instant_text(at)) == at.replace(microsecond=at.microsecond // 1000 * 1000)


def test_text_is_utc_and_cut_off_not_rounded() -> None:
    at = datetime(2026, 6, 1, 9, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=8)))
    assert instant_text(at) == "2026-06-01T01:00:00.999Z"


@given(INSTANTS, st.integers(-(10**12), 10**12))
def test_milliseconds_are_exact_and_rounded_down(at: datetime, microseconds: int) -> None:
    later = at + timedelta(microseconds=microseconds)
    assert milliseconds(later, at) == microseconds // 1000


@pytest.mark.parametrize("text", ["2026-06-01T01:00:00", "yesterday", ""])
def test_naive_and_broken_texts_are_no_instants(text: str) -> None:
    with pytest.raises(ValueError, match=r"offset|Invalid"):
        parse_instant(text)


def test_naive_datetimes_are_no_instants() -> None:
    with pytest.raises(ValueError, match="naive"):
        instant_text(datetime(2026, 6, 1))  # noqa: DTZ001


def test_the_system_clock_is_aware() -> None:
    assert SystemClock().now().tzinfo is UTC
