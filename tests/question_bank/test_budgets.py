"""A file may cost only so much: what is beyond is rejected where it stands, and soon."""

from __future__ import annotations

import io
import time
from itertools import count

import pytest
from PIL import Image

from question_bank.bank import Bank
from question_bank.budgets import FORMULA_CHARS_OF_FILE, PICTURES_OF_FILE, Budget, within
from question_bank.errors import MediaRefused
from question_bank.formats.readers import detect, read_items
from question_bank.formats.reports import ImportResult, RowStatus
from question_bank.media import PICTURES_TOO_MANY, picture_of
from tests.question_bank.qti_items import choices, declared, item, package

LONGEST_S = 2.0
HEAD = "题型,题干,答案,格式"


def formula_rows(rows: int, formulas: int, chars: int) -> bytes:
    """A table of true/false items with formulas that are all different."""
    numbers = count()
    stems = (
        "".join(f"\\({next(numbers):06}{'+x' * ((chars - 6) // 2)}\\)" for _ in range(formulas))
        for _ in range(rows)
    )
    return "\n".join([HEAD, *(f"判断题,{stem},对,html" for stem in stems)]).encode()


def timed(data: bytes) -> ImportResult:
    """The result of reading, which did not take long."""
    begun = time.process_time()
    result = read_items(data, detect(data))
    assert time.process_time() - begun < LONGEST_S
    return result


def test_a_file_full_of_formulas_is_read_as_far_as_its_budget() -> None:
    rows, formulas, chars = 300, 40, 400
    result = timed(formula_rows(rows, formulas, chars))
    fitting = FORMULA_CHARS_OF_FILE // (formulas * chars)
    assert [row.status for row in result.rows[:fitting]] == [RowStatus.IMPORTED] * fitting
    problems = {(p.code, p.field) for row in result.rows[fitting:] for p in row.problems}
    assert problems == {("item.formulas_too_many", "stem")}
    assert [row.row for row in result.rows[fitting:]] == list(range(fitting + 2, rows + 2))
    assert result.count(RowStatus.REJECTED) == rows - fitting


def test_a_formula_that_comes_back_costs_nothing() -> None:
    tex = "+".join(f"x_{n}" for n in range(60))
    rows = [f"判断题,第 {n} 题：\\({tex}\\),对,html" for n in range(3_000)]
    result = timed("\n".join([HEAD, *rows]).encode())
    assert len(result.items) == len(rows)
    # What a bank holds already is read whatever it costs.
    assert Bank.from_json(Bank(name="b", industry="", items=result.items).to_json()).items


def test_formulas_that_are_none_are_paid_for_as_well() -> None:
    result = timed("\n".join([HEAD, *["判断题,\\(" + "{" * 400 + "\\),对,html"] * 3_000]).encode())
    assert not result.items
    assert result.codes["item.formulas_too_many"] > 2_000


def png(side: int, shade: int = 0) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (side, side), (shade, 0, 0)).save(stream, "PNG")
    return stream.getvalue()


def pictured_package(pictures: int, side: int) -> bytes:
    """A package of items with a picture each."""
    files: dict[str, str | bytes] = {}
    picture = png(side)
    for number in range(pictures):
        body = f'<p>图 {number}<img src="{number}.png" alt="图"/></p>' + choices()
        files[f"{number}.xml"] = item(declared("c0"), body, identifier=f"q{number}")
        files[f"{number}.png"] = picture
    return package(files)


def test_a_package_of_huge_pictures_is_read_as_far_as_its_budget() -> None:
    result = timed(pictured_package(20, 4_800))
    assert len(result.items) == 5
    rejected = [row for row in result.rows if row.status is RowStatus.REJECTED]
    assert {problem.code for row in rejected for problem in row.problems} == {"media.too_many"}
    assert len(rejected) == 15, "no item comes in without its picture"


def test_more_pictures_than_a_file_may_have_are_not_looked_at() -> None:
    small = png(1)
    with within(Budget()):
        for _ in range(PICTURES_OF_FILE):
            picture_of(small)
        with pytest.raises(MediaRefused) as refused:
            picture_of(small)
    assert refused.value.code == PICTURES_TOO_MANY
    assert picture_of(small).size == len(small), "nothing limits what is not a file being read"
