"""How each type of item stands in the cells of a sheet: read and written side by side.

判断、单选、多选: options in columns or one cell, key by letters or words.
数值: the number (36 or 36±0.5), its unit in a column of its own.
填空: the accepted texts, "|" between alternatives and "；" between blanks; a stem with several blanks
(____ or （ ）) or with [[1]] marks becomes a cloze.
排序: options, and their letters in order.
匹配: sources in one cell, targets as options, the key as 1A,2B.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from question_bank.formats import cells as read
from question_bank.formats.cells import CellUnreadable
from question_bank.interactions import (
    CHOICE_IDS,
    GAP_MARK,
    MAX_OPTIONS,
    TRUE_FALSE_OPTIONS,
    TRUE_ID,
    Choice,
    Cloze,
    Gap,
    Interaction,
    Matching,
    Numeric,
    Option,
    Ordering,
    Pair,
    TextEntry,
    number_text,
    read_number,
)
from question_bank.item_types import ItemType

ALTERNATIVES = "|"
BLANKS = "；"
TYPE_WORDS = {
    ItemType.TRUE_FALSE: "判断题",
    ItemType.SINGLE_CHOICE: "单选题",
    ItemType.MULTIPLE_CHOICE: "多选题",
    ItemType.NUMERIC: "数值题",
    ItemType.TEXT_ENTRY: "填空题",
    ItemType.ORDERING: "排序题",
    ItemType.MATCHING: "匹配题",
    ItemType.CLOZE: "填空题",
}
_BLANK = re.compile(r"_{2,}|＿{2,}|[（(][\s_＿]*[）)]|【\s*】")
_PAIR = re.compile(r"(\d{1,2})\s*[-=:：→]?\s*([A-P])")
_PAIR_SEPARATORS = re.compile(r"[\s,，;；、]+")
_TOLERANCE = re.compile(r"(.+?)\s*(?:±|\+/-|\+-)\s*(.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The cells of one item: `options` and `sources` split already, `key`, `unit`, `tolerance` as written."""

    stem: str
    key: str
    options: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    unit: str = ""
    tolerance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadItem:
    """What the cells hold: a 填空 with several blanks becomes a cloze, its stem gets the gap marks."""

    type: ItemType
    stem: str
    interaction: Interaction


