"""What an import did with every item, what an export could not write; `messages` has the words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from question_bank.canonical import JsonValue
from question_bank.items import Item, ItemSet
from question_bank.messages import fix_text, message_text

CLIP_CHARS = 80


class RowStatus(StrEnum):
    """What became of a row or item; the value is the persisted text.

    unsupported: sound, but of a kind that is not represented here (its code names the kind).
    """

    IMPORTED = "imported"
    WARNED = "imported_with_warning"
    REJECTED = "rejected"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One remark on one row: a stable `code`, the `field`, what was written there (clipped).

    `other_row` is the row it collides with, 0 for none.
    """

    code: str
    field: str
    value: str = ""
    other_row: int = 0

    def text(self, language: str) -> str:
        """The remark in `zh` or `en`."""
        return message_text(self.code, language, other_row=str(self.other_row), value=self.value)

    def fix(self, language: str) -> str:
        """What to do about it, in `zh` or `en`; may be empty."""
        return fix_text(self.code, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReport:
    """The fate of one row or item, and where it stands.

    `sheet` is the sheet's title, or the file inside a package; empty for a file that is all there is. `row`
    is the spreadsheet's row or the text's line, from 1. `item_id` is what the file calls the item.
    """

    sheet: str
    row: int
    status: RowStatus
    item_id: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetReport:
    """How a sheet was understood: `code` is sheet.read, sheet.no_header or sheet.empty.

    `columns` pairs each role with the title it was read from. `numbering_removed` says that the stems
    carried list numbers ("12、") which were taken off.
    """

    sheet: str
    code: str
    encoding: str = ""
    header_row: int = 0
    columns: tuple[tuple[str, str], ...] = ()
    unknown_columns: tuple[str, ...] = ()
    numbering_removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """The items that came in with their sets and pictures, one report for each row and each sheet.

    `media` maps the SHA-256 (hexadecimal) of each picture that an item shows to its bytes.
    """

    items: tuple[Item, ...]
    rows: tuple[RowReport, ...]
    sheets: tuple[SheetReport, ...] = ()
    sets: tuple[ItemSet, ...] = ()
    media: Mapping[str, bytes] = field(default_factory=dict)

    def count(self, status: RowStatus) -> int:
        """How many rows have this status."""
        return sum(row.status is status for row in self.rows)

    @property
    def codes(self) -> Counter[str]:
        """How often each problem was met."""
        return Counter(problem.code for row in self.rows for problem in row.problems)

    def document(self) -> dict[str, JsonValue]:
        """The report as JSON, with both languages, every row in the order of the file."""
        return {
            "imported": self.count(RowStatus.IMPORTED),
            "imported_with_warning": self.count(RowStatus.WARNED),
            "rejected": self.count(RowStatus.REJECTED),
            "unsupported": self.count(RowStatus.UNSUPPORTED),
            "sheets": [_sheet_document(sheet) for sheet in self.sheets],
            "rows": [_row_document(row) for row in self.rows],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Something of one item that a format cannot hold: `code` says what, `field` where, `value` clipped.

    With `field` "item" the whole item was left out.
    """

    item_id: str
    field: str
    code: str
    value: str = ""

    def text(self, language: str) -> str:
        """The sentence in `zh` or `en`."""
        return message_text(self.code, language, value=self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A bank in another format, and everything that this format could not hold."""

    data: bytes
    losses: tuple[Loss, ...] = ()


def clip(text: str) -> str:
    """At most 80 characters on one line."""
    line = " ".join(text.split())
    return line if len(line) <= CLIP_CHARS else line[: CLIP_CHARS - 1] + "…"


def _sheet_document(sheet: SheetReport) -> JsonValue:
    return {
        "sheet": sheet.sheet,
        "code": sheet.code,
        "message_zh": message_text(sheet.code, "zh"),
        "message_en": message_text(sheet.code, "en"),
        "encoding": sheet.encoding,
        "header_row": sheet.header_row,
        "columns": dict(sheet.columns),
        "unknown_columns": list(sheet.unknown_columns),
        "numbering_removed": sheet.numbering_removed,
    }


def _row_document(row: RowReport) -> JsonValue:
    return {
        "sheet": row.sheet,
        "row": row.row,
        "status": row.status.value,
        "item_id": row.item_id,
        "problems": [
            {
                "code": problem.code,
                "field": problem.field,
                "value": problem.value,
                "other_row": problem.other_row,
                "message_zh": problem.text("zh"),
                "message_en": problem.text("en"),
                "fix_zh": problem.fix("zh"),
                "fix_en": problem.fix("en"),
            }
            for problem in row.problems
        ],
    }
