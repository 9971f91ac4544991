"""The life-cycle, every (state, event, cause)."""

from itertools import product

import pytest

from app.errors import NotAllowedNow
from app.sittings.lifecycle import (
    ANSWERABLE,
    CHECKED_IN,
    ENDED,
    PERMITS,
    STARTED,
    TRANSITIONS,
    WATCHED,
    Cause,
    Event,
    State,
    advance,
)

# Written out a second time on purpose: what the table must say, one line a state.
EXPECTED: dict[State, dict[Event, State]] = {
    State.SCHEDULED: {Event.SIGN_IN: State.CHECKING_IN},
    State.CHECKING_IN: {
        Event.REQUEST_ADMISSION: State.AWAITING_ADMISSION,
        Event.ADMIT: State.READY,
        Event.CLOSE: State.EXPIRED,
        Event.TERMINATE: State.TERMINATED,
    },
    State.AWAITING_ADMISSION: {
        Event.RETRY_IDENTITY: State.CHECKING_IN,
        Event.ADMIT: State.READY,
        Event.REFUSE: State.CHECKING_IN,
        Event.CLOSE: State.EXPIRED,
        Event.TERMINATE: State.TERMINATED,
    },
    State.READY: {
        Event.START: State.IN_PROGRESS,
        Event.CLOSE: State.EXPIRED,
        Event.TERMINATE: State.TERMINATED,
    },
    State.IN_PROGRESS: {
        Event.PAUSE: State.PAUSED,
        Event.HAND_IN: State.SUBMITTED,
        Event.EXPIRE: State.EXPIRED,
        Event.TERMINATE: State.TERMINATED,
    },
    State.PAUSED: {
        Event.RESUME: State.IN_PROGRESS,
        Event.HAND_IN: State.SUBMITTED,
        Event.TERMINATE: State.TERMINATED,
    },
    State.SUBMITTED: {Event.VOID: State.VOIDED},
    State.EXPIRED: {Event.VOID: State.VOIDED},
    State.TERMINATED: {Event.VOID: State.VOIDED},
    State.VOIDED: {},
}
STAFF_ONLY = {Event.REFUSE, Event.PAUSE, Event.RESUME, Event.TERMINATE, Event.VOID}
SERVER_ONLY = {Event.START, Event.EXPIRE, Event.CLOSE}
CANDIDATE_ONLY = {Event.SIGN_IN, Event.RETRY_IDENTITY, Event.HAND_IN}


def may_cause(event: Event, cause: Cause) -> bool:
    """Who may cause what, in words of its own."""
    if event in STAFF_ONLY:
        return cause is Cause.STAFF
    if event in SERVER_ONLY:
        return cause is Cause.SERVER
    if event in CANDIDATE_ONLY:
        return cause is Cause.CANDIDATE
    if event is Event.ADMIT:
        return cause is not Cause.CANDIDATE
    return cause is not Cause.STAFF  # asking for admission


@pytest.mark.parametrize(("state", "event", "cause"), list(product(State, Event, Cause)))
def test_every_state_event_and_cause(state: State, event: Event, cause: Cause) -> None:
    target = EXPECTED[state].get(event)
    if target is not None and may_cause(event, cause):
        assert advance(state, event, cause) is target
        return
    with pytest.raises(NotAllowedNow) as refusal:
        advance(state, event, cause)
    assert refusal.value.code == "not_allowed_now"
    assert state.value in refusal.value.detail


def test_the_table_names_every_event_and_cause() -> None:
    assert set(PERMITS) == set(Event)
    assert {event for _, event in TRANSITIONS} == set(Event)
    assert all(PERMITS.values())


def test_every_state_can_be_reached_and_none_is_left_out() -> None:
    reached = {State.SCHEDULED} | set(TRANSITIONS.values())
    assert reached == set(State)
    assert set(EXPECTED) == set(State)


def test_nothing_leads_out_of_an_ended_sitting_but_voiding() -> None:
    for state in ENDED:
        assert set(EXPECTED[state]) <= {Event.VOID}
    assert set(EXPECTED[State.VOIDED]) == set()


def test_the_named_sets() -> None:
    assert {State.CHECKING_IN, State.AWAITING_ADMISSION, State.READY} == CHECKED_IN
    assert STARTED == ANSWERABLE == {State.IN_PROGRESS, State.PAUSED}
    assert not ENDED & WATCHED
    assert ENDED | WATCHED | {State.SCHEDULED} == set(State)
