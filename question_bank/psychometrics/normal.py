"""The normal distribution and the control of false alarms over many tests."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from question_bank.psychometrics.arrays import Floats

_STANDARD = NormalDist()


def quantile(share: float) -> float:
    """The normal quantile of 0 < share < 1."""
    return _STANDARD.inv_cdf(share)


def upper_tail(z: Floats) -> Floats:
    """The chance of a normal value of z or above, accurate far out (z = 30 is 5e-198); NaN stays NaN."""
    flat = np.asarray(z, dtype=np.float64).reshape(-1)
    found = np.array([0.5 * math.erfc(value / math.sqrt(2)) for value in flat.tolist()])
    return found.reshape(np.shape(z))


def false_discovery_rates(p_values: Floats, tests: int | None = None) -> Floats:
    """Benjamini & Hochberg (1995): the smallest rate at which each test would be a discovery.

    Of those at or below q, at most a share q is expected to be false. NaN (no test was possible) stays NaN.
    `tests` counts tests whose p-values are left out because they are larger than all given; what is known
    of them can only lower the rates.
    """
    rates = np.full(len(p_values), np.nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    order = tested[np.argsort(p_values[tested], kind="stable")]
    count = len(order) if tests is None else max(tests, len(order))
    stepped = p_values[order] * count / np.arange(1, len(order) + 1)
    rates[order] = np.minimum(np.minimum.accumulate(stepped[::-1])[::-1], 1.0)
    return rates
