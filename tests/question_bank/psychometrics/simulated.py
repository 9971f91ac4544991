"""Candidates who answer as the model says, each on a form of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from question_bank.psychometrics.arrays import Floats
from question_bank.psychometrics.curves import Curves, logistic
from question_bank.psychometrics.observations import Observations, scored_matrix


@dataclass(frozen=True, slots=True)
class Simulated:
    """Observations with the truth behind them."""

    observations: Observations
    curves: Curves
    theta: Floats


def simulated(
    seed: int, *, items: int = 300, candidates: int = 2_000, length: int = 60, spread_a: float = 0.3
) -> Simulated:
    """Abilities and difficulties N(0, 1), ln a ~ N(0, spread_a^2), forms drawn at random."""
    random = np.random.default_rng(seed)
    a, b = np.exp(random.normal(0, spread_a, items)), random.normal(0, 1, items)
    theta = random.normal(0, 1, candidates)
    table = np.full((candidates, items), np.nan)
    for person in range(candidates):
        form = random.choice(items, length, replace=False)
        chances = logistic(a[form] * (theta[person] - b[form]))
        table[person, form] = random.random(length) < chances
    return Simulated(scored_matrix(table), Curves(a=a, b=b, c=np.zeros(items)), theta)
