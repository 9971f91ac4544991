"""Forms that share more items than forms of their epochs do, held against rosters drawn anew.

What two forms share depends on the structure of bank and blueprint, and on which items were closed for their
epochs because others had used them; no formula knows that. So what is expected is counted on rosters drawn
anew from the same plan with other random digits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from question_bank.forensics.exposure import MAX_COMPARED, FormOverlap, overlap_blocks
from question_bank.forensics.findings import MAX_RATE
from question_bank.psychometrics.arrays import Floats, Integers
from question_bank.psychometrics.normal import false_discovery_rates, upper_tail

# With fewer pairs drawn anew, two epochs are counted with all others of their kind (the same, or different).
_ENOUGH = 30
_TRIED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Forms, each a list of item ids, and the epoch of each."""

    forms: Sequence[Sequence[str]]
    epochs: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusualOverlap:
    """Two forms, how many items are expected in both, the p-value, and the false discovery rate over all
    pairs."""

    forms: FormOverlap
    expected: float
    p: float
    rate: float


def unusual_overlaps(dealt: Roster, drawn: Sequence[Roster]) -> tuple[UnusualOverlap, ...]:
    """The pairs of `dealt` forms with a false discovery rate of at most 5 % over all pairs, which also share
    more than any two forms of such epochs in the rosters `drawn` anew.

    None where nothing was drawn, and for more than MAX_COMPARED forms.
    """
    if max((len(roster.forms) for roster in drawn), default=0) < 2 or len(dealt.forms) > MAX_COMPARED:
        return ()
    usual = _Usual(drawn, sorted({epoch for roster in (dealt, *drawn) for epoch in roster.epochs}))
    epoch = usual.places(dealt)
    tried: list[tuple[float, int, int, int]] = []
    for start, common in overlap_blocks(dealt.forms):
        rows, columns = np.triu_indices(len(common), 1, common.shape[1])
        pairs = epoch[rows + start], epoch[columns + start]
        surplus = (common[rows, columns] - usual.mean[pairs]) / np.sqrt(usual.variance[pairs])
        for k in np.argsort(-surplus, kind="stable")[:_TRIED].tolist():
            one, other = int(rows[k]), int(columns[k])
            tried.append((float(surplus[k]), one + start, other + start, int(common[one, other])))
    tried = sorted(tried, key=lambda found: (-found[0], found[1:]))[:_TRIED]
    places = [(epoch[first], epoch[second]) for _, first, second, _ in tried]
    counts = [common for *_, common in tried]
    p_values = np.array([usual.at_least(n, place) for n, place in zip(counts, places, strict=True)])
    rates = false_discovery_rates(p_values, tests=len(dealt.forms) * (len(dealt.forms) - 1) // 2)
    return tuple(
        UnusualOverlap(
            forms=FormOverlap(first=first, second=second, common=common),
            expected=float(usual.mean[place]),
            p=float(p),
            rate=float(rate),
        )
        for (_, first, second, common), place, p, rate in zip(tried, places, p_values, rates, strict=True)
        if rate <= MAX_RATE and common > usual.largest[place]
    )


class _Usual:
    """`mean`, `variance` and `largest` (epochs, epochs) of what two forms of a roster drawn anew share."""

    def __init__(self, drawn: Sequence[Roster], epochs: Sequence[int]) -> None:
        self._place = {epoch: place for place, epoch in enumerate(epochs)}
        size = len(epochs)
        sums = np.zeros((3, size, size))
        self.largest: Integers = np.zeros((size, size), dtype=np.int64)
        for roster in drawn:
            self._count(roster, sums)
        self._pool(sums)
        self.mean: Floats = sums[1] / np.maximum(sums[0], 1)
        self.variance: Floats = np.maximum(sums[2] / np.maximum(sums[0], 1) - self.mean**2, 0.25)

    def _count(self, roster: Roster, sums: Floats) -> None:
        """Enter every pair of a roster, in both orders of its epochs."""
        of_form = self.places(roster)
        for start, common in overlap_blocks(roster.forms):
            rows, columns = np.triu_indices(len(common), 1, common.shape[1])
            shared = common[rows, columns]
            one, other = of_form[rows + start], of_form[columns + start]
            for first, second in ((one, other), (other, one)):
                for power in range(3):
                    np.add.at(sums[power], (first, second), shared.astype(np.float64) ** power)
                np.maximum.at(self.largest, (first, second), shared)

    def places(self, roster: Roster) -> Integers:
        """(forms,) the place of each form's epoch."""
        return np.array([self._place[epoch] for epoch in roster.epochs], dtype=np.int64)

    def _pool(self, sums: Floats) -> None:
        """Epochs with few pairs get the sums of all pairs of their kind."""
        same = np.eye(sums.shape[1], dtype=np.bool_)
        whole, largest = sums.copy(), self.largest.copy()
        for kind in (same, ~same):
            few = kind & (whole[0] < _ENOUGH)
            if few.any() and whole[0][kind].sum():
                sums[:, few] = whole[:, kind].sum(axis=1)[:, None]
                self.largest[few] = largest[kind].max()

    def at_least(self, count: int, place: tuple[int, int]) -> float:
        """The upper tail of the binomial distribution with mean and variance of these epochs; of the normal
        one where items come together so often that the variance is not below the mean."""
        mean, variance = float(self.mean[place]), float(self.variance[place])
        if not variance < mean:
            return float(upper_tail(np.array((count - 0.5 - mean) / math.sqrt(variance))))
        trials = max(math.ceil(mean * mean / (mean - variance)), count)
        chance = min(mean / trials, 1 - 1e-9)
        logs = [
            math.lgamma(trials + 1)
            - math.lgamma(k + 1)
            - math.lgamma(trials - k + 1)
            + k * math.log(chance)
            + (trials - k) * math.log1p(-chance)
            for k in range(count, trials + 1)
        ]
        return min(1.0, math.fsum(math.exp(log) for log in logs))
