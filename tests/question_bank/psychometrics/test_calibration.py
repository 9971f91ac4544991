"""Calibration against published estimates, real examinations and known truth."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.psychometrics.abilities import abilities
from question_bank.psychometrics.calibration import Estimation, calibrate
from question_bank.psychometrics.observations import Observations, scored_matrix
from question_bank.psychometrics.settings import NO_PRIORS, Model, Priors, Settings
from tests.question_bank.psychometrics.credential import FOLDER, credential
from tests.question_bank.psychometrics.simulated import simulated
from tests.shared_data import SHARED_DATA, needs_shared_data

EXACT = Settings(priors=NO_PRIORS, tolerance=1e-5, max_cycles=2_000)


def patterns(path: Path) -> Observations:
    """A table of response patterns whose last column says how many candidates gave each."""
    table = np.genfromtxt(path, delimiter=",", skip_header=1)
    return scored_matrix(np.repeat(table[:, :-1], table[:, -1].astype(int), axis=0))


@pytest.mark.shared
@needs_shared_data
def test_lsat7_is_estimated_as_published() -> None:
    found = calibrate(patterns(SHARED_DATA / "itempools" / "mirt" / "LSAT7.csv"), EXACT)
    assert found.converged
    # Slopes and intercepts as mirt gives them (Chalmers 2012, section 3).
    assert found.curves.a == pytest.approx([0.988, 1.081, 1.707, 0.765, 0.736], abs=0.002)
    intercepts = -found.curves.a * found.curves.b
    assert intercepts == pytest.approx([1.856, 0.808, 1.805, 0.486, 1.855], abs=0.002)
    assert found.log_likelihood == pytest.approx(-2658.805, abs=0.001)


@pytest.mark.shared
@needs_shared_data
def test_lsat6_is_estimated_as_published() -> None:
    data = patterns(SHARED_DATA / "itempools" / "mirt" / "LSAT6.csv")
    two = calibrate(data, EXACT)
    # ltm (Rizopoulos 2006), section 4: estimates and standard errors.
    assert two.curves.b == pytest.approx([-3.3597, -1.3696, -0.2799, -1.8659, -3.1236], abs=0.005)
    assert two.curves.a == pytest.approx([0.8254, 0.7229, 0.8905, 0.6886, 0.6575], abs=0.002)
    assert two.se_b == pytest.approx([0.8669, 0.3073, 0.0997, 0.4341, 0.8697], rel=0.05)
    assert two.se_a == pytest.approx([0.2581, 0.1867, 0.2326, 0.1851, 0.2100], rel=0.05)
    one = calibrate(data, Settings(model=Model.RASCH, priors=NO_PRIORS, tolerance=1e-5))
    assert one.curves.a == pytest.approx([0.7551] * 5, abs=0.001)
    assert one.curves.b == pytest.approx([-3.6153, -1.3224, -0.3176, -1.7301, -2.7802], abs=0.002)
    assert one.se_b == pytest.approx([0.3266, 0.1422, 0.0976, 0.1691, 0.2510], rel=0.05)


@pytest.mark.shared
@needs_shared_data
def test_a_licensure_examination_in_seconds() -> None:
    reference = np.genfromtxt(FOLDER / "credential_2pl_girth.csv", delimiter=",", skip_header=1)
    observations = credential().observations
    started = time.thread_time()
    found = calibrate(observations)
    # This thread's own seconds: other threads of the matrix library wait busily on a loaded machine.
    assert time.thread_time() - started < 5.0
    assert found.converged
    well = found.estimated & (np.nan_to_num(found.se_b, nan=9.0) < 0.3)
    assert well.sum() > 90
    assert np.corrcoef(found.curves.b[well], reference[well, 2])[0, 1] > 0.999
    assert np.corrcoef(found.curves.a[well], reference[well, 1])[0, 1] > 0.999
    # Where nearly everybody is right, b is anywhere: named, no wild number.
    assert np.nanmax(np.abs(found.curves.b)) < 6.0
    assert (~found.estimated).sum() <= 5


def test_sparse_forms_give_back_the_truth_within_their_errors() -> None:
    truth = simulated(1)
    found = calibrate(truth.observations, Settings(tolerance=1e-3))
    assert found.converged
    assert found.estimated.all()
    gap = found.curves.b - truth.curves.b
    assert 0.91 <= np.mean(np.abs(gap) <= 1.96 * found.se_b) <= 0.985
    assert 0.91 <= np.mean(np.abs(found.curves.a - truth.curves.a) <= 1.96 * found.se_a) <= 0.985
    rmse, claimed = np.sqrt(np.mean(gap**2)), np.sqrt(np.mean(found.se_b**2))
    assert 0.85 <= rmse / claimed <= 1.1
    people = abilities(truth.observations, found.curves)
    assert 0.92 <= np.mean(np.abs(people.value - truth.theta) <= 1.96 * people.standard_error) <= 0.97
    squared = np.corrcoef(people.value, truth.theta)[0, 1] ** 2
    assert people.reliability == pytest.approx(squared, abs=0.02)


def test_both_layouts_give_the_same_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    observations = simulated(2, items=30, candidates=400, length=12).observations
    dense = calibrate(observations)
    monkeypatch.setattr("question_bank.psychometrics.patterns.DENSE_SHARE", 2.0)
    sparse = calibrate(observations)
    assert dense.cycles == sparse.cycles
    for ours, theirs in ((dense.curves.a, sparse.curves.a), (dense.curves.b, sparse.curves.b)):
        assert ours == pytest.approx(theirs, abs=1e-9)
    assert dense.log_likelihood == pytest.approx(sparse.log_likelihood)


@given(st.permutations(range(8)), st.integers(0, 2**32 - 1))
@settings(max_examples=15)
def test_the_order_of_items_and_candidates_is_irrelevant(order: list[int], seed: int) -> None:
    random = np.random.default_rng(seed)
    table = (random.random((150, 8)) < random.random(8)).astype(float)
    table[random.random((150, 8)) < 0.2] = np.nan
    one, other = calibrate(scored_matrix(table)), calibrate(scored_matrix(table[::-1][:, order]))
    assert [one.status[place] for place in order] == list(other.status)
    assert one.curves.b[order] == pytest.approx(other.curves.b, abs=1e-6, nan_ok=True)
    assert one.curves.a[order] == pytest.approx(other.curves.a, abs=1e-6, nan_ok=True)
    assert np.nanmax(np.abs(one.curves.b), initial=0.0) < 6.0


def test_what_cannot_be_estimated_is_named() -> None:
    random = np.random.default_rng(3)
    chances = 1 / (1 + np.exp(-1.5 * random.normal(size=(100, 1))))
    table = (random.random((100, 6)) < chances).astype(float)
    table[:, 0], table[:, 1] = 1.0, 0.0
    table[29:, 2] = np.nan
    table[30:, 3] = np.nan
    found = calibrate(scored_matrix(table))
    wanted = [Estimation.ALL_RIGHT, Estimation.ALL_WRONG, Estimation.TOO_FEW, *[Estimation.ESTIMATED] * 3]
    assert list(found.status) == wanted
    assert np.isnan(found.curves.b[:3]).all()
    assert np.isnan(found.se_b[:3]).all()
    people = abilities(scored_matrix(table), found.curves)
    assert not np.isnan(people.value).any()
    nobody = calibrate(scored_matrix(table[:, :2]))
    assert not nobody.estimated.any()
    assert nobody.converged
    alone = abilities(scored_matrix(table[:, :2]), nobody.curves)
    assert alone.value == pytest.approx(0.0, abs=1e-9)
    assert alone.standard_error == pytest.approx(1.0, abs=1e-6)


def test_cycles_that_do_not_suffice_are_said_not_to() -> None:
    observations = simulated(4, items=20, candidates=300, length=20).observations
    found = calibrate(observations, Settings(max_cycles=2))
    assert (found.converged, found.cycles) == (False, 2)
    assert found.largest_change > 1e-4


def test_a_wrong_key_stays_in_bounds_and_priors_pull_towards_their_mean() -> None:
    truth = simulated(5, items=20, candidates=600, length=20)
    table = np.full((600, 20), np.nan)
    rows = truth.observations
    table[rows.person, rows.item] = rows.correct
    table[:, 0] = 1 - table[:, 0]
    found = calibrate(scored_matrix(table))
    assert found.status[0] is Estimation.OUT_OF_RANGE or found.curves.a[0] < 0.3
    strong = Settings(priors=Priors(log_a_mean=0.5, log_a_sd=0.01, b_mean=1.0, b_sd=0.01))
    pulled = calibrate(truth.observations, strong)
    assert pulled.curves.a == pytest.approx(np.exp(0.5), rel=0.03)
    assert pulled.curves.b == pytest.approx(1.0, abs=0.1)


def test_a_given_guessing_floor_is_used() -> None:
    random = np.random.default_rng(6)
    theta, b = random.normal(0, 1, 3_000), np.linspace(-1.5, 1.5, 20)
    floor = np.full(20, 0.25)
    chances = 0.25 + 0.75 / (1 + np.exp(-1.2 * (theta[:, None] - b)))
    observations = scored_matrix((random.random((3_000, 20)) < chances).astype(float))
    found = calibrate(observations, guessing=floor)
    assert np.sqrt(np.mean((found.curves.b - b) ** 2)) < 0.12
    assert np.mean(np.abs(found.curves.b - b) <= 1.96 * found.se_b) >= 0.8
    assert np.mean(calibrate(observations).curves.b) < -0.3  # without it items look easier than they are
