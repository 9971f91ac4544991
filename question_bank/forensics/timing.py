"""Response times to look at: fast and right against what was expected, and speed that changes at the end.

The pre-knowledge index is a likelihood ratio. Without knowledge of the items a candidate's times follow the
lognormal model at the speed that is usual for the ability, and the answers follow the calibrated curves; with
it an unknown share of the items is answered faster and right (after van der Linden & Guo 2008 and Sinharay
2020). Share and shift are those most favourable to the second reading, so the ratio alone says nothing: its
distribution without knowledge is drawn from the fitted model on the candidates' own forms.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from question_bank.forensics.speed import LARGEST_RESIDUAL, SpeedModel
from question_bank.psychometrics.abilities import Abilities
from question_bank.psychometrics.arrays import Flags, Floats, Integers
from question_bank.psychometrics.normal import false_discovery_rates, upper_tail
from question_bank.psychometrics.observations import Observations
from question_bank.psychometrics.option_curves import nearest_node

# How much faster, in standard deviations of the time, and on which share of the items.
_SHIFTS = (0.5, 1.0, 1.5, 2.0)
_SHARES = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8)
# Who knows the key answers right but for slips.
_KNOWN_RIGHT = 0.95
# Simulated candidates without knowledge; the smallest p-value is one over their number.
_REPLICATES = 40_000
_MIN_PASSES, _MAX_PASSES = 5, 100
_SEED = 51
_LARGEST_EXPONENT = 40.0
# A difference between the parts of a form needs this many times in each.
_MIN_PART = 5
_END_SHARE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingIndices:
    """Figures of every candidate, each of shape (candidates,); NaN where there were no times.

    `timed` are the items with a known time; `fast_right` of them were right and in the time of the fastest
    5 % of candidates of that ability, `fast_right_expected` is how many that would be. `ratio` is the log
    of the likelihood ratio, `p` and `q` its p-value and false discovery rate. `end_shift` is how much faster
    (in standard deviations of a time) the last fifth of the form was than the rest, with `end_p` and `end_q`.
    """

    timed: Floats
    fast_right: Floats
    fast_right_expected: Floats
    ratio: Floats
    p: Floats
    q: Floats
    end_shift: Floats
    end_p: Floats
    end_q: Floats


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the ratio needs of each timed row; `step` is one over the spread of a time around the expected
    one (own speed and item together), `sigma` the item's part, `speed_sd` the candidates'."""

    person: Integers
    chance: Floats
    step: Floats
    sigma: Floats
    speed_sd: float
    candidates: int


def timing_indices(
    observations: Observations, chances: Floats, found: Abilities, speed: SpeedModel
) -> TimingIndices:
    """All figures. `chances` (items, Q) are those of a right answer at the quadrature points."""
    candidates = len(observations.candidates)
    person, item = observations.person[speed.timed], observations.item[speed.timed]
    right, logs = observations.correct[speed.timed], speed.log_seconds[speed.timed]
    counts = np.bincount(person, minlength=candidates).astype(np.float64)
    expected_speed, speed_sd = _usual_speed(speed.tau, found.value, counts > 0)
    total = np.sqrt(speed.sigma[item] ** 2 + speed_sd**2)
    rows = _Rows(
        person=person,
        chance=chances[item, nearest_node(found.value)[person]],
        step=1 / total,
        sigma=speed.sigma[item],
        speed_sd=speed_sd,
        candidates=candidates,
    )
    quickness = (speed.beta[item] - expected_speed[person] - logs) / total
    ratio = _ratio(rows, quickness, right)
    p = np.where(counts > 0, _simulated_p(rows, ratio), np.nan)
    fast = (quickness > 1.645) & (right == 1)
    shift, end_p = _end_shift(observations, speed)
    return TimingIndices(
        timed=counts,
        fast_right=np.bincount(person, fast, minlength=candidates).astype(np.float64),
        fast_right_expected=np.bincount(person, 0.05 * rows.chance, minlength=candidates).astype(np.float64),
        ratio=np.where(counts > 0, ratio, np.nan),
        p=p,
        q=false_discovery_rates(p),
        end_shift=shift,
        end_p=end_p,
        end_q=false_discovery_rates(end_p),
    )


