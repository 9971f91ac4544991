"""A bank as CSV or XLSX that a spreadsheet opens without running anything, and that imports again.

What a sheet cannot hold is left out and listed, item by item. Only a workbook has room for stimuli.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence, Set
from dataclasses import replace

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from question_bank.bank import Bank
from question_bank.content import Markup
from question_bank.formats import stimulus_sheet
from question_bank.formats.cells import tidy, written_attributes, written_millionths
from question_bank.formats.reports import Loss, Written, clip
from question_bank.formats.sheet_columns import TEMPLATE
from question_bank.formats.sheet_types import TYPE_WORDS, NotForSheets, written_cells
from question_bank.formats.stimulus_sheet import fits_cell, written_stimuli
from question_bank.interactions import Matching
from question_bank.items import DEFAULT_LANGUAGE, Difficulty, Item

_DIFFICULTY_WORDS = {None: "", Difficulty.EASY: "易", Difficulty.MEDIUM: "中", Difficulty.HARD: "难"}
_HEADER = tuple(title for _, title in TEMPLATE)
# What makes a spreadsheet take text for a formula (CWE-1236).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_ATTRIBUTE_SEPARATOR = re.compile(r"[;；=＝\n]")
_SOURCE_SEPARATOR = re.compile(r"[\n|｜]|\*\*|##")
_WIDTHS = {
    "stem": 60,
    "rationale": 40,
    "topic": 18,
    "sources": 24,
    "clause": 24,
    "source": 24,
    "stimulus": 80,
    "title": 24,
    "reason": 40,
}
_CHOICES = {
    "type": tuple(dict.fromkeys(TYPE_WORDS.values())),
    "must_know": ("是", "否"),
    "difficulty": ("易", "中", "难"),
    "markup": ("文本", "html"),
}
_NOTES = {
    "id": "可不填，自动编号。字母、数字、点、横线。",
    "type": "从下拉列表选。",
    "topic": "知识点，可分级：电工/触电急救。",
    "stem": "题干。填空题的空写成 ____ 或（ ）。",
    "option0": "每个选项一列，从 A 起不留空。判断题不填。",
    "sources": "匹配题左边各项，每行一项；右边各项写在选项列。",
    "key": "判断：正确/错误。单选、多选：字母。数值：36。填空：多个说法用 | 隔开，多个空用；隔开。"
    "排序：BAC。匹配：1A,2B。",
    "tolerance": "数值题允许的误差，两端都算对。",
    "must_know": "应知应会填“是”。",
    "clause": "依据的法律条款。",
    "enemy_set": "同一互斥组的题不会出现在同一份试卷。",
    "scoring_rules": "可不填，按试卷规则。",
    "parameter_a": "IRT 参数，三项都填或都不填，至多 6 位小数。",
    "item_set": "共用材料的题填同一个编号，材料写在“题组材料”表。",
    "attributes": "题库自己的属性，供组卷用：认知层次=应用；reading_seconds=40",
}


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe before = + - @ tab and return."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def bank_to_csv(bank: Bank) -> Written:
    """The bank as CSV in UTF-8 with a byte order mark, which Excel needs to show Chinese."""
    rows, losses = _rows(bank, frozenset())
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(_HEADER)
    writer.writerows([[neutral(text) for text in row] for row in rows])
    return Written(data=stream.getvalue().encode("utf-8-sig"), losses=losses)


def bank_to_xlsx(bank: Bank) -> Written:
    """The bank in the template: every cell text, with drop-down lists and notes; a sheet for stimuli."""
    stimuli = written_stimuli(bank.sets)
    rows, losses = _rows(bank, stimuli.keys())
    return Written(data=workbook_of(rows, list(stimuli.values())), losses=losses)


def template() -> bytes:
    """The empty template for an office to fill in."""
    return workbook_of([], [])


def _rows(bank: Bank, sets: Set[str]) -> tuple[list[list[str]], tuple[Loss, ...]]:
    """The rows of the items with the losses; `sets` are those whose stimulus is written as well."""
    rows: list[list[str]] = []
    losses: list[Loss] = []
    for item in bank.items:
        kept = item if item.item_set in sets else replace(item, item_set="")
        try:
            rows.append(_row(kept))
        except NotForSheets as error:
            losses.append(_loss(item, "item", error.code, item.stem))
            continue
        if item.item_set != kept.item_set:
            losses.append(_loss(item, "item_set", "sheet.item_set_lost", item.item_set))
    return rows, tuple(losses)


def _loss(item: Item, field: str, code: str, value: str) -> Loss:
    return Loss(item_id=item.id, field=field, code=code, value=clip(value))


def _row(item: Item) -> list[str]:
    """The cells by the template's columns. Raises NotForSheets."""
    cells = written_cells(item.interaction, item.stem)
    values = {
        "id": item.id,
        "type": TYPE_WORDS[item.type],
        "topic": item.topic,
        "stem": cells.stem,
        **{f"option{place}": text for place, text in enumerate(cells.options)},
        "sources": "\n".join(f"{place}.{text}" for place, text in enumerate(cells.sources, start=1)),
        "key": cells.key,
        "tolerance": cells.tolerance,
        "unit": cells.unit,
        "must_know": "是" if item.must_know else "否",
        "difficulty": _DIFFICULTY_WORDS[item.difficulty],
        "rationale": item.rationale,
        "source": item.source,
        "clause": item.clause,
        "enemy_set": item.enemy_set,
        "industry": item.industry,
        "language": "" if item.language == DEFAULT_LANGUAGE else item.language,
        "markup": "" if item.markup is Markup.TEXT else item.markup.value,
        "scoring_rules": " ".join(item.scoring_rules),
        "item_set": item.item_set,
        "attributes": written_attributes(item.attributes),
    }
    if item.parameters:
        values |= {f"parameter_{n}": written_millionths(getattr(item.parameters, n)) for n in "abc"}
    if item.media:
        raise NotForSheets("sheet.pictures")
    if any(_ATTRIBUTE_SEPARATOR.search(value) for _, value in item.attributes):
        raise NotForSheets("sheet.separator_in_text")
    _check_survives(item, values)
    return [values.get(role, "") for role, _ in TEMPLATE]


