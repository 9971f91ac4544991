"""Items refuse whatever breaks the rules of their type, and never show their key."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from question_bank.errors import ItemInvalid
from question_bank.interactions import Option
from question_bank.item_types import ItemType
from question_bank.items import DeliveredItem, Item, delivered_item
from tests.question_bank.factories import make_item

CHOICE = make_item("q1")
TRUE_FALSE = make_item("q2", ItemType.TRUE_FALSE)
MULTIPLE = make_item("q3", ItemType.MULTIPLE_CHOICE)


def options(*texts: str) -> tuple[Option, ...]:
    return tuple(Option(id=letter, text=text) for letter, text in zip("ABCDEFGHI", texts, strict=False))


def changed(item: Item, **changes: Any) -> Item:
    """The item with other fields, of its choice as well."""
    of_choice = {name: changes.pop(name) for name in ("options", "key") if name in changes}
    return dataclasses.replace(item, interaction=dataclasses.replace(item.choice, **of_choice), **changes)


@pytest.mark.parametrize(
    ("item", "changes", "code", "field"),
    [
        (CHOICE, {"id": ""}, "item.id_invalid", "id"),
        (CHOICE, {"id": "a b"}, "item.id_invalid", "id"),
        (CHOICE, {"id": "x" * 65}, "item.id_invalid", "id"),
        (CHOICE, {"stem": " \n"}, "item.stem_missing", "stem"),
        (CHOICE, {"stem": "x" * 4001}, "item.stem_too_long", "stem"),
        (CHOICE, {"stem": "a\x00b"}, "item.text_unprintable", "stem"),
        (CHOICE, {"stem": "a\u202eb"}, "item.text_unprintable", "stem"),
        (CHOICE, {"rationale": "\ud800"}, "item.text_unprintable", "rationale"),
        (CHOICE, {"topic": ""}, "item.topic_missing", "topic"),
        (CHOICE, {"options": options("a")}, "item.options_number", "options"),
        (CHOICE, {"options": options(*"abcdefghi")}, "item.options_number", "options"),
        (CHOICE, {"options": options("a", "a ")}, "item.options_repeated", "options"),
        (CHOICE, {"options": options("a", "")}, "item.option_missing", "option"),
        (CHOICE, {"options": options("a", "b")[::-1]}, "item.options_invalid", "options"),
        (CHOICE, {"key": frozenset()}, "item.key_missing", "key"),
        (CHOICE, {"key": frozenset("E")}, "item.key_beyond_options", "key"),
        (CHOICE, {"key": frozenset("AB")}, "item.key_too_many", "key"),
        (MULTIPLE, {"key": frozenset("A")}, "item.key_too_few", "key"),
        (TRUE_FALSE, {"options": options("正确", "错误")}, "item.options_invalid", "options"),
        (TRUE_FALSE, {"key": frozenset("A")}, "item.key_beyond_options", "key"),
    ],
)
def test_refusals_have_a_code_and_a_field(
    item: Item, changes: dict[str, object], code: str, field: str
) -> None:
    with pytest.raises(ItemInvalid) as caught:
        changed(item, **changes)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_a_delivered_item_has_no_place_for_the_key() -> None:
    names = {field.name for field in dataclasses.fields(DeliveredItem)}
    assert names == {"id", "type", "stem", "markup", "options", "sources", "multiple", "gaps", "unit"}
    shown = delivered_item(CHOICE, ("C", "A", "D", "B"))
    assert [option.id for option in shown.options] == ["C", "A", "D", "B"]
    assert "Rationale" not in repr(shown)


@pytest.mark.parametrize("order", [("A",), ("A", "A", "B", "C"), ("A", "B", "C", "D", "A"), "ABCE"])
def test_the_order_of_delivery_must_be_a_permutation(order: tuple[str, ...]) -> None:
    with pytest.raises(ItemInvalid) as caught:
        delivered_item(CHOICE, order)
    assert caught.value.code == "item.order_invalid"


def test_the_key_is_listed_in_the_order_of_options() -> None:
    assert make_item("q", ItemType.MULTIPLE_CHOICE, key="DBA").choice.key_order == ("A", "B", "D")
