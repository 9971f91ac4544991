"""Tables of text out of CSV and XLSX bytes, whatever office program wrote them.

The kind of a file is told from its first bytes, never from its name. Every limit is checked before the
part it guards is decoded or kept. A file that is not read ends in FormatRefused.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from question_bank.errors import FormatRefused
from question_bank.formats.encodings import decode_text, is_binary

MAX_FILE_BYTES = 20 * 1024 * 1024
# As many as a bank holds items, and some room for headings.
MAX_ROWS = 50_100
MAX_COLUMNS = 100
# Excel's own limit of characters in a cell.
MAX_CELL_CHARS = 32_767

_ZIP_MAGIC = b"PK\x03\x04"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(r"\s*<(?:!doctype|html|table|\?xml|meta)", re.IGNORECASE)
_DELIMITERS = (",", "\t", ";")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row that is not blank: `number` as the spreadsheet shows it (from 1), its trimmed cells.

    Numbers are text as Excel shows them; from 1e15 on in scientific notation, because a spreadsheet keeps
    only 15 digits of them. `dates` holds the indexes (from 0) of cells that were dates, not text. `pictured`:
    a picture lies over the row.
    """

    number: int
    cells: tuple[str, ...]
    dates: frozenset[int] = frozenset()
    pictured: bool = False

    def cell(self, index: int | None) -> str:
        """The text at `index`, empty where the row is too short or there is no such column."""
        return self.cells[index] if index is not None and index < len(self.cells) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet (its title; empty for CSV) and its rows. `encoding` names how a CSV was decoded."""

    sheet: str
    rows: tuple[TableRow, ...]
    encoding: str = ""


def read_tables(data: bytes) -> tuple[Table, ...]:
    """All sheets of an XLSX workbook, or the one table of a CSV (see `decode_text` for its encodings).

    Raises FormatRefused.
    """
    from question_bank.formats.workbooks import read_workbook

    if len(data) > MAX_FILE_BYTES:
        raise FormatRefused("file.too_large", "The file is larger than 20 MB.")
    if not data.strip():
        raise FormatRefused("file.empty", "The file is empty.")
    if data.startswith(_ZIP_MAGIC):
        return read_workbook(data)
    if data.startswith(_OLE_MAGIC):
        raise FormatRefused("file.old_excel", "This is an old or encrypted Excel file; save it as .xlsx.")
    return (_read_csv(data),)


def _read_csv(data: bytes) -> Table:
    text, encoding = decode_text(data)
    if is_binary(text) or _MARKUP.match(text):
        raise FormatRefused("file.not_a_table", "The file is neither a CSV table nor an .xlsx workbook.")
    first_line = text.lstrip().splitlines()[0] if text.strip() else ""
    delimiter = max(_DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[TableRow] = []
    try:
        for number, cells in enumerate(reader, start=1):
            if row := make_row(number, cells):
                rows.append(row)
                check_row_count(len(rows))
    except csv.Error as error:
        raise FormatRefused("file.broken", f"The CSV cannot be read: {error}.") from error
    return Table(sheet="", rows=tuple(rows), encoding=encoding)


def make_row(number: int, cells: list[str], dates: frozenset[int] = frozenset()) -> TableRow | None:
    """A trimmed row within the limits, or None for a blank one. Raises FormatRefused."""
    if len(cells) > MAX_COLUMNS and any(cell.strip() for cell in cells[MAX_COLUMNS:]):
        raise FormatRefused("table.too_many_columns", f"Row {number} has more than {MAX_COLUMNS} columns.")
    if any(len(cell) > MAX_CELL_CHARS for cell in cells):
        raise FormatRefused("table.cell_too_long", f"A cell of row {number} has more than 32,767 characters.")
    trimmed = [cell.strip("\ufeff \t\r\n\u3000\xa0") for cell in cells[:MAX_COLUMNS]]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return TableRow(number=number, cells=tuple(trimmed), dates=dates) if trimmed else None


def check_row_count(count: int) -> None:
    """Raises FormatRefused beyond 50,100 rows."""
    if count > MAX_ROWS:
        raise FormatRefused("table.too_many_rows", f"The table has more than {MAX_ROWS} rows.")
