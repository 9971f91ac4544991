"""Tables out of bytes: encodings and limits, and hostile files that end in a clear refusal."""

from __future__ import annotations

import datetime
import io
import random
import zipfile

import pytest

from question_bank.errors import FormatRefused
from question_bank.formats.tables import read_tables
from tests.question_bank.workbook_bytes import repack, workbook


def outcome(data: bytes) -> str:
    """read, or the code of the refusal; any other error fails the test."""
    try:
        read_tables(data)
    except FormatRefused as error:
        return error.code
    return "read"


ROWS = [["题目", "答案"], ["水是湿的", "对"]]
PLAIN = workbook({"Sheet1": ROWS})
TEXT = "题目,答案\r\n水是湿的,对\r\n"
SHEET = "xl/worksheets/sheet1.xml"


def refusal(data: bytes) -> str:
    with pytest.raises(FormatRefused) as caught:
        read_tables(data)
    assert str(caught.value).endswith(".")
    return caught.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_encodings(encoding: str) -> None:
    (table,) = read_tables(TEXT.encode(encoding))
    assert [row.cells for row in table.rows] == [tuple(row) for row in ROWS]
    assert [row.number for row in table.rows] == [1, 2]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_delimiters(delimiter: str) -> None:
    (table,) = read_tables(TEXT.replace(",", delimiter).encode())
    assert table.rows[1].cells == ("水是湿的", "对")


def test_blank_rows_are_left_out_but_counted() -> None:
    (table,) = read_tables(workbook({"s": [[], ["", None], ["题目"], [None], ["x"]]}))
    assert [(row.number, row.cells[0]) for row in table.rows] == [(3, "题目"), (5, "x")]


def test_cells_are_text_as_excel_shows_them() -> None:
    values = [1, 2.0, 0.1 + 0.2, True, 370882199001011234, datetime.date(2024, 5, 6), " 两端 "]
    (table,) = read_tables(workbook({"s": [values]}))
    (row,) = table.rows
    assert row.cells == ("1", "2", "0.3", "TRUE", "3.70882199001011E+17", "2024-05-06", "两端")
    assert row.dates == {5}
    assert row.cell(99) == row.cell(None) == ""


def test_a_wrong_dimension_loses_no_rows() -> None:
    def lie(name: str, part: bytes) -> bytes:
        return part.replace(b'<dimension ref="A1:B2"', b'<dimension ref="A1:A1"') if name == SHEET else part

    lying = repack(PLAIN, lie, {})
    assert lying != PLAIN
    assert len(read_tables(lying)[0].rows) == 2


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b" \n", "file.empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file.old_excel"),
        (b"a,b\0c", "file.not_a_table"),
        (b"<html><table></table></html>", "file.not_a_table"),
        (b"\x81\xff\xff", "file.encoding_unknown"),
        (b"PK\x03\x04 broken", "file.broken"),
        (PLAIN[: len(PLAIN) // 2], "file.broken"),
        (b"a" * 40_000, "table.cell_too_long"),
        (b'"' + b"a," * 100_000, "file.broken"),
        (b"a," * 100 + b"a", "table.too_many_columns"),
        (b"a\n" * 50_101, "table.too_many_rows"),
        (workbook({"s": [["a"] * 101]}), "table.too_many_columns"),
        (workbook({f"s{number}": [] for number in range(51)}), "table.too_many_sheets"),
    ],
)
def test_refusals(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_size_is_checked_first() -> None:
    assert refusal(b"a" * (20 * 1024 * 1024 + 1)) == "file.too_large"


def test_other_office_files_are_not_tables() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refusal(stream.getvalue()) == "file.not_a_table"


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = repack(PLAIN, lambda _, part: part, {"xl/media/big.bin": b"\0" * (16 * 1024 * 1024)})
    assert len(bomb) < 100_000
    assert refusal(bomb) == "file.unpacks_too_large"


def test_the_unpacked_total_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("question_bank.formats.archives.MAX_UNPACKED_BYTES", 1_000)
    assert refusal(PLAIN) == "file.unpacks_too_large"


def test_macros_are_refused_by_part_and_by_type() -> None:
    assert refusal(repack(PLAIN, lambda _, part: part, {"xl/vbaProject.bin": b"x"})) == "file.has_macros"

    def enable(name: str, part: bytes) -> bytes:
        plain, macro = b"spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
        return part.replace(plain, macro) if name == "[Content_Types].xml" else part

    assert refusal(repack(PLAIN, enable, {})) == "file.has_macros"


@pytest.mark.parametrize(
    "part_name", [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"]
)
def test_entities_are_refused_wherever_they_are_declared(part_name: str) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]>'

    def declare(name: str, part: bytes) -> bytes:
        if name != part_name:
            return part
        body = part[part.index(b"?>") + 2 :] if part.startswith(b"<?xml") else part
        return bomb + body

    assert refusal(repack(PLAIN, declare, {})) == "file.has_entities"


def test_a_cell_beyond_excels_limit() -> None:
    def grow(name: str, part: bytes) -> bytes:
        return part.replace(b"short", b"x" * 32_768) if name == SHEET else part

    assert refusal(repack(workbook({"s": [["short"]]}), grow, {})) == "table.cell_too_long"


def test_a_row_number_far_away_does_not_take_forever() -> None:
    def move(name: str, part: bytes) -> bytes:
        return part.replace(b'<row r="2"', b'<row r="999999999999"') if name == SHEET else part

    assert refusal(repack(PLAIN, move, {})) == "table.too_many_rows"


def test_rows_formatted_far_to_the_right_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    def widen(name: str, part: bytes) -> bytes:
        return part.replace(b"</row>", b'<c r="XFD1"/></row>') if name == SHEET else part

    wide = repack(PLAIN, widen, {})
    assert [row.cells for row in read_tables(wide)[0].rows] == [tuple(row) for row in ROWS]
    monkeypatch.setattr("question_bank.formats.workbooks.MAX_SCANNED_CELLS", 16_384)
    assert refusal(wide) == "table.too_many_rows"


@pytest.mark.parametrize(
    "missing", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"]
)
def test_a_missing_part_ends_clearly(missing: str) -> None:
    damaged = repack(PLAIN, lambda name, part: None if name == missing else part, {})
    assert outcome(damaged) in {"read", "file.broken"}


def test_damaged_bytes_never_raise_anything_else() -> None:
    chance = random.Random(20)
    for _ in range(150):
        data = bytearray(PLAIN)
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        assert outcome(bytes(data)).startswith(("read", "file.", "table."))
    for length in (1, 10, 1_000, 5_000):
        assert refusal(chance.randbytes(length) + b"\xff\x00").startswith("file.")
