"""The soak over made-up people: swaps are found, alarms counted, its interval is exact, its page is whole."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from proctor.analysis import FrameAnalyser
from proctor.errors import DatasetInvalid
from proctor.evaluation.page import page_of
from proctor.evaluation.rates import Rate
from proctor.evaluation.report import Acquisition, Report, counted
from proctor.evaluation.soak import Album, Shot, SoakPlan, poisson_interval, soak, soak_folder
from proctor.faces import Embedding
from proctor.watch import WatchPolicy
from tests.proctor.made_up import CALIBRATION, frame

POLICY = WatchPolicy(calibration=CALIBRATION)
PLAN = SoakPlan(hours=1.5, swaps=12, seed=3)


def person(number: int, spread: float) -> list[Shot]:
    """Thirty pictures about one direction; spread: how far they lie from it."""
    generator = np.random.default_rng(number)
    shots = []
    for _ in range(30):
        values = np.zeros(8)
        values[number] = 1.0
        values += generator.normal(0, spread, 8)
        embedding: Embedding = np.asarray(values / np.linalg.norm(values), np.float32)
        shown = frame(0, embedding=embedding, presentation=0.99, yaw=0.0)
        shots.append(Shot(analysis=shown, quick=embedding))
    return shots


def album(spread: float) -> Album:
    return {f"person {number}": person(number, spread) for number in range(4)}


def quiet(part: str, share: float) -> None:
    assert part
    assert 0 <= share <= 1.4


def test_every_swap_of_clear_faces_is_found_within_seconds_and_nobody_is_flagged_for_himself() -> None:
    point = soak(album(0.05), POLICY, 1e-3, PLAN, quiet)
    assert (point.flags, point.presentation_flags) == (0, 0)
    assert point.found == point.swaps == 12
    assert point.delay_median is not None
    assert point.delay_longest is not None
    assert 0 < point.delay_median <= point.delay_longest <= 8.0
    assert soak(album(0.05), POLICY, 1e-3, PLAN, quiet) == point


def test_a_lower_rate_takes_longer() -> None:
    delays = [soak(album(0.05), POLICY, rate, PLAN, quiet).delay_median for rate in (0.1, 1e-9)]
    assert delays[0] is not None
    assert delays[1] is not None
    assert delays[0] < delays[1]


def test_faces_that_say_little_are_flagged_wrongly_and_that_is_counted() -> None:
    point = soak(album(0.9), POLICY, 0.1, replace(PLAN, swaps=1), quiet)
    assert point.flags > 0
    assert point.rate_low < point.rate == point.flags / 1.5 < point.rate_high


@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.39), (100, 81.36, 121.6)]
)
def test_the_interval_is_garwoods(count: int, low: float, high: float) -> None:
    found = poisson_interval(count)
    assert found[0] == pytest.approx(low, abs=0.01)
    assert found[1] == pytest.approx(high, rel=1e-3)


def test_a_folder_without_people_is_refused(analyser: FrameAnalyser, tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("path,set,person_id,label,extra\n", encoding="utf-8")
    with pytest.raises(DatasetInvalid):
        soak_folder(analyser, tmp_path, 1.0, quiet)


def test_the_page_shows_both_curves_in_both_languages() -> None:
    nothing = counted(Rate(errors=0, trials=10))
    report = Report(
        engine="made_up",
        calibrated_on="2026-01-01",
        measured_on="2026-01-02",
        data="made up",
        pictures=120,
        persons=4,
        acquisition=Acquisition(fta=nothing, fte=nothing, failures={}, by_set={}),
        sets=(),
        attacks=(),
        soak=tuple(soak(album(0.05), POLICY, rate, PLAN, quiet) for rate in (0.1, 1e-3)),
    )
    for language, words in (("zh-CN", "从换人到提示（秒）"), ("en", "Seconds from the swap to the flag")):
        page = page_of(report, language)
        assert words in page
        assert page.count("<svg") == 2
        assert page.count("<polyline") == 4
    assert "<h2>During the sitting" not in page_of(replace(report, soak=()), "en")
