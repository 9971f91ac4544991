"""Keys out of declared responses and the way they are marked, and the scoring rule that this comes to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from question_bank.formats.qti.declarations import Declaration, PointMap
from question_bank.formats.qti.elements import number
from question_bank.formats.qti.errors import NotRead
from question_bank.formats.qti.rules import Award, Bounds, Criterion
from question_bank.formats.reports import Problem, clip
from question_bank.interactions import Numeric, TextEntry
from question_bank.scoring_rules import ScoringRule

MAX_WEIGHT = 100


@dataclass(slots=True)
class Marking:
    """One response's declaration and award, with the warnings that reading them gives."""

    declared: Declaration
    award: Award
    bounds: Bounds = field(default_factory=Bounds)
    warnings: list[Problem] = field(default_factory=list)

    def warn(self, code: str, value: str = "") -> None:
        """Note what is lost of the key."""
        self.warnings.append(Problem(code=code, field="key", value=clip(value)))

    @property
    def mapped(self) -> PointMap:
        """The mapping that the marking uses. Raises NotRead."""
        if self.declared.mapped is None:
            raise NotRead("qti.mapping_missing", "key", self.declared.identifier)
        return self.declared.mapped

    @property
    def expected(self) -> tuple[str, ...]:
        """The values that are right: of the rule, else declared. Raises NotRead."""
        values = tuple(" ".join(text.split()) for text in self.award.expected) or self.declared.correct
        if not values:
            raise NotRead("item.key_missing", "key")
        return values


def right_values(marking: Marking, possible: Sequence[str], *, many: bool) -> frozenset[str]:
    """The right ones of the identifiers (or pairs) that can be answered. Raises NotRead.

    With one answer, the value that earns most is right; with many, every value that earns points.
    """
    if marking.award.criterion is Criterion.EXACT:
        return frozenset(marking.expected)
    if marking.award.criterion is not Criterion.MAPPED:
        raise NotRead("qti.processing_custom", "key", marking.award.criterion.value)
    mapped = marking.mapped
    listed = [value for value in possible if value in {entry.key for entry in mapped.entries}]
    points = {value: mapped.points(value) for value in (possible if not many else listed)}
    best = max(points.values(), default=Decimal(0))
    right = frozenset(value for value, earned in points.items() if earned > 0)
    if not right or (many and mapped.default > 0):
        raise NotRead("item.key_missing" if not right else "qti.mapping_unclear", "key")
    if not many:
        less = right - {value for value in right if points[value] == best}
        right -= less
        if less:
            marking.warn("qti.points_simplified", ", ".join(sorted(less)))
    declared = frozenset(marking.declared.correct)
    if declared and declared != right:
        raise NotRead("qti.key_contradicts", "key", ", ".join(sorted(declared ^ right)))
    return right


def many_rules(marking: Marking, right: frozenset[str], possible: Sequence[str]) -> tuple[ScoringRule, ...]:
    """The rule for several right values; none, with a warning, where the points fit no rule."""
    if marking.award.criterion is Criterion.EXACT:
        return ()
    mapped = marking.mapped
    gains = {mapped.points(value) for value in right}
    listed = {entry.key: entry.points for entry in mapped.entries}
    costs = {listed.get(value, mapped.default) for value in possible if value not in right}
    gain = max(gains)
    lower = mapped.lower if mapped.lower is not None else marking.bounds.lower
    uppers = [bound for bound in (mapped.upper, marking.bounds.upper) if bound is not None]
    if len(gains) == 1 and all(bound >= gain * len(right) for bound in uppers):
        if costs <= {Decimal(0)}:
            return (ScoringRule.PROPORTIONAL,)
        if costs == {-gain} and lower == 0:
            return (ScoringRule.PROPORTIONAL_WITH_PENALTY,)
    marking.warn("qti.points_simplified", f"{min(costs | gains)} … {max(gains)}")
    return ()


