"""Rules of results (pure): scoring runs, and who may see keys. Nobody confirms their own proposal."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from app.accounts.rules import AUTHORS, Role
from app.sittings.lifecycle import ENDED, State

FIRST_RUN = 1


class RunState(StrEnum):
    """Where a scoring run stands. Values are stored; only a proposed run can still change."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class RunDecision(StrEnum):
    """What a person may decide about a proposed run; the value is the state that follows."""

    CONFIRM = "confirmed"
    WITHDRAW = "withdrawn"


def is_closed(closes_at: datetime, states: Iterable[State], now: datetime) -> bool:
    """Whether an administration is over: nobody can start any more and nobody is under way."""
    return closes_at <= now and all(state in ENDED or state is State.SCHEDULED for state in states)


def may_pass(state: State) -> bool:
    """Whether a score can pass at all: not in a sitting that staff ended or voided."""
    return state not in (State.TERMINATED, State.VOIDED)


def may_decide(state: RunState, decision: RunDecision, *, proposed_by: str, decider: str) -> str | None:
    """None, or the code of why not. The proposer may take a proposal back, but not confirm it."""
    if state is not RunState.PROPOSED:
        return "already_decided"
    own = decision is RunDecision.CONFIRM and proposed_by == decider
    return "own_proposal" if own else None


def may_see_keys(role: Role, *, released: bool) -> bool:
    """Who works on items sees their keys; others only where results are released to candidates."""
    return role in AUTHORS or released
