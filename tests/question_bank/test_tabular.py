"""Item tables as offices have them, and a report of every row."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from question_bank.errors import FormatRefused
from question_bank.formats import cells
from question_bank.formats.cells import CellUnreadable, split_options, strip_labels
from question_bank.formats.drafts import NO_TOPIC
from question_bank.formats.reports import ImportResult, RowStatus, clip
from question_bank.formats.tabular import import_tables
from question_bank.item_types import ItemType
from question_bank.items import Difficulty, Item
from tests.question_bank.workbook_bytes import workbook
from tests.shared_data import SHARED_DATA, needs_shared_data

HEADER = ["题型", "题目", "选项", "答案"]


def rows(*table: Sequence[object], header: Sequence[str] = HEADER, sheet: str = "Sheet1") -> ImportResult:
    return import_tables(workbook({sheet: [header, *table]}))


def only(result: ImportResult) -> Item:
    (item,) = result.items
    assert result.rows[0].problems == ()
    return item


def code_of(*row: object, header: Sequence[str] = HEADER) -> str:
    result = rows(row, header=header)
    assert result.items == ()
    (report,) = result.rows
    assert (report.status, report.row) == (RowStatus.REJECTED, 2)
    (problem,) = report.problems
    return problem.code


@pytest.mark.parametrize(
    "cell",
    [
        "A.甲**B.乙**C.丙",
        "**A．甲**B．乙**C．丙",
        "A、甲##B、乙##C、丙",
        "A:甲|B：乙|C:丙",
        "A.甲\nB.乙\nC.丙",
        "**A甲**B乙**C丙",
        "a.甲\r\nb.乙\r\nc.丙",
        "Ａ．甲｜Ｂ．乙｜Ｃ．丙",
        "A.甲B.乙C.丙",
        "A.甲 B.乙 C.丙",
        "甲**乙**丙",
        "**A.甲**B.乙C.丙",
    ],
)
def test_one_cell_of_options_is_split(cell: str) -> None:
    assert split_options(cell) == ("甲", "乙", "丙")


@pytest.mark.parametrize(
    "cell", ["A.甲**C.乙", "A.甲**B.乙**B.丙", "A.甲**A.乙", "甲**B.乙**C.丙", "B.甲C.乙**D.丙"]
)
def test_labels_out_of_order_are_not_guessed(cell: str) -> None:
    with pytest.raises(CellUnreadable) as caught:
        split_options(cell)
    assert caught.value.code == "options.labels_inconsistent"


def test_letters_that_are_the_content_stay() -> None:
    assert strip_labels(["A类", "B类", "C类"]) == ("A类", "B类", "C类")
    assert strip_labels(["CO", "N2"]) == ("CO", "N2")


def test_a_plain_sheet() -> None:
    result = rows(
        ["判断题", "1.水是湿的。", "A.正确**B.错误", "A"],
        ["单选题", "2、几点？", "A.一**B.二", " b "],
        ["多选题", "3．哪些？", "A.一**B.二**C.三", "A,C"],
    )
    true_false, single, multiple = result.items
    assert (true_false.type, true_false.choice.key, true_false.stem) == (
        ItemType.TRUE_FALSE,
        frozenset("T"),
        "水是湿的。",
    )
    assert (single.type, single.choice.key, single.stem) == (ItemType.SINGLE_CHOICE, frozenset("B"), "几点？")
    assert (multiple.type, multiple.choice.key) == (ItemType.MULTIPLE_CHOICE, frozenset("AC"))
    assert result.sheets[0].numbering_removed
    assert result.count(RowStatus.IMPORTED) == 3


def test_numbers_in_unnumbered_sheets_stay() -> None:
    result = rows(
        ["判断题", "5.电压是36伏。", "", "对"], ["判断题", "乙", "", "错"], ["判断题", "丙", "", "错"]
    )
    assert result.items[0].stem == "5.电压是36伏。"


@pytest.mark.parametrize("word", ["正确", "对", "√", "是", "T", "true", "✓"])
def test_words_for_true(word: str) -> None:
    assert only(rows(["判断题", "甲", "", word])).choice.key == {"T"}


@pytest.mark.parametrize("word", ["错误", "错", "×", "否", "F", "FALSE", "X"])
def test_words_for_false(word: str) -> None:
    assert only(rows(["判断题", "甲", "", word])).choice.key == {"F"}


def test_true_false_options_may_stand_the_other_way_round() -> None:
    assert only(rows(["判断题", "甲", "A.错误**B.正确", "A"])).choice.key == {"F"}
    assert only(rows(["判断题", "甲", "A.错**B.对", "B"])).choice.key == {"T"}


def test_options_in_columns_and_all_other_columns() -> None:
    header = ["编号", "试题类型(必填)", "章节", "题干", "选项A", "选项B", "选项Ｃ", "选项D", "正确答案"]
    header += ["必知", "难度", "解析", "依据", "分值", "备注"]
    row = ["q-1", "单项选择题", "消防", "甲？", "一", "二", "三", None, "C", "是", "难", "因为", "书", 1, "x"]
    result = rows(row, header=header)
    item = only(result)
    assert (item.id, item.topic, item.must_know, item.difficulty) == ("q-1", "消防", True, Difficulty.HARD)
    assert (item.rationale, item.source, item.choice.key) == ("因为", "书", frozenset("C"))
    assert [option.text for option in item.choice.options] == ["一", "二", "三"]
    assert result.sheets[0].unknown_columns == ("备注",)


def test_english_columns() -> None:
    header = ["ID", "Type", "Question", "Option A", "Option B", "Answer", "Topic", "Must-know", "Difficulty"]
    item = only(rows(["x1", "single", "Why?", "yes it is", "no", "no", "fire", "yes", "easy"], header=header))
    assert (item.choice.key, item.must_know, item.difficulty, item.topic) == (
        frozenset("B"),
        True,
        Difficulty.EASY,
        "fire",
    )


def test_the_header_may_come_late_and_the_first_column_be_empty() -> None:
    table = [["", "2024年题库"], [], ["", *HEADER], ["", "判断题", "甲", "", "对"]]
    result = import_tables(workbook({"题库": table, "空": [], "说明": [["这一页是说明"]]}))
    assert [(sheet.sheet, sheet.code, sheet.header_row) for sheet in result.sheets] == [
        ("题库", "sheet.read", 3),
        ("空", "sheet.empty", 0),
        ("说明", "sheet.no_header", 0),
    ]
    assert result.rows[0].row == 4


def test_the_sheet_title_gives_the_type_where_no_column_does() -> None:
    header, row = ["题目", "选项", "答案"], ["甲", "A.一**B.二", "A"]
    assert only(rows(row, header=header, sheet="单选题")).type is ItemType.SINGLE_CHOICE
    assert code_of(*row, header=header) == "type.missing"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["判断题", "", "", "对"], "item.stem_missing"),
        (["选择题", "甲", "一**二", "A"], "type.ambiguous"),
        (["问答题", "甲", "一**二", "A"], "type.unsupported"),
        (["", "甲", "一**二", "A"], "type.missing"),
        (["单选题", "甲", "一**二", "C"], "item.key_beyond_options"),
        (["单选题", "甲", "一**二", "AB"], "item.key_too_many"),
        (["多选题", "甲", "一**二", "A"], "item.key_too_few"),
        (["多选题", "甲", "一**二", "AA"], "key.repeated_letter"),
        (["单选题", "甲", "一**二", ""], "item.key_missing"),
        (["单选题", "甲", "一**二", "第一个"], "key.unreadable"),
        (["单选题", "甲", "B**A", "A"], "key.two_readings"),
        (["单选题", "甲", "一", "A"], "item.options_number"),
        (["单选题", "甲", "", "A"], "item.options_number"),
        (["单选题", "甲", "一**一", "A"], "item.options_repeated"),
        (["单选题", "甲", "A.一**B.", "A"], "item.option_missing"),
        (["单选题", "甲", "A.一**C.二", "A"], "options.labels_inconsistent"),
        (["判断题", "甲", "", ""], "item.key_missing"),
        (["判断题", "甲", "", "A"], "key.ambiguous"),
        (["判断题", "甲", "", 1], "key.ambiguous"),
        (["判断题", "甲", "", "大概对"], "key.unreadable"),
        (["判断题", "甲", "A.是的吧**B.错误", "A"], "options.not_true_false"),
        (["判断题", "x" * 4001, "", "对"], "item.stem_too_long"),
        (["判断题", "甲\u202e乙", "", "对"], "item.text_unprintable"),
    ],
)
def test_rejected_rows_say_why(row: list[object], code: str) -> None:
    assert code_of(*row) == code


def test_more_rejections_with_other_columns() -> None:
    header = ["题型", "题干", "选项A", "选项B", "选项C", "答案", "必知", "图片", "编号"]
    assert code_of("单选题", "甲", "一", "", "三", "A", header=header) == "options.gap"
    assert code_of("单选题", "甲", "一", "二", "", "A", "也许", header=header) == "must_know.unreadable"
    assert code_of("单选题", "甲", "一", "二", "", "A", "", "1.png", header=header) == "row.image_unsupported"
    assert code_of("单选题", "甲", "一", "二", "", "A", "", "", "a b", header=header) == "item.id_invalid"
    assert code_of("单选题", "甲", "一", "A.一**B.二", "A", header=["题型", "题干", "A", "选项", "答案"]) == (
        "options.two_places"
    )


def test_warnings_come_with_the_item() -> None:
    header = ["题型", "题目", "选项", "答案", "知识点", "难度"]
    result = rows(["单选题", "如图，选（ B ）", "A.一**B.二", "B", "", "0.7"], header=header)
    (report,) = result.rows
    assert report.status is RowStatus.WARNED
    assert {problem.code for problem in report.problems} == {
        "topic.missing",
        "difficulty.unknown",
        "stem.mentions_figure",
        "stem.shows_key",
    }
    assert result.items[0].topic == NO_TOPIC


def test_one_bad_row_does_not_stop_the_rest() -> None:
    result = rows(["判断题", "甲", "", "对"], ["判断题", "", "", "对"], ["判断题", "乙", "", "错"])
    assert [report.status for report in result.rows] == [
        RowStatus.IMPORTED,
        RowStatus.REJECTED,
        RowStatus.IMPORTED,
    ]


def test_repeats_and_contradictions() -> None:
    result = rows(
        ["判断题", "甲", "", "对"],
        ["判断题", " 甲 ", "", "对"],
        ["判断题", "乙", "", "对"],
        ["判断题", "乙", "", "错"],
        ["单选题", "丙", "一**二", "A"],
        ["单选题", "丙", "二**一", "B"],
        ["单选题", "丙", "二**三", "A"],
        ["单选题", "丁", "一**二", "A"],
        ["单选题", "丁", "一**三", "A"],
    )
    seen = [(r.row, r.problems[0].code, r.problems[0].other_row) for r in result.rows if r.problems]
    assert seen == [
        (3, "row.repeated", 2),
        (4, "row.repeated_other_key", 5),
        (5, "row.repeated_other_key", 4),
        (7, "row.repeated", 6),
        (8, "row.stem_other_key", 6),
        (10, "row.stem_repeated", 9),
    ]
    assert [item.stem for item in result.items] == ["甲", "丙", "丙", "丁", "丁"]


def test_an_id_belongs_to_the_first_row_that_claims_it() -> None:
    header = [*HEADER, "编号"]
    result = rows(["判断题", "甲", "", "对", 7.0], ["判断题", "乙", "", "对", "7"], header=header)
    assert [item.id for item in result.items] == ["7"]
    assert result.rows[1].problems[0].code == "id.repeated"


def test_rows_without_an_id_get_the_same_one_each_time() -> None:
    one = rows(["判断题", "甲", "", "对"], ["判断题", "乙", "", "对"])
    two = rows(["判断题", "乙", "", "对"], ["判断题", "甲", "", "对"])
    assert {item.id for item in one.items} == {item.id for item in two.items}


def test_files_without_a_table_are_refused() -> None:
    for data, code in [(b"a,b\n1,2\n", "table.no_header"), (workbook({"s": []}), "table.empty")]:
        with pytest.raises(FormatRefused) as caught:
            import_tables(data)
        assert caught.value.code == code


def test_every_report_has_words_in_both_languages() -> None:
    result = rows(["判断题", "甲", "", "对"], ["判断题", "甲", "", "错"], ["x", "乙", "", "错"])
    document = result.document()
    assert document["rejected"] == 3
    listed = document["rows"]
    assert isinstance(listed, list)
    assert [row["status"] for row in listed if isinstance(row, dict)] == ["rejected"] * 3
    problem = result.rows[0].problems[0]
    assert problem.text("zh") == "和第 3 行题目相同，答案不同。"
    assert problem.text("en") == "The same item as in row 3, with another key."


def test_values_are_clipped() -> None:
    assert clip("a\n b") == "a b"
    assert len(clip("x" * 500)) == 80


def test_restored_formulas() -> None:
    assert cells.tidy("'=1+1") == "=1+1"
    assert cells.tidy("'quoted'") == "'quoted'"


@needs_shared_data
@pytest.mark.parametrize(
    ("name", "least", "rejected"),
    [
        ("一般企业安全管理员.xlsx", 298, 1),
        ("新电焊国家题库2018.xlsx", 1290, 8),
        ("省级低压电工题库.xlsx", 620, 6),
        ("省级叉车司机.xlsx", 480, 15),
        ("省级高处作业.xlsx", 725, 15),
        ("锅炉.xlsx", 1020, 12),
    ],
)
def test_real_workbooks(name: str, least: int, rejected: int) -> None:
    result = import_tables((SHARED_DATA / "banks" / name).read_bytes())
    assert len(result.items) >= least
    assert result.count(RowStatus.REJECTED) <= rejected
    assert len(result.rows) == len(result.items) + result.count(RowStatus.REJECTED)


def test_an_option_right_here_and_wrong_there_is_pointed_out_across_types() -> None:
    table = (
        "题型,题目,选项,答案\n"
        "单选题,有机硫是（）。,A.可燃元素|B.不可燃元素|C.有害元素,B\n"
        "多选题,有机硫是（ ）。,A.可燃元素|B.不可燃元素|C.有害元素|D.无害元素,AC\n"
        "单选题,灭火器有,A.干粉|B.水桶,A\n"
        "多选题,灭火器有,A.干粉|B.水桶|C.泡沫,AC\n"
    )
    result = import_tables(table.encode())
    said = {row.row: [(p.code, p.other_row) for p in row.problems] for row in result.rows if row.problems}
    assert said == {3: [("row.stem_other_key", 2)]}
    assert len(result.items) == 4


def test_a_rejected_row_keeps_its_id_and_shows_only_what_was_written() -> None:
    header = ["编号", "题型", "题目", *(f"选项{letter}" for letter in "ABCD"), "答案"]
    result = rows(["K-1", "单选题", "题干", "甲", "", "", "", "A"], header=header)
    (report,) = result.rows
    assert (report.item_id, [problem.value for problem in report.problems]) == ("K-1", ["甲"])
