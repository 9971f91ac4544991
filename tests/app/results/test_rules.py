"""Who may decide what about a scoring run, and when an administration is closed."""

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.rules import Role
from app.results.rules import RunDecision, RunState, is_closed, may_decide, may_pass, may_see_keys
from app.sittings.lifecycle import State

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("state", RunState)
@pytest.mark.parametrize("decision", RunDecision)
@pytest.mark.parametrize("decider", ["a", "b"])
def test_only_another_person_confirms_and_only_once(
    state: RunState, decision: RunDecision, decider: str
) -> None:
    refusal = may_decide(state, decision, proposed_by="a", decider=decider)
    if state is not RunState.PROPOSED:
        assert refusal == "already_decided"
    elif decision is RunDecision.CONFIRM and decider == "a":
        assert refusal == "own_proposal"
    else:
        assert refusal is None


@pytest.mark.parametrize("state", State)
def test_an_administration_is_closed_when_nobody_can_start_or_is_under_way(state: State) -> None:
    over = state in (State.SCHEDULED, State.SUBMITTED, State.EXPIRED, State.TERMINATED, State.VOIDED)
    assert is_closed(NOON, [State.SUBMITTED, state], NOON) == over
    assert not is_closed(NOON, [state], NOON - timedelta(milliseconds=1))


def test_ended_by_staff_never_passes() -> None:
    assert [state for state in State if not may_pass(state)] == [State.TERMINATED, State.VOIDED]


def test_keys_are_for_those_who_work_on_items_until_results_are_released() -> None:
    assert {role for role in Role if may_see_keys(role, released=False)} == {
        Role.BANK_AUTHOR,
        Role.EXAM_OFFICE,
        Role.ADMINISTRATOR,
    }
    assert may_see_keys(Role.REGULATOR, released=True)
