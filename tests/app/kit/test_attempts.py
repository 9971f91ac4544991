"""The speed limit of sign-ins."""

import pytest

from app.errors import TooMany
from app.kit.attempts import _ADDRESS_FACTOR, _SUBJECTS_KEPT, Attempts
from tests.factories.clock import HandClock


def refused(attempts: Attempts, subject: str, address: str = "10.0.0.1") -> bool:
    try:
        attempts.note(subject, address)
    except TooMany:
        return True
    return False


def test_so_many_a_minute_and_no_more(clock: HandClock) -> None:
    attempts = Attempts(clock, per_minute=3)
    assert [refused(attempts, "ticket:1") for _ in range(5)] == [False, False, False, True, True]
    assert not refused(attempts, "ticket:2")
    clock.turn(seconds=59, milliseconds=999)
    assert refused(attempts, "ticket:1")
    clock.turn(milliseconds=1)
    assert [refused(attempts, "ticket:1") for _ in range(4)] == [False, False, False, True]


def test_success_starts_anew(clock: HandClock) -> None:
    attempts = Attempts(clock, per_minute=2)
    for _ in range(10):
        assert not refused(attempts, "ticket:1")
        attempts.forget("ticket:1")


def test_an_address_may_stand_for_a_whole_exam_point_but_not_for_more(clock: HandClock) -> None:
    attempts = Attempts(clock, per_minute=2)
    for number in range(2 * _ADDRESS_FACTOR):
        assert not refused(attempts, f"ticket:{number}")
    assert refused(attempts, "ticket:new")
    assert not refused(attempts, "ticket:other", address="10.0.0.2")


def test_memory_is_bounded(clock: HandClock) -> None:
    attempts = Attempts(clock, per_minute=_SUBJECTS_KEPT)
    for number in range(_SUBJECTS_KEPT + 50):
        attempts.note(f"ticket:{number}", f"address {number}")
    assert len(attempts._seen) <= _SUBJECTS_KEPT + 1


def test_a_minute_without_attempts_is_needed_only_by_the_one(clock: HandClock) -> None:
    attempts = Attempts(clock, per_minute=1)
    attempts.note("a", "x")
    with pytest.raises(TooMany):
        attempts.note("a", "y")
    attempts.note("b", "x")
