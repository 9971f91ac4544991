"""Export: harmless in a spreadsheet, and complete enough to import again."""

from __future__ import annotations

import csv
import dataclasses
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.bank import Bank
from question_bank.formats.export import bank_to_csv, bank_to_xlsx, neutral
from question_bank.formats.tabular import import_tables
from question_bank.interactions import Choice, Option
from question_bank.item_types import CHOICE_TYPES
from question_bank.items import Difficulty, Item
from tests.question_bank.factories import make_bank, make_item
from tests.question_bank.item_strategies import items

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
@given(st.lists(items(), max_size=6, unique_by=lambda item: item.id))
def test_sheets_hold_items_whole_or_say_what_is_lost(generated: list[Item]) -> None:
    bank = Bank(name="b", industry="", items=tuple(generated))
    for written in (bank_to_csv(bank), bank_to_xlsx(bank)):
        left_out = {loss.item_id for loss in written.losses if loss.field == "item"}
        again = {item.id: item for item in import_tables(written.data).items} if written.data else {}
        for item in bank.items:
            if item.id in left_out:
                assert item.id not in again
                continue
            expected = dataclasses.replace(item, parameters=None) if item.parameters else item
            assert again[item.id] == expected
            lost = {loss.field for loss in written.losses if loss.item_id == item.id}
            assert lost == ({"parameters"} if item.parameters else set())
        for loss in written.losses:
            assert loss.text("zh")
            assert loss.text("en")
