"""Canonical JSON against the reference implementation, and what it refuses."""

import re
from types import MappingProxyType

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from app.audit.canonical import MAX_DEPTH, MAX_INTEGER, NotCanonical, canonical_json
from app.sittings.lifecycle import State

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=127))
SCALARS = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | TEXT
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_it_writes_what_rfc_8785_asks(value: object) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(st.dictionaries(KEYS, SCALARS))
def test_the_order_of_keys_does_not_matter(value: dict[str, object]) -> None:
    turned_round = dict(reversed(value.items()))
    assert canonical_json(value) == canonical_json(turned_round) == canonical_json(MappingProxyType(value))


def test_it_writes_text_as_it_is() -> None:
    value = {"b": ["考场", "\u2028", '"', "\x01"], "a": (State.PAUSED, True, None, -0)}
    assert canonical_json(value) == (
        '{"a":["paused",true,null,0],"b":["考场","\u2028","\\"","\\u0001"]}'.encode()
    )


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


def test_the_limits_themselves_are_allowed() -> None:
    assert canonical_json(MAX_INTEGER) == b"9007199254740991"
    assert canonical_json(nested(MAX_DEPTH)).startswith(b"[[")


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        MAX_INTEGER + 1,
        -MAX_INTEGER - 1,
        "\ud800",
        {"键": 1},
        {1: 1},
        {"a": b"bytes"},
        bytearray(b"x"),
        memoryview(b"x"),
        {1, 2},
        object(),
        nested(MAX_DEPTH + 1),
    ],
    # An address in a name would make the tests of two processes different ones.
    ids=lambda value: re.sub(r" at 0x[0-9a-f]+", "", repr(value)),
)
def test_everything_else_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical_json(value)
