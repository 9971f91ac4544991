"""Rules of screening (pure). A lead is a reason for a person to look, with its evidence, never a verdict."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from question_bank.forensics.findings import MAX_RATE

# Raised when the same answers could give other leads: what is over is screened once more then.
ENGINE = 1
# With fewer sittings, speeds and curves are chance.
MIN_SITTINGS = 20
# Of the leads of a kind, this share is expected to be false (Benjamini & Hochberg), per mille.
RATE_PERMILLE = round(MAX_RATE * 1_000)
# Of one kind; the strongest are kept.
MAX_LEADS = 200


class LeadKind(StrEnum):
    """What a lead is about. Values are stored; the first three are those of `question_bank.forensics`.

    item_key: an item whose key may be wrong. shared_items: two forms share more items than others do.
    """

    SAME_ANSWERS = "same_answers"
    FAST_AND_RIGHT = "fast_and_right"
    FAST_END = "fast_end"
    ITEM_KEY = "item_key"
    SHARED_ITEMS = "shared_items"


class ScreeningState(StrEnum):
    """Where the screening of a closed administration stands, for the page."""

    WAITING = "waiting"
    RUNNING = "running"
    FAILED = "failed"
    TOO_FEW = "too_few"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """`sittings` are none (an item), one or two; `rate` is the false discovery rate of this lead.

    `evidence` is JSON, its shape follows from the kind (`evidence.py`).
    """

    kind: LeadKind
    sittings: tuple[str, ...]
    item_id: str | None
    rate: float
    evidence: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a screening looked at: sittings, those with times, pairs of answers and of forms compared."""

    sittings: int
    timed: int
    answer_pairs: int
    form_pairs: int
    items: int


def may_be_looked_at(*, already: bool) -> str | None:
    """None, or the code of why not: a look is noted once."""
    return "already_looked_at" if already else None
