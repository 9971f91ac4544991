"""Every item of a bank gets parameters, and with them where they come from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.bank import Bank
from question_bank.curves import MICRO
from question_bank.items import Difficulty, Parameters
from question_bank.psychometrics.calibration import calibrate
from question_bank.psychometrics.curves import Curves, logistic, parameters_of
from question_bank.psychometrics.linking import linking_to
from question_bank.psychometrics.normal import false_discovery_rates, upper_tail
from question_bank.psychometrics.observations import Observations, scored_matrix
from question_bank.psychometrics.parameters import (
    TAG_BELIEFS,
    Belief,
    Provenance,
    Tally,
    bank_parameters,
    from_facility,
    with_parameters,
)
from tests.question_bank.factories import make_item
from tests.question_bank.psychometrics.simulated import simulated

OWN = Parameters(a=900_000, b=-250_000, c=0)


def bank_of_five() -> Bank:
    items = (
        replace(make_item("own"), parameters=OWN),
        make_item("calibrated"),
        make_item("seldom"),
        replace(make_item("tagged"), difficulty=Difficulty.HARD),
        make_item("unknown"),
    )
    return Bank(name="Bank", industry="", items=items)


def answers_to(*names: str) -> Observations:
    random = np.random.default_rng(8)
    right = random.random((400, len(names))) < logistic(random.normal(0, 1, 400))[:, None]
    return replace(scored_matrix(right.astype(float)), items=names)


def test_the_best_source_wins() -> None:
    bank = bank_of_five()
    calibration = calibrate(answers_to("own", "calibrated", "elsewhere", "more"))
    found = bank_parameters(bank, calibration, {"seldom": Tally(shown=12, right=9)})
    assert {item_id: sourced.provenance.value for item_id, sourced in found.items()} == {
        "own": "item",
        "calibrated": "calibrated",
        "seldom": "facility",
        "tagged": "tag",
        "unknown": "none",
    }
    assert (found["own"].parameters, found["own"].se_b) == (OWN, None)
    place = calibration.items.index("calibrated")
    assert found["calibrated"].parameters.b == round(calibration.curves.b[place] * MICRO)
    assert found["calibrated"].se_b == round(calibration.se_b[place] * MICRO)
    assert found["tagged"].parameters.b == round(TAG_BELIEFS[Difficulty.HARD].mean * MICRO)
    written = with_parameters(bank, found)
    with_numbers = {item.id for item in written.items if item.parameters}
    assert with_numbers == {"own", "calibrated"}
    assert Bank.from_json(written.to_json()) == written
    assert with_parameters(written, bank_parameters(written, calibration)) == written


def test_the_persisted_words_are_these() -> None:
    assert [source.value for source in Provenance] == ["item", "calibrated", "facility", "tag", "none"]


def test_difficulty_from_facility_is_that_of_the_model() -> None:
    theta = np.linspace(-6, 6, 2_001)
    weights = np.exp(-theta * theta / 2)
    weights /= weights.sum()
    for a in (0.5, 1.0, 2.0):
        for b in (-2.0, -0.7, 0.0, 1.5):
            share = float(weights @ Curves(a=np.array([a]), b=np.array([b]), c=np.zeros(1)).chances(theta)[0])
            n = 1_000_000
            found = from_facility(Tally(shown=n, right=round(share * n)), Belief(mean=0.0, sd=1.0), a)
            assert found.mean == pytest.approx(b, abs=0.1)


def test_a_calibration_is_brought_to_the_scale_of_the_bank() -> None:
    truth = simulated(41, items=40, candidates=1_500, length=40)
    # The bank's scale: abilities of these candidates have mean 0.5 and standard deviation 0.8 there.
    a, b = truth.curves.a / 0.8, 0.8 * truth.curves.b + 0.5
    items = tuple(
        replace(make_item(str(j + 1)), parameters=parameters_of(a[j], b[j]) if j < 20 else None)
        for j in range(40)
    )
    bank = Bank(name="Bank", industry="", items=items)
    calibration = calibrate(truth.observations)
    linking = linking_to(bank, calibration)
    assert linking is not None
    assert len(linking.anchors) == 20
    assert linking.slope == pytest.approx(0.8, abs=0.04)
    assert linking.shift == pytest.approx(0.5, abs=0.06)
    assert linking.gap < 0.03
    found = bank_parameters(bank, calibration, linking=linking)
    new = [found[str(j + 1)] for j in range(20, 40)]
    gaps = [sourced.parameters.b / MICRO - b[j] for j, sourced in enumerate(new, start=20)]
    errors = [(sourced.se_b or 0) / MICRO for sourced in new]
    assert sum(abs(gap) <= 2.5 * error for gap, error in zip(gaps, errors, strict=True)) >= 18
    few = Bank(name="Bank", industry="", items=items[16:])
    assert linking_to(few, calibration) is None
    # Facility speaks of the same candidates, a tag does not.
    tally = {"40": Tally(shown=1_000, right=500)}
    empty = calibrate(scored_matrix([[1, 0]]))
    moved = bank_parameters(bank, empty, tally, linking)["40"].parameters.b
    assert moved == pytest.approx(linking.shift * MICRO, abs=0.05 * MICRO)
    untouched = bank_parameters(bank, empty, None, linking)["40"].parameters.b
    assert untouched == TAG_BELIEFS[None].mean * MICRO


@given(st.integers(0, 500), st.data())
def test_few_responses_leave_the_belief_and_many_replace_it(shown: int, data: st.DataObject) -> None:
    right = data.draw(st.integers(0, shown))
    prior = Belief(mean=-0.5, sd=0.9)
    found = from_facility(Tally(shown=shown, right=right), prior)
    assert 0 < found.sd <= prior.sd
    assert abs(found.mean) < 8
    more = from_facility(Tally(shown=shown * 4, right=right * 4), prior)
    assert more.sd <= found.sd
    if not shown:
        assert found == prior


@given(st.lists(st.one_of(st.floats(0, 1), st.just(float("nan"))), max_size=30))
def test_rates_are_those_of_the_step_up_procedure(p_values: list[float]) -> None:
    rates = false_discovery_rates(np.array(p_values, dtype=np.float64))
    known = sorted(p for p in p_values if not np.isnan(p))
    for level in (0.01, 0.05, 0.2):
        within = [k for k, p in enumerate(known, start=1) if p <= level * k / len(known)]
        discovered = max(within, default=0)
        assert int((rates <= level * (1 + 1e-12)).sum()) == discovered
    assert [bool(np.isnan(rate)) for rate in rates] == [bool(np.isnan(p)) for p in p_values]


def test_tails_are_those_of_the_tables() -> None:
    tails = upper_tail(np.array([0.0, 1.959964, 3.0, 10.0, np.nan]))
    assert tails[:4] == pytest.approx([0.5, 0.025, 1.349898e-3, 7.619853e-24], rel=1e-5)
    assert np.isnan(tails[4])