def _usual_speed(tau: Floats, theta: Floats, measured: Flags) -> tuple[Floats, float]:
    """The speed that candidates of each ability have on average (a line), and the spread around it.

    The spread is taken from the quartiles, so that a few very fast candidates do not widen it.
    """
    if measured.sum() < 3:
        return np.zeros(len(tau)), 0.1
    x, y = theta[measured] - theta[measured].mean(), tau[measured]
    slope = float((x * y).sum() / max(float((x * x).sum()), 1e-12))
    usual = y.mean() + slope * (theta - theta[measured].mean())
    quartiles = np.quantile((tau - usual)[measured], (0.25, 0.75))
    return usual, max(float(quartiles[1] - quartiles[0]) / 1.349, 0.01)


def _ratio(rows: _Rows, quickness: Floats, right: Integers) -> Floats:
    """(candidates,) the largest log-likelihood ratio over shifts and shares, at least 0."""
    quick = np.clip(quickness, -LARGEST_RESIDUAL, LARGEST_RESIDUAL)
    chance = np.clip(rows.chance, 1e-4, 1 - 1e-4)
    answers = np.where(right == 1, np.log(_KNOWN_RIGHT / chance), np.log((1 - _KNOWN_RIGHT) / (1 - chance)))
    best = np.zeros(rows.candidates)
    for shift in _SHIFTS:
        exponent = np.minimum(shift * quick - shift * shift / 2 + answers, _LARGEST_EXPONENT)
        gain = np.expm1(exponent)
        for share in _SHARES:
            sums = np.bincount(rows.person, np.log1p(share * gain), minlength=rows.candidates)
            np.maximum(best, sums, out=best)
    return best


def _simulated_p(rows: _Rows, ratio: Floats) -> Floats:
    """The share of simulated candidates without knowledge whose ratio is as large (add-one, so never 0)."""
    if not len(rows.person):
        return np.full(rows.candidates, np.nan)
    passes = min(max(math.ceil(_REPLICATES / rows.candidates), _MIN_PASSES), _MAX_PASSES)
    generator = np.random.default_rng(_SEED)
    measured = np.bincount(rows.person, minlength=rows.candidates) > 0
    drawn = []
    for _ in range(passes):
        own = generator.normal(0.0, rows.speed_sd, rows.candidates)
        noise = generator.normal(size=len(rows.person))
        quickness = (own[rows.person] + noise * rows.sigma) * rows.step
        right = (generator.random(len(rows.person)) < rows.chance).astype(np.int64)
        drawn.append(_ratio(rows, quickness, right)[measured])
    null = np.sort(np.concatenate(drawn))
    above = len(null) - np.searchsorted(null, ratio, side="left")
    return np.asarray((above + 1) / (len(null) + 1))


def _end_shift(observations: Observations, speed: SpeedModel) -> tuple[Floats, Floats]:
    """How much faster the last fifth of each form was, and the p-value of a normal test of the difference.

    Against the candidate's own speed: who is fast throughout is not meant here.
    """
    candidates = len(observations.candidates)
    lengths = observations.form_lengths
    starts = np.cumsum(lengths) - lengths
    place = np.arange(len(observations.person)) - starts[observations.person]
    at_end = place >= np.ceil((1 - _END_SHARE) * lengths[observations.person])
    person, item = observations.person[speed.timed], observations.item[speed.timed]
    residual = (speed.beta[item] - speed.tau[person] - speed.log_seconds[speed.timed]) / speed.sigma[item]
    residual = np.clip(residual, -LARGEST_RESIDUAL, LARGEST_RESIDUAL)
    end = at_end[speed.timed]
    counts, means = [], []
    for part in (end, ~end):
        count = np.bincount(person[part], minlength=candidates)
        counts.append(count)
        total = np.bincount(person[part], residual[part], minlength=candidates)
        means.append(total / np.maximum(count, 1))
    enough = (counts[0] >= _MIN_PART) & (counts[1] >= _MIN_PART)
    shift = np.where(enough, means[0] - means[1], np.nan)
    error = np.sqrt(1 / np.maximum(counts[0], 1) + 1 / np.maximum(counts[1], 1))
    return shift, upper_tail(shift / error)
