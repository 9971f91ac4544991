"""数值、填空、排序、匹配 as offices write them, and a person's corrections of columns."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from question_bank.formats.reports import ImportResult, RowStatus
from question_bank.formats.tabular import import_tables
from question_bank.interactions import Cloze, Matching, Numeric, Ordering, Pair, TextEntry
from question_bank.item_types import ItemType
from question_bank.items import Item
from question_bank.scoring_rules import ScoringRule
from tests.question_bank.workbook_bytes import workbook

HEADER = ("题型", "题干", "选项", "匹配项", "答案", "误差", "单位", "评分规则", "格式")


def sheet(*row: str, header: Sequence[str] = HEADER) -> ImportResult:
    return import_tables(workbook({"题库": [list(header), list(row)]}))


def item(*row: str) -> Item:
    result = sheet(*row)
    assert [report.problems for report in result.rows] == [()]
    return result.items[0]


def code(*row: str) -> str:
    (report,) = sheet(*row).rows
    assert report.status is RowStatus.REJECTED
    return report.problems[0].code


@pytest.mark.parametrize(
    "cells", [("36", "0.5", "V"), ("36±0.5", "", "V"), ("36 +/- 0.5", "", "V"), ("３６", "０．５", "V")]
)
def test_numbers(cells: tuple[str, str, str]) -> None:
    key, tolerance, unit = cells
    found = item("数值题", "安全电压？", "", "", key, tolerance, unit)
    assert found.interaction == Numeric(value=Decimal(36), tolerance=Decimal("0.5"), unit=unit)


def test_one_blank_is_a_text_entry_with_alternatives() -> None:
    found = item("填空题", "先（  ）后作业。", "", "", "验电|验 电")
    assert (found.type, found.interaction) == (ItemType.TEXT_ENTRY, TextEntry(accepted=("验电", "验 电")))


@pytest.mark.parametrize("key", ["断电；验电|试电", "断电;验电|试电", "断电\n验电|试电", "断电、验电|试电"])
def test_several_blanks_are_a_cloze(key: str) -> None:
    found = item("填空题", "先____，再____。", "", "", key)
    assert (found.type, found.stem) == (ItemType.CLOZE, "先[[1]]，再[[2]]。")
    assert isinstance(found.interaction, Cloze)
    entries = [gap.entry for gap in found.interaction.gaps]
    assert entries == [TextEntry(accepted=("断电",)), TextEntry(accepted=("验电", "试电"))]


def test_ordering_and_matching() -> None:
    ordering = item("排序题", "顺序？", "A.接地**B.断电**C.验电", "", "B、C、A")
    assert isinstance(ordering.interaction, Ordering)
    assert ordering.interaction.key == ("B", "C", "A")
    matching = item(
        "连线题", "颜色？", "A.禁止**B.警告**C.指令", "1.红\n2.黄", "1-A 2-B", "", "", "proportional"
    )
    assert isinstance(matching.interaction, Matching)
    assert [source.text for source in matching.interaction.sources] == ["红", "黄"]
    assert matching.interaction.key == {Pair(source="1", target="A"), Pair(source="2", target="B")}
    assert matching.scoring_rules == (ScoringRule.PROPORTIONAL,)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("数值题", "x", "", "", "三十六"), "number.unreadable"),
        (("数值题", "x", "", "", "36±1", "1"), "tolerance.two_places"),
        (("数值题", "x", "", "", "36", "-1"), "item.tolerance_negative"),
        (("数值题", "x", "A.1**B.2", "", "36"), "options.not_expected"),
        (("数值题", "x", "", "", ""), "item.key_missing"),
        (("填空题", "____和____", "", "", "甲；乙；丙"), "key.blanks_differ"),
        (("填空题", "____", "", "", ""), "item.key_missing"),
        (("排序题", "x", "A.1**B.2", "", "AA"), "item.key_not_permutation"),
        (("排序题", "x", "A.1**B.2", "", "先一后二"), "key.unreadable"),
        (("匹配题", "x", "A.1**B.2", "", "1A"), "sources.missing"),
        (("匹配题", "x", "A.1**B.2", "1.甲", "A1"), "key.unreadable"),
        (("匹配题", "x", "A.1**B.2", "1.甲", "1A,1A"), "key.repeated_letter"),
        (("匹配题", "x", "A.1**B.2", "1.甲\n2.乙", "1A"), "item.key_missing"),
        (("判断题", "x", "", "", "对", "", "", "best"), "scoring_rules.unreadable"),
        (("判断题", "<script>", "", "", "对", "", "", "", "html"), "item.markup_unsafe"),
        (("判断题", "x", "", "", "对", "", "", "", "rtf"), "markup.unreadable"),
    ],
)
def test_what_cannot_be_read_says_why(row: tuple[str, ...], expected: str) -> None:
    assert code(*row) == expected


def test_a_person_may_correct_what_columns_mean() -> None:
    data = workbook({"题库": [["种类", "内容", "对错", "答案"], ["判断题", "水是湿的。", "正确", "看书"]]})
    corrections = {"种类": "type", "内容": "stem", "对错": "key", "答案": ""}
    result = import_tables(data, corrections)
    assert [found.choice.key for found in result.items] == [{"T"}]
    assert dict(result.sheets[0].columns) == {"type": "种类", "stem": "内容", "key": "对错"}
    assert result.sheets[0].unknown_columns == ("答案",)
