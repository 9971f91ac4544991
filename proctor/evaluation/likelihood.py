"""From a score to the logarithm of a likelihood ratio, by linear logistic regression.

Method and measure are those of Brümmer and du Preez, Computer Speech and Language 20 (2006).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from proctor.evaluation.rates import Scores

_STEPS = 50
# Keeps the slope finite where mated and non-mated scores do not overlap at all.
_RIDGE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """ln of p(score | mated) / p(score | non-mated) = slope * score + offset."""

    slope: float
    offset: float

    def at(self, scores: Scores) -> Scores:
        """The logarithm of the ratio, natural."""
        return np.asarray(self.slope * scores + self.offset, np.float64)


def fit_line(mated: Scores, non_mated: Scores) -> Line:
    """Logistic regression with both kinds given equal weight in total, by Newton's method.

    Pre-condition: at least one score of each kind.
    """
    scores = np.concatenate([mated, non_mated])
    # In units of their own spread, so that the ridge means the same for every engine's scale.
    middle, spread = float(scores.mean()), max(float(scores.std()), 1e-9)
    design = np.column_stack([(scores - middle) / spread, np.ones(scores.size)])
    truth = np.concatenate([np.ones(mated.size), np.zeros(non_mated.size)])
    weights = np.concatenate(
        [np.full(mated.size, 0.5 / mated.size), np.full(non_mated.size, 0.5 / non_mated.size)]
    )
    ridge = np.array([_RIDGE, 0.0])
    found = np.zeros(2)
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ found, -500, 500)))
        slope = design.T @ (weights * (chance - truth)) + ridge * found
        curve = (design * (weights * chance * (1 - chance))[:, None]).T @ design + np.diag(ridge + 1e-12)
        step = np.linalg.solve(curve, slope)
        found = found - step * min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-12))
        if float(np.abs(step).max()) < 1e-9:
            break
    return Line(slope=float(found[0] / spread), offset=float(found[1] - found[0] * middle / spread))


def cost_of(mated: Sequence[float], non_mated: Sequence[float]) -> float:
    """Cllr of log-likelihood ratios in bits a comparison: 0 tells all, 1 tells nothing, more misleads."""
    bits = np.logaddexp(0, -np.array(mated)).mean() + np.logaddexp(0, np.array(non_mated)).mean()
    return float(bits / (2 * math.log(2)))
