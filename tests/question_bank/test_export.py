"""Export: harmless in a spreadsheet, and complete enough to import again."""

from __future__ import annotations

import csv
import dataclasses
import io

import pytest
from hypothesis import given, settings

from question_bank.bank import Bank
from question_bank.content import Markup
from question_bank.formats.export import bank_to_csv, bank_to_xlsx, neutral
from question_bank.formats.tabular import import_tables
from question_bank.interactions import Choice, Option
from question_bank.item_types import CHOICE_TYPES, ItemType
from question_bank.items import Difficulty, Item, ItemSet, Parameters
from question_bank.media import Picture
from tests.question_bank.factories import make_bank, make_item
from tests.question_bank.item_strategies import banks

TRICKY = ("+1", "-1", "@x", 'a,"b"')


def hostile_bank() -> Bank:
    item = dataclasses.replace(
        make_item("q1"),
        stem='=HYPERLINK("x")',
        interaction=Choice(
            options=tuple(Option(id=i, text=t) for i, t in zip("ABCD", TRICKY, strict=True)),
            key=frozenset("A"),
        ),
        difficulty=Difficulty.MEDIUM,
        source="-来源",
    )
    return Bank(name="b", industry="", items=(item,))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_formulas_are_neutralised(start: str) -> None:
    assert neutral(start + "1") == "'" + start + "1"
    assert neutral("1" + start) == "1" + start


def test_no_cell_of_an_export_is_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(bank_to_csv(hostile_bank()).data.decode("utf-8-sig"))))
    assert not [cell for row in rows for cell in row if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]


@pytest.mark.parametrize("bank", [make_bank(), hostile_bank()])
def test_an_export_imports_as_the_same_bank(bank: Bank) -> None:
    for data in (bank_to_csv(bank), bank_to_xlsx(bank)):
        assert data.losses == ()
        again = import_tables(data.data)
        assert not again.codes
        assert Bank(name=bank.name, industry=bank.industry, items=again.items) == bank


def test_every_type_is_exported() -> None:
    bank: Bank = make_bank(per_cell=1, topics=1)
    items: tuple[Item, ...] = import_tables(bank_to_csv(bank).data).items
    assert {item.type for item in items} == set(CHOICE_TYPES)


@settings(max_examples=50)
@given(banks())
def test_sheets_hold_items_whole_or_say_what_is_lost(bank: Bank) -> None:
    for written in (bank_to_csv(bank), bank_to_xlsx(bank)):
        left_out = {loss.item_id for loss in written.losses if loss.field == "item"}
        read = import_tables(written.data)
        again = {item.id: item for item in read.items}
        sets = {item_set.id: item_set for item_set in read.sets}
        for item in bank.items:
            if item.id in left_out:
                assert item.id not in again
                continue
            lost = {loss.field for loss in written.losses if loss.item_id == item.id}
            assert lost <= {"item_set"}
            assert again[item.id] == (dataclasses.replace(item, item_set="") if lost else item)
            assert sets.get(again[item.id].item_set) == (None if lost else bank.set_of(item))
        for loss in written.losses:
            assert loss.text("zh")
            assert loss.text("en")


def test_a_workbook_holds_stimuli_and_parameters() -> None:
    one = dataclasses.replace(
        make_item("q1"), item_set="case-1", parameters=Parameters(a=1_250_000, b=-1, c=200_000)
    )
    item_set = ItemSet(id="case-1", title="案例", stimulus="=甲\n乙")
    bank = Bank(name="b", industry="", items=(one,), sets=(item_set,))
    written = bank_to_xlsx(bank)
    assert written.losses == ()
    read = import_tables(written.data)
    assert (read.items, read.sets) == ((one,), (item_set,))
    assert [sheet.code for sheet in read.sheets] == ["sheet.read", "sheet.stimuli"]
    assert [loss.field for loss in bank_to_csv(bank).losses] == ["item_set"]


def test_a_picture_or_too_long_a_stimulus_is_named() -> None:
    for stimulus, markup in (
        (f'<img src="media:{"a" * 64}" alt="x">', Markup.HTML),
        ("<b>甲</b>" * 4_700, Markup.HTML),
        ("两个  空格", Markup.TEXT),
    ):
        item_set = ItemSet(id="case", stimulus=stimulus, markup=markup)
        media = tuple(Picture(digest=d, media_type="image/png", size=1) for d in item_set.media)
        item = dataclasses.replace(make_item("q1"), item_set="case")
        written = bank_to_xlsx(Bank(name="b", industry="", items=(item,), sets=(item_set,), media=media))
        assert [(loss.field, loss.code) for loss in written.losses] == [("item_set", "sheet.item_set_lost")]
        assert [found.item_set for found in import_tables(written.data).items] == [""]


def test_an_older_template_is_still_read_as_written() -> None:
    """A file with the columns of before: labels in its options are words, not labels."""
    rows = list(
        csv.reader(io.StringIO(bank_to_csv(make_bank(per_cell=1, topics=1)).data.decode("utf-8-sig")))
    )
    later = len(rows[0]) - 4
    for row in rows[1:]:
        del row[later:]
        if row[1] == "单选题":
            row[4:8] = ["A.甲", "B.乙", "C.丙", "D.丁"]
    stream = io.StringIO()
    csv.writer(stream).writerows([rows[0][:later], *rows[1:]])
    (item,) = [i for i in import_tables(stream.getvalue().encode()).items if i.type is ItemType.SINGLE_CHOICE]
    assert item.choice.options[0].text == "A.甲"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (("1.25", "", "0"), "parameters.incomplete"),
        (("1.1234567", "0", "0"), "parameters.unreadable"),
        (("1e999999", "0", "0"), "parameters.unreadable"),
        (("0", "0", "0"), "item.parameters_invalid"),
        (("1", "0", "1"), "item.parameters_invalid"),
        (("甲", "0", "0"), "parameters.unreadable"),
    ],
)
def test_parameters_that_are_none_reject_their_row(cells: tuple[str, str, str], code: str) -> None:
    head = "题型,题干,答案,区分度a,难度b,猜测c\n"
    result = import_tables(f"{head}判断题,一句话,对,{','.join(cells)}\n".encode())
    assert list(result.codes) == [code]
    assert not result.items


def test_a_set_without_its_stimulus_rejects_its_item() -> None:
    table = "题型,题干,答案,题组编号\n判断题,一句话,对,case-9\n"
    assert list(import_tables(table.encode()).codes) == ["item_set.missing"]
