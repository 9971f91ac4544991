"""Every type of item survives its JSON, keeps its digest, and defaults take no room."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given

from question_bank.bank import Bank
from question_bank.canonical import JsonValue
from question_bank.content import Markup
from question_bank.errors import BankInvalid, DocumentInvalid, ItemInvalid
from question_bank.item_documents import item_digest, item_document, item_from_document
from question_bank.items import Item, ItemSet
from question_bank.media import Picture
from tests.question_bank.factories import make_item
from tests.question_bank.item_strategies import items

DIGEST = "0f" * 32
PICTURE = Picture(digest=DIGEST, media_type="image/png", size=100)


@given(items())
def test_items_come_back_the_same(item: Item) -> None:
    again = item_from_document(item_document(item))
    assert again == item
    assert item_digest(again) == item_digest(item)


@given(items())
def test_banks_of_every_type_come_back_the_same(item: Item) -> None:
    bank = Bank(name="n", industry="i", items=(item,))
    assert Bank.from_json(bank.to_json()) == bank


def test_defaults_take_no_room() -> None:
    fields = set(item_document(make_item("q")))
    assert fields == {
        *("id", "type", "stem", "options", "key", "topic"),
        *("must_know", "rationale", "difficulty", "source"),
    }


def test_unknown_fields_and_values_are_refused() -> None:
    document = item_document(make_item("q"))
    changes: list[dict[str, JsonValue]] = [
        {"x": 1},
        {"markup": "rtf"},
        {"scoring_rules": ["best"]},
        {"parameters": {"a": 1}},
    ]
    for change in changes:
        with pytest.raises(DocumentInvalid):
            item_from_document(document | change)


def test_a_bank_holds_the_sets_and_pictures_of_its_items_and_no_others() -> None:
    shown = dataclasses.replace(
        make_item("q", must_know=True),
        markup=Markup.HTML,
        stem=f'<img src="media:{DIGEST}" alt="">',
        item_set="s1",
    )
    sets = tuple(ItemSet(id=name, stimulus="案例") for name in ("s2", "s1"))
    with pytest.raises(BankInvalid) as caught:
        Bank(name="n", industry="", items=(shown,), media=(PICTURE,))
    assert caught.value.code == "bank.set_missing"
    with pytest.raises(BankInvalid) as caught:
        Bank(name="n", industry="", items=(shown,), sets=sets)
    assert caught.value.code == "bank.media_missing"
    other = Picture(digest="aa" * 32, media_type="image/png", size=1)
    bank = Bank(name="n", industry="", items=(shown,), sets=sets, media=(other, PICTURE))
    assert [item_set.id for item_set in bank.sets] == ["s1"]
    assert bank.media == (PICTURE,)
    assert bank.set_of(shown) == sets[1]
    assert Bank.from_json(bank.to_json()) == bank


def test_a_number_that_is_none_is_told_as_a_field() -> None:
    document = item_document(make_item("q1")) | {
        "type": "numeric",
        "value": "abc",
        "tolerance": "0",
        "unit": "",
    }
    with pytest.raises(ItemInvalid) as refused:
        item_from_document({k: v for k, v in document.items() if k not in ("options", "key")})
    assert (refused.value.code, refused.value.field) == ("item.number_invalid", "key")
