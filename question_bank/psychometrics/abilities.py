"""Abilities of candidates: expected a posteriori (EAP; Bock & Mislevy 1982) with standard errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from question_bank.psychometrics.arrays import Floats
from question_bank.psychometrics.curves import Curves
from question_bank.psychometrics.observations import Observations
from question_bank.psychometrics.patterns import patterns_of
from question_bank.psychometrics.settings import NODES, WEIGHTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """`value` and `standard_error` (candidates,): mean and standard deviation of each one's posterior.

    A candidate who was shown nothing that is calibrated has the prior's: 0 and 1. `posterior`
    (candidates, Q) are the chances of the quadrature points.
    """

    value: Floats
    standard_error: Floats
    posterior: Floats

    @property
    def reliability(self) -> float:
        """Marginal reliability: the variance of the estimates over that of abilities (Green et al. 1984)."""
        if not len(self.value):
            return 0.0
        between, within = float(self.value.var()), float((self.standard_error**2).mean())
        return between / (between + within)


def abilities(observations: Observations, curves: Curves) -> Abilities:
    """Every candidate's ability from the items whose curve is known (no NaN)."""
    known = ~np.isnan(curves.b)
    patterns = patterns_of(observations.of_items(known))
    joint = patterns.log_likelihood(curves.chosen(known).chances(NODES)) + np.log(WEIGHTS)
    joint = np.exp(joint - joint.max(axis=1, keepdims=True))
    posterior = joint / joint.sum(axis=1, keepdims=True)
    mean = posterior @ NODES
    spread = np.sqrt(np.maximum(posterior @ (NODES * NODES) - mean * mean, 0.0))
    place = patterns.place
    return Abilities(value=mean[place], standard_error=spread[place], posterior=posterior[place])
