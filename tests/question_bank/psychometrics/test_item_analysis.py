"""Item figures: the rules of `question_bank.statistics`, options, keys to look at, and few false alarms."""

from __future__ import annotations

from dataclasses import replace
from statistics import correlation

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.psychometrics.abilities import abilities
from question_bank.psychometrics.calibration import calibrate
from question_bank.psychometrics.item_analysis import analyse_items
from question_bank.psychometrics.observations import Observations, scored_matrix
from question_bank.psychometrics.option_curves import known_chances, option_chances
from question_bank.psychometrics.reading import read_key, read_observations
from question_bank.psychometrics.reliability import cut_figures, reliability
from question_bank.scoring import Mark, MarkReason, Outcome
from question_bank.statistics import ItemFlag, item_statistics
from question_bank.tallies import MarkedForm
from tests.question_bank.factories import make_item
from tests.question_bank.psychometrics.simulated import simulated


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_figures_are_those_that_the_service_shows(seed: int) -> None:
    random = np.random.default_rng(seed)
    table = (random.random((30, 5)) < 0.6).astype(float)
    table[random.random((30, 5)) < 0.3] = np.nan
    found = analyse_items(scored_matrix(table))
    items = {str(j + 1): make_item(str(j + 1)) for j in range(5)}
    forms = [
        MarkedForm(
            marks=[
                Mark(
                    position=j + 1,
                    item_id=str(j + 1),
                    outcome=Outcome.CORRECT if mark else Outcome.WRONG,
                    reason=MarkReason.AS_THE_KEY,
                    awarded=int(mark) * 100,
                    points=100,
                )
                for j, mark in enumerate(row)
                if not np.isnan(mark)
            ],
            responses={},
        )
        for row in table
    ]
    keyed_once = {item_id: (item,) for item_id, item in items.items()}
    theirs = {known.item_id: known for known in item_statistics(keyed_once, forms)}
    for figures in found:
        if figures.n:
            assert figures.facility == theirs[figures.item_id].facility
            assert figures.discrimination == theirs[figures.item_id].discrimination


def keyed(seed: int, wrong_keys: int, candidates: int = 800) -> Observations:
    """40 items of four options; the first `wrong_keys` name B as the key where A is right."""
    truth = simulated(seed, items=40, candidates=candidates, length=40).observations
    random = np.random.default_rng(seed)
    letters = np.where(truth.correct == 1, "A", random.choice(list("BCD"), len(truth.correct)))
    rows = letters.reshape(candidates, 40)
    lines = [",".join([f"c{place}", *row]) for place, row in enumerate(rows.tolist())]
    header = ",".join(["id", *[f"i{j}" for j in range(40)]])
    key = "item,key\n" + "".join(f"i{j},{'B' if j < wrong_keys else 'A'}\n" for j in range(40))
    return read_observations("\n".join([header, *lines]).encode(), read_key(key.encode()))


def test_wrong_keys_are_found_and_right_ones_left_alone() -> None:
    found = analyse_items(keyed(11, wrong_keys=3))
    doubtful = {ItemFlag.DISTRACTOR_OVER_KEY, ItemFlag.NEGATIVE_DISCRIMINATION}
    assert [figures.item_id for figures in found if doubtful & set(figures.flags)] == ["i0", "i1", "i2"]
    # Without any wrong key, over several administrations, next to nothing is flagged.
    alarms = sum(
        bool(doubtful & set(figures.flags)) for seed in range(5) for figures in analyse_items(keyed(seed, 0))
    )
    assert alarms <= 1


def test_options_are_described_by_their_definitions() -> None:
    observations = keyed(12, wrong_keys=0, candidates=60)
    figures = analyse_items(observations)[4]
    totals = np.bincount(observations.person, observations.correct)
    rows = observations.item == 4
    rest = (totals[observations.person[rows]] - observations.correct[rows]) / 39
    assert sum(option.chosen for option in figures.options) == figures.n == 60
    for place, option in enumerate(figures.options):
        chose = (observations.answer[rows] == place).astype(float)
        assert option.chosen == chose.sum()
        if option.correlation is not None:
            assert option.correlation == pytest.approx(correlation(chose.tolist(), rest.tolist()))
    assert [option.label for option in figures.options if option.in_key] == ["A"]


def test_omitted_and_not_reached_are_counted_apart() -> None:
    observations = read_observations(b"id,a,b,c,d\nu,1,,,\nv,,1,0,\nw,1,1,1,1\n")
    counted = [(figures.omitted, figures.not_reached) for figures in analyse_items(observations)]
    assert counted == [(1, 0), (1, 0), (0, 1), (1, 1)]


def test_option_chances_add_up_to_one() -> None:
    observations = keyed(13, wrong_keys=1)
    calibration = calibrate(observations)
    chances = option_chances(observations, calibration, abilities(observations, calibration.curves))
    first = 0
    for j, labels in enumerate(observations.options):
        block = chances[first : first + len(labels)]
        assert block.sum(axis=0) == pytest.approx(1.0)
        assert (block >= 0).all()
        assert block[0] == pytest.approx(known_chances(observations, calibration)[j])
        first += len(labels)


def test_reliability_is_that_of_the_truth() -> None:
    truth = simulated(14, items=60, candidates=2_000, length=60)
    calibration = calibrate(truth.observations)
    people = abilities(truth.observations, calibration.curves)
    found = reliability(truth.observations, known_chances(truth.observations, calibration), people)
    scores = np.bincount(truth.observations.person, truth.observations.correct) / 60
    expected = truth.curves.chances(truth.theta).mean(axis=0)
    assert found.kr20 is not None
    assert found.kr20 == pytest.approx(np.corrcoef(scores, expected)[0, 1] ** 2, abs=0.02)
    assert found.score_error == pytest.approx(float(np.sqrt(np.mean((scores - expected) ** 2))), rel=0.05)
    cut = cut_figures(calibration, people, 0.6)
    assert cut.theta is not None
    assert cut.accuracy is not None
    right = np.mean((people.value >= cut.theta) == (truth.theta >= cut.theta))
    assert cut.accuracy == pytest.approx(float(right), abs=0.02)
    assert cut.consistency is not None
    assert cut.consistency < cut.accuracy
    assert cut_figures(calibration, people, 0.999999).accuracy is None
    sparse = simulated(15, items=60, candidates=300, length=20).observations
    assert reliability(sparse, np.full((60, 61), 0.5), abilities(sparse, truth.curves)).kr20 is None


def test_one_candidate_is_described_without_failing() -> None:
    one = scored_matrix([[1, 0]])
    for observations in (one, replace(one, candidates=("only",))):
        assert [figures.n for figures in analyse_items(observations)] == [1, 1]