def typed_key(marking: Marking, *, exact_width: bool) -> Numeric | TextEntry:
    """The key of a typed answer. `exact_width` keeps full and half width apart. Raises NotRead."""
    declared = marking.declared
    if declared.cardinality != "single":
        raise NotRead("qti.response_unclear", "key", declared.cardinality)
    if declared.numeric:
        return _numeric(marking)
    if declared.base_type != "string":
        raise NotRead("qti.response_unclear", "key", declared.base_type)
    match marking.award.criterion:
        case Criterion.EXACT:
            return TextEntry(accepted=_single(marking), fold_case=False, fold_width=not exact_width)
        case Criterion.TEXT:
            fold = not marking.award.case_sensitive
            return TextEntry(accepted=_single(marking), fold_case=fold, fold_width=not exact_width)
        case Criterion.MAPPED:
            return _mapped_text(marking, exact_width)
        case _:
            raise NotRead("qti.processing_custom", "key", marking.award.criterion.value)


def _single(marking: Marking) -> tuple[str, ...]:
    if len(marking.expected) != 1:
        raise NotRead("qti.response_unclear", "key", ", ".join(marking.expected))
    return marking.expected


def _mapped_text(marking: Marking, exact_width: bool) -> TextEntry:
    mapped = marking.mapped
    best = max((entry.points for entry in mapped.entries), default=Decimal(0))
    if best <= 0:
        raise NotRead("item.key_missing", "key")
    if mapped.default > 0:
        raise NotRead("qti.mapping_unclear", "key", str(mapped.default))
    right = [entry for entry in mapped.entries if entry.points == best]
    if others := [entry for entry in mapped.entries if entry.points not in (best, 0)]:
        marking.warn("qti.points_simplified", ", ".join(entry.key for entry in others))
    if mapped.default < 0:
        marking.warn("qti.points_simplified", str(mapped.default))
    sensitive = {entry.case_sensitive for entry in right}
    if len(sensitive) > 1:
        marking.warn("qti.case_mixed", ", ".join(entry.key for entry in right if not entry.case_sensitive))
    accepted = tuple(dict.fromkeys(entry.key for entry in right))
    if marking.declared.correct and not set(marking.declared.correct) <= set(accepted):
        raise NotRead("qti.key_contradicts", "key", ", ".join(marking.declared.correct))
    return TextEntry(accepted=accepted, fold_case=sensitive == {False}, fold_width=not exact_width)


def _numeric(marking: Marking) -> Numeric:
    award = marking.award
    if award.criterion is Criterion.MAPPED:
        right = [entry.key for entry in marking.mapped.entries if entry.points > 0]
        if len(right) > 1 or marking.mapped.default > 0:
            raise NotRead("qti.mapping_unclear", "key", ", ".join(right))
        written = right or [""]
    elif award.criterion is Criterion.TEXT:
        raise NotRead("qti.processing_custom", "key", award.criterion.value)
    else:
        written = list(_single(marking))
    value = number(written[0])
    if value is None:
        raise NotRead("item.number_invalid" if written[0] else "item.key_missing", "key", written[0])
    tolerance = abs(value) * award.tolerance / 100 if award.relative else award.tolerance
    return Numeric(value=value, tolerance=tolerance)


def best_points(marking: Marking) -> Decimal | None:
    """What a right answer earns; None when the file does not say."""
    if marking.award.criterion is Criterion.MAPPED:
        return max((entry.points for entry in marking.mapped.entries), default=None)
    return marking.award.points


def weights(points: Sequence[Decimal | None], *, exact: bool) -> tuple[int, ...] | None:
    """Whole weights 1..100 in the proportion of the points, all 1 where none are said; None where none fit.

    `exact` takes whole numbers in that range as they are; otherwise the smallest numbers are taken.
    """
    said = [found for found in points if found is not None]
    if not said or len(said) != len(points):
        return (1,) * len(points) if not said else None
    if any(found <= 0 or not -6 < found.adjusted() < 6 for found in said):
        return None
    scaled = [int(found.scaleb(12)) for found in said]
    whole = [found // 10**12 for found in scaled]
    if exact and all(part * 10**12 == found for part, found in zip(whole, scaled, strict=True)):
        return tuple(whole) if max(whole) <= MAX_WEIGHT else None
    divisor = math.gcd(*scaled)
    smallest = tuple(found // divisor for found in scaled)
    return smallest if max(smallest) <= MAX_WEIGHT else None
