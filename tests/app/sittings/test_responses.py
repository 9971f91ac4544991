"""Responses against the shape of their slot, and the turn of numbered messages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.sittings.responses import LETTERS, SlotShape, Turn, checked_letters, turn
from question_bank.item_types import ItemType

SHAPES = (
    SlotShape(type=ItemType.TRUE_FALSE, options=2),
    SlotShape(type=ItemType.SINGLE_CHOICE, options=4),
    SlotShape(type=ItemType.MULTIPLE_CHOICE, options=5),
)


@pytest.mark.parametrize(
    ("position", "response", "letters"),
    [
        (1, ["A"], "A"),
        (1, [], ""),
        (2, ["D"], "D"),
        (3, ["E", "A"], "AE"),
        (3, list("EDCBA"), "ABCDE"),
        (3, [], ""),
    ],
)
def test_responses_that_fit(position: int, response: list[str], letters: str) -> None:
    assert checked_letters(SHAPES, position, response) == letters


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
        checked_letters(SHAPES, position, response)
    assert refusal.value.code == "response_invalid"


@given(st.integers(1, 3), st.lists(st.text(max_size=2), max_size=6))
def test_whatever_is_accepted_is_sorted_and_there(position: int, response: list[str]) -> None:
    try:
        letters = checked_letters(SHAPES, position, response)
    except Invalid:
        return
    shape = SHAPES[position - 1]
    assert list(letters) == sorted(set(response))
    assert set(letters) <= set(LETTERS[: shape.options])
    assert len(letters) <= (shape.options if shape.type is ItemType.MULTIPLE_CHOICE else 1)


@given(st.integers(0, 2**53), st.integers(1, 2**53))
def test_each_number_has_one_turn(last: int, seq: int) -> None:
    expected = Turn.APPLY if seq == last + 1 else (Turn.REPEAT if seq <= last else Turn.HOLE)
    assert turn(last, seq) is expected
