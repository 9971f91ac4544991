"""Answers embedded in a text."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.formats.moodle.cloze import (
    Alternative,
    ClozeUnreadable,
    Embedded,
    EmbeddedType,
    embedded_text,
    parse_cloze,
)
from question_bank.formats.moodle.cloze_text import import_cloze_text
from question_bank.formats.reports import RowStatus
from tests.shared_data import SHARED_DATA, needs_shared_data


def alternative(text: str, fraction: str = "0", feedback: str = "") -> Alternative:
    return Alternative(fraction=Decimal(fraction), text=text, feedback=feedback)


def test_texts_and_answers_by_turns() -> None:
    assert parse_cloze("A {1:SHORTANSWER:=b} c {:MC:~%-33.3%d#no ~ =e#yes}.") == (
        "A ",
        Embedded(weight=1, type=EmbeddedType.SHORT, alternatives=(alternative("b", "100"),)),
        " c ",
        Embedded(
            weight=1,
            type=EmbeddedType.MENU,
            alternatives=(alternative("d", "-33.3", "no"), alternative("e", "100", "yes")),
        ),
        ".",
    )


def test_escapes_and_entities_separate_nothing() -> None:
    _, found, _ = parse_cloze(r"{2:SA:=a\~b\}c\#d&#39;e&amp;#40;#f\#g~\frac}")
    assert isinstance(found, Embedded)
    assert found.alternatives == (
        alternative("a~b}c#d&#39;e&amp;#40;", "100", "f#g"),
        alternative(r"\frac"),
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("MW", EmbeddedType.SHORT),
        ("SAC", EmbeddedType.SHORT_CASE),
        ("NM", EmbeddedType.NUMERICAL),
        ("MCV", EmbeddedType.RADIO_VERTICAL),
        ("MCHS", EmbeddedType.RADIO_HORIZONTAL_SHUFFLED),
        ("MULTIRESPONSE_S", EmbeddedType.BOXES_SHUFFLED),
    ],
)
def test_short_and_long_names(name: str, kind: EmbeddedType) -> None:
    found = parse_cloze(f"{{:{name}:=1}}")[1]
    assert isinstance(found, Embedded)
    assert found.type is kind


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no answer {=a ~b}", "cloze.no_answer"),
        ("{1:ESSAY:=a}", "cloze.type_unknown"),
        ("{0:SA:=a}", "cloze.weight_zero"),
        ("{1:SA:=a", "cloze.brace_unclosed"),
        ("{1:SA:}", "cloze.alternative_unreadable"),
        ("{1:SA:=a~}", "cloze.alternative_unreadable"),
        ("{1:SA:%101%a}", "cloze.alternative_unreadable"),
        ("{1:MC:~}", "cloze.alternative_unreadable"),
        ("{1:MC:" + "~a" * 300 + "}", "item.options_number"),
        ("{1:MC:" + "a~" * 300 + "a}", "item.options_number"),
        ("{1:SA:=a}" * 201, "item.gaps_number"),
    ],
)
def test_what_is_ill_formed(text: str, code: str) -> None:
    with pytest.raises(ClozeUnreadable) as caught:
        parse_cloze(text)
    assert caught.value.code == code


_texts = st.text("ab~#}{=%&;5\\ ", min_size=1, max_size=12).map(lambda text: text.strip().rstrip("\\& "))


@given(
    st.integers(1, 9999),
    st.sampled_from(EmbeddedType),
    st.lists(
        st.builds(
            Alternative,
            fraction=st.decimals(-100, 100, places=2),
            text=_texts.filter(lambda text: bool(text.strip()) and "&#" not in text),
            feedback=_texts.filter(lambda text: "&#" not in text).map(str.strip),
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_what_is_written_comes_back(weight: int, kind: EmbeddedType, alternatives: list[Alternative]) -> None:
    embedded = Embedded(weight=weight, type=kind, alternatives=tuple(alternatives))
    assert parse_cloze(f"x{embedded_text(embedded)}y") == ("x", embedded, "y")


@given(
    st.lists(st.sampled_from(["{1:SA:", "{", "}", "~", "=", "#", "%5%", "\\", "a", "&#", ":"]), max_size=20)
)
def test_whatever_is_written_ends_in_parts_or_a_reason(pieces: list[str]) -> None:
    text = "".join(pieces)
    with suppress(ClozeUnreadable):
        assert len(parse_cloze(text)) % 2 == 1


@needs_shared_data
@pytest.mark.shared
def test_the_broken_sample_is_rejected_with_its_reason() -> None:
    data = (SHARED_DATA / "formats" / "multianswer_cloze" / "broken_multianswer_3.txt").read_bytes()
    (row,) = import_cloze_text(data).rows
    assert row.status is RowStatus.REJECTED
    assert [(problem.code, problem.value) for problem in row.problems] == [("key.number_unreadable", "zero")]
