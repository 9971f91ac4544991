"""Keys as response declarations, and the processing that marks them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from question_bank.formats.qti.native import GAP_PREFIX, RESPONSE
from question_bank.formats.qti.rules import SCORE
from question_bank.formats.qti.vocabulary import Vocabulary, escaped
from question_bank.interactions import (
    Choice,
    Cloze,
    GapEntry,
    Matching,
    Numeric,
    Ordering,
    TextEntry,
    number_text,
)
from question_bank.item_types import ItemType
from question_bank.items import Item
from question_bank.scoring_rules import ScoringRule

_MAPPED_RULES: dict[tuple[ScoringRule, ...], int] = {
    (ScoringRule.PROPORTIONAL,): 0,
    (ScoringRule.PROPORTIONAL_WITH_PENALTY,): -1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Responses:
    """Response declarations and processing as XML; `most` is what a right response earns there."""

    declarations: str
    processing: str
    most: int = 1


def declared_whole(vocabulary: Vocabulary, item: Item) -> Responses:
    """The one response of an item that is no cloze."""
    writer = _Writer(vocabulary)
    match item.interaction:
        case TextEntry() | Numeric() as entry:
            declaration = writer.entry(RESPONSE, entry, 1)
            if isinstance(entry, TextEntry):
                return Responses(declarations=declaration, processing=writer.template("map_response"))
            rule = writer.rule(RESPONSE, entry, 1)
            return Responses(declarations=declaration, processing=writer.rules([rule]))
        case Ordering() as ordering:
            declaration = writer.declaration(RESPONSE, "ordered", "identifier", ordering.key)
        case Matching() as matching:
            pairs = [f"S{pair.source} {pair.target}" for pair in matching.key_order]
            possible = [
                f"S{source.id} {target.id}" for source in matching.sources for target in matching.targets
            ]
            return writer.several(item, "directedPair", pairs, possible)
        case Choice() as choice if item.type is ItemType.MULTIPLE_CHOICE:
            return writer.several(item, "identifier", list(choice.key_order), list(choice.option_ids))
        case Choice() as choice:
            declaration = writer.declaration(RESPONSE, "single", "identifier", choice.key_order)
        case _:
            raise AssertionError(item.type)
    return Responses(declarations=declaration, processing=writer.template("match_correct"))


def declared_cloze(vocabulary: Vocabulary, cloze: Cloze) -> Responses:
    """A response for each gap; the right ones earn their weights."""
    writer = _Writer(vocabulary)
    declarations = [writer.entry(GAP_PREFIX + gap.id, gap.entry, gap.weight) for gap in cloze.gaps]
    rules = [writer.rule(GAP_PREFIX + gap.id, gap.entry, gap.weight) for gap in cloze.gaps]
    return Responses(
        declarations="\n".join(declarations),
        processing=writer.rules(rules),
        most=sum(gap.weight for gap in cloze.gaps),
    )


class _Writer:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._tag = vocabulary.tag

    def declaration(
        self, identifier: str, cardinality: str, base_type: str, correct: Iterable[str], mapping: str = ""
    ) -> str:
        """A response declaration with its correct values."""
        attributes = {"identifier": identifier, "cardinality": cardinality, "base-type": base_type}
        values = "".join(self._tag("value", {}, escaped(value)) for value in correct)
        return self._tag(
            "response-declaration", attributes, self._tag("correct-response", {}, values) + mapping
        )

    def several(self, item: Item, base_type: str, right: list[str], possible: list[str]) -> Responses:
        """Several right values: a mapping where the item's one rule is what a mapping means."""
        wrong = _MAPPED_RULES.get(item.scoring_rules)
        if wrong is None:
            declaration = self.declaration(RESPONSE, "multiple", base_type, right)
            return Responses(declarations=declaration, processing=self.template("match_correct"))
        entries = "".join(
            self._tag("map-entry", {"map-key": value, "mapped-value": str(1 if value in right else wrong)})
            for value in possible
        )
        mapping = self._tag("mapping", {"lower-bound": "0", "default-value": "0"}, entries)
        declaration = self.declaration(RESPONSE, "multiple", base_type, right, mapping)
        return Responses(declarations=declaration, processing=self.template("map_response"), most=len(right))

    def entry(self, identifier: str, entry: GapEntry, points: int) -> str:
        """The declaration of a menu or a typed answer."""
        match entry:
            case Choice():
                return self.declaration(identifier, "single", "identifier", entry.key_order)
            case Numeric():
                return self.declaration(identifier, "single", "float", [number_text(entry.value)])
            case TextEntry():
                entries = "".join(
                    self._tag(
                        "map-entry",
                        {
                            "map-key": text,
                            "mapped-value": str(points),
                            "case-sensitive": "false" if entry.fold_case else "true",
                        },
                    )
                    for text in entry.accepted
                )
                mapping = self._tag("mapping", {"default-value": "0"}, entries)
                return self.declaration(identifier, "single", "string", entry.accepted[:1], mapping)

    def template(self, name: str) -> str:
        """Standard response processing."""
        address = self._vocabulary.templates + name + self._vocabulary.template_ending
        return self._tag("response-processing", {"template": address})

    def rules(self, rules: Iterable[str]) -> str:
        """Response processing written out."""
        return self._tag("response-processing", {}, "".join(rules))

    def rule(self, identifier: str, entry: GapEntry, points: int) -> str:
        """Adds the points of a response to the score when it is right."""
        variable = self._tag("variable", {"identifier": identifier})
        correct = self._tag("correct", {"identifier": identifier})
        earned = self._tag("base-value", {"base-type": "float"}, str(points))
        match entry:
            case Choice():
                condition = self._tag("match", {}, variable + correct)
            case Numeric():
                condition = self._equal(entry, variable + correct)
            case TextEntry():
                condition = self._tag("not", {}, self._tag("is-null", {}, variable))
                earned = self._tag("map-response", {"identifier": identifier})
        total = self._tag("sum", {}, self._tag("variable", {"identifier": SCORE}) + earned)
        action = self._tag("set-outcome-value", {"identifier": SCORE}, total)
        return self._tag("response-condition", {}, self._tag("response-if", {}, condition + action))

    def _equal(self, numeric: Numeric, operands: str) -> str:
        if not numeric.tolerance:
            return self._tag("equal", {"tolerance-mode": "exact"}, operands)
        tolerance = number_text(numeric.tolerance)
        attributes = {"tolerance-mode": "absolute", "tolerance": f"{tolerance} {tolerance}"}
        return self._tag("equal", attributes, operands)
