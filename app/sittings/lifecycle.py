"""Life-cycle of a sitting (pure): a table of transitions, who may cause which, and one `advance`.

Presence and incident review are machines of their own; neither ever changes the state here.
"""

from enum import StrEnum

from app.errors import NotAllowedNow


class State(StrEnum):
    """State of a sitting. Values are stored."""

    SCHEDULED = "scheduled"
    CHECKING_IN = "checking_in"
    AWAITING_ADMISSION = "awaiting_admission"
    READY = "ready"
    IN_PROGRESS = "in_progress"
    PAUSED = "paused"
    SUBMITTED = "submitted"
    EXPIRED = "expired"
    TERMINATED = "terminated"
    VOIDED = "voided"


class Event(StrEnum):
    """What can happen to a sitting."""

    SIGN_IN = "sign_in"
    REQUEST_ADMISSION = "request_admission"
    RETRY_IDENTITY = "retry_identity"
    ADMIT = "admit"
    REFUSE = "refuse"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    HAND_IN = "hand_in"
    EXPIRE = "expire"
    CLOSE = "close"
    TERMINATE = "terminate"
    VOID = "void"


class Cause(StrEnum):
    """Who causes an event."""

    CANDIDATE = "candidate"
    STAFF = "staff"
    SERVER = "server"


TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.SCHEDULED, Event.SIGN_IN): State.CHECKING_IN,
    (State.CHECKING_IN, Event.REQUEST_ADMISSION): State.AWAITING_ADMISSION,
    (State.CHECKING_IN, Event.ADMIT): State.READY,
    (State.AWAITING_ADMISSION, Event.RETRY_IDENTITY): State.CHECKING_IN,
    (State.AWAITING_ADMISSION, Event.ADMIT): State.READY,
    (State.AWAITING_ADMISSION, Event.REFUSE): State.CHECKING_IN,
    (State.READY, Event.START): State.IN_PROGRESS,
    (State.IN_PROGRESS, Event.PAUSE): State.PAUSED,
    (State.PAUSED, Event.RESUME): State.IN_PROGRESS,
    (State.IN_PROGRESS, Event.HAND_IN): State.SUBMITTED,
    # Handed in while the network was away, and paused meanwhile: the candidate's word counts.
    (State.PAUSED, Event.HAND_IN): State.SUBMITTED,
    (State.IN_PROGRESS, Event.EXPIRE): State.EXPIRED,
    # The administration closed before they started: their time to start has run out. Told from a used-up
    # exam time by the reason `ADMINISTRATION_CLOSED`; without a start there is nothing to score.
    (State.CHECKING_IN, Event.CLOSE): State.EXPIRED,
    (State.AWAITING_ADMISSION, Event.CLOSE): State.EXPIRED,
    (State.READY, Event.CLOSE): State.EXPIRED,
    (State.CHECKING_IN, Event.TERMINATE): State.TERMINATED,
    (State.AWAITING_ADMISSION, Event.TERMINATE): State.TERMINATED,
    (State.READY, Event.TERMINATE): State.TERMINATED,
    (State.IN_PROGRESS, Event.TERMINATE): State.TERMINATED,
    (State.PAUSED, Event.TERMINATE): State.TERMINATED,
    (State.SUBMITTED, Event.VOID): State.VOIDED,
    (State.EXPIRED, Event.VOID): State.VOIDED,
    (State.TERMINATED, Event.VOID): State.VOIDED,
}

PERMITS: dict[Event, frozenset[Cause]] = {
    Event.SIGN_IN: frozenset({Cause.CANDIDATE}),
    Event.REQUEST_ADMISSION: frozenset({Cause.CANDIDATE, Cause.SERVER}),
    Event.RETRY_IDENTITY: frozenset({Cause.CANDIDATE}),
    Event.ADMIT: frozenset({Cause.SERVER, Cause.STAFF}),
    Event.REFUSE: frozenset({Cause.STAFF}),
    Event.START: frozenset({Cause.SERVER}),
    Event.PAUSE: frozenset({Cause.STAFF}),
    Event.RESUME: frozenset({Cause.STAFF}),
    Event.HAND_IN: frozenset({Cause.CANDIDATE}),
    Event.EXPIRE: frozenset({Cause.SERVER}),
    Event.CLOSE: frozenset({Cause.SERVER}),
    Event.TERMINATE: frozenset({Cause.STAFF}),
    Event.VOID: frozenset({Cause.STAFF}),
}

# Code of the refusals once an administration has closed, and the reason of sittings that it left behind.
ADMINISTRATION_CLOSED = "administration_closed"
CHECKED_IN = frozenset(state for state, event in TRANSITIONS if event is Event.CLOSE)
STARTED = frozenset({State.IN_PROGRESS, State.PAUSED})
ENDED = frozenset({State.SUBMITTED, State.EXPIRED, State.TERMINATED, State.VOIDED})
# While paused the page hides the item, so an answer that arrives then was given before the pause
# and has been waiting for the network: it counts.
ANSWERABLE = STARTED
WATCHED = frozenset(State) - ENDED - {State.SCHEDULED}


def advance(state: State, event: Event, cause: Cause) -> State:
    """The state after `event`. Raises NotAllowedNow (code `not_allowed_now`) when it may not happen."""
    target = TRANSITIONS.get((state, event))
    if target is None or cause not in PERMITS[event]:
        raise NotAllowedNow(f"This is not possible while the sitting is {state.value}.")
    return target
