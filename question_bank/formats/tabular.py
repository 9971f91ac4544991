"""Items out of an office's table (CSV or XLSX), with a report of every row.

Header names vary and are found by their aliases; options stand in columns of their own or in one cell.
One bad row never stops the others, and nothing is guessed: a row that can be read in two ways is rejected
with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.errors import FormatRefused
from question_bank.formats import cells as read
from question_bank.formats.drafts import Draft, settled
from question_bank.formats.headers import find_header
from question_bank.formats.reports import ImportResult, SheetReport
from question_bank.formats.sheet_columns import NEEDED, ColumnRoles, is_template
from question_bank.formats.sheet_rows import RowReader
from question_bank.formats.tables import Table, read_tables

# A list number is taken off only where the sheet numbers its stems; elsewhere "10. ..." may be text.
_NUMBERED_SHARE = (1, 2)


def import_tables(data: bytes, corrections: Mapping[str, str] | None = None) -> ImportResult:
    """The items of a CSV or XLSX file and the report. Raises FormatRefused for a file without any table.

    `corrections` maps column titles to roles (`sheet_columns.ROLES`; "" leaves a column out) where a person
    knows better than the titles say.
    """
    roles = ColumnRoles(corrections or {})
    sheets: list[SheetReport] = []
    drafts: list[Draft] = []
    for table in read_tables(data):
        report, rows = _read_sheet(table, roles)
        sheets.append(report)
        drafts += rows
    if all(sheet.code == "sheet.empty" for sheet in sheets):
        raise FormatRefused("table.empty", "The file holds no rows.")
    if all(sheet.code != "sheet.read" for sheet in sheets):
        raise FormatRefused("table.no_header", "No row names a stem column and a key column.")
    items, reports = settled(drafts)
    return ImportResult(items=items, rows=reports, sheets=tuple(sheets))


def _read_sheet(table: Table, roles: ColumnRoles) -> tuple[SheetReport, list[Draft]]:
    if not table.rows:
        return SheetReport(sheet=table.sheet, code="sheet.empty"), []
    found = find_header(table, roles, NEEDED)
    if found is None:
        return SheetReport(sheet=table.sheet, code="sheet.no_header", encoding=table.encoding), []
    header, rows = found
    stems = [row.cell(header.columns["stem"]) for row in rows]
    numbered = sum(map(read.has_numbering, stems))
    share, whole = _NUMBERED_SHARE
    as_written = is_template(header.titles)
    remove = not as_written and len(stems) > 1 and numbered * whole >= len(stems) * share
    report = SheetReport(
        sheet=table.sheet,
        code="sheet.read",
        encoding=table.encoding,
        header_row=header.row,
        columns=tuple(header.titles.items()),
        unknown_columns=header.unknown,
        numbering_removed=remove,
    )
    reader = RowReader(sheet=table.sheet, header=header, remove_numbering=remove, as_written=as_written)
    return report, [reader.draft(row) for row in rows]
