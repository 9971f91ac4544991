"""Responses and the numbered outbox (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.errors import Invalid
from question_bank.item_types import ItemType

LETTERS = "ABCDEFGHIJKLMNOP"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotShape:
    """What a response to a slot must fit: the type and how many options are shown."""

    type: ItemType
    options: int


def checked_letters(shapes: Sequence[SlotShape], position: int, response: Sequence[str]) -> str:
    """The response as sorted letters ("AC"; "" when cleared). Raises Invalid (`response_invalid`).

    Letters name options as shown to this candidate, A first.
    """
    if not 1 <= position <= len(shapes):
        raise Invalid("The form has no such position.", code="response_invalid")
    shape = shapes[position - 1]
    chosen = set(response)
    allowed = set(LETTERS[: shape.options])
    if len(chosen) != len(response) or not chosen <= allowed:
        raise Invalid("The response names an option that is not there.", code="response_invalid")
    if shape.type is not ItemType.MULTIPLE_CHOICE and len(chosen) > 1:
        raise Invalid("Only one option can be chosen here.", code="response_invalid")
    return "".join(sorted(chosen))


class Turn(StrEnum):
    """What to do with a numbered message."""

    APPLY = "apply"
    REPEAT = "repeat"
    HOLE = "hole"


def turn(last_seq: int, seq: int) -> Turn:
    """Each number of a writer is applied once and in order."""
    if seq <= last_seq:
        return Turn.REPEAT
    return Turn.APPLY if seq == last_seq + 1 else Turn.HOLE
