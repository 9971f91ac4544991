"""Response patterns: the two sums over candidates that estimation is made of, in two layouts.

Where candidates share most items, the sums are matrix products over the distinct patterns; where everybody
has another form, they go over the rows that are there, so that cost follows what was shown and not
candidates times items.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from question_bank.psychometrics.arrays import Floats, Integers
from question_bank.psychometrics.observations import Observations

# From this share of all cells on, products over whole rows are the faster ones (measured: 0.1 to 0.2).
DENSE_SHARE = 0.15
MAX_DENSE_CELLS = 40_000_000
# Rows worked on at once: 61 quadrature points of 8 bytes each stay inside the processor's cache levels.
_CHUNK = 16_384


class Patterns(Protocol):
    """N candidates or distinct patterns of J items; `weights` (N,) says how many candidates each stands for,
    `place` (candidates,) which one is whose."""

    weights: Floats
    place: Integers

    def log_likelihood(self, chances: Floats) -> Floats:
        """(N, Q) from the chances (J, Q) of a right answer."""

    def expected(self, posterior: Floats) -> tuple[Floats, Floats]:
        """(J, Q) the weights of those who were shown each item, and of those who were right."""


def patterns_of(observations: Observations) -> Patterns:
    """The layout that suits the share of cells filled."""
    cells = len(observations.candidates) * len(observations.items)
    if cells <= MAX_DENSE_CELLS and len(observations.person) >= DENSE_SHARE * cells:
        return _WholeRows(observations)
    return _ShownRows(observations)


class _WholeRows:
    """One row of J cells for each distinct pattern."""

    def __init__(self, observations: Observations) -> None:
        table = np.full((len(observations.candidates), len(observations.items)), -1, dtype=np.int8)
        table[observations.person, observations.item] = observations.correct
        distinct, place, counts = np.unique(table, axis=0, return_inverse=True, return_counts=True)
        self.weights: Floats = counts.astype(np.float64)
        self.place: Integers = place.reshape(-1).astype(np.int64)
        self._right: Floats = (distinct == 1).astype(np.float64)
        self._shown: Floats = (distinct >= 0).astype(np.float64)

    def log_likelihood(self, chances: Floats) -> Floats:
        wrong = np.log1p(-chances)
        return np.asarray(self._right @ (np.log(chances) - wrong) + self._shown @ wrong)

    def expected(self, posterior: Floats) -> tuple[Floats, Floats]:
        return self._shown.T @ posterior, self._right.T @ posterior


class _ShownRows:
    """The rows as they are, in the order of candidates and in the order of items."""

    def __init__(self, observations: Observations) -> None:
        self.weights: Floats = np.ones(len(observations.candidates))
        self.place: Integers = np.arange(len(observations.candidates))
        self._items = len(observations.items)
        self._person, self._cell = observations.person, observations.item * 2 + observations.correct
        by_cell = np.argsort(self._cell, kind="stable")
        self._person_by_cell, self._cells = observations.person[by_cell], self._cell[by_cell]

    def log_likelihood(self, chances: Floats) -> Floats:
        # Line 2 j of the table is a wrong answer to item j, line 2 j + 1 a right one.
        table = np.empty((2 * len(chances), chances.shape[1]))
        table[0::2], table[1::2] = np.log1p(-chances), np.log(chances)
        return _grouped(table, self._cell, self._person, len(self.weights))

    def expected(self, posterior: Floats) -> tuple[Floats, Floats]:
        sums = _grouped(posterior, self._person_by_cell, self._cells, 2 * self._items)
        return sums[0::2] + sums[1::2], sums[1::2]


def _grouped(values: Floats, taken: Integers, group: Integers, groups: int) -> Floats:
    """(groups, Q) the sums of values[taken] over rows of the same group; `group` ascends."""
    sums = np.zeros((groups, values.shape[1]))
    for start in range(0, len(group), _CHUNK):
        part = group[start : start + _CHUNK]
        firsts = np.flatnonzero(np.diff(part, prepend=part[0] - 1))
        sums[part[firsts]] += np.add.reduceat(values[taken[start : start + _CHUNK]], firsts, axis=0)
    return sums
