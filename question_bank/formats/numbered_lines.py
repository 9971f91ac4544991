"""Numbered lines, as exported by practice sites: `12#stem$0` and `12#stem#option$option$option$option`.

Such a file never says what 0 means or which option is right; both are used both ways. A person has to say:
`zero_is_true` and `first_is_key`. Without their word every item is rejected with that reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from question_bank.errors import FormatRefused, ItemInvalid
from question_bank.formats.cells import mentions_figure, tidy
from question_bank.formats.drafts import NO_TOPIC, Draft, content_id, settled
from question_bank.formats.encodings import decode_text, is_binary
from question_bank.formats.reports import ImportResult, Problem, SheetReport, clip
from question_bank.interactions import CHOICE_IDS, FALSE_ID, TRUE_FALSE_OPTIONS, TRUE_ID, Choice, Option
from question_bank.item_types import ItemType
from question_bank.items import Item

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_LINES = 50_100
# How many of the first lines must look so for a file to be taken for this format.
_LOOKED_AT = 20
_LINE = re.compile(r"\ufeff?\s*\d{1,7}#")
_MARK = re.compile(r"(.*)\$\s*([01])\s*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMeaning:
    """What a person said of the file; None and False where they did not."""

    zero_is_true: bool | None = None
    first_is_key: bool = False


def looks_numbered(text: str) -> bool:
    """Whether the first lines that are not blank begin with a number and #."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:_LOOKED_AT]
    return bool(lines) and all(_LINE.match(line) for line in lines)


def import_numbered_lines(data: bytes, meaning: LineMeaning | None = None) -> ImportResult:
    """The items of a file of numbered lines. Raises FormatRefused."""
    if len(data) > MAX_FILE_BYTES:
        raise FormatRefused("file.too_large", "The file is larger than 20 MB.")
    text, encoding = decode_text(data)
    if is_binary(text) or not looks_numbered(text):
        raise FormatRefused("file.not_numbered_lines", "The lines do not begin with a number and #.")
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        raise FormatRefused("table.too_many_rows", f"The file has more than {MAX_LINES} lines.")
    told = meaning or LineMeaning()
    numbered = enumerate((line.strip("\ufeff \t") for line in lines), start=1)
    items, reports = settled([_draft(place, line, told) for place, line in numbered if line])
    return ImportResult(
        items=items, rows=reports, sheets=(SheetReport(sheet="", code="sheet.read", encoding=encoding),)
    )


def _draft(row: int, line: str, told: LineMeaning) -> Draft:
    number, separator, rest = line.partition("#")
    try:
        if not separator or not number.strip().isdecimal():
            raise ItemInvalid("line.unreadable", "stem", "The line does not begin with a number and #.")
        item = _item(rest, told)
    except ItemInvalid as error:
        problem = Problem(code=error.code, field=error.field, value=clip(line))
        return Draft(sheet="", row=row, item=None, problems=(problem,))
    figure = mentions_figure(item.stem)
    problems = (Problem(code="stem.mentions_figure", field="stem", value=clip(item.stem)),) if figure else ()
    return Draft(sheet="", row=row, item=item, problems=problems)


def _item(rest: str, told: LineMeaning) -> Item:
    """Raises ItemInvalid."""
    stem, separator, listed = rest.rpartition("#")
    if separator:
        return _choice(tidy(stem), [tidy(text) for text in listed.split("$")], told)
    found = _MARK.fullmatch(rest)
    if not found:
        raise ItemInvalid("item.key_missing", "key", "The line has neither options nor a mark.")
    if told.zero_is_true is None:
        raise ItemInvalid("line.zero_unexplained", "key", "Nobody said whether 0 means true.")
    true = (found[2] == "0") is told.zero_is_true
    stem = tidy(found[1])
    return Item(
        id=content_id(ItemType.TRUE_FALSE.value, stem, [option.text for option in TRUE_FALSE_OPTIONS]),
        type=ItemType.TRUE_FALSE,
        stem=stem,
        interaction=Choice(options=TRUE_FALSE_OPTIONS, key=frozenset({TRUE_ID if true else FALSE_ID})),
        topic=NO_TOPIC,
    )


def _choice(stem: str, texts: list[str], told: LineMeaning) -> Item:
    if not told.first_is_key:
        raise ItemInvalid("line.key_unexplained", "key", "Nobody said which option is right.")
    if not 2 <= len(texts) <= len(CHOICE_IDS):
        raise ItemInvalid("item.options_number", "options", "An item of choice has 2 to 8 options.")
    options = tuple(Option(id=letter, text=text) for letter, text in zip(CHOICE_IDS, texts, strict=False))
    return Item(
        id=content_id(ItemType.SINGLE_CHOICE.value, stem, texts),
        type=ItemType.SINGLE_CHOICE,
        stem=stem,
        interaction=Choice(options=options, key=frozenset("A")),
        topic=NO_TOPIC,
    )
