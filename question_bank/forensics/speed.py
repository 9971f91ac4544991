"""The lognormal model of response times (van der Linden 2006): ln t_ij ~ N(beta_j - tau_i, sigma_j^2).

beta_j is the time that an item takes, tau_i how fast a candidate works, both in logarithms of seconds. Fitted
by alternating least squares with tau shrunk by its own variance; extreme times are drawn in, because a
candidate who stood up for ten minutes says nothing about the item.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from question_bank.psychometrics.arrays import Flags, Floats
from question_bank.psychometrics.observations import Observations

# Residuals beyond this many standard deviations count as this many.
LARGEST_RESIDUAL = 4.0
_CYCLES = 30
_SMALLEST_SIGMA = 0.05
# With fewer times the item's own mean and spread are chance.
MIN_TIMES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedModel:
    """`beta` and `sigma` (items,), `tau` (candidates,), ln seconds. `timed` (R,) are the rows with a known
    time on an item with at least 10 of them; `log_seconds` (R,) is NaN elsewhere."""

    beta: Floats
    sigma: Floats
    tau: Floats
    timed: Flags
    log_seconds: Floats


def fit_speed(observations: Observations) -> SpeedModel:
    """Fit the model. Without any times everything is 0 and `timed` False."""
    items, candidates = len(observations.items), len(observations.candidates)
    seconds = observations.seconds
    if seconds is None:
        seconds = np.full(len(observations.item), np.nan)
    known = np.nan_to_num(seconds) > 0
    enough = np.bincount(observations.item[known], minlength=items) >= MIN_TIMES
    timed = known & enough[observations.item]
    log_seconds = np.where(timed, np.log(np.where(timed, seconds, 1.0)), np.nan)
    item, person, logs = observations.item[timed], observations.person[timed], log_seconds[timed]
    count = np.maximum(np.bincount(item, minlength=items), 1)
    tau, sigma = np.zeros(candidates), np.ones(items)
    beta = np.bincount(item, logs, minlength=items) / count
    for _ in range(_CYCLES):
        residual = logs - beta[item] + tau[person]
        bound = LARGEST_RESIDUAL * sigma[item]
        drawn_in = np.clip(residual, -bound, bound)
        beta = beta + np.bincount(item, drawn_in, minlength=items) / count
        residual = logs - beta[item] + tau[person]
        drawn_in = np.clip(residual, -bound, bound)
        spread = np.bincount(item, drawn_in**2, minlength=items) / count
        sigma = np.maximum(np.sqrt(spread), _SMALLEST_SIGMA)
        weight = 1 / sigma[item] ** 2
        gap = np.clip(beta[item] - logs, tau[person] - bound, tau[person] + bound)
        prior = 1 / max(float(tau.var()), 0.01)
        total = np.bincount(person, weight, minlength=candidates) + prior
        tau = np.bincount(person, weight * gap, minlength=candidates) / total
    return SpeedModel(beta=beta, sigma=sigma, tau=tau, timed=timed, log_seconds=log_seconds)
