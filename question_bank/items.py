"""Items: a stem, its options and the key; and what of it a candidate may be sent.

Option ids are stable and carry the key and the responses; where an option is shown is the form's affair.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from question_bank.errors import ItemInvalid

MAX_STEM_CHARS = 4_000
MAX_OPTION_CHARS = 1_000
MAX_RATIONALE_CHARS = 8_000
MAX_LABEL_CHARS = 100
MAX_OPTIONS = 8
OPTION_IDS = "ABCDEFGH"
TRUE_ID = "T"
FALSE_ID = "F"

_ITEM_ID = re.compile(r"[\w.\-]{1,64}")
# C0 and C1 controls other than tab and newline, bidirectional overrides, lone surrogates: never exam text.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class ItemType(StrEnum):
    """How an item is answered; the value is the persisted text."""

    TRUE_FALSE = "true_false"
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"


class Difficulty(StrEnum):
    """The author's own guess, not a statistic; the value is the persisted text."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to choose: `id` is A..H (T or F in a true/false item), `text` what is shown."""

    id: str
    text: str


TRUE_FALSE_OPTIONS = (Option(id=TRUE_ID, text="正确"), Option(id=FALSE_ID, text="错误"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item. Construction checks every rule and raises ItemInvalid (code and field).

    `key` holds the ids of the correct options: one for true_false and single_choice, two or more for
    multiple_choice. A true/false item has exactly `TRUE_FALSE_OPTIONS`. `topic` is the blueprint's word.
    `must_know` marks 应知应会 content. `source` is free text: book, regulation, old bank.
    """

    id: str
    type: ItemType
    stem: str
    options: tuple[Option, ...]
    key: frozenset[str]
    topic: str
    must_know: bool = False
    rationale: str = ""
    difficulty: Difficulty | None = None
    source: str = ""

    def __post_init__(self) -> None:
        if not _ITEM_ID.fullmatch(self.id):
            raise ItemInvalid("item.id_invalid", "id", "An id is 1 to 64 letters, digits, '.', '_' or '-'.")
        _check_text("stem", self.stem, MAX_STEM_CHARS)
        _check_text("topic", self.topic, MAX_LABEL_CHARS)
        _check_text("rationale", self.rationale, MAX_RATIONALE_CHARS, may_be_empty=True)
        _check_text("source", self.source, MAX_STEM_CHARS, may_be_empty=True)
        _check_options(self)
        _check_key(self)

    @property
    def option_ids(self) -> tuple[str, ...]:
        """The option ids in the author's order."""
        return tuple(option.id for option in self.options)

    @property
    def key_order(self) -> tuple[str, ...]:
        """The key in the author's order of options."""
        return tuple(option.id for option in self.options if option.id in self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredItem:
    """What a candidate is sent. It has no field for key, rationale or source, so none can leak."""

    id: str
    type: ItemType
    stem: str
    options: tuple[Option, ...]


def delivered_item(item: Item, option_order: Sequence[str]) -> DeliveredItem:
    """The item with its options in `option_order`, a permutation of its option ids (else ItemInvalid)."""
    by_id = {option.id: option for option in item.options}
    if len(option_order) != len(by_id) or set(option_order) != set(by_id):
        raise ItemInvalid("item.order_invalid", "options", "The order is no permutation of the option ids.")
    shown = tuple(by_id[option_id] for option_id in option_order)
    return DeliveredItem(id=item.id, type=item.type, stem=item.stem, options=shown)


def _check_text(field: str, text: str, limit: int, *, may_be_empty: bool = False) -> None:
    """Refuse blank, oversized and unprintable text."""
    if not text.strip() and not (may_be_empty and text == ""):
        raise ItemInvalid(f"item.{field}_missing", field, f"The {field} is empty.")
    if len(text) > limit:
        raise ItemInvalid(f"item.{field}_too_long", field, f"The {field} has more than {limit} characters.")
    if _UNPRINTABLE.search(text):
        raise ItemInvalid("item.text_unprintable", field, f"The {field} holds a control character.")


def _check_options(item: Item) -> None:
    if item.type is ItemType.TRUE_FALSE:
        if item.options != TRUE_FALSE_OPTIONS:
            raise ItemInvalid("item.options_invalid", "options", "A true/false item has T 正确 and F 错误.")
        return
    if not 2 <= len(item.options) <= MAX_OPTIONS:
        raise ItemInvalid("item.options_number", "options", "An item of choice has 2 to 8 options.")
    if item.option_ids != tuple(OPTION_IDS[: len(item.options)]):
        raise ItemInvalid("item.options_invalid", "options", "Option ids run A, B, C... without a gap.")
    for option in item.options:
        _check_text("option", option.text, MAX_OPTION_CHARS)
    if len({" ".join(option.text.split()) for option in item.options}) != len(item.options):
        raise ItemInvalid("item.options_repeated", "options", "Two options have the same text.")


def _check_key(item: Item) -> None:
    if not item.key:
        raise ItemInvalid("item.key_missing", "key", "The item has no key.")
    if not item.key <= set(item.option_ids):
        raise ItemInvalid("item.key_beyond_options", "key", "The key names an option that does not exist.")
    if item.type is ItemType.MULTIPLE_CHOICE:
        if len(item.key) < 2:
            raise ItemInvalid("item.key_too_few", "key", "A multiple choice key has at least two options.")
    elif len(item.key) != 1:
        raise ItemInvalid("item.key_too_many", "key", "This type of item has exactly one correct option.")
