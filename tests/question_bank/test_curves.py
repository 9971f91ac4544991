"""Characteristic curves: exact integers, held against plain floating-point formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.curves import MICRO, GradedModel, GradedParameters, expected_score, information
from question_bank.errors import ItemInvalid
from question_bank.items import Parameters
from question_bank.psychometrics.curves import Curves

SLOPES = st.integers(100_000, 3_000_000)
PLACES = st.integers(-4_000_000, 4_000_000)
THRESHOLDS = st.lists(PLACES, min_size=1, max_size=5).map(sorted).map(tuple)


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


@given(SLOPES, PLACES, st.integers(0, 500_000), PLACES)
def test_three_parameters(a: int, b: int, c: int, theta: int) -> None:
    chance = c / 1e6 + (1 - c / 1e6) * logistic(a * (theta - b) / 1e12)
    told = ((chance - c / 1e6) / (1 - c / 1e6)) ** 2 * (a / 1e6) ** 2 * (1 - chance) / chance
    parameters = Parameters(a=a, b=b, c=c)
    assert expected_score(parameters, theta, 200) == pytest.approx(2e6 * chance, abs=1)
    assert information(parameters, theta) == pytest.approx(1e6 * told, abs=1)
    # What calibration computes with says the same.
    floats = Curves(a=np.array([a / MICRO]), b=np.array([b / MICRO]), c=np.array([c / MICRO]))
    at = np.array([theta / MICRO])
    assert floats.chances(at)[0, 0] == pytest.approx(chance, abs=1e-9)
    assert floats.information(at)[0, 0] == pytest.approx(told, abs=1e-9)


@given(SLOPES, THRESHOLDS, PLACES, st.sampled_from(GradedModel))
def test_grades(a: int, thresholds: tuple[int, ...], theta: int, model: GradedModel) -> None:
    parameters = GradedParameters(a=a, thresholds=thresholds, model=model)
    slope, steps = a / 1e6, [step / 1e6 for step in thresholds]

    def mean(place: float) -> float:
        if model is GradedModel.GRADED:
            return sum(logistic(slope * (place - step)) for step in steps)
        odds = [math.exp(sum(slope * (place - step) for step in steps[:k])) for k in range(len(steps) + 1)]
        return sum(k * odd for k, odd in enumerate(odds)) / sum(odds)

    expected = 1e6 * mean(theta / 1e6) / len(steps)
    assert expected_score(parameters, theta, 100) == pytest.approx(expected, abs=1)
    if model is GradedModel.PARTIAL_CREDIT:
        # The information of this model is the slope times the curve's own slope.
        rise = (mean(theta / 1e6 + 1e-5) - mean(theta / 1e6 - 1e-5)) / 2e-5
        assert information(parameters, theta) == pytest.approx(1e6 * slope * rise, rel=1e-3, abs=2)
    assert information(parameters, theta) >= 0


def test_one_threshold_is_the_two_parameter_model_in_both_grade_models() -> None:
    plain = Parameters(a=1_300_000, b=250_000, c=0)
    for model in GradedModel:
        graded = GradedParameters(a=1_300_000, thresholds=(250_000,), model=model)
        for theta in (-2_000_000, 0, 1_500_000):
            assert expected_score(graded, theta, 100) == expected_score(plain, theta, 100)
            assert information(graded, theta) == information(plain, theta)


def test_halves_are_rounded_up() -> None:
    # At its own difficulty an item without guessing gives exactly half: 0.005 points of 0.01.
    assert expected_score(Parameters(a=1_000_000, b=0, c=0), 0, 1) == 5_000
    assert expected_score(Parameters(a=1_000_000, b=0, c=1), 0, 1) == 5_000


@pytest.mark.parametrize(
    ("a", "thresholds"),
    [(0, (1,)), (10_000_001, (1,)), (1, ()), (1, (2, 1)), (1, (10_000_001,)), (1, tuple(range(20)))],
)
def test_impossible_grades_are_refused(a: int, thresholds: tuple[int, ...]) -> None:
    with pytest.raises(ItemInvalid) as caught:
        GradedParameters(a=a, thresholds=thresholds)
    assert caught.value.code == "item.parameters_invalid"
