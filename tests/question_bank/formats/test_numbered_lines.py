"""Numbered lines of practice sites: nothing is guessed, everything is read once a person explains it."""

from __future__ import annotations

from collections import Counter

import pytest

from question_bank.errors import FormatRefused
from question_bank.formats.numbered_lines import LineMeaning, import_numbered_lines
from question_bank.formats.reports import RowStatus
from question_bank.item_types import ItemType
from tests.shared_data import SHARED_DATA, needs_shared_data

TEXT = "0#水是湿的。$0\n\n1#电压的单位是( )。#V$kW$J\n2#电是看得见的。$1\n"
TOLD = LineMeaning(zero_is_true=True, first_is_key=True)


def test_items_come_in_as_they_were_explained() -> None:
    result = import_numbered_lines(TEXT.encode(), TOLD)
    assert [(item.type, sorted(item.choice.key)) for item in result.items] == [
        (ItemType.TRUE_FALSE, ["T"]),
        (ItemType.SINGLE_CHOICE, ["A"]),
        (ItemType.TRUE_FALSE, ["F"]),
    ]
    assert [row.row for row in result.rows] == [1, 3, 4]
    turned = import_numbered_lines(TEXT.encode("gb18030"), LineMeaning(zero_is_true=False, first_is_key=True))
    assert [sorted(item.choice.key) for item in turned.items] == [["F"], ["A"], ["T"]]


def test_without_an_explanation_nothing_is_guessed() -> None:
    result = import_numbered_lines(TEXT.encode())
    assert result.items == ()
    assert result.codes == {"line.zero_unexplained": 2, "line.key_unexplained": 1}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("1#甲", "item.key_missing"),
        ("1#$0", "item.stem_missing"),
        ("1#甲#乙", "item.options_number"),
        ("1#甲#乙$", "item.option_missing"),
        ("1#甲#乙$乙", "item.options_repeated"),
        ("甲$0", "line.unreadable"),
    ],
)
def test_bad_lines_say_why_and_stop_nothing(line: str, code: str) -> None:
    good = "\n".join(f"{number}#题目{number}$0" for number in range(25))
    result = import_numbered_lines(f"{good}\n{line}\n".encode(), TOLD)
    assert (len(result.items), result.rows[-1].status) == (25, RowStatus.REJECTED)
    assert [problem.code for problem in result.rows[-1].problems] == [code]


@pytest.mark.parametrize("data", ["甲,乙\n丙,丁", "", "\x00#\x01"])
def test_other_files_are_refused(data: str) -> None:
    with pytest.raises(FormatRefused):
        import_numbered_lines(data.encode())


@needs_shared_data
def test_the_real_text_bank() -> None:
    folder = next((SHARED_DATA / "banks").glob("PTA00*/*/*"))
    found: Counter[str] = Counter()
    for name in ("判断.txt", "选择.txt"):
        result = import_numbered_lines((folder / name).read_bytes(), TOLD)
        found.update(item.type.value for item in result.items)
        assert len(result.rows) == len(result.items) + result.count(RowStatus.REJECTED)
    assert found["true_false"] >= 480
    assert found["single_choice"] >= 380
