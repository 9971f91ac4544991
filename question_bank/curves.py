"""Characteristic curves: what an item is expected to give, and tells, at one ability.

Logistic models without the factor 1.7 (Lord, Applications of Item Response Theory, 1980; Samejima, Estimation
of latent ability using a response pattern of graded scores, 1969; Muraki, A generalized partial credit model,
1992). Abilities and parameters are integers in
millionths. Results are the exact real numbers, rounded half up to millionths: they are computed with 50
decimal digits, so that every machine and every language gets the same integers (decision 0050).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum
from itertools import accumulate
from typing import TypeAlias

from question_bank.errors import ItemInvalid
from question_bank.items import MAX_PARAMETER, Parameters

MICRO = 1_000_000
MAX_CATEGORIES = 20
_DIGITS = Context(prec=50)
_ONE = Decimal(1)


class GradedModel(StrEnum):
    """Models of items with several grades; the value is the persisted text."""

    GRADED = "graded"
    PARTIAL_CREDIT = "partial_credit"


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedParameters:
    """An item with several grades, in millionths: discrimination a > 0 and a threshold per step up.

    `model` is Samejima's graded model, whose thresholds rise, or Muraki's generalised partial credit. Raises
    ItemInvalid.
    """

    a: int
    thresholds: tuple[int, ...]
    model: GradedModel = GradedModel.GRADED

    def __post_init__(self) -> None:
        pairs = zip(self.thresholds, self.thresholds[1:], strict=False)
        rising = self.model is GradedModel.PARTIAL_CREDIT or all(low <= high for low, high in pairs)
        bounded = all(abs(threshold) <= MAX_PARAMETER for threshold in self.thresholds)
        if not (0 < self.a <= MAX_PARAMETER and rising and bounded):
            raise ItemInvalid("item.parameters_invalid", "parameters", "The parameters are out of range.")
        if not 1 <= len(self.thresholds) < MAX_CATEGORIES:
            raise ItemInvalid("item.parameters_invalid", "parameters", "An item has 2 to 20 grades.")


ItemParameters: TypeAlias = Parameters | GradedParameters


def expected_score(parameters: ItemParameters, theta: int, points: int) -> int:
    """Expected score in millionths of a point at ability `theta`; full marks are `points` centipoints."""
    with localcontext(_DIGITS):
        return _rounded(_expected_share(parameters, theta) * points * MICRO / 100)


def information(parameters: ItemParameters, theta: int) -> int:
    """Fisher information at ability `theta`, in millionths."""
    with localcontext(_DIGITS):
        if isinstance(parameters, GradedParameters):
            return _rounded(_graded_information(parameters, theta) * MICRO)
        a, c = Decimal(parameters.a) / MICRO, Decimal(parameters.c) / MICRO
        p = _expected_share(parameters, theta)
        return _rounded(a * a * (_ONE - p) / p * ((p - c) / (_ONE - c)) ** 2 * MICRO)


def grade_chances(parameters: ItemParameters, theta: int) -> tuple[float, ...]:
    """The chance of each grade at ability `theta`, from no points up to all; two grades without steps."""
    with localcontext(_DIGITS):
        if isinstance(parameters, GradedParameters):
            return tuple(map(float, _grades(parameters, theta)))
        share = _expected_share(parameters, theta)
        return float(_ONE - share), float(share)


def _expected_share(parameters: ItemParameters, theta: int) -> Decimal:
    """The expected share of the points, 0 to 1."""
    if isinstance(parameters, GradedParameters):
        chances = _grades(parameters, theta)
        return sum((grade * chance for grade, chance in enumerate(chances)), Decimal(0)) / (len(chances) - 1)
    c = Decimal(parameters.c) / MICRO
    return c + (_ONE - c) * _logistic(parameters.a * (theta - parameters.b))


def _grades(parameters: GradedParameters, theta: int) -> list[Decimal]:
    """The chance of each grade, from 0 up."""
    if parameters.model is GradedModel.PARTIAL_CREDIT:
        climbs = accumulate((parameters.a * (theta - step) for step in parameters.thresholds), initial=0)
        odds = [(Decimal(climb) / (MICRO * MICRO)).exp() for climb in climbs]
        total = sum(odds, Decimal(0))
        return [odd / total for odd in odds]
    reached = [_ONE, *_reached(parameters, theta), Decimal(0)]
    return [reached[grade] - reached[grade + 1] for grade in range(len(reached) - 1)]


def _reached(parameters: GradedParameters, theta: int) -> list[Decimal]:
    return [_logistic(parameters.a * (theta - step)) for step in parameters.thresholds]


def _graded_information(parameters: GradedParameters, theta: int) -> Decimal:
    a, chances = Decimal(parameters.a) / MICRO, _grades(parameters, theta)
    if parameters.model is GradedModel.PARTIAL_CREDIT:
        mean = sum((grade * chance for grade, chance in enumerate(chances)), Decimal(0))
        return a * a * sum(((grade - mean) ** 2 * chance for grade, chance in enumerate(chances)), Decimal(0))
    reached = [_ONE, *_reached(parameters, theta), Decimal(0)]
    slopes = [a * share * (_ONE - share) for share in reached]
    return sum(
        (
            (slopes[grade] - slopes[grade + 1]) ** 2 / chance
            for grade, chance in enumerate(chances)
            if chance > 0
        ),
        Decimal(0),
    )


def _logistic(square_micro: int) -> Decimal:
    """1 / (1 + exp(-x)) for x in millionths of millionths."""
    return _ONE / (_ONE + (-Decimal(square_micro) / (MICRO * MICRO)).exp())


def _rounded(value: Decimal) -> int:
    return int(value.quantize(_ONE, rounding=ROUND_HALF_UP))
