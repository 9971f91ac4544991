"""Scoring: responses to a form become marks. Integer centipoints (1 point = 100) throughout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from question_bank.bank import Bank
from question_bank.blueprint import ScoringRule, Section
from question_bank.errors import FormMismatch, ResponseInvalid
from question_bank.forms import Form
from question_bank.items import Item, ItemType


class Outcome(StrEnum):
    """How a response relates to the key; the value is the persisted text."""

    CORRECT = "correct"
    PARTIAL = "partial"
    WRONG = "wrong"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The mark of one slot: `awarded` of `points`, in centipoints."""

    position: int
    item_id: str
    outcome: Outcome
    awarded: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionScore:
    """The sum of one section in centipoints; `correct` of `count` slots are fully right."""

    section: int
    title: str
    awarded: int
    points: int
    correct: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The result of a form: `total` of `points` centipoints, every slot's mark and every section's sum."""

    total: int
    points: int
    marks: tuple[Mark, ...]
    sections: tuple[SectionScore, ...]


def score(form: Form, bank: Bank, responses: Mapping[int, Sequence[str]]) -> Score:
    """Mark `responses` (position -> chosen option ids, in any order; missing or empty is unanswered).

    Raises FormMismatch when the form was drawn from another state of the bank, and ResponseInvalid for a
    position or an option that is not there.
    """
    if form.record.bank_digest != bank.digest:
        raise FormMismatch("form.other_bank", "The form was drawn from another state of the bank.")
    unknown = set(responses) - {slot.position for slot in form.slots}
    if unknown:
        raise ResponseInvalid("response.position_unknown", f"The form has no position {min(unknown)}.")
    marks = []
    for slot in form.slots:
        chosen = check_response(bank.by_id[slot.item_id], responses.get(slot.position, ()))
        outcome, awarded = mark_response(bank.by_id[slot.item_id], form.section_of(slot), chosen)
        marks.append(
            Mark(
                position=slot.position,
                item_id=slot.item_id,
                outcome=outcome,
                awarded=awarded,
                points=slot.points,
            )
        )
    total = sum(mark.awarded for mark in marks)
    sections = _section_scores(form, marks)
    return Score(total=total, points=form.blueprint.total_points, marks=tuple(marks), sections=sections)


def check_response(item: Item, chosen: Sequence[str]) -> frozenset[str]:
    """The chosen option ids as a set. Raises ResponseInvalid: unknown, repeated, or more than one allowed."""
    options = frozenset(chosen)
    if len(options) != len(chosen):
        raise ResponseInvalid("response.option_repeated", "The response names an option twice.")
    if not options <= set(item.option_ids):
        raise ResponseInvalid("response.option_unknown", "The response names an option the item has not.")
    if len(options) > 1 and item.type is not ItemType.MULTIPLE_CHOICE:
        raise ResponseInvalid("response.too_many", "Only one option can be chosen in this item.")
    return options


def mark_response(item: Item, section: Section, chosen: frozenset[str]) -> tuple[Outcome, int]:
    """Outcome and centipoints of one checked response under the section's rule."""
    if not chosen:
        return Outcome.UNANSWERED, 0
    if chosen == item.key:
        return Outcome.CORRECT, section.points
    if section.scoring_rule is ScoringRule.ALL_OR_NOTHING or chosen - item.key:
        return Outcome.WRONG, 0
    if section.scoring_rule is ScoringRule.PARTIAL_NO_WRONG:
        return Outcome.PARTIAL, section.partial_points
    return Outcome.PARTIAL, min(section.points, section.partial_points * len(chosen))


def _section_scores(form: Form, marks: Sequence[Mark]) -> tuple[SectionScore, ...]:
    scores = []
    for index, section in enumerate(form.blueprint.sections):
        own = [mark for mark, slot in zip(marks, form.slots, strict=True) if slot.section == index]
        scores.append(
            SectionScore(
                section=index,
                title=section.title,
                awarded=sum(mark.awarded for mark in own),
                points=section.count * section.points,
                correct=sum(mark.outcome is Outcome.CORRECT for mark in own),
                count=section.count,
            )
        )
    return tuple(scores)
