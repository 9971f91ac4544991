"""Response times to look at: fast and right against what was expected, and speed that changes at the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from question_bank.forensics.knowledge import TimedRows, knowledge_test
from question_bank.forensics.speed import LARGEST_RESIDUAL, SpeedModel
from question_bank.psychometrics.abilities import Abilities
from question_bank.psychometrics.arrays import Flags, Floats
from question_bank.psychometrics.normal import false_discovery_rates, upper_tail
from question_bank.psychometrics.observations import Observations
from question_bank.psychometrics.option_curves import nearest_node

# The fastest 5 % of candidates of an ability.
_FAST, _FAST_SHARE = 1.645, 0.05
# A difference between the parts of a form needs this many times in each.
_MIN_PART = 5
_END_SHARE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingIndices:
    """Figures of every candidate, each of shape (candidates,); NaN where there were no times.

    `fast_right` are the items that were right and in the time of the fastest 5 % of candidates of that
    ability, `fast_right_expected` is how many that would be. `ratio` and `p` are those of the knowledge
    test, `q` its false discovery rate. `end_shift` is how much faster (in standard deviations of a
    time) the last fifth of the form was than the rest, with `end_p` and `end_q`.
    """

    fast_right: Floats
    fast_right_expected: Floats
    ratio: Floats
    p: Floats
    q: Floats
    end_shift: Floats
    end_p: Floats
    end_q: Floats


def timing_indices(
    observations: Observations, chances: Floats, found: Abilities, speed: SpeedModel
) -> TimingIndices:
    """All figures. `chances` (items, Q) are those of a right answer at the quadrature points."""
    candidates = len(observations.candidates)
    person, item = observations.person[speed.timed], observations.item[speed.timed]
    right = observations.correct[speed.timed]
    measured = np.bincount(person, minlength=candidates) > 0
    usual, speed_sd = _usual_speed(speed.tau, found.value, measured)
    rows = TimedRows(
        person=person,
        chance=chances[item, nearest_node(found.value)[person]],
        sigma=speed.sigma[item],
        speed_sd=speed_sd,
        candidates=candidates,
    )
    gap = speed.beta[item] - usual[person] - speed.log_seconds[speed.timed]
    ratio, p = knowledge_test(rows, gap, right)
    fast = (gap > _FAST * np.sqrt(rows.sigma**2 + speed_sd**2)) & (right == 1)
    shift, end_p = _end_shift(observations, speed)
    return TimingIndices(
        fast_right=np.bincount(person, fast, candidates).astype(np.float64),
        fast_right_expected=np.bincount(person, _FAST_SHARE * rows.chance, candidates).astype(np.float64),
        ratio=ratio,
        p=p,
        q=false_discovery_rates(p),
        end_shift=shift,
        end_p=end_p,
        end_q=false_discovery_rates(end_p),
    )


def _usual_speed(tau: Floats, theta: Floats, measured: Flags) -> tuple[Floats, float]:
    """The speed that the others have on average at each candidate's ability, and the spread around it.

    A line, for everybody without their own speed: among few, one who is fast and knows everything would
    bend it to themselves. The spread is taken from the quartiles, so that a few very fast candidates do not
    widen it.
    """
    if measured.sum() < 3:
        return np.zeros(len(tau)), 0.1
    x, y = theta[measured] - theta[measured].mean(), tau[measured]
    squares = max(float((x * x).sum()), 1e-12)
    slope = float((x * y).sum() / squares)
    usual = y.mean() + slope * (theta - theta[measured].mean())
    # What is left when the line is fitted without the candidate (the leverages of least squares).
    leverage = np.minimum(1 / len(x) + x * x / squares, 0.99)
    usual[measured] = y - (y - usual[measured]) / (1 - leverage)
    quartiles = np.quantile((tau - usual)[measured], (0.25, 0.75))
    return usual, max(float(quartiles[1] - quartiles[0]) / 1.349, 0.01)


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
