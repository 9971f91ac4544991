"""Files are known by their content."""

from __future__ import annotations

from pathlib import Path

import pytest

from question_bank.errors import FormatRefused
from question_bank.formats.readers import BankFormat, detect, read_items
from tests.shared_data import SHARED_DATA, needs_shared_data


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("题干,选项A,选项B,答案\n哪个?,甲,乙,A", BankFormat.CSV),
        ("题干\t选项A\t选项B\t答案\n哪个 {=a ~b}?\t甲\t乙\tA", BankFormat.CSV),
        ("Match one, two, three.\n{=a -> 1, =b -> 2, =c -> 3, }", BankFormat.GIFT),
        ("题目;答案\n安全吗?;对", BankFormat.CSV),
        ("Which, of these, is it?\nA. a\nB. b\nANSWER: B", BankFormat.AIKEN),
        ("Which, of these, is it?{=a ~b}", BankFormat.GIFT),
        ("// a comment, with, commas\nx{T}", BankFormat.GIFT),
        ("::t::x{#1}", BankFormat.GIFT),
        ("$CATEGORY: a\n\nx", BankFormat.GIFT),
        ("Only { FALSE } here", BankFormat.GIFT),
        ("A {1:SHORTANSWER:=b} c", BankFormat.CLOZE),
        ("<?xml version='1.0'?><quiz/>", BankFormat.MOODLE_XML),
        ("\n <quiz></quiz>", BankFormat.MOODLE_XML),
        ("nothing at all", BankFormat.CSV),
        ("", BankFormat.CSV),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_formats_are_told_apart(text: str, expected: BankFormat, encoding: str) -> None:
    if expected is not BankFormat.MOODLE_XML or encoding != "utf-16":
        assert detect(text.encode(encoding)) is expected


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<?xml version='1.0'?><other/>", "xml.unknown_format"),
        (b"<?xml version='1.0'?><!DOCTYPE quiz><quiz/>", "xml.doctype_refused"),
        (b"<?xml version='1.0'?>", "xml.malformed"),
    ],
)
def test_xml_that_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(FormatRefused) as refusal:
        detect(data)
    assert refusal.value.code == code


@needs_shared_data
@pytest.mark.shared
@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("gift/moodle", BankFormat.GIFT),
        ("moodlexml/moodle", BankFormat.MOODLE_XML),
        ("multianswer_cloze", BankFormat.CLOZE),
        ("xlsx", BankFormat.XLSX),
    ],
)
def test_samples_are_known(folder: str, expected: BankFormat) -> None:
    paths = [path for path in Path(SHARED_DATA / "formats" / folder).iterdir() if path.is_file()]
    assert paths
    for path in paths:
        data = path.read_bytes()
        assert detect(data) is expected
        if expected is not BankFormat.XLSX:
            assert read_items(data, expected).rows
