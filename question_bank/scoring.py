"""Scoring: responses to a form become marks. Integer centipoints (1 point = 100) throughout."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from question_bank.bank import Bank
from question_bank.errors import FormMismatch, ResponseInvalid
from question_bank.forms import Form, Slot
from question_bank.items import Item
from question_bank.responses import Match, Response, check_response, match_response
from question_bank.scoring_rules import ScoringRule
from question_bank.sections import Section


class Outcome(StrEnum):
    """How a response relates to the key; the value is the persisted text."""

    CORRECT = "correct"
    PARTIAL = "partial"
    WRONG = "wrong"
    UNANSWERED = "unanswered"


class MarkReason(StrEnum):
    """Why a response got its mark; the value is the persisted text and names the words to show.

    as_the_key: everything right. nothing_given: no response. nothing_right: no part of the key was given.
    incomplete: what was given is right, parts are missing. some_wrong: parts are wrong, which costs points
    or all of them under the rule. some_right: parts are right, wrong ones cost nothing under the rule.
    item_voided: the item was taken out of judgement, everybody who was dealt it has its full points.
    """

    AS_THE_KEY = "as_the_key"
    NOTHING_GIVEN = "nothing_given"
    NOTHING_RIGHT = "nothing_right"
    INCOMPLETE = "incomplete"
    SOME_WRONG = "some_wrong"
    SOME_RIGHT = "some_right"
    ITEM_VOIDED = "item_voided"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedResponse:
    """The mark of one response in centipoints; `match` counts the parts, None when nothing was given."""

    outcome: Outcome
    reason: MarkReason
    awarded: int
    match: Match | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The mark of one slot: `awarded` of `points`, in centipoints, and why."""

    position: int
    item_id: str
    outcome: Outcome
    reason: MarkReason
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


_AS_IN_THE_BANK: Mapping[str, Sequence[Item]] = MappingProxyType({})


def score(
    form: Form,
    bank: Bank,
    responses: Mapping[int, Sequence[str]],
    corrected: Mapping[str, Sequence[Item]] = _AS_IN_THE_BANK,
    voided: Collection[str] = (),
) -> Score:
    """Mark `responses` by position (`question_bank.responses`; missing or empty is unanswered).

    `corrected` are items with other keys than in the bank, one for each key that is right (the best mark
    counts), and `voided` ids of items that give everybody their full points (`question_bank.rescoring`
    makes and checks both). Raises FormMismatch when the form was drawn from another state of the bank, and
    ResponseInvalid for a position or an option that is not there.
    """
    if form.record.bank_digest != bank.digest:
        raise FormMismatch("form.other_bank", "The form was drawn from another state of the bank.")
    unknown = set(responses) - {slot.position for slot in form.slots}
    if unknown:
        raise ResponseInvalid("response.position_unknown", f"The form has no position {min(unknown)}.")
    marks = []
    for slot in form.slots:
        keyed = corrected.get(slot.item_id) or (bank.by_id[slot.item_id],)
        response = check_response(keyed[0], responses.get(slot.position, ()))
        section = form.section_of(slot)
        marked = max((mark_response(item, section, response) for item in keyed), key=_worth)
        if slot.item_id in voided:
            # The outcome still says what the response was worth against the key: statistics need it.
            marked = replace(marked, reason=MarkReason.ITEM_VOIDED, awarded=slot.points)
        marks.append(_mark(slot, marked))
    total = sum(mark.awarded for mark in marks)
    sections = _section_scores(form, marks)
    return Score(total=total, points=form.blueprint.total_points, marks=tuple(marks), sections=sections)


def _worth(marked: MarkedResponse) -> tuple[int, bool]:
    return marked.awarded, marked.outcome is Outcome.CORRECT


def _mark(slot: Slot, marked: MarkedResponse) -> Mark:
    return Mark(
        position=slot.position,
        item_id=slot.item_id,
        outcome=marked.outcome,
        reason=marked.reason,
        awarded=marked.awarded,
        points=slot.points,
    )


def mark_response(item: Item, section: Section, response: Response) -> MarkedResponse:
    """The mark of one checked response under the section's rule, with the reason."""
    if not response:
        return MarkedResponse(
            outcome=Outcome.UNANSWERED, reason=MarkReason.NOTHING_GIVEN, awarded=0, match=None
        )
    found = match_response(item, response)
    awarded = _awarded(found, section)
    if found.exact:
        outcome, reason = Outcome.CORRECT, MarkReason.AS_THE_KEY
    else:
        outcome = Outcome.PARTIAL if awarded else Outcome.WRONG
        reason = _reason(found, section.scoring_rule)
    return MarkedResponse(outcome=outcome, reason=reason, awarded=awarded, match=found)


def _awarded(found: Match, section: Section) -> int:
    """Centipoints; divisions are rounded down, so no sum of parts ever exceeds the whole."""
    if found.exact:
        return section.points
    match section.scoring_rule:
        case ScoringRule.ALL_OR_NOTHING:
            return 0
        case ScoringRule.PROPORTIONAL:
            return section.points * found.right // found.total
        case ScoringRule.PROPORTIONAL_WITH_PENALTY:
            return section.points * max(0, found.right - found.wrong) // found.total
    if found.wrong:
        return 0
    match section.scoring_rule:
        case ScoringRule.PARTIAL_NO_WRONG:
            return section.partial_points
        case ScoringRule.PER_OPTION_NO_WRONG:
            return min(section.points, section.partial_points * found.right)
        case ScoringRule.PER_MISSED_NO_WRONG:
            return max(0, section.points - section.partial_points * found.missed)


def _reason(found: Match, rule: ScoringRule) -> MarkReason:
    if not found.right:
        return MarkReason.NOTHING_RIGHT
    if found.wrong and rule is not ScoringRule.PROPORTIONAL:
        return MarkReason.SOME_WRONG
    return MarkReason.INCOMPLETE if not found.wrong else MarkReason.SOME_RIGHT


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
