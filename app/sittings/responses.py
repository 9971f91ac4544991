"""Responses and the numbered outbox (pure)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from app.errors import Invalid
from question_bank.errors import ResponseInvalid
from question_bank.item_types import CHOICE_TYPES
from question_bank.items import Item
from question_bank.responses import Response, own_response, shown_response

NO_RESPONSE = "[]"
MAX_KNOWN = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotShape:
    """What a response to a slot must fit: its item and the order in which the form shows the options."""

    item: Item
    option_order: tuple[str, ...]
    # Responses that were found good, with their one form: candidates choose the same few again and again.
    known: dict[Response, Response] = field(default_factory=dict, compare=False, repr=False)


def checked_response(shapes: Sequence[SlotShape], position: int, response: Sequence[str]) -> Response:
    """The response in its one form, in the letters shown to this candidate; () when cleared.

    Raises Invalid (`response_invalid`).
    """
    if not 1 <= position <= len(shapes):
        raise Invalid("The form has no such position.", code="response_invalid")
    shape = shapes[position - 1]
    given = tuple(response)
    found = shape.known.get(given)
    if found is None:
        try:
            own = own_response(shape.item, shape.option_order, given)
        except ResponseInvalid as error:
            raise Invalid(str(error), code="response_invalid") from error
        found = shown_response(shape.item, shape.option_order, own)
        if len(shape.known) < MAX_KNOWN and shape.item.type in CHOICE_TYPES:
            shape.known[given] = found
    return found


@lru_cache(maxsize=1_024)
def response_text(response: Response) -> str:
    """A response as it is stored: a JSON list of strings."""
    return json.dumps(response, ensure_ascii=False, separators=(",", ":"))


def read_response(text: str) -> Response:
    """The inverse of `response_text`."""
    return tuple(json.loads(text))


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
