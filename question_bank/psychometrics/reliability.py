"""How exact scores are: reliability, standard error of measurement, consistency of passing and failing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from question_bank.psychometrics.abilities import Abilities
from question_bank.psychometrics.arrays import Floats
from question_bank.psychometrics.calibration import Calibration
from question_bank.psychometrics.normal import upper_tail
from question_bank.psychometrics.observations import Observations
from question_bank.psychometrics.option_curves import nearest_node
from question_bank.psychometrics.settings import NODES


@dataclass(frozen=True, slots=True, kw_only=True)
class CutFigures:
    """Passing at a share of the points (Rudner 2001). `theta` is the ability whose expected share on the
    items calibrated is the cut; `accuracy` the chance that a candidate is classified as the true ability
    would be, `consistency` that two forms would classify alike. `theta` None: no ability expects the cut."""

    share: float
    theta: float | None
    accuracy: float | None
    consistency: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """`kr20` is None unless everybody had the same form. `marginal` is that of the abilities (EAP), for forms
    that differ. `score_error` is the standard error of measurement of the share of right answers: the root
    mean of its variance given ability on each one's own form."""

    kr20: float | None
    marginal: float
    score_error: float


def reliability(observations: Observations, chances: Floats, found: Abilities) -> Reliability:
    """`chances` (items, Q) are those of a right answer at the quadrature points."""
    lengths = np.maximum(observations.form_lengths, 1)
    of_rows = (chances * (1 - chances))[observations.item, nearest_node(found.value)[observations.person]]
    variance = np.bincount(observations.person, of_rows, minlength=len(lengths)) / lengths**2
    return Reliability(
        kr20=_kr20(observations) if observations.same_form else None,
        marginal=found.reliability,
        score_error=float(np.sqrt(variance.mean())) if len(variance) else 0.0,
    )


def cut_figures(calibration: Calibration, found: Abilities, share: float) -> CutFigures:
    """Accuracy and consistency at the cut score, from each candidate's ability and its standard error."""
    theta = cut_theta(calibration, share)
    if theta is None or not len(found.value):
        return CutFigures(share=share, theta=theta, accuracy=None, consistency=None)
    error = np.maximum(found.standard_error, 1e-6)
    above = upper_tail((theta - found.value) / error)
    accuracy = np.where(found.value >= theta, above, 1 - above)
    consistency = above**2 + (1 - above) ** 2
    return CutFigures(
        share=share, theta=theta, accuracy=float(accuracy.mean()), consistency=float(consistency.mean())
    )


def cut_theta(calibration: Calibration, share: float) -> float | None:
    """The ability at which the mean chance over the calibrated items is `share`; None outside -6 to 6."""
    expected = expected_share(calibration)
    if not len(expected) or not expected[0] <= share <= expected[-1]:
        return None
    return float(np.interp(share, expected, NODES))


def expected_share(calibration: Calibration) -> Floats:
    """(Q,) the test characteristic curve as a share of the points; empty when nothing was calibrated."""
    estimated = calibration.estimated
    if not estimated.any():
        return np.empty(0)
    return np.asarray(calibration.curves.chosen(estimated).chances(NODES).mean(axis=0))


def _kr20(observations: Observations) -> float | None:
    """Kuder & Richardson (1937), formula 20: coefficient alpha of right-or-wrong marks."""
    items, candidates = len(observations.items), len(observations.candidates)
    totals = np.bincount(observations.person, observations.correct, minlength=candidates)
    if items < 2 or totals.var() == 0:
        return None
    share = np.bincount(observations.item, observations.correct, minlength=items) / candidates
    return float(items / (items - 1) * (1 - (share * (1 - share)).sum() / totals.var()))
