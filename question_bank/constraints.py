"""What a form must fulfil besides its sections: counts, sums, item sets, the curve at the cut score."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from question_bank.conditions import ANY_ITEM, Condition
from question_bank.errors import BlueprintInvalid

MAX_LABEL_CHARS = 100
MAX_BOUND = 1_000_000_000
# Logits either side of the cut score at which the characteristic curve is held as well.
CURVE_STEP = 1_000_000
MICRO_POINTS_PER_CENTIPOINT = 10_000


class Measure(StrEnum):
    """What a constraint adds up; the value is the persisted text."""

    ITEMS = "items"
    SETS = "sets"
    SUM = "sum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """`at_least` <= measure over the form's items that fulfil `where` <= `at_most` (None: no bound).

    `items` counts items; `sets` counts the item sets they come from; `sum` adds up the numbers in
    `attribute` (an item without one adds nothing), e.g. reading_seconds. Raises BlueprintInvalid.
    """

    label: str
    where: Condition = ANY_ITEM
    measure: Measure = Measure.ITEMS
    attribute: str = ""
    at_least: int | None = None
    at_most: int | None = None

    def __post_init__(self) -> None:
        if not self.label.strip() or len(self.label) > MAX_LABEL_CHARS:
            raise BlueprintInvalid("constraint.label_invalid", "A label has 1 to 100 characters.", "label")
        bounds = [bound for bound in (self.at_least, self.at_most) if bound is not None]
        if not bounds or any(not 0 <= bound <= MAX_BOUND for bound in bounds):
            sentence = f"{self.label}: a bound is missing or odd."
            raise BlueprintInvalid("constraint.bounds_invalid", sentence, "at_least")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            sentence = f"{self.label}: at least exceeds at most."
            raise BlueprintInvalid("constraint.bounds_crossed", sentence, "at_most")
        if (self.measure is Measure.SUM) != bool(self.attribute):
            sentence = f"{self.label}: a sum names an attribute."
            raise BlueprintInvalid("constraint.attribute_invalid", sentence, "attribute")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRule:
    """Item sets are kept together: from every set that a form uses it takes `at_least` to `at_most` items.

    None stands for all the items of the set that the blueprint admits, so `SetRule()` keeps sets whole.
    """

    at_least: int | None = None
    at_most: int | None = None

    def __post_init__(self) -> None:
        low, high = self.at_least, self.at_most
        if (low is not None and low < 1) or (high is not None and high < (low or 1)):
            raise BlueprintInvalid(
                "set_rule.bounds_invalid", "A used set gives at least one item.", "at_least"
            )

    def range_of(self, size: int) -> tuple[int, int]:
        """(least, most) items of a set with `size` admitted items; (1, 0) when the set cannot serve."""
        low = size if self.at_least is None else self.at_least
        high = size if self.at_most is None else min(size, self.at_most)
        return (low, high) if low <= high else (1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveTarget:
    """All forms are equally hard where it matters: at the cut score and one logit either side.

    `cut_points` is the cut score, `at_cut` and `beside_cut` how far the expected score may be off, all in
    centipoints; `information` how far the test information at the cut may be off, per mille. Millionths of a
    logit `theta` fix the ability at the cut; None lets publishing find it, where the expected score of an
    average form is the cut score. Raises BlueprintInvalid.
    """

    cut_points: int
    at_cut: int = 10
    beside_cut: int = 25
    information: int = 30
    theta: int | None = None

    def __post_init__(self) -> None:
        if self.cut_points < 1 or (self.theta is not None and abs(self.theta) > 10_000_000):
            sentence = "The cut lies above 0, theta within 10 logits."
            raise BlueprintInvalid("target.cut_invalid", sentence, "cut_points")
        if min(self.at_cut, self.beside_cut, self.information) < 1 or self.information > 1_000:
            sentence = "A tolerance is at least 0.01 points, 0.1 %."
            raise BlueprintInvalid("target.tolerance_invalid", sentence, "at_cut")