def _check_survives(item: Item, values: dict[str, str]) -> None:
    """Reading tidies spaces and splits sources at line breaks: texts that would change are not written."""
    if any(text != tidy(text) for role, text in values.items() if text and role != "sources"):
        raise NotForSheets("sheet.spaces")
    if not fits_cell(*values.values()):
        raise NotForSheets("sheet.cell_too_long")
    sources = item.interaction.sources if isinstance(item.interaction, Matching) else ()
    if any(_SOURCE_SEPARATOR.search(source.text) for source in sources):
        raise NotForSheets("sheet.separator_in_text")
    if any(source.text != tidy(source.text) for source in sources):
        raise NotForSheets("sheet.spaces")


def workbook_of(
    rows: Sequence[Sequence[str]], stimuli: Sequence[Sequence[str]], more: Sequence[tuple[str, str]] = ()
) -> bytes:
    """The template with these rows, and these rows of its second sheet.

    `more` are roles and titles of columns behind the template's own; every cell is text.
    """
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "题库"
    _fill(sheet, (*TEMPLATE, *more), rows)
    second = workbook.create_sheet(stimulus_sheet.SHEET)
    _fill(second, stimulus_sheet.COLUMNS, stimuli)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _fill(sheet: Worksheet, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]]) -> None:
    sheet.append([title for _, title in columns])
    for row in rows:
        sheet.append([neutral(text) for text in row])
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            # Text, so that neither a number nor a date is made of what was typed.
            cell.number_format = "@"
            cell.data_type = "s"
    _dress(sheet, columns)


def _dress(sheet: Worksheet, columns: Sequence[tuple[str, str]]) -> None:
    """Header, widths, drop-down lists, notes."""
    sheet.freeze_panes = "E2"
    for index, (role, _) in enumerate(columns, start=1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = _WIDTHS.get(role, 14 if role.startswith("option") else 10)
        head = sheet[f"{letter}1"]
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor="E8EEF4")
        head.alignment = Alignment(vertical="top", wrap_text=True)
        if role in _NOTES:
            head.comment = Comment(_NOTES[role], "考场", width=260, height=90)
        if role in _CHOICES:
            listed = DataValidation(type="list", formula1=f'"{",".join(_CHOICES[role])}"', allow_blank=True)
            listed.add(f"{letter}2:{letter}50001")
            sheet.add_data_validation(listed)
