"""Rules of item versions and of import batches (pure): tables of transitions, who may cause which, `advance`.

A version never changes; what changes is its state. Nobody approves a version they wrote. Of one item at most
one version is published and at most one is open (a draft or in review); the database holds to that as well.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.errors import Invalid, NotAllowedNow

MAX_COMMENT = 2_000


class State(StrEnum):
    """State of a version of an item. Values are stored."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETIRED = "retired"


class Event(StrEnum):
    """What can happen to a version. Values are stored."""

    SUBMIT = "submit"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    SUPERSEDE = "supersede"
    RETIRE = "retire"


class Cause(StrEnum):
    """Who causes an event: the one who wrote the version, a colleague, or the server."""

    WRITER = "writer"
    COLLEAGUE = "colleague"
    SERVER = "server"


class Check(StrEnum):
    """What a reviewer vouches for by approving a version. Values are stored.

    key: the key is right by the clause or source. one_reading: the stem has one reading and gives nothing
    away. clause: what it rests on is in force. no_duplicate: no other item asks the same. figures: pictures
    and tables are clear and described (also ticked where there are none).
    """

    KEY = "key"
    ONE_READING = "one_reading"
    CLAUSE = "clause"
    NO_DUPLICATE = "no_duplicate"
    FIGURES = "figures"


TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.DRAFT, Event.SUBMIT): State.IN_REVIEW,
    (State.IN_REVIEW, Event.SEND_BACK): State.DRAFT,
    (State.IN_REVIEW, Event.APPROVE): State.PUBLISHED,
    # A newer version takes its place: of a draft when somebody writes on, of a published one on approval.
    (State.DRAFT, Event.SUPERSEDE): State.RETIRED,
    (State.PUBLISHED, Event.SUPERSEDE): State.RETIRED,
    (State.DRAFT, Event.RETIRE): State.RETIRED,
    (State.PUBLISHED, Event.RETIRE): State.RETIRED,
}
_STAFF = frozenset({Cause.WRITER, Cause.COLLEAGUE})
PERMITS: dict[Event, frozenset[Cause]] = {
    Event.SUBMIT: _STAFF,
    Event.SEND_BACK: _STAFF,
    Event.APPROVE: frozenset({Cause.COLLEAGUE}),
    Event.SUPERSEDE: frozenset({Cause.SERVER}),
    Event.RETIRE: _STAFF,
}
OPEN = frozenset({State.DRAFT, State.IN_REVIEW})
# What may only happen once everything was looked at.
CHECKED = frozenset({Event.APPROVE})
# What the writer has to be told why.
EXPLAINED = frozenset({Event.SEND_BACK})


def cause_of(actor: str, written_by: str) -> Cause:
    """What somebody is to a version."""
    return Cause.WRITER if actor == written_by else Cause.COLLEAGUE


def advance(state: State, event: Event, cause: Cause) -> State:
    """The state after `event`. Raises NotAllowedNow: `own_item` for approving one's own, else the general."""
    target = TRANSITIONS.get((state, event))
    if target is None:
        raise NotAllowedNow(f"This is not possible while the version is {state.value}.")
    if cause not in PERMITS[event]:
        code = "own_item" if event is Event.APPROVE and cause is Cause.WRITER else None
        raise NotAllowedNow("Somebody else has to do this: you wrote this version.", code=code)
    return target


def checked_comment(event: Event, comment: str) -> str:
    """The comment without outer spaces. Raises Invalid (`comment_missing`, `comment_too_long`)."""
    comment = comment.strip()
    if event in EXPLAINED and not comment:
        raise Invalid("Say what has to be changed.", code="comment_missing")
    if len(comment) > MAX_COMMENT:
        raise Invalid(f"A comment has at most {MAX_COMMENT} characters.", code="comment_too_long")
    return comment


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What somebody says with an event: a comment, and what they have looked at."""

    comment: str = ""
    checks: frozenset[Check] = frozenset()


def checked_statement(event: Event, said: Statement) -> Statement:
    """The statement as it is recorded: checks only where they belong to the event.

    Raises Invalid as `checked_comment` does, and `checks_missing`.
    """
    comment = checked_comment(event, said.comment)
    if event not in CHECKED:
        return Statement(comment=comment)
    if said.checks != frozenset(Check):
        raise Invalid("Tick everything that you have checked before you approve.", code="checks_missing")
    return Statement(comment=comment, checks=said.checks)


class BatchState(StrEnum):
    """State of an import batch. Values are stored.

    proposed: read and reported, nothing came in; confirmed: its items are in the bank; undone: and out again.
    """

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    UNDONE = "undone"


class BatchEvent(StrEnum):
    """What can happen to an import batch."""

    READ_AGAIN = "read_again"
    CONFIRM = "confirm"
    UNDO = "undo"


BATCH_TRANSITIONS: dict[tuple[BatchState, BatchEvent], BatchState] = {
    (BatchState.PROPOSED, BatchEvent.READ_AGAIN): BatchState.PROPOSED,
    (BatchState.PROPOSED, BatchEvent.CONFIRM): BatchState.CONFIRMED,
    (BatchState.CONFIRMED, BatchEvent.UNDO): BatchState.UNDONE,
}


def advance_batch(state: BatchState, event: BatchEvent) -> BatchState:
    """The batch's state after `event`. Raises NotAllowedNow."""
    target = BATCH_TRANSITIONS.get((state, event))
    if target is None:
        raise NotAllowedNow(f"This is not possible while the import is {state.value}.")
    return target
