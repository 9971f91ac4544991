"""Rows that did not come in go back to the office, and come in once they are mended."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from question_bank.formats.rejected_rows import rejected_workbook
from question_bank.formats.reports import ImportResult, RowStatus
from question_bank.formats.tabular import import_tables
from tests.question_bank.workbook_bytes import workbook
from tests.shared_data import SHARED_DATA, needs_shared_data

HEAD = ["题目", "正确选项", "选项", "作业种类", "序号"]


def rejected(data: bytes, result: ImportResult) -> bytes:
    reasons = {
        (row.sheet, row.row): " ".join(problem.text("zh") for problem in row.problems)
        for row in result.rows
        if row.status is RowStatus.REJECTED
    }
    return rejected_workbook(data, reasons)


def sheet_of(data: bytes) -> Worksheet:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def test_what_is_mended_comes_in() -> None:
    data = workbook(
        {
            "单选题": [
                HEAD,
                ["1、灭火器多久检查一次", "E", "**A.每日**B.每月**C.每年", "消防", "1"],
                ["2、哪一项正确", "A", "**A.甲**C.乙**D.丙", "消防", "2"],
                ["3、没有问题的题", "A", "**A.甲**B.乙", "消防", "3"],
            ]
        }
    )
    result = import_tables(data)
    assert len(result.items) == 1
    file = rejected(data, result)
    assert import_tables(file).codes == result.codes, (
        "sent again as it is, it is rejected for the same reasons"
    )
    sheet = sheet_of(file)
    titles = [str(cell.value) for cell in sheet[1]]
    first = {title: cell.value for title, cell in zip(titles, sheet[2], strict=True)}
    assert first["题干"] == "灭火器多久检查一次"
    assert [first[f"选项{letter}"] for letter in "ABC"] == ["每日", "每月", "每年"]
    assert (first["题型"], first["知识点"]) == ("单选题", "消防")
    assert "选项" in str(first["没有导入的原因"])
    sheet.cell(2, titles.index("答案") + 1, "B")
    sheet.cell(3, titles.index("选项") + 1, "A.甲 B.乙 C.丙")
    stream = io.BytesIO()
    assert sheet.parent is not None
    sheet.parent.save(stream)
    mended = import_tables(stream.getvalue())
    assert not mended.codes
    assert [item.choice.option_ids for item in mended.items] == [("A", "B", "C")] * 2
    assert mended.sheets[0].unknown_columns == ()


def test_a_picture_keeps_its_row_out_until_somebody_takes_it_away() -> None:
    data = "题型,题干,答案,图片\n判断题,看图,对,a.png\n".encode()
    result = import_tables(data)
    assert list(import_tables(rejected(data, result)).codes) == ["row.image_unsupported"]


@needs_shared_data
@pytest.mark.parametrize("path", sorted((SHARED_DATA / "banks").glob("*.xlsx")), ids=lambda path: path.stem)
def test_real_rows_are_rejected_for_the_same_reasons_again(path: Path) -> None:
    data = path.read_bytes()
    result = import_tables(data)
    before = [row for row in result.rows if row.status is RowStatus.REJECTED]
    again = import_tables(rejected(data, result)).rows
    assert len(again) == len(before)
    for old, new in zip(before, again, strict=True):
        codes = {problem.code for problem in old.problems}
        # What repeated a row that came in repeats nothing any more.
        assert codes <= {problem.code for problem in new.problems} or codes == {"row.repeated"}, old
