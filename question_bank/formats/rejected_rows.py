"""The rows of a table that did not come in, in our template with the reason: to be mended and sent again."""

from __future__ import annotations

from collections.abc import Mapping

from question_bank.formats import cells as read
from question_bank.formats.export import workbook_of
from question_bank.formats.sheet_columns import TEMPLATE, ColumnRoles
from question_bank.formats.sheet_rows import RowReader
from question_bank.formats.sheet_types import TYPE_WORDS
from question_bank.formats.stimulus_sheet import read_stimuli, written_stimuli
from question_bank.formats.tables import TableRow, read_tables
from question_bank.formats.tabular import sheet_reader
from question_bank.interactions import CHOICE_IDS

# Options that could not be told apart, a picture, and why the row did not come in.
_MORE = (("options", "选项"), ("image", "图片"), ("reason", "没有导入的原因"))
_ROLES = [role for role, _ in (*TEMPLATE, *_MORE)]


def rejected_workbook(
    data: bytes, reasons: Mapping[tuple[str, int], str], corrections: Mapping[str, str] | None = None
) -> bytes:
    """The rows that have a reason (by sheet and row) as a workbook; `corrections` as for `import_tables`.

    What could be understood stands in the template's columns, anything else as it was written: nothing is
    dropped, so a row that is sent again unmended is rejected again. Stimuli come along. Raises FormatRefused.
    """
    roles = ColumnRoles(corrections or {})
    rows: list[list[str]] = []
    stimuli: list[list[str]] = []
    for table in read_tables(data):
        found = sheet_reader(table, roles)
        if found is not None:
            reader, below = found
            for row in below:
                if reason := reasons.get((table.sheet, row.number)):
                    cells = _cells(reader, row) | {"reason": reason}
                    rows.append([cells.get(role, "") for role in _ROLES])
        elif of_sets := read_stimuli(table):
            stimuli += written_stimuli(of_sets.sets).values()
    return workbook_of(rows, stimuli, _MORE)


def _cells(reader: RowReader, row: TableRow) -> dict[str, str]:
    cells = {role: reader.cell(row, role) for role in _ROLES}
    cells |= {"stem": reader.stem(row), "topic": reader.topic(row), "type": _type(reader, row)}
    if reader.as_written:
        return cells
    columns = read.option_cells_bare(reader.option_cells(row))
    if cells["options"] and not any(columns):
        try:
            apart = read.split_options(cells["options"])
        except read.CellUnreadable:
            apart = ()
        if 1 < len(apart) <= len(CHOICE_IDS):
            columns, cells["options"] = list(apart), ""
    return cells | {f"option{place}": text for place, text in enumerate(columns)}


def _type(reader: RowReader, row: TableRow) -> str:
    """The type in the template's words, also where only the sheet's title says it."""
    written = reader.cell(row, "type")
    try:
        return TYPE_WORDS[read.read_type(written, reader.sheet)]
    except read.CellUnreadable:
        return written
