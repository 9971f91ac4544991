"""The types of items: how each is answered."""

from __future__ import annotations

from enum import StrEnum


class ItemType(StrEnum):
    """How an item is answered; the value is the persisted text."""

    TRUE_FALSE = "true_false"
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    NUMERIC = "numeric"
    TEXT_ENTRY = "text_entry"
    ORDERING = "ordering"
    MATCHING = "matching"
    CLOZE = "cloze"


CHOICE_TYPES = (ItemType.TRUE_FALSE, ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE)
