"""Responses of every type: checked, matched in parts, marked under every rule that fits."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.errors import ResponseInvalid
from question_bank.interactions import (
    Choice,
    Cloze,
    Gap,
    Interaction,
    Matching,
    Numeric,
    Option,
    Ordering,
    Pair,
    TextEntry,
    read_number,
)
from question_bank.item_types import ItemType
from question_bank.items import Item
from question_bank.responses import check_response, key_response, match_response
from question_bank.scoring import MarkReason, Outcome, mark_response
from question_bank.scoring_rules import RULES_OF, RULES_WITH_PARTIAL_POINTS, ScoringRule
from question_bank.sections import Section
from tests.question_bank.item_strategies import items


def section(item_type: ItemType, rule: ScoringRule = ScoringRule.ALL_OR_NOTHING) -> Section:
    partial = 60 if rule in RULES_WITH_PARTIAL_POINTS else 0
    return Section(type=item_type, title="s", count=1, points=200, scoring_rule=rule, partial_points=partial)


def make(item_type: ItemType, interaction: Interaction, stem: str = "stem") -> Item:
    return Item(id="q", type=item_type, stem=stem, interaction=interaction, topic="t")


def options(*texts: str, ids: str = "ABCDEF") -> tuple[Option, ...]:
    return tuple(Option(id=i, text=t) for i, t in zip(ids, texts, strict=False))


NUMERIC = make(ItemType.NUMERIC, Numeric(value=Decimal("36"), tolerance=Decimal("0.5"), unit="V"))
TEXT = make(ItemType.TEXT_ENTRY, TextEntry(accepted=("安全电压", "SELV")))
ORDER = make(ItemType.ORDERING, Ordering(options=options("断电", "验电", "接地"), key=("A", "B", "C")))
MATCH = make(
    ItemType.MATCHING,
    Matching(
        sources=options("红", "黄", "蓝", ids="123"),
        targets=options("禁止", "警告", "指令", "提示"),
        key=frozenset({Pair(source=s, target=t) for s, t in ("1A", "2B", "3C")}),
    ),
)
CLOZE = make(
    ItemType.CLOZE,
    Cloze(
        gaps=(
            Gap(id="a", entry=Choice(options=options("断电", "送电"), key=frozenset("A")), weight=2),
            Gap(id="b", entry=Numeric(value=Decimal(3))),
            Gap(id="c", entry=TextEntry(accepted=("接地",))),
        )
    ),
    stem="先[[a]]，再等[[b]]分钟，最后[[c]]。",
)


@given(items())
def test_the_key_is_right_under_every_rule(item: Item) -> None:
    response = check_response(item, key_response(item))
    for rule in RULES_OF[item.type]:
        marked = mark_response(item, section(item.type, rule), response)
        assert (marked.outcome, marked.reason, marked.awarded) == (
            Outcome.CORRECT,
            MarkReason.AS_THE_KEY,
            200,
        )


@given(items(), st.data())
def test_marks_stay_in_range_and_parts_add_up(item: Item, data: st.DataObject) -> None:
    response = check_response(item, _some_response(item, data))
    for rule in RULES_OF[item.type]:
        marked = mark_response(item, section(item.type, rule), response)
        assert 0 <= marked.awarded <= 200
        assert (marked.outcome is Outcome.UNANSWERED) == (not response)
        assert (marked.outcome is Outcome.CORRECT) == (marked.match is not None and marked.match.exact)
        if marked.outcome is Outcome.WRONG:
            assert marked.awarded == 0
    if response:
        found = match_response(item, response)
        assert 0 <= found.right <= found.total
        assert found.wrong >= 0
        assert found.missed >= 0


@given(items(), st.data())
def test_checking_twice_changes_nothing(item: Item, data: st.DataObject) -> None:
    response = check_response(item, _some_response(item, data))
    assert check_response(item, response) == response


def _some_response(item: Item, data: st.DataObject) -> tuple[str, ...]:
    """Any response that the item can take."""
    match item.interaction:
        case Choice() as choice:
            most = len(choice.options) if item.type is ItemType.MULTIPLE_CHOICE else 1
            picked = st.lists(st.sampled_from(choice.option_ids), unique=True, max_size=most)
            return tuple(data.draw(picked))
        case Ordering() as ordering:
            return tuple(data.draw(st.one_of(st.just([]), st.permutations(ordering.option_ids))))
        case Matching() as matching:
            targets = st.sampled_from([target.id for target in matching.targets])
            most = 3 if matching.multiple else 1
            return tuple(
                f"{source.id}={target}"
                for source in matching.sources
                for target in data.draw(st.sets(targets, max_size=most))
            )
        case Cloze() as cloze:
            values = []
            for gap in cloze.gaps:
                entry = gap.entry
                known = (
                    st.sampled_from(entry.option_ids)
                    if isinstance(entry, Choice)
                    else st.text("01a= ", max_size=4)
                )
                values.append(f"{gap.id}={data.draw(known)}")
            return tuple(values)
        case Numeric() | TextEntry():
            return tuple(data.draw(st.lists(st.text("0.5-a ", max_size=5), max_size=1)))


@pytest.mark.parametrize(
    ("item", "response", "right", "wrong", "missed", "total"),
    [
        (NUMERIC, ("36.5",), 1, 0, 0, 1),
        (NUMERIC, ("３５．５",), 1, 0, 0, 1),
        (NUMERIC, ("36.51",), 0, 1, 0, 1),
        (NUMERIC, ("3.6e1",), 1, 0, 0, 1),
        (NUMERIC, ("36 V",), 0, 1, 0, 1),
        (NUMERIC, ("nan",), 0, 1, 0, 1),
        (TEXT, ("ｓｅｌｖ",), 1, 0, 0, 1),
        (TEXT, (" 安全电压 ",), 1, 0, 0, 1),
        (TEXT, ("电压",), 0, 1, 0, 1),
        (ORDER, ("A", "C", "B"), 1, 2, 0, 3),
        (MATCH, ("1=A", "2=A"), 1, 1, 1, 3),
        (CLOZE, ("a=A", "b=4"), 2, 1, 1, 4),
    ],
)
def test_parts(
    item: Item, response: tuple[str, ...], right: int, wrong: int, missed: int, total: int
) -> None:
    found = match_response(item, check_response(item, response))
    assert (found.right, found.wrong, found.missed, found.total) == (right, wrong, missed, total)


@pytest.mark.parametrize(
    ("item", "response", "rule", "awarded", "reason"),
    [
        (ORDER, ("A", "C", "B"), ScoringRule.PROPORTIONAL, 66, MarkReason.SOME_RIGHT),
        (MATCH, ("1=A", "2=B"), ScoringRule.PROPORTIONAL, 133, MarkReason.INCOMPLETE),
        (MATCH, ("1=A", "2=B", "3=A"), ScoringRule.PROPORTIONAL_WITH_PENALTY, 66, MarkReason.SOME_WRONG),
        (CLOZE, ("a=A",), ScoringRule.PROPORTIONAL, 100, MarkReason.INCOMPLETE),
        (CLOZE, ("b=4",), ScoringRule.PROPORTIONAL, 0, MarkReason.NOTHING_RIGHT),
        (CLOZE, (), ScoringRule.PROPORTIONAL, 0, MarkReason.NOTHING_GIVEN),
        (CLOZE, ("a=A",), ScoringRule.ALL_OR_NOTHING, 0, MarkReason.INCOMPLETE),
    ],
)
def test_marks_and_reasons(
    item: Item, response: tuple[str, ...], rule: ScoringRule, awarded: int, reason: MarkReason
) -> None:
    marked = mark_response(item, section(item.type, rule), check_response(item, response))
    assert (marked.awarded, marked.reason) == (awarded, reason)


def test_missed_options_cost_and_wrong_ones_cost_all() -> None:
    choice = Choice(options=options("a", "b", "c", "d"), key=frozenset("ABC"))
    item = make(ItemType.MULTIPLE_CHOICE, choice)
    plan = section(ItemType.MULTIPLE_CHOICE, ScoringRule.PER_MISSED_NO_WRONG)
    awarded = [mark_response(item, plan, tuple(text)).awarded for text in ("ABC", "AB", "A", "ABD", "ABCD")]
    assert awarded == [200, 140, 80, 0, 0]


@pytest.mark.parametrize(
    ("item", "response", "code"),
    [
        (NUMERIC, ("1", "2"), "response.too_many"),
        (NUMERIC, ("x" * 201,), "response.too_long"),
        (TEXT, ("a\x00",), "response.unprintable"),
        (ORDER, ("A", "B"), "response.order_incomplete"),
        (ORDER, ("A", "B", "B"), "response.order_incomplete"),
        (MATCH, ("1A",), "response.pair_invalid"),
        (MATCH, ("4=A",), "response.option_unknown"),
        (MATCH, ("1=E",), "response.option_unknown"),
        (MATCH, ("1=A", "1=B"), "response.too_many"),
        (MATCH, ("1=A", "1=A"), "response.option_repeated"),
        (CLOZE, ("x=1",), "response.option_unknown"),
        (CLOZE, ("a=C",), "response.option_unknown"),
        (CLOZE, ("a=A", "a=B"), "response.option_repeated"),
        (CLOZE, ("a",), "response.pair_invalid"),
    ],
)
def test_impossible_responses_are_refused(item: Item, response: tuple[str, ...], code: str) -> None:
    with pytest.raises(ResponseInvalid) as caught:
        check_response(item, response)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("typed", "number"),
    [("-1.50", "-1.5"), ("+3", "3"), ("１２", "12"), ("\u22122", "-2"), ("1e3", "1000")],
)
def test_numbers_as_people_type_them(typed: str, number: str) -> None:
    assert read_number(typed) == Decimal(number)


@pytest.mark.parametrize("typed", ["", "1,000", "1.2.3", "inf", "0x10", "1e999", "一", "1" * 31])
def test_what_is_no_number(typed: str) -> None:
    assert read_number(typed) is None