class NotForSheets(Exception):
    """Inside the exporter only: an interaction that cells cannot hold; carries the loss's code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_interaction(item_type: ItemType, cells: Cells) -> ReadItem:
    """The interaction of a row. Raises CellUnreadable; ItemInvalid is left to the item itself."""
    if cells.options and item_type in (ItemType.NUMERIC, ItemType.TEXT_ENTRY, ItemType.CLOZE):
        raise CellUnreadable("options.not_expected", "options")
    match item_type:
        case ItemType.TRUE_FALSE:
            key = read.read_true_false(cells.key, cells.options)
            interaction: Interaction = Choice(options=TRUE_FALSE_OPTIONS, key=key)
        case ItemType.SINGLE_CHOICE | ItemType.MULTIPLE_CHOICE:
            options = _options(cells.options)
            interaction = Choice(options=options, key=read.read_choice_key(cells.key, cells.options))
        case ItemType.NUMERIC:
            interaction = _numeric(cells)
        case ItemType.ORDERING:
            interaction = Ordering(options=_options(cells.options), key=_order(cells.key))
        case ItemType.MATCHING:
            interaction = _matching(cells)
        case ItemType.TEXT_ENTRY | ItemType.CLOZE:
            return _entries(cells)
    return ReadItem(type=item_type, stem=cells.stem, interaction=interaction)


def written_cells(interaction: Interaction, stem: str) -> Cells:
    """The inverse of `read_interaction`. Raises NotForSheets for what would not come back the same."""
    match interaction:
        case Choice() if interaction.options == TRUE_FALSE_OPTIONS:
            return Cells(stem=stem, key="正确" if TRUE_ID in interaction.key else "错误")
        case Choice():
            return Cells(stem=stem, key="".join(interaction.key_order), options=_texts(interaction.options))
        case Numeric():
            tolerance = number_text(interaction.tolerance) if interaction.tolerance else ""
            key = number_text(interaction.value)
            return Cells(stem=stem, key=key, unit=interaction.unit, tolerance=tolerance)
        case Ordering():
            if len(interaction.options) > MAX_OPTIONS:
                raise NotForSheets("sheet.too_many_options")
            return Cells(stem=stem, key="".join(interaction.key), options=_texts(interaction.options))
        case Matching():
            return _matching_cells(interaction, stem)
        case TextEntry():
            if len(_blanks(stem)) > 1 or GAP_MARK.search(stem):
                raise NotForSheets("sheet.stem_shows_blanks")
            return Cells(stem=stem, key=_accepted_cell(interaction))
        case Cloze():
            return _cloze_cells(interaction, stem)


def _options(texts: Sequence[str]) -> tuple[Option, ...]:
    if not 2 <= len(texts) <= len(CHOICE_IDS):
        raise CellUnreadable("item.options_number", "options")
    if not all(texts):
        raise CellUnreadable("item.option_missing", "options")
    return tuple(Option(id=letter, text=text) for letter, text in zip(CHOICE_IDS, texts, strict=False))


def _texts(options: Sequence[Option]) -> tuple[str, ...]:
    return tuple(option.text for option in options)


def _numeric(cells: Cells) -> Numeric:
    if not cells.key:
        raise CellUnreadable("item.key_missing", "key")
    value, tolerance = cells.key, cells.tolerance
    if found := _TOLERANCE.fullmatch(cells.key):
        if cells.tolerance:
            raise CellUnreadable("tolerance.two_places", "tolerance")
        value, tolerance = found.groups()
    return Numeric(
        value=_number(value, "key"), tolerance=_number(tolerance or "0", "tolerance"), unit=cells.unit
    )


def _number(text: str, field: str) -> Decimal:
    number = read_number(text)
    if number is None:
        raise CellUnreadable("number.unreadable", field)
    return number


def _order(key: str) -> tuple[str, ...]:
    if not key:
        raise CellUnreadable("item.key_missing", "key")
    letters = re.sub(r"[\s,，、;；>→\-]+", "", unicodedata.normalize("NFKC", key).upper())
    if not re.fullmatch(r"[A-P]{1,16}", letters):
        raise CellUnreadable("key.unreadable", "key")
    return tuple(letters)


def _matching(cells: Cells) -> Matching:
    if not cells.sources:
        raise CellUnreadable("sources.missing", "sources")
    pairs = []
    for part in _PAIR_SEPARATORS.split(unicodedata.normalize("NFKC", cells.key).upper().strip(" ,;")):
        found = _PAIR.fullmatch(part)
        if not found:
            raise CellUnreadable("key.unreadable" if part else "item.key_missing", "key")
        pairs.append(Pair(source=str(int(found[1])), target=found[2]))
    if len(set(pairs)) != len(pairs):
        raise CellUnreadable("key.repeated_letter", "key")
    sources = tuple(Option(id=str(n), text=text) for n, text in enumerate(cells.sources, start=1))
    several = len({pair.source for pair in pairs}) != len(pairs)
    return Matching(sources=sources, targets=_options(cells.options), key=frozenset(pairs), multiple=several)


def _matching_cells(matching: Matching, stem: str) -> Cells:
    if len(matching.targets) > MAX_OPTIONS:
        raise NotForSheets("sheet.too_many_options")
    several = len({pair.source for pair in matching.key}) != len(matching.key)
    if matching.multiple and not several:
        raise NotForSheets("sheet.several_targets")
    key = ",".join(pair.source + pair.target for pair in matching.key_order)
    return Cells(stem=stem, key=key, options=_texts(matching.targets), sources=_texts(matching.sources))


def _entries(cells: Cells) -> ReadItem:
    """One blank is a text entry, several or marked ones are a cloze; their number must fit the key's."""
    if not cells.key:
        raise CellUnreadable("item.key_missing", "key")
    marks, blanks = GAP_MARK.findall(cells.stem), _blanks(cells.stem)
    if not marks and len(blanks) <= 1:
        interaction = TextEntry(accepted=_alternatives(cells.key))
        return ReadItem(type=ItemType.TEXT_ENTRY, stem=cells.stem, interaction=interaction)
    ids = marks or [str(place) for place in range(1, len(blanks) + 1)]
    keys = _blank_keys(cells.key, len(ids))
    stem = cells.stem
    if not marks:
        numbers = iter(ids)
        stem = _BLANK.sub(lambda _: f"[[{next(numbers)}]]", stem)
    gaps = tuple(
        Gap(id=gap_id, entry=TextEntry(accepted=_alternatives(key)))
        for gap_id, key in zip(ids, keys, strict=True)
    )
    return ReadItem(type=ItemType.CLOZE, stem=stem, interaction=Cloze(gaps=gaps))


def _blanks(stem: str) -> list[str]:
    return _BLANK.findall(stem)


def _blank_keys(key: str, count: int) -> list[str]:
    """The key of each blank: the first separator that gives exactly as many parts as there are blanks."""
    for separator in (r"[；;]", r"\*\*+|##+", r"[\r\n]+", r"[、，,]", r"\|"):
        parts = [part.strip() for part in re.split(separator, key)]
        if len(parts) == count and all(parts):
            return parts
    raise CellUnreadable("key.blanks_differ", "key")


def _alternatives(key: str) -> tuple[str, ...]:
    return tuple(part for text in key.split(ALTERNATIVES) if (part := text.strip()))


def _accepted_cell(entry: TextEntry) -> str:
    default = TextEntry(accepted=entry.accepted)
    if (entry.fold_case, entry.fold_width) != (default.fold_case, default.fold_width):
        raise NotForSheets("sheet.folding")
    if any(ALTERNATIVES in text or text != text.strip() for text in entry.accepted):
        raise NotForSheets("sheet.separator_in_text")
    return ALTERNATIVES.join(entry.accepted)


def _cloze_cells(cloze: Cloze, stem: str) -> Cells:
    keys = []
    for gap in cloze.gaps:
        if not isinstance(gap.entry, TextEntry) or gap.weight != 1:
            raise NotForSheets("sheet.gap_kind")
        keys.append(_accepted_cell(gap.entry))
    cell = BLANKS.join(keys)
    try:
        if _blank_keys(cell, len(keys)) != keys:
            raise NotForSheets("sheet.separator_in_text")
    except CellUnreadable as error:
        raise NotForSheets("sheet.separator_in_text") from error
    return Cells(stem=stem, key=cell)
