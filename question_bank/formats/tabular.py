"""Items out of an office's table (CSV or XLSX), with a report of every row.

Header names vary and are found by their aliases; options stand in columns of their own or in one cell.
One bad row never stops the others, and nothing is guessed: a row that can be read in two ways is rejected
with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from question_bank.errors import FormatRefused
from question_bank.formats import cells as read
from question_bank.formats.drafts import Draft, settled
from question_bank.formats.headers import find_header
from question_bank.formats.reports import ImportResult, Problem, RowReport, SheetReport
from question_bank.formats.sheet_columns import NEEDED, ColumnRoles, is_template
from question_bank.formats.sheet_rows import RowReader
from question_bank.formats.stimulus_sheet import read_stimuli
from question_bank.formats.tables import Table, TableRow, read_tables
from question_bank.items import ItemSet

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
    sets: dict[str, ItemSet] = {}
    of_sets: list[RowReport] = []
    for table in read_tables(data):
        report, rows = _read_sheet(table, roles)
        if report.code == "sheet.no_header" and (stimuli := read_stimuli(table)):
            report = stimuli.sheet
            of_sets += stimuli.rows
            sets = {item_set.id: item_set for item_set in stimuli.sets} | sets
        sheets.append(report)
        drafts += rows
    if all(sheet.code == "sheet.empty" for sheet in sheets):
        raise FormatRefused("table.empty", "The file holds no rows.")
    if all(sheet.code != "sheet.read" for sheet in sheets):
        raise FormatRefused("table.no_header", "No row names a stem column and a key column.")
    items, reports = settled([_with_stimulus(draft, sets) for draft in drafts])
    used = {item.item_set for item in items}
    return ImportResult(
        items=items,
        rows=(*reports, *of_sets),
        sheets=tuple(sheets),
        sets=tuple(item_set for item_set in sets.values() if item_set.id in used),
    )


def _with_stimulus(draft: Draft, sets: Mapping[str, ItemSet]) -> Draft:
    """The draft, rejected when its set stands nowhere in the file."""
    item = draft.item
    if item is None or not item.item_set or item.item_set in sets:
        return draft
    problem = Problem(code="item_set.missing", field="item_set", value=item.item_set)
    return replace(draft, item=None, problems=(problem,))


def _read_sheet(table: Table, roles: ColumnRoles) -> tuple[SheetReport, list[Draft]]:
    if not table.rows:
        return SheetReport(sheet=table.sheet, code="sheet.empty"), []
    found = sheet_reader(table, roles)
    if found is None:
        return SheetReport(sheet=table.sheet, code="sheet.no_header", encoding=table.encoding), []
    reader, rows = found
    report = SheetReport(
        sheet=table.sheet,
        code="sheet.read",
        encoding=table.encoding,
        header_row=reader.header.row,
        columns=tuple(reader.header.titles.items()),
        unknown_columns=reader.header.unknown,
        numbering_removed=reader.remove_numbering,
    )
    return report, [reader.draft(row) for row in rows]


def sheet_reader(table: Table, roles: ColumnRoles) -> tuple[RowReader, tuple[TableRow, ...]] | None:
    """What reads the rows below a sheet's header, and these rows; None for a sheet without a header."""
    found = find_header(table, roles, NEEDED)
    if found is None:
        return None
    header, rows = found
    stems = [row.cell(header.columns["stem"]) for row in rows]
    numbered = sum(map(read.has_numbering, stems))
    share, whole = _NUMBERED_SHARE
    as_written = is_template(header.titles)
    remove = not as_written and len(stems) > 1 and numbered * whole >= len(stems) * share
    reader = RowReader(sheet=table.sheet, header=header, remove_numbering=remove, as_written=as_written)
    return reader, rows
