"""Calibration files: the shipped ones are sound, broken ones are refused, thresholds keep their rates."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctor.calibration import load_calibration, read_calibration
from proctor.engines import ENGINE_NAMES
from proctor.errors import CalibrationInvalid
from proctor.evaluation.rates import threshold_at_fmr
from proctor.identity import IdentityTest
from tests.proctor.made_up import CALIBRATION

SHIPPED = Path(__file__).parents[2] / "proctor" / "engines"


@pytest.mark.parametrize("name", ENGINE_NAMES)
def test_shipped_calibrations_are_sound(name: str) -> None:
    calibration = load_calibration(name)
    assert calibration.engine == name
    assert calibration.mated_pairs >= 1000
    assert calibration.non_mated_pairs >= 100_000
    assert -1 < calibration.door_threshold_lenient < calibration.door_threshold < 1
    assert calibration.gallery_non_mated < calibration.gallery_threshold < calibration.gallery_mated
    assert 0 <= calibration.presentation_sustained <= calibration.presentation_threshold < 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("door_threshold =", "door ="),
        ("engine =", "motor ="),
        ("gallery_mated =", "gallery_mated = -2.0 #"),
        ("gallery_spread =", "gallery_spread = 0 #"),
        ("embedding_size =", 'embedding_size = "512" #'),
        ("measured_on", "= ="),
        ("slope =", 'slope = "steep" #'),
        ("[[likelihood]]", "[likelihood]"),
        ("[[threshold]]\nfmr = 0.1", "[[threshold]]\nfmr = nan"),
        ("door_threshold =", "door_threshold = inf #"),
    ],
)
def test_broken_files_are_refused(tmp_path: Path, before: str, after: str) -> None:
    text = (SHIPPED / "fr.toml").read_text(encoding="utf-8")
    path = tmp_path / "fr.toml"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(CalibrationInvalid):
        read_calibration(path)


@pytest.mark.parametrize("name", ENGINE_NAMES)
def test_shipped_calibrations_say_what_a_score_is_worth(name: str) -> None:
    calibration = load_calibration(name)
    assert [one.fmr for one in calibration.thresholds] == [1e-1, 1e-2, 1e-3]
    assert calibration.thresholds[-1].score == calibration.door_threshold
    for grade in ("good", "fair"):
        ratios = [calibration.log_likelihood_ratio(score, grade) for score in (-1.0, 0.2, 1.0)]
        assert ratios == sorted(ratios)
        assert ratios[0] < -3 < 3 < ratios[-1]
        assert ratios[0] == -ratios[-1]  # both at the limit
    assert calibration.log_likelihood_ratio(1.0, "poor") == 0.0


def test_a_threshold_of_a_lower_rate_is_higher(tmp_path: Path) -> None:
    text = (SHIPPED / "fr.toml").read_text(encoding="utf-8")
    path = tmp_path / "fr.toml"
    path.write_text(text.replace("fmr = 0.001", "fmr = 0.5", 1), encoding="utf-8")
    with pytest.raises(CalibrationInvalid):
        read_calibration(path)


def test_an_engine_without_a_file_is_refused() -> None:
    with pytest.raises(CalibrationInvalid):
        load_calibration("none")


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=300), st.sampled_from([1e-3, 1e-2, 0.1]))
def test_a_threshold_keeps_its_false_match_rate(scores: list[float], fmr: float) -> None:
    non_mated = np.array(scores)
    assert (non_mated >= threshold_at_fmr(non_mated, fmr)).mean() <= fmr


def test_the_threshold_is_the_lowest_that_keeps_the_rate() -> None:
    scores = np.arange(1000) / 1000
    assert threshold_at_fmr(scores, 1e-2) == pytest.approx(0.989)


def identity(rate: float = 1e-3) -> IdentityTest:
    return IdentityTest(CALIBRATION, false_alarms_per_hour=rate, comparisons_per_hour=900)


@given(
    st.lists(st.tuples(st.floats(-1, 1), st.floats(0, 10)), max_size=50), st.sampled_from([1.0, 1e-3, 1e-6])
)
def test_one_comparison_never_decides_and_the_level_stays_in_bounds(
    comparisons: list[tuple[float, float]], rate: float
) -> None:
    test, at = identity(rate), 0.0
    for score, later in comparisons:
        before, at = test.level, at + later
        test.observe(at, score)
        assert 0 <= test.level <= 2 * test.alarm
        assert abs(test.level - before) <= 5.0 + 1e-9
        assert test.alarm > 2 * 5.0


def test_three_clear_mismatches_raise_the_alarm_and_matches_take_it_back() -> None:
    test = identity()
    levels = [test.observe(at, 0.1) for at in (0.0, 1.0, 2.0)]
    assert levels == [5.0, 10.0, 15.0]
    assert test.alarmed
    for at in (3.0, 4.0, 5.0):
        test.observe(at, 0.9)
    assert not test.in_doubt


def test_the_alarm_is_the_rate_asked_for_in_log_comparisons() -> None:
    assert identity(1e-3).alarm == pytest.approx(math.log(900 / 1e-3))
    assert identity(1e-6).alarm == pytest.approx(identity(1e-3).alarm + math.log(1000))


def test_comparisons_close_together_weigh_less() -> None:
    quick, slow = identity(), identity()
    for number in range(5):
        quick.observe(number * 0.25, 0.1)
        slow.observe(number * 4.0, 0.1)
    assert slow.level == pytest.approx(25.0)
    assert quick.level == pytest.approx(5.0 + 4 * 5.0 * 0.25 / 0.6)
    assert quick.observe(1.0, 0.1) == quick.level


def test_honest_comparisons_drawn_as_the_calibration_says_keep_the_rate() -> None:
    # Independent scores of one person, and a setting so lax that alarms can be counted.
    scores = np.random.default_rng(7).normal(CALIBRATION.gallery_mated, 0.22, 200_000)
    calibration = replace(CALIBRATION, gallery_spread=0.22)
    test = IdentityTest(calibration, false_alarms_per_hour=0.025, comparisons_per_hour=900)
    alarms = 0
    for number, score in enumerate(scores):
        test.observe(number * 4.0, float(score))
        if test.alarmed:
            alarms += 1
            test.level = 0.0
    assert alarms <= 0.025 * len(scores) / 900 * 1.5
