"""Every writer reads back what it has written, item by item: nothing can be lost without being said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from question_bank.duplicates import comparable, option_texts, right_texts
from question_bank.formats.reports import ImportResult, Loss
from question_bank.interactions import GAP_MARK
from question_bank.item_types import ItemType
from question_bank.items import Item

_FIELDS = tuple(field.name for field in fields(Item))
# What a person knows the parts of an interaction by.
_INTERACTION_FIELDS = frozenset({"options", "key", "gaps", "unit", "fold_case", "fold_width"})


def losses_of(item: Item, reread: ImportResult, named: Sequence[Loss]) -> tuple[Loss, ...] | None:
    """All losses: those that the writer named and those that show. None if the item must be left out,

    because it does not come back, or asks for something else.
    """
    if len(reread.items) != 1:
        return None
    (back,) = reread.items
    if not _asks_the_same(item, back):
        return None
    said = {loss.field for loss in named}
    if said & _INTERACTION_FIELDS:
        said.add("interaction")
    if "gaps" in said and _marked(item.stem) == _marked(back.stem):
        said.add("stem")
    changed = (name for name in _FIELDS if getattr(item, name) != getattr(back, name) and name not in said)
    return (*named, *(Loss(item_id=item.id, field=_shown(name), code="loss.changed") for name in changed))


def left_out(item: Item, code: str, value: str) -> Loss:
    """The loss of a whole item."""
    return Loss(item_id=item.id, field="item", code=code, value=value)


def _shown(name: str) -> str:
    return "options" if name == "interaction" else name


def _asks_the_same(item: Item, back: Item) -> bool:
    """Whether type, words and key are the same but for spaces, width and case."""
    return (
        item.type is back.type
        and item.media == back.media
        and _stem_words(item) == _stem_words(back)
        and option_texts(item) == option_texts(back)
        and right_texts(item) == right_texts(back)
    )


def _stem_words(item: Item) -> str:
    stem = item.plain_stem
    return comparable(_marked(stem) if item.type is ItemType.CLOZE else stem)


def _marked(stem: str) -> str:
    """The stem with its gaps where they are, whatever they are called."""
    return GAP_MARK.sub("[[]]", stem)
