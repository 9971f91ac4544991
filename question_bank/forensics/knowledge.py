"""The likelihood ratio for items that a candidate knew beforehand.

Without knowledge, times follow the lognormal model at the speed that is usual for the ability, and answers
the calibrated curves; with it an unknown share of the items is answered faster and right (after van der
Linden & Guo 2008 and Sinharay 2020). Share and shift are those most favourable to knowledge, so the ratio
alone says nothing: it is held against the ratios of candidates drawn from the fitted model, without
knowledge, on the same forms. Who is fast by nature is among those; a ratio against the candidate's own pace
is not used, because pace changes inside a sitting (it named 12 % of a real examination).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from question_bank.forensics.speed import LARGEST_RESIDUAL
from question_bank.psychometrics.arrays import Floats, Integers

# How much faster, in standard deviations of a time, and on which share of the items.
_SHIFTS, _SHARES = (0.5, 1.0, 1.5, 2.0), (0.05, 0.1, 0.2, 0.4, 0.6, 0.8)
# Who knows the key answers right but for slips.
_KNOWN_RIGHT = 0.95
# What the quartiles of normal values tell of their spread, against what all values would.
_OF_QUARTILES = 0.37
# Simulated candidates without knowledge; the smallest p-value is about one over their number.
_REPLICATES = 40_000
_MIN_PASSES, _MAX_PASSES = 5, 100
_SEED = 51
_LARGEST_EXPONENT = 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedRows:
    """What the ratio needs of each timed row: whose it is, the chance of a right answer, and sigma of the
    item (ln seconds). `speed_sd` is the spread of candidates' speeds around what is usual."""

    person: Integers
    chance: Floats
    sigma: Floats
    speed_sd: float
    candidates: int

    @property
    def measured(self) -> Floats:
        """(candidates,) how many times are known of each."""
        return np.bincount(self.person, minlength=self.candidates).astype(np.float64)


def knowledge_test(rows: TimedRows, gap: Floats, right: Integers) -> tuple[Floats, Floats]:
    """(candidates,) the logarithms of the ratios and their p-values, NaN where no time is known.

    `gap` (rows,) is by how much ln seconds were below those usual for item and ability.
    """
    measured = rows.measured > 0
    ratio, null = _ratio(rows, gap, right), _simulated(rows)
    above = len(null) - np.searchsorted(null, ratio, side="left")
    p = (above + 1) / (len(null) + 1)
    return np.where(measured, ratio, np.nan), np.where(measured, p, np.nan)


def _ratio(rows: TimedRows, gap: Floats, right: Integers) -> Floats:
    """(candidates,) at least 0."""
    chance = np.clip(rows.chance, 1e-4, 1 - 1e-4)
    answers = np.where(right == 1, np.log(_KNOWN_RIGHT / chance), np.log((1 - _KNOWN_RIGHT) / (1 - chance)))
    spread = np.sqrt(rows.sigma**2 + rows.speed_sd**2)
    best = np.zeros(rows.candidates)
    for shift in _SHIFTS:
        gain = _gain(gap / spread, shift, answers)
        for share in _SHARES:
            np.maximum(best, _sums(rows, np.log1p(share * gain)), out=best)
    return best


def _gain(quickness: Floats, shift: float, answers: Floats) -> Floats:
    """The likelihood ratio of each row, less one, if the item was known."""
    quick = np.clip(quickness, -LARGEST_RESIDUAL, LARGEST_RESIDUAL)
    exponent = shift * quick - shift * shift / 2 + answers
    return np.asarray(np.expm1(np.minimum(exponent, _LARGEST_EXPONENT)))


def _sums(rows: TimedRows, values: Floats) -> Floats:
    return np.asarray(np.bincount(rows.person, values, minlength=rows.candidates), dtype=np.float64)


def _simulated(rows: TimedRows) -> Floats:
    """The ratios of simulated candidates without knowledge, ascending."""
    passes = min(max(math.ceil(_REPLICATES / max(rows.candidates, 1)), _MIN_PASSES), _MAX_PASSES)
    generator = np.random.default_rng(_SEED)
    measured = rows.measured > 0
    freedom = max(1.0, _OF_QUARTILES * (float(measured.sum()) - 2))
    drawn: list[Floats] = []
    for _ in range(passes):
        # Student's t: the spread of speeds is itself estimated, from few candidates badly.
        own = rows.speed_sd * generator.standard_t(freedom, rows.candidates)
        gap = own[rows.person] + generator.normal(size=len(rows.person)) * rows.sigma
        right = (generator.random(len(rows.person)) < rows.chance).astype(np.int64)
        drawn.append(_ratio(rows, gap, right)[measured])
    return np.sort(np.concatenate(drawn))
