"""Scoring rules, and which rule fits which type of item."""

from __future__ import annotations

from enum import StrEnum

from question_bank.item_types import ItemType


class ScoringRule(StrEnum):
    """How a response becomes a mark; the value is the persisted text.

    An item's parts are the options of a choice, the places of an ordering, the pairs of a matching (with
    one target a source: the sources), the gaps of a cloze; gaps count by their weight. `right` parts are
    answered as the key says, `wrong` ones otherwise, `missed` ones belong to the key and were left out.

    all_or_nothing: everything right, or 0.
    partial_no_wrong: some right, none wrong gives the section's `partial_points` once; any wrong gives 0.
    per_option_no_wrong: they give `partial_points` for each one, at most `points`; any wrong gives 0.
    per_missed_no_wrong: `points` less `partial_points` for each missed part, at least 0; any wrong gives 0.
    proportional: the share of the key that is right, of `points`, rounded down; wrong parts cost nothing.
    proportional_with_penalty: the same with every wrong part taken off a right one, at least 0.
    """

    ALL_OR_NOTHING = "all_or_nothing"
    PARTIAL_NO_WRONG = "partial_no_wrong"
    PER_OPTION_NO_WRONG = "per_option_no_wrong"
    PER_MISSED_NO_WRONG = "per_missed_no_wrong"
    PROPORTIONAL = "proportional"
    PROPORTIONAL_WITH_PENALTY = "proportional_with_penalty"


# The rules that read the section's `partial_points`.
RULES_WITH_PARTIAL_POINTS = frozenset(
    {ScoringRule.PARTIAL_NO_WRONG, ScoringRule.PER_OPTION_NO_WRONG, ScoringRule.PER_MISSED_NO_WRONG}
)
_WHOLE = frozenset({ScoringRule.ALL_OR_NOTHING})
_PARTS = _WHOLE | {ScoringRule.PROPORTIONAL, ScoringRule.PROPORTIONAL_WITH_PENALTY}
RULES_OF: dict[ItemType, frozenset[ScoringRule]] = {
    ItemType.TRUE_FALSE: _WHOLE,
    ItemType.SINGLE_CHOICE: _WHOLE,
    ItemType.MULTIPLE_CHOICE: frozenset(ScoringRule),
    ItemType.NUMERIC: _WHOLE,
    ItemType.TEXT_ENTRY: _WHOLE,
    ItemType.ORDERING: _WHOLE | {ScoringRule.PROPORTIONAL},
    ItemType.MATCHING: _PARTS,
    ItemType.CLOZE: _PARTS,
}
