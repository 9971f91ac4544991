"""Calibration files: the shipped ones are sound, broken ones are refused, thresholds keep their rates."""

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


@given(st.lists(st.floats(-1, 1), max_size=50))
def test_one_comparison_never_decides_and_the_level_stays_in_bounds(scores: list[float]) -> None:
    test = IdentityTest(CALIBRATION)
    for score in scores:
        before = test.level
        test.observe(score)
        assert 0 <= test.level <= 16
        assert abs(test.level - before) <= 3.0 + 1e-9
        assert test.weight(score) == pytest.approx(test.level - before) or test.level in (0.0, 16.0)


def test_three_clear_mismatches_raise_the_alarm_and_matches_take_it_back() -> None:
    test = IdentityTest(CALIBRATION)
    levels = [test.observe(0.1) for _ in range(3)]
    assert levels == [3.0, 6.0, 9.0]
    assert test.alarmed
    for _ in range(3):
        test.observe(0.9)
    assert not test.in_doubt
