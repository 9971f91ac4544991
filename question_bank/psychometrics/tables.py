"""Response files as tables: what is told by the header, and the limits before anything is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from question_bank.errors import ResponsesInvalid
from question_bank.formats.encodings import decode_text, is_binary
from question_bank.items import is_printable
from question_bank.messages import message_text

MAX_COLUMNS = 50_001
_SEPARATORS = ",;\t"
_TITLES = {
    "frequency": {"freq", "frequency", "频数", "人数"},
    "candidate": {"candidate", "candidate_id", "考生", "考生编号", "准考证号"},
    "item": {"item", "item_id", "试题", "试题编号", "题号", "编号"},
    "response": {"response", "作答", "考生答案"},
    "seconds": {"seconds", "用时", "用时秒", "秒"},
    "key": {"key", "答案", "正确答案"},
}


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows, each with its number in the file, from 2 on."""

    titles: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]

    def column(self, role: str) -> int | None:
        """Where the column of a role (candidate, item, response, seconds, key) stands, None if nowhere."""
        for place, title in enumerate(self.titles):
            if title.lower() in _TITLES[role]:
                return place
        return None


def refused(code: str, *, row: int = 0, value: str = "") -> ResponsesInvalid:
    """The error of a code, with its English sentence."""
    params = {"row": str(row), "value": value[:64]}
    return ResponsesInvalid(code, message_text(code, "en", **params), params)


def is_label(text: str, longest: int) -> bool:
    """Whether the text is one line of at most so many characters, none of them a control character."""
    return len(text) <= longest and is_printable(text) and not set(text) & set("\t\n")


def read_table(data: bytes) -> Table:
    """The table in a CSV file (UTF-8, UTF-16 or GB18030). Raises ResponsesInvalid, FormatRefused."""
    text, _ = decode_text(data)
    if is_binary(text):
        raise refused("responses.not_a_table")
    first_line = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first_line.count)
    rows = _rows(text, separator)
    _, titles = next(rows, (1, []))
    stripped = tuple(title.strip() for title in titles)
    if len(stripped) < 2:
        raise refused("responses.not_a_table")
    if len(stripped) > MAX_COLUMNS:
        raise refused("responses.too_many", value=f"{len(stripped)} columns")
    return Table(stripped, rows)


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with anything in them; the cells are stripped."""
    width = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if not any(cells):
                continue
            width = width or len(cells)
            if len(cells) != width:
                raise refused("responses.row_length", row=number)
            yield number, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise refused("responses.not_a_table") from error
