"""Aiken to items and back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from question_bank.bank import Bank
from question_bank.content import Markup
from question_bank.formats.aiken_items import bank_to_aiken, import_aiken
from question_bank.formats.drafts import NO_TOPIC
from question_bank.formats.reports import RowStatus
from question_bank.interactions import CHOICE_IDS, Choice, Option
from question_bank.item_types import ItemType
from question_bank.items import Item
from tests.question_bank.item_strategies import items


def single(stem: str, *texts: str, key: str = "A", markup: Markup = Markup.TEXT) -> Item:
    options = tuple(Option(id=letter, text=text) for letter, text in zip(CHOICE_IDS, texts, strict=False))
    return Item(
        id="i",
        type=ItemType.SINGLE_CHOICE,
        stem=stem,
        interaction=Choice(options=options, key=frozenset(key)),
        topic=NO_TOPIC,
        markup=markup,
    )


def losses(item: Item) -> list[tuple[str, str]]:
    written = bank_to_aiken(Bank(name="b", industry="", items=(item,)))
    return [(loss.field, loss.code) for loss in written.losses]


def test_questions_become_items_with_their_lines() -> None:
    result = import_aiken(b"Which <gas>?\nA. O2\nB. N2\nANSWER: B\n\nNo options\nANSWER: A\n")
    (item,) = result.items
    assert (item.stem, item.type, item.choice.key) == ("Which <gas>?", ItemType.SINGLE_CHOICE, frozenset("B"))
    assert item.markup is Markup.TEXT
    assert [(row.row, row.status) for row in result.rows] == [
        (1, RowStatus.IMPORTED),
        (7, RowStatus.REJECTED),
    ]
    assert [problem.code for problem in result.rows[1].problems] == ["item.options_number"]


@given(items(types=(ItemType.SINGLE_CHOICE, ItemType.TRUE_FALSE), bare=True))
def test_what_aiken_holds_comes_back(item: Item) -> None:
    written = bank_to_aiken(Bank(name="b", industry="", items=(item,)))
    lost = {loss.field for loss in written.losses}
    result = import_aiken(written.data)
    if "item" in lost:
        assert result.items == ()
        return
    (back,) = result.items
    assert {"id", "topic"} <= lost <= {"id", "topic", "rationale", "type"}
    assert back.stem == item.stem
    texts = [option.text for option in item.choice.options]
    assert [option.text for option in back.choice.options] == texts
    places = [option.id in item.choice.key for option in item.choice.options]
    assert [option.id in back.choice.key for option in back.choice.options] == places


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (single("s", "a", "b"), [("id", "loss.no_place")]),
        (
            replace(single("s", "a", "b"), topic="t", must_know=True, rationale="r"),
            [(field, "loss.no_place") for field in ("id", "topic", "must_know", "rationale")],
        ),
        (
            single("<p>s &amp; t</p>", "<em>a</em>", "b", markup=Markup.HTML),
            [("id", "loss.no_place"), ("markup", "loss.markup")],
        ),
        (single("s\nANSWER: B", "a", "b"), [("item", "loss.not_read_back")]),
        (single("s", "a\nb", "c"), [("item", "loss.not_read_back")]),
        (single("s\n\nA. t", "a", "b"), [("item", "loss.not_read_back")]),
        (single("\\(x\\)", "a", "b", markup=Markup.HTML), [("item", "loss.picture")]),
        (single("s", "<p>a</p>", "a", markup=Markup.HTML), [("item", "loss.markup")]),
        (single("s  t", "a", "b"), [("id", "loss.no_place")]),
        (single(" s", "a", "b"), [("id", "loss.no_place"), ("stem", "loss.changed")]),
    ],
)
def test_what_is_lost_is_named(item: Item, expected: list[tuple[str, str]]) -> None:
    assert losses(item) == expected


def test_other_types_are_left_out() -> None:
    item = replace(
        single("s", "a", "b"),
        type=ItemType.MULTIPLE_CHOICE,
        interaction=replace(single("s", "a", "b").choice, key=frozenset("AB")),
    )
    assert losses(item) == [("item", "loss.type")]
