"""The item characteristic curve of the three-parameter logistic model, for estimating: floats, many at once.

P(theta) = c + (1 - c) / (1 + exp(-a (theta - b))), ability theta on the scale of the candidates' own mean 0
and standard deviation 1, without the factor 1.7. Exact integers of the same model, for what goes
into records, are in `question_bank.curves`; a test holds both together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from question_bank.curves import MICRO
from question_bank.items import MAX_PARAMETER, Parameters
from question_bank.psychometrics.arrays import Flags, Floats

_LARGEST_EXPONENT = 35.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """a > 0, b and 0 <= c < 1 of J items, each of shape (J,)."""

    a: Floats
    b: Floats
    c: Floats

    def chances(self, theta: Floats) -> Floats:
        """(J, Q) the chance of a right answer at each of Q abilities."""
        return self.c[:, None] + (1 - self.c)[:, None] * logistic(self._logits(theta))

    def slopes(self, theta: Floats) -> Floats:
        """(J, Q) the derivative of `chances` by the logit a (theta - b)."""
        shape = logistic(self._logits(theta))
        return (1 - self.c)[:, None] * shape * (1 - shape)

    def information(self, theta: Floats) -> Floats:
        """(J, Q) Fisher information about theta."""
        chance = self.chances(theta)
        return (self.a[:, None] * self.slopes(theta)) ** 2 / (chance * (1 - chance))

    def _logits(self, theta: Floats) -> Floats:
        return self.a[:, None] * (theta[None, :] - self.b[:, None])

    def chosen(self, which: Flags) -> Curves:
        """The curves of some of the items."""
        return Curves(a=self.a[which], b=self.b[which], c=self.c[which])


def logistic(logits: Floats) -> Floats:
    """1 / (1 + exp(-x)), bounded away from 0 and 1 so that logarithms stay finite."""
    bounded = np.clip(logits, -_LARGEST_EXPONENT, _LARGEST_EXPONENT)
    return np.asarray(1 / (1 + np.exp(-bounded)))


def parameters_of(a: float, b: float, c: float = 0.0) -> Parameters:
    """Rounded to millionths and inside what an item can hold."""
    return Parameters(
        a=min(max(round(a * MICRO), 1), MAX_PARAMETER),
        b=min(max(round(b * MICRO), -MAX_PARAMETER), MAX_PARAMETER),
        c=min(max(round(c * MICRO), 0), MICRO - 1),
    )
