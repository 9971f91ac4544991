"""Conditions: what they hold for, one spelling each, and clear refusals."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.conditions import Comparison, Condition, Expression, Joined, Not
from question_bank.errors import BlueprintInvalid

ITEM = {"level": "3", "dok": "2.50", "topic": "电气/低压", "kind": 'a "b"', "empty": ""}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("", True),
        ("level = 3", True),
        ("level = 3.0", True),
        ("level != 3", False),
        ("missing != 3", False),
        ("dok >= 2.5", True),
        ("dok > 2.5", False),
        ("dok < 10", True),
        ("topic < 10", False),
        ('topic under "电气"', True),
        ("topic under 电", False),
        ('topic under "电气/低压"', True),
        ("level in [1, 2, 3]", True),
        ("level not in [1, 2, 3]", False),
        ("missing not in [1]", True),
        ('kind = "a \\"b\\""', True),
        ("level is present and empty is absent and missing is absent", True),
        ("not level = 3 or dok = 2.5", True),
        ("not (level = 3 or dok = 2.5)", False),
        ("level = 1 and dok = 2.5 or level = 3", True),
        ("level = 1 and (dok = 2.5 or level = 3)", False),
    ],
)
def test_what_a_condition_holds_for(text: str, holds: bool) -> None:
    assert Condition.parse(text).holds(ITEM) is holds


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("level", "condition.ends_early", 6),
        ("level = ", "condition.ends_early", 8),
        ("level = 3 and", "condition.ends_early", 14),
        ("level = 3 level = 4", "condition.unexpected", 11),
        ("and = 3", "condition.unexpected", 1),
        ("  3 = level", "condition.unexpected", 3),
        ("level in []", "condition.unexpected", 11),
        ("level in [1", "condition.ends_early", 12),
        ("level == 3", "condition.unexpected", 8),
        ("not (level = 3 or level is so)", "condition.unexpected", 28),
        ("level = 3  & dok = 2", "condition.unreadable", 12),
        ('level = "\\x"', "condition.string_invalid", 9),
        ('level = "open', "condition.unreadable", 9),
        ("not " * 21 + "level = 3", "condition.too_deep", None),
        ("(" * 500 + "level = 3" + ")" * 500, "condition.too_deep", None),
        ("level = " + "3" * 2_000, "condition.too_long", None),
    ],
)
def test_what_is_no_condition_is_refused_at_its_character(text: str, code: str, position: int | None) -> None:
    with pytest.raises(BlueprintInvalid) as caught:
        Condition.parse(text)
    assert caught.value.code == code
    assert caught.value.params.get("position") == (None if position is None else str(position))


NAMES = st.sampled_from(["level", "topic", "认知", "a_1"])
VALUES = st.one_of(
    st.text(min_size=1, max_size=6, alphabet=st.characters(codec="utf-8", exclude_characters="\x00")),
    st.integers(-99, 99).map(str),
)
COMPARISONS: st.SearchStrategy[Expression] = st.one_of(
    st.builds(
        lambda name, sign, value: Comparison(name, sign, (value,)),
        NAMES,
        st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "under"]),
        VALUES,
    ),
    st.builds(lambda n, v: Comparison(n, "in", tuple(v)), NAMES, st.lists(VALUES, min_size=1, max_size=3)),
    st.builds(lambda name: Comparison(name, "present"), NAMES),
)
EXPRESSIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(
            lambda word, parts: Joined(word, tuple(parts)),
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=2, max_size=3),
        ),
    ),
    max_leaves=6,
)


@given(EXPRESSIONS, st.dictionaries(NAMES, VALUES))
def test_the_canonical_spelling_reads_back_and_means_the_same(
    expression: Expression, attributes: dict[str, str]
) -> None:
    written = Condition(expression)
    again = Condition.parse(written.text)
    assert again.text == written.text
    assert again.holds(attributes) == written.holds(attributes)


@given(st.text(max_size=40))
def test_no_text_does_anything_but_parse_or_be_refused(text: str) -> None:
    with contextlib.suppress(BlueprintInvalid):
        written = Condition.parse(text).text
        assert Condition.parse(written).text == written
