"""Pictures that lie over a sheet's cells are told, row by row."""

from __future__ import annotations

import io

import openpyxl
from openpyxl.drawing.image import Image
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image as Pillow

from question_bank.formats.tabular import import_tables


def pictured_workbook(anchors: list[str]) -> bytes:
    """Two sheets of three items; pictures at these cells of the second."""
    book = openpyxl.Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    second = book.create_sheet("二")
    for sheet in (first, second):
        sheet.append(["题型", "题干", "答案"])
        for number in range(3):
            sheet.append(["判断题", f"{sheet.title} 的第 {number} 题", "对"])
    stream = io.BytesIO()
    Pillow.new("RGB", (4, 4), "red").save(stream, "PNG")
    for anchor in anchors:
        second.add_image(Image(io.BytesIO(stream.getvalue())), anchor)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_rows_under_pictures_come_in_with_a_warning() -> None:
    result = import_tables(pictured_workbook(["B3", "E4", "A90"]))
    said = [(row.sheet, row.row) for row in result.rows if row.problems]
    assert said == [("二", 3), ("二", 4)]
    assert result.codes == {"row.picture_not_read": 2}
    assert len(result.items) == 6


def test_a_workbook_without_pictures_has_no_warning() -> None:
    assert not import_tables(pictured_workbook([])).codes
