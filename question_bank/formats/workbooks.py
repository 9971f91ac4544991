"""XLSX workbooks as tables: the archive is inspected before openpyxl sees it."""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from xml.parsers import expat

import openpyxl

from question_bank.errors import FormatRefused
from question_bank.formats.archives import opened, refusing_damage
from question_bank.formats.drawings import pictured_rows
from question_bank.formats.tables import Table, TableRow, check_row_count, make_row

MAX_PARTS = 2_000
MAX_SHEETS = 50
# Excel's last row; sheets with formatted but blank rows down to here are met in practice.
MAX_SCANNED_ROWS = 1_048_576
# Rows formatted out to the last of 16,384 columns are met too; a hundred of them are no harm.
MAX_SCANNED_CELLS = 4_000_000
# A spreadsheet number carries 15 digits.
_EXACT_BELOW = 10**15
_CONTENT_TYPES = "[Content_Types].xml"
_MAX_CONTENT_TYPES_BYTES = 1024 * 1024


def read_workbook(data: bytes) -> tuple[Table, ...]:
    """The visible and hidden sheets of an .xlsx with their rows that are not blank. Raises FormatRefused."""
    with opened(data, MAX_PARTS) as archive, refusing_damage():
        _check_kind(archive)
        _check_prologs(archive)
        try:
            return _read_sheets(data, archive)
        except FormatRefused:
            raise
        # openpyxl documents no errors for broken parts: KeyError, TypeError, ParseError, zlib.error... are
        # seen.
        except Exception as error:
            raise _broken() from error


def _broken() -> FormatRefused:
    return FormatRefused("file.broken", "The workbook is damaged and cannot be read.")


def _check_kind(archive: zipfile.ZipFile) -> None:
    """Refuse macros and other kinds of archives."""
    names = set(archive.namelist())
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FormatRefused("file.has_macros", "Workbooks with macros are not accepted; save as .xlsx.")
    if "xl/workbook.xml" not in names or _CONTENT_TYPES not in names:
        raise FormatRefused("file.not_a_table", "The file is neither a CSV table nor an .xlsx workbook.")
    with archive.open(_CONTENT_TYPES) as stream:
        if b"macroenabled" in stream.read(_MAX_CONTENT_TYPES_BYTES).lower():
            raise FormatRefused("file.has_macros", "Workbooks with macros are not accepted; save as .xlsx.")


class _RootReached(Exception):
    """The first element begins, so no document type can follow."""


def _check_prologs(archive: zipfile.ZipFile) -> None:
    """Refuse any part that declares a document type: entities are declared nowhere else."""
    for part in archive.infolist():
        if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = _stop_at_root
        try:
            with archive.open(part) as stream:
                parser.ParseFile(stream)
        except _RootReached:
            continue
        except expat.ExpatError as error:
            raise _broken() from error


def _refuse_doctype(*_: object) -> None:
    raise FormatRefused("file.has_entities", "The workbook declares XML entities and is not read.")


def _stop_at_root(*_: object) -> None:
    raise _RootReached


def _read_sheets(data: bytes, archive: zipfile.ZipFile) -> tuple[Table, ...]:
    with warnings.catch_warnings():
        # openpyxl warns of extensions it does not keep; nothing is written back here.
        warnings.simplefilter("ignore")
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            if len(workbook.sheetnames) > MAX_SHEETS:
                raise FormatRefused("table.too_many_sheets", f"More than {MAX_SHEETS} sheets.")
            return tuple(
                Table(sheet=sheet.title, rows=_read_rows(sheet, pictured_rows(archive, _part_of(sheet))))
                for sheet in workbook.worksheets
                if hasattr(sheet, "reset_dimensions")
            )
        finally:
            workbook.close()


def _part_of(sheet: Any) -> str:
    """The part of the archive where openpyxl reads a sheet; it has no public name for it."""
    return str(sheet._worksheet_path)


def _read_rows(sheet: Any, pictured: frozenset[int]) -> tuple[TableRow, ...]:
    # Exporters write a wrong <dimension>; openpyxl would trust it and drop rows.
    sheet.reset_dimensions()
    rows: list[TableRow] = []
    scanned = 0
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        scanned += len(cells)
        if number > MAX_SCANNED_ROWS or scanned > MAX_SCANNED_CELLS:
            raise FormatRefused("table.too_many_rows", "A sheet has more rows than can be read.")
        if row := _row(number, cells):
            rows.append(replace(row, pictured=True) if number in pictured else row)
            check_row_count(len(rows))
    return tuple(rows)


def _row(number: int, cells: Iterable[Any]) -> TableRow | None:
    texts: list[str] = []
    dates: set[int] = set()
    for index, cell in enumerate(cells):
        value = cell.value
        if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
            dates.add(index)
        texts.append("" if value is None else _shown(value, cell.number_format or ""))
    return make_row(number, texts, frozenset(dates))


def _shown(value: object, number_format: str) -> str:
    """A cell's value as the person who typed it sees it, near enough."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        if abs(value) >= _EXACT_BELOW:
            mantissa, _, exponent = f"{value:.14E}".partition("E")
            return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"
        if "%" in number_format:
            return f"{value * 100:.15g}%"
        return f"{value:.15g}"
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
