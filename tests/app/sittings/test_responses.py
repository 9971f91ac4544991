"""Responses against the shape of their slot, and the turn of numbered messages."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.sittings.responses import SlotShape, Turn, checked_response, read_response, response_text, turn
from question_bank.interactions import OPTION_IDS
from question_bank.item_types import ItemType
from question_bank.items import Item
from question_bank.responses import check_response, key_response, own_response, shown_response
from tests.question_bank.factories import make_item
from tests.question_bank.item_strategies import items


def shape(item_type: ItemType, order: str) -> SlotShape:
    return SlotShape(item=make_item("q", item_type), option_order=tuple(order))


SHAPES = (
    shape(ItemType.TRUE_FALSE, "TF"),
    shape(ItemType.SINGLE_CHOICE, "CADB"),
    shape(ItemType.MULTIPLE_CHOICE, "DCBA"),
)


@pytest.mark.parametrize(
    ("position", "response", "checked"),
    [
        (1, ["A"], "A"),
        (1, [], ""),
        (2, ["D"], "D"),
        (3, ["D", "A"], "AD"),
        (3, list("DCBA"), "ABCD"),
        (3, [], ""),
    ],
)
def test_responses_that_fit(position: int, response: list[str], checked: str) -> None:
    assert checked_response(SHAPES, position, response) == tuple(checked)


@pytest.mark.parametrize(
    ("position", "response"),
    [
        (0, ["A"]),
        (4, ["A"]),
        (-1, []),
        (1, ["C"]),
        (2, ["E"]),
        (2, ["A", "B"]),
        (1, ["A", "B"]),
        (3, ["A", "A"]),
        (3, ["F"]),
        (3, ["a"]),
        (3, ["AB"]),
        (3, [""]),
        (3, ["A", "\u0410"]),  # a Cyrillic A
    ],
)
def test_responses_that_do_not_fit(position: int, response: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        checked_response(SHAPES, position, response)
    assert refusal.value.code == "response_invalid"


@given(st.integers(1, 3), st.lists(st.text(max_size=2), max_size=6))
def test_whatever_is_accepted_is_sorted_and_there(position: int, response: list[str]) -> None:
    try:
        checked = checked_response(SHAPES, position, response)
    except Invalid:
        return
    shown = SHAPES[position - 1]
    assert list(checked) == sorted(set(response))
    assert set(checked) <= set(OPTION_IDS[: len(shown.option_order)])
    assert len(checked) <= (4 if shown.item.type is ItemType.MULTIPLE_CHOICE else 1)


@given(items(), st.randoms(use_true_random=False))
def test_responses_of_every_type_go_to_shown_letters_and_back(item: Item, chance: random.Random) -> None:
    order = list(item.shuffled_ids)
    chance.shuffle(order)
    own = check_response(item, key_response(item))
    shown = shown_response(item, order, own)
    assert own_response(item, order, shown) == own
    assert checked_response([SlotShape(item=item, option_order=tuple(order))], 1, shown) == shown
    assert read_response(response_text(shown)) == shown


@given(st.integers(0, 2**53), st.integers(1, 2**53))
def test_each_number_has_one_turn(last: int, seq: int) -> None:
    expected = Turn.APPLY if seq == last + 1 else (Turn.REPEAT if seq <= last else Turn.HOLE)
    assert turn(last, seq) is expected
