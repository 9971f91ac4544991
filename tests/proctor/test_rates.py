"""Error rates against figures worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctor.evaluation.attacks import threshold_at_bpcer
from proctor.evaluation.likelihood import cost_of, fit_line
from proctor.evaluation.rates import (
    Comparisons,
    Rate,
    cross_validated,
    det_curve,
    equal_error_rate,
    fnmr_interval_by_person,
    rate_interval_by_person,
    threshold_at_fmr,
)

MATED = np.array([0.9, 0.8, 0.7, 0.3])
NON_MATED = np.array([0.5, 0.4, 0.2, 0.1, 0.0])


def comparisons(scores: list[float], one: list[int], other: list[int]) -> Comparisons:
    return Comparisons(scores=np.array(scores), one=np.array(one), other=np.array(other))


@pytest.mark.parametrize(
    ("errors", "trials", "low", "high"),
    [
        # Newcombe 1998, table I, method 3 (Wilson's score).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson_interval(errors: int, trials: int, low: float, high: float) -> None:
    assert Rate(errors=errors, trials=trials).interval == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate(counts: tuple[int, int]) -> None:
    rate = Rate(errors=counts[0], trials=counts[1])
    low, high = rate.interval
    assert 0 <= low <= rate.value <= high <= 1


def test_rates_at_a_threshold_count_equal_scores_as_matches() -> None:
    mated = comparisons(list(MATED), [0, 0, 1, 1], [0, 0, 1, 1])
    non_mated = comparisons(list(NON_MATED), [0, 0, 1, 1, 2], [1, 2, 2, 3, 3])
    assert (mated.below(0.7).errors, mated.below(0.7).trials) == (1, 4)
    assert (non_mated.at_least(0.4).errors, non_mated.at_least(0.4).trials) == (2, 5)
    assert (mated.persons, non_mated.persons) == (2, 4)


def test_equal_error_rate() -> None:
    # At 0.4: FMR 2/5, FNMR 1/4; at 0.5: FMR 1/5, FNMR 1/4. Nearest is the second: (0.2 + 0.25) / 2.
    assert equal_error_rate(MATED, NON_MATED) == pytest.approx(0.225)
    assert equal_error_rate(np.array([0.9, 0.8]), np.array([0.1, 0.2])) == 0.0


def test_a_det_curve_goes_from_all_match_to_none_falsely() -> None:
    curve = det_curve(MATED, NON_MATED)
    assert [(point.fmr, point.fnmr) for point in curve[:2]] == [(1.0, 0.0), (0.8, 0.0)]
    assert (curve[-1].fmr, curve[-1].fnmr) == (0.0, 0.75)
    assert [point.fmr for point in curve] == sorted((point.fmr for point in curve), reverse=True)
    many = det_curve(np.linspace(0.2, 1, 500), np.linspace(0, 0.8, 900))
    assert len(many) <= 80
    assert [point.fnmr for point in many] == sorted(point.fnmr for point in many)


def test_a_threshold_keeps_the_rate_of_bona_fide_presentations() -> None:
    scores = np.arange(100) / 100
    threshold = threshold_at_bpcer(scores, 0.05)
    assert threshold == pytest.approx(0.05)
    assert float((scores < threshold).mean()) == pytest.approx(0.05)
    assert threshold_at_bpcer(np.array([0.5]), 0.05) == 0.5


def test_the_interval_by_person_is_wider_than_the_one_by_comparison() -> None:
    # One person of ten fails in all of ten comparisons: ten errors of a hundred, but one person of ten.
    persons = [number for number in range(10) for _ in range(10)]
    mated = comparisons([0.1 if person == 0 else 0.9 for person in persons], persons, persons)
    one, other = zip(*((i, j) for i in range(10) for j in range(i)), strict=True)
    non_mated = comparisons([0.2 + 0.001 * place for place in range(45)], list(one), list(other))
    low, high = fnmr_interval_by_person(mated, non_mated, 0.1)
    rate = mated.below(threshold_at_fmr(non_mated.scores, 0.1))
    assert rate.value == pytest.approx(0.1)
    assert low == 0.0
    assert high > 0.25 > rate.interval[1]
    assert (low, high) == fnmr_interval_by_person(mated, non_mated, 0.1)


def test_shares_by_person() -> None:
    errors = [True] * 10 + [False] * 90
    persons = np.array([number for number in range(10) for _ in range(10)])
    low, high = rate_interval_by_person(errors, persons)
    assert low == 0.0
    assert 0.2 <= high <= 0.5
    # Two persons without an error are no proof of a rate of zero.
    assert rate_interval_by_person([False] * 4, np.array([0, 0, 1, 1])) == pytest.approx(
        (0, 0.6576), abs=1e-4
    )


def test_cross_validation_finds_thresholds_on_other_people() -> None:
    one, other = zip(*((i, j) for i in range(20) for j in range(i)), strict=True)
    generator = np.random.default_rng(4)
    non_mated = comparisons(list(generator.normal(0, 1, len(one))), list(one), list(other))
    mated = comparisons(list(generator.normal(4, 1, 200)), *([list(range(20)) * 10] * 2))
    fmr, fnmr = cross_validated(mated, non_mated, 0.1)
    assert 0.05 < fmr < 0.2
    assert 0 <= fnmr < 0.05
    assert all(math.isnan(rate) for rate in cross_validated(mated, comparisons([0.5], [0], [1]), 0.1))


def test_log_likelihood_ratios_of_two_normal_distributions() -> None:
    # Means 1 and -1, deviation 1: the ratio is exp(2 x), a slope of 2 and no offset.
    generator = np.random.default_rng(6)
    mated, non_mated = generator.normal(1, 1, 20_000), generator.normal(-1, 1, 60_000)
    line = fit_line(mated, non_mated)
    assert line.slope == pytest.approx(2, abs=0.06)
    assert line.offset == pytest.approx(0, abs=0.04)
    calibrated = cost_of(line.at(mated).tolist(), line.at(non_mated).tolist())
    assert calibrated < cost_of((3 * line.at(mated)).tolist(), (3 * line.at(non_mated)).tolist()) < 1
    assert cost_of([0.0], [0.0]) == pytest.approx(1.0)


def test_the_line_follows_the_scale_of_the_scores() -> None:
    generator = np.random.default_rng(8)
    mated, non_mated = generator.normal(1, 1, 500), generator.normal(-1, 1, 500)
    wide, narrow = fit_line(mated, non_mated), fit_line(0.95 + 0.01 * mated, 0.95 + 0.01 * non_mated)
    assert narrow.slope == pytest.approx(100 * wide.slope, rel=1e-6)
    assert narrow.at(np.array([0.95])) == pytest.approx(wide.offset, rel=1e-3, abs=1e-6)


def test_scores_that_do_not_overlap_give_a_finite_slope() -> None:
    line = fit_line(np.array([0.8, 0.9]), np.array([0.1, 0.2]))
    assert 0 < line.slope < 1e4
    assert line.at(np.array([0.85]))[0] > 0 > line.at(np.array([0.15]))[0]
