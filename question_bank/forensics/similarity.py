"""Answers that two candidates share beyond what their abilities explain.

The generalised binomial test (van der Linden & Sotaridona 2006): on the items that both answered, the number
of identical answers is a sum of independent trials with the chance sum_o P_o(theta_1) P_o(theta_2). All pairs
are screened by mean and variance, which are products of matrices; those beyond three standard deviations get
their exact p-value. False alarms are controlled over all pairs, not only the ones screened in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from question_bank.forensics.exposure import MAX_COMPARED
from question_bank.psychometrics.abilities import Abilities
from question_bank.psychometrics.arrays import Floats, Integers
from question_bank.psychometrics.calibration import Calibration
from question_bank.psychometrics.normal import false_discovery_rates
from question_bank.psychometrics.observations import OMITTED, Observations
from question_bank.psychometrics.option_curves import nearest_node, option_chances, option_places

# With fewer items in common two candidates are not compared.
MIN_COMMON = 10
# In standard deviations: what is left out has a larger p-value than what is kept, nearly always.
_SCREEN = 3.0
_BLOCK = 512
# Exact p-values are worked out for at most this many pairs, the most alike first.
MAX_EXACT = 20_000
_CHUNK = 1_000
_Singles = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikePair:
    """Two candidates by place, the items both answered, how many answers are the same and how many of these
    are wrong, how many are expected, p-value and false discovery rate over all pairs."""

    first: int
    second: int
    common: int
    same: int
    same_wrong: int
    expected: float
    p: float
    q: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity:
    """`compared` pairs had enough in common; `pairs` are those screened in, smallest p-value first.

    `largest` (candidates,) is each one's largest standardised surplus of identical answers, NaN where not
    compared with anybody.
    """

    compared: int
    pairs: tuple[AlikePair, ...]
    largest: Floats


def answer_similarity(
    observations: Observations,
    calibration: Calibration,
    found: Abilities,
    on_block: Callable[[int, int], None] | None = None,
) -> Similarity:
    """Compare everybody with everybody, nobody where there are more than MAX_COMPARED candidates.

    `on_block` is told how many candidates of how many are done.
    """
    if len(observations.candidates) > MAX_COMPARED:
        return Similarity(compared=0, pairs=(), largest=np.full(len(observations.candidates), np.nan))
    chances = option_chances(observations, calibration, found)
    answers = _Answers(observations, chances, nearest_node(found.value))
    candidates = len(observations.candidates)
    largest = np.full(candidates, np.nan)
    compared, screened = 0, []
    for start in range(0, candidates, _BLOCK):
        for other in range(start, candidates, _BLOCK):
            surplus = answers.surplus(start, other)
            compared += int((~np.isnan(surplus)).sum())
            for side, first in ((1, start), (0, other)):
                part = slice(first, first + _BLOCK)
                largest[part] = np.fmax(largest[part], np.fmax.reduce(surplus, axis=side, initial=np.nan))
            rows, columns = np.nonzero(surplus > _SCREEN)
            screened.append((surplus[rows, columns], rows + start, columns + other))
        if on_block:
            on_block(min(start + _BLOCK, candidates), candidates)
    merged = [np.concatenate(parts) for parts in zip(*screened, strict=True)] if screened else []
    pairs = _exact(answers, merged, compared) if merged else ()
    return Similarity(compared=compared, pairs=pairs, largest=largest)


class _Answers:
    """Blocks of candidates as matrices over all options of all items."""

    def __init__(self, observations: Observations, chances: Floats, node: Integers) -> None:
        given = observations.answer != OMITTED
        self._person, self._item = observations.person[given], observations.item[given]
        self._answer, self._correct = observations.answer[given], observations.correct[given]
        self._first, self._item_of = option_places(observations)
        self._chances, self._node = chances, node
        self._items, self._candidates = len(observations.items), len(observations.candidates)
        self._starts = np.searchsorted(self._person, np.arange(self._candidates + 1))

    def surplus(self, start: int, other: int) -> Floats:
        """(block, block) identical answers less expected ones in standard deviations, with continuity
        correction; NaN where two have too few items in common, and where a pair comes a second time."""
        shown_1, shown_2 = self._shown(start), self._shown(other)
        common = shown_1 @ shown_2.T
        same = self._given(start) @ self._given(other).T
        expected, squares = self._expected(start, other)
        variance = np.maximum(expected - squares, 1e-3)
        surplus = (same - expected - 0.5) / np.sqrt(variance)
        told = common >= MIN_COMMON
        if start == other:
            told &= np.triu(np.ones_like(told), 1)
        return np.asarray(np.where(told, surplus, np.nan), dtype=np.float64)

    def _rows(self, start: int) -> slice:
        last = min(start + _BLOCK, self._candidates)
        return slice(int(self._starts[start]), int(self._starts[last]))

    def _shown(self, start: int) -> _Singles:
        rows, size = self._rows(start), min(_BLOCK, self._candidates - start)
        table = np.zeros((size, self._items), dtype=np.float32)
        table[self._person[rows] - start, self._item[rows]] = 1
        return table

    def _given(self, start: int) -> _Singles:
        rows, size = self._rows(start), min(_BLOCK, self._candidates - start)
        table = np.zeros((size, len(self._item_of)), dtype=np.float32)
        table[self._person[rows] - start, self._first[self._item[rows]] + self._answer[rows]] = 1
        return table

    def _weights(self, start: int) -> _Singles:
        """The chance of every option for every candidate of the block, 0 on items not answered."""
        shown = self._shown(start)
        node = self._node[start : start + _BLOCK]
        return np.asarray(self._chances[:, node].T * shown[:, self._item_of], dtype=np.float32)

    def _expected(self, start: int, other: int) -> tuple[_Singles, _Singles]:
        """(block, block) the sums over common items of the chance of a match, and of its square."""
        one, two = self._weights(start), self._weights(other)
        squares = np.zeros((len(one), len(two)), dtype=np.float32)
        for first, second in self._option_pairs():
            squares += (one[:, first] * one[:, second]) @ (two[:, first] * two[:, second]).T
        return one @ two.T, squares

    def _option_pairs(self) -> Iterator[tuple[Integers, Integers]]:
        """Every option with itself, with the next of its item, with the one after that..."""
        places = np.arange(len(self._item_of))
        counts = np.bincount(self._item_of, minlength=self._items)
        for shift in range(int(counts.max(initial=0))):
            rank = places - self._first[self._item_of] + shift
            inside = counts[self._item_of] > shift
            turned = self._first[self._item_of] + rank % counts[self._item_of]
            yield places[inside], turned[inside]

    def matches(self, first: int, second: int) -> tuple[Floats, int, int]:
        """The chance of a match on each common item; how many answers are the same, and how many wrong."""
        one = slice(int(self._starts[first]), int(self._starts[first + 1]))
        two = slice(int(self._starts[second]), int(self._starts[second + 1]))
        _, mine, theirs = np.intersect1d(
            self._item[one], self._item[two], assume_unique=True, return_indices=True
        )
        same = self._answer[one][mine] == self._answer[two][theirs]
        wrong = same & (self._correct[one][mine] == 0)
        shown = np.zeros(self._items, dtype=np.bool_)
        shown[self._item[one][mine]] = True
        products = self._chances[:, self._node[first]] * self._chances[:, self._node[second]]
        by_item = np.bincount(self._item_of, products, minlength=self._items)
        return np.minimum(by_item[shown], 1.0), int(same.sum()), int(wrong.sum())


def _exact(answers: _Answers, screened: list[Floats], compared: int) -> tuple[AlikePair, ...]:
    surplus, firsts, seconds = screened
    order = np.argsort(-surplus, kind="stable")[:MAX_EXACT]
    found: list[tuple[int, int, int, int, int, float]] = []
    p_values: list[float] = []
    for start in range(0, len(order), _CHUNK):
        pairs = [(int(firsts[place]), int(seconds[place])) for place in order[start : start + _CHUNK]]
        chances, counts = [], []
        for first, second in pairs:
            match, same, wrong = answers.matches(first, second)
            chances.append(match)
            counts.append(same)
            found.append((first, second, len(match), same, wrong, float(match.sum())))
        p_values += _at_least(chances, counts)
    rates = false_discovery_rates(np.array(p_values), tests=compared)
    pairs_found = [
        AlikePair(first=a, second=b, common=n, same=same, same_wrong=wrong, expected=mean, p=p, q=float(q))
        for (a, b, n, same, wrong, mean), p, q in zip(found, p_values, rates, strict=True)
    ]
    return tuple(sorted(pairs_found, key=lambda pair: (pair.p, pair.first, pair.second)))


def _at_least(chances: list[Floats], counts: list[int]) -> list[float]:
    """The chance of at least so many successes in independent trials, each list of chances on its own."""
    longest = max(len(row) for row in chances)
    table = np.zeros((len(chances), longest))
    for place, row in enumerate(chances):
        table[place, : len(row)] = row
    distribution = np.zeros((len(chances), longest + 1))
    distribution[:, 0] = 1.0
    for trial in range(longest):
        chance = table[:, trial : trial + 1]
        distribution[:, 1:] = distribution[:, 1:] * (1 - chance) + distribution[:, :-1] * chance
        distribution[:, 0] *= 1 - chance[:, 0]
    return [float(row[count:].sum()) for row, count in zip(distribution, counts, strict=True)]
