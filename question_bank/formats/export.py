"""A bank as CSV or XLSX that a spreadsheet can open without running anything, and that imports again."""

from __future__ import annotations

import csv
import io

import openpyxl

from question_bank.bank import Bank
from question_bank.interactions import CHOICE_IDS, TRUE_ID
from question_bank.item_types import ItemType
from question_bank.items import Difficulty, Item

_TYPE_WORDS = {
    ItemType.TRUE_FALSE: "判断题",
    ItemType.SINGLE_CHOICE: "单选题",
    ItemType.MULTIPLE_CHOICE: "多选题",
}
_DIFFICULTY_WORDS = {None: "", Difficulty.EASY: "易", Difficulty.MEDIUM: "中", Difficulty.HARD: "难"}
_HEADER = (
    "编号",
    "题型",
    "知识点",
    "题干",
    *(f"选项{letter}" for letter in CHOICE_IDS),
    "答案",
    "必知",
    "难度",
    "解析",
    "来源",
)
# What makes a spreadsheet take text for a formula (CWE-1236).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe before = + - @ tab and return."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def bank_to_csv(bank: Bank) -> bytes:
    """The bank as CSV in UTF-8 with a byte order mark, which Excel needs to show Chinese."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(_HEADER)
    writer.writerows(_row(item) for item in bank.items)
    return stream.getvalue().encode("utf-8-sig")


def bank_to_xlsx(bank: Bank) -> bytes:
    """The bank as one sheet of an .xlsx; every cell is text."""
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet("题库")
    sheet.append(_HEADER)
    for item in bank.items:
        sheet.append(_row(item))
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _row(item: Item) -> list[str]:
    if item.type is ItemType.TRUE_FALSE:
        options = [""] * len(CHOICE_IDS)
        key = "正确" if TRUE_ID in item.choice.key else "错误"
    else:
        options = [option.text for option in item.choice.options]
        options += [""] * (len(CHOICE_IDS) - len(options))
        key = "".join(item.choice.key_order)
    cells = [item.id, _TYPE_WORDS[item.type], item.topic, item.stem, *options, key]
    cells += ["是" if item.must_know else "否", _DIFFICULTY_WORDS[item.difficulty]]
    cells += [item.rationale, item.source]
    return [neutral(cell) for cell in cells]
