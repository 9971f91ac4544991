"""The life-cycles of versions and of import batches, every (state, event, cause)."""

from itertools import product

import pytest

from app.banks.rules import (
    BATCH_TRANSITIONS,
    MAX_COMMENT,
    PERMITS,
    TRANSITIONS,
    BatchEvent,
    BatchState,
    Cause,
    Check,
    Event,
    State,
    Statement,
    advance,
    advance_batch,
    cause_of,
    checked_comment,
    checked_statement,
)
from app.errors import Invalid, NotAllowedNow

# Written out a second time on purpose.
EXPECTED: dict[State, dict[Event, State]] = {
    State.DRAFT: {
        Event.SUBMIT: State.IN_REVIEW,
        Event.SUPERSEDE: State.RETIRED,
        Event.RETIRE: State.RETIRED,
    },
    State.IN_REVIEW: {Event.SEND_BACK: State.DRAFT, Event.APPROVE: State.PUBLISHED},
    State.PUBLISHED: {Event.SUPERSEDE: State.RETIRED, Event.RETIRE: State.RETIRED},
    State.RETIRED: {},
}
BY_COLLEAGUES_ONLY = {Event.APPROVE}
BY_THE_SERVER_ONLY = {Event.SUPERSEDE}


def may(event: Event, cause: Cause) -> bool:
    if event in BY_THE_SERVER_ONLY:
        return cause is Cause.SERVER
    return cause is Cause.COLLEAGUE or (cause is Cause.WRITER and event not in BY_COLLEAGUES_ONLY)


@pytest.mark.parametrize(("state", "event", "cause"), list(product(State, Event, Cause)))
def test_every_event_in_every_state(state: State, event: Event, cause: Cause) -> None:
    target = EXPECTED[state].get(event)
    if target is not None and may(event, cause):
        assert advance(state, event, cause) is target
        return
    with pytest.raises(NotAllowedNow) as refused:
        advance(state, event, cause)
    own = target is not None and event is Event.APPROVE and cause is Cause.WRITER
    assert refused.value.code == ("own_item" if own else "not_allowed_now")


def test_the_tables_hold_nothing_else() -> None:
    assert {(s, e) for s, moves in EXPECTED.items() for e in moves} == set(TRANSITIONS)
    assert set(PERMITS) == set(Event)


def test_who_somebody_is_to_a_version() -> None:
    assert cause_of("bank_author:1", "bank_author:1") is Cause.WRITER
    assert cause_of("bank_author:2", "bank_author:1") is Cause.COLLEAGUE


def test_only_who_sends_back_must_say_why() -> None:
    assert checked_comment(Event.SUBMIT, "  ") == ""
    assert checked_comment(Event.SEND_BACK, " 答案不对 ") == "答案不对"
    for event, comment, code in (
        (Event.SEND_BACK, " \n", "comment_missing"),
        (Event.APPROVE, "x" * (MAX_COMMENT + 1), "comment_too_long"),
    ):
        with pytest.raises(Invalid) as refused:
            checked_comment(event, comment)
        assert refused.value.code == code


@pytest.mark.parametrize("left_out", Check)
def test_who_approves_has_checked_everything(left_out: Check) -> None:
    every = frozenset(Check)
    assert checked_statement(Event.APPROVE, Statement(checks=every)).checks == every
    with pytest.raises(Invalid) as refused:
        checked_statement(Event.APPROVE, Statement(checks=every - {left_out}))
    assert refused.value.code == "checks_missing"
    # Other acts vouch for nothing.
    sent_back = checked_statement(Event.SEND_BACK, Statement(comment="改", checks=every))
    assert sent_back == Statement(comment="改")


@pytest.mark.parametrize(("state", "event"), list(product(BatchState, BatchEvent)))
def test_every_event_of_a_batch(state: BatchState, event: BatchEvent) -> None:
    expected = {
        (BatchState.PROPOSED, BatchEvent.READ_AGAIN): BatchState.PROPOSED,
        (BatchState.PROPOSED, BatchEvent.CONFIRM): BatchState.CONFIRMED,
        (BatchState.CONFIRMED, BatchEvent.UNDO): BatchState.UNDONE,
    }
    assert expected == BATCH_TRANSITIONS
    if (state, event) in expected:
        assert advance_batch(state, event) is expected[state, event]
    else:
        with pytest.raises(NotAllowedNow):
            advance_batch(state, event)
