"""Scoring: integer centipoints, three rules, nothing outside 0..points."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.errors import FormMismatch, ResponseInvalid
from question_bank.item_types import ItemType
from question_bank.responses import check_response
from question_bank.scoring import Outcome, mark_response, score
from question_bank.scoring_rules import ScoringRule
from question_bank.sections import Section
from tests.question_bank.factories import draw_form, make_bank, make_blueprint, make_item

BANK, PLAN = make_bank(), make_blueprint()
FORM = draw_form(BANK, PLAN)
ALL_CORRECT = {slot.position: BANK.by_id[slot.item_id].choice.key_order for slot in FORM.slots}


@st.composite
def responses(draw: st.DrawFn) -> dict[int, tuple[str, ...]]:
    chosen: dict[int, tuple[str, ...]] = {}
    for slot in FORM.slots:
        item = BANK.by_id[slot.item_id]
        most = len(item.choice.options) if item.type is ItemType.MULTIPLE_CHOICE else 1
        picked = st.lists(st.sampled_from(item.choice.option_ids), unique=True, max_size=most)
        if draw(st.booleans()):
            chosen[slot.position] = tuple(draw(picked))
    return chosen


@given(responses())
def test_scores_stay_in_range_and_add_up(given_responses: dict[int, tuple[str, ...]]) -> None:
    result = score(FORM, BANK, given_responses)
    assert all(0 <= mark.awarded <= mark.points for mark in result.marks)
    assert result.total == sum(mark.awarded for mark in result.marks)
    assert result.total == sum(section.awarded for section in result.sections)
    assert 0 <= result.total <= result.points == PLAN.total_points
    for mark in result.marks:
        unanswered = not given_responses.get(mark.position)
        assert (mark.outcome is Outcome.UNANSWERED) == unanswered


@given(responses())
def test_the_order_of_chosen_options_is_irrelevant(given_responses: dict[int, tuple[str, ...]]) -> None:
    turned = {position: chosen[::-1] for position, chosen in reversed(given_responses.items())}
    assert score(FORM, BANK, turned) == score(FORM, BANK, given_responses)


def test_all_correct_is_the_total_and_nothing_is_zero() -> None:
    full, empty = score(FORM, BANK, ALL_CORRECT), score(FORM, BANK, {})
    assert full.total == full.points == 2400
    assert [section.correct for section in full.sections] == [6, 6, 6]
    assert empty.total == 0
    assert {mark.outcome for mark in empty.marks} == {Outcome.UNANSWERED}


ITEM = make_item("q", ItemType.MULTIPLE_CHOICE, key="ABC")


@pytest.mark.parametrize(
    ("rule", "partial", "chosen", "outcome", "awarded"),
    [
        (ScoringRule.ALL_OR_NOTHING, 0, "ABC", Outcome.CORRECT, 200),
        (ScoringRule.ALL_OR_NOTHING, 0, "AB", Outcome.WRONG, 0),
        (ScoringRule.PARTIAL_NO_WRONG, 100, "AB", Outcome.PARTIAL, 100),
        (ScoringRule.PARTIAL_NO_WRONG, 100, "A", Outcome.PARTIAL, 100),
        (ScoringRule.PARTIAL_NO_WRONG, 100, "ABCD", Outcome.WRONG, 0),
        (ScoringRule.PARTIAL_NO_WRONG, 100, "AD", Outcome.WRONG, 0),
        (ScoringRule.PER_OPTION_NO_WRONG, 50, "A", Outcome.PARTIAL, 50),
        (ScoringRule.PER_OPTION_NO_WRONG, 50, "AC", Outcome.PARTIAL, 100),
        (ScoringRule.PER_OPTION_NO_WRONG, 150, "AC", Outcome.PARTIAL, 200),
        (ScoringRule.PER_OPTION_NO_WRONG, 50, "D", Outcome.WRONG, 0),
        (ScoringRule.PER_OPTION_NO_WRONG, 50, "", Outcome.UNANSWERED, 0),
    ],
)
def test_rules(rule: ScoringRule, partial: int, chosen: str, outcome: Outcome, awarded: int) -> None:
    section = Section(
        type=ItemType.MULTIPLE_CHOICE,
        title="多选题",
        count=1,
        points=200,
        scoring_rule=rule,
        partial_points=partial,
    )
    marked = mark_response(ITEM, section, check_response(ITEM, tuple(chosen)))
    assert (marked.outcome, marked.awarded) == (outcome, awarded)


@pytest.mark.parametrize(
    ("item_type", "chosen", "code"),
    [
        (ItemType.SINGLE_CHOICE, ("A", "B"), "response.too_many"),
        (ItemType.SINGLE_CHOICE, ("E",), "response.option_unknown"),
        (ItemType.TRUE_FALSE, ("A",), "response.option_unknown"),
        (ItemType.MULTIPLE_CHOICE, ("A", "A"), "response.option_repeated"),
    ],
)
def test_impossible_responses_are_refused(item_type: ItemType, chosen: tuple[str, ...], code: str) -> None:
    with pytest.raises(ResponseInvalid) as caught:
        check_response(make_item("q", item_type), chosen)
    assert caught.value.code == code


def test_unknown_positions_and_other_banks_are_refused() -> None:
    with pytest.raises(ResponseInvalid) as caught:
        score(FORM, BANK, {99: ("A",)})
    assert caught.value.code == "response.position_unknown"
    with pytest.raises(FormMismatch, match="another state"):
        score(FORM, dataclasses.replace(BANK, name="other"), {})
