"""Error rates with their intervals. Pure arithmetic on scores; terms of ISO/IEC 2382-37:2022 clause 37.09.

A comparison matches when its score is at or above the threshold. FMR: share of non-mated comparisons that
match; FNMR: share of mated ones that do not; reported as ISO/IEC 19795-1:2021 asks. Intervals are 95 %.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Persons = NDArray[np.int64]

_Z = 1.959963984540054
_TAIL = 0.025
REPLICATES = 200
_CURVE_POINTS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """errors of trials; low, high: Wilson's interval, which holds near zero errors too."""

    errors: int
    trials: int

    @property
    def value(self) -> float:
        """0..1; 0.0 without trials."""
        return self.errors / self.trials if self.trials else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson 1927, for independent trials; (0, 1) without trials."""
        if not self.trials:
            return 0.0, 1.0
        count, share = self.trials, self.value
        middle = share + _Z**2 / (2 * count)
        half = _Z * math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
        scale = 1 + _Z**2 / count
        low = 0.0 if self.errors == 0 else (middle - half) / scale
        high = 1.0 if self.errors == count else (middle + half) / scale
        return low, high


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparisons:
    """Scores and, for each, the numbers of the one or two persons compared (equal for a mated comparison)."""

    scores: Scores
    one: Persons
    other: Persons

    def at_least(self, threshold: float) -> Rate:
        """How many match."""
        return Rate(errors=int((self.scores >= threshold).sum()), trials=self.scores.size)

    def below(self, threshold: float) -> Rate:
        """How many do not."""
        return Rate(errors=int((self.scores < threshold).sum()), trials=self.scores.size)

    @property
    def persons(self) -> int:
        """How many different persons take part."""
        return int(np.unique(np.concatenate([self.one, self.other])).size)


def threshold_at_fmr(non_mated: Scores, fmr: float) -> float:
    """The lowest score that at most a share `fmr` of non-mated comparisons reaches."""
    ordered = np.sort(non_mated)[::-1]
    allowed = int(fmr * ordered.size)
    return float(np.nextafter(ordered[allowed], np.inf))


@dataclass(frozen=True, slots=True, kw_only=True)
class DetPoint:
    """One point of a detection error trade-off curve, as ISO/IEC 19795-1 asks for."""

    threshold: float
    fmr: float
    fnmr: float


def det_curve(mated: Scores, non_mated: Scores) -> list[DetPoint]:
    """A point at every score where a rate changes, thinned to at most 80, thresholds rising."""
    thresholds = np.unique(np.concatenate([mated, non_mated]))
    if thresholds.size > _CURVE_POINTS:
        # Where both kinds of error occur the curve is fine, elsewhere nothing changes any more.
        low, high = min(mated.min(), non_mated.max()), max(mated.min(), non_mated.max())
        inside = thresholds[(thresholds >= low) & (thresholds <= high)]
        source = inside if inside.size > 1 else thresholds
        thresholds = source[np.unique(np.linspace(0, source.size - 1, _CURVE_POINTS).astype(int))]
    return [
        DetPoint(
            threshold=float(threshold),
            fmr=float((non_mated >= threshold).mean()),
            fnmr=float((mated < threshold).mean()),
        )
        for threshold in thresholds
    ]


def equal_error_rate(mated: Scores, non_mated: Scores) -> float:
    """The rate at which FMR and FNMR are equal, half-way between both where they jump across (EER)."""
    thresholds = np.unique(np.concatenate([mated, non_mated]))
    fmr = 1 - np.searchsorted(np.sort(non_mated), thresholds, side="left") / non_mated.size
    fnmr = np.searchsorted(np.sort(mated), thresholds, side="left") / mated.size
    nearest = int(np.argmin(np.abs(fmr - fnmr)))
    return float((fmr[nearest] + fnmr[nearest]) / 2)


def fnmr_interval_by_person(
    mated: Comparisons, non_mated: Comparisons, fmr: float, *, replicates: int = REPLICATES, seed: int = 1
) -> tuple[float, float]:
    """95 % interval of the FNMR at a threshold for `fmr`, both found anew in bootstrap samples of persons.

    Comparisons that share a person are no independent trials; so persons are drawn, and a
    comparison counts as often as the product of its two persons' draws, a mated one as often as its person's.
    """
    order = np.argsort(-non_mated.scores)
    scores, one, other = non_mated.scores[order], non_mated.one[order], non_mated.other[order]
    count = 1 + int(max(mated.one.max(), one.max(), other.max()))
    present = np.unique(np.concatenate([mated.one, one, other]))
    generator = np.random.default_rng(seed)
    rates = []
    for _ in range(replicates):
        drawn = np.bincount(generator.choice(present, present.size), minlength=count)
        weights = drawn[one] * drawn[other]
        total, seen = int(weights.sum()), int(drawn[mated.one].sum())
        if total and seen:
            # The first place where more than the allowed share would match.
            place = int(np.searchsorted(np.cumsum(weights), fmr * total, side="right"))
            threshold = scores[min(place, scores.size - 1)]
            rates.append(float((drawn[mated.one] * (mated.scores <= threshold)).sum() / seen))
    failures = mated.below(threshold_at_fmr(non_mated.scores, fmr)).errors
    return _between(rates, np.unique(mated.one).size, failures)


def cross_validated(
    mated: Comparisons, non_mated: Comparisons, fmr: float, *, repeats: int = 20, seed: int = 1
) -> tuple[float, float]:
    """FMR and FNMR of persons at a threshold that was found on other persons only, mean of random halvings.

    Comparisons between the two halves are left out. (nan, nan) where the halves have no comparisons.
    """
    persons = np.unique(np.concatenate([mated.one, non_mated.one, non_mated.other]))
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(repeats):
        half = np.zeros(int(persons.max()) + 1, bool)
        half[generator.permutation(persons)[: persons.size // 2]] = True
        inside = half[non_mated.one] & half[non_mated.other]
        outside = ~half[non_mated.one] & ~half[non_mated.other]
        tried = ~half[mated.one]
        if inside.any() and outside.any() and tried.any():
            threshold = threshold_at_fmr(non_mated.scores[inside], fmr)
            found.append(
                (
                    float((non_mated.scores[outside] >= threshold).mean()),
                    float((mated.scores[tried] < threshold).mean()),
                )
            )
    if not found:
        return math.nan, math.nan
    falsely, missed = np.mean(found, axis=0)
    return float(falsely), float(missed)


def rate_interval_by_person(
    errors: Sequence[bool], persons: Persons, *, seed: int = 1
) -> tuple[float, float]:
    """95 % interval of a share of trials, by bootstrap over the persons the trials belong to."""
    wrong = np.asarray(errors, np.int64)
    known, numbers = np.unique(persons, return_inverse=True)
    failed, tried = np.bincount(numbers, wrong, known.size), np.bincount(numbers, minlength=known.size)
    draws = np.random.default_rng(seed).integers(0, known.size, (REPLICATES, known.size))
    return _between(failed[draws].sum(axis=1) / tried[draws].sum(axis=1), known.size, int(wrong.sum()))


def _between(rates: Sequence[float] | Scores, persons: int, failures: int) -> tuple[float, float]:
    """95 % of the drawn rates; where nothing failed, at least what so many persons without a failure say."""
    if len(rates) == 0:
        return 0.0, 1.0
    low, high = float(np.quantile(rates, _TAIL)), float(np.quantile(rates, 1 - _TAIL))
    return (low, high) if failures else (low, max(high, Rate(errors=0, trials=persons).interval[1]))
