"""One face under two names: every pair of templates that is more alike than chance makes them.

Exact: no index that may miss a pair. A pair is a lead for a person, never a finding about anybody.
"""

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from proctor.calibration import Calibration
from proctor.errors import SearchTooLarge, TemplatesInvalid

Templates = NDArray[np.float32]
Progress = Callable[[int, int], None]

# Over a whole search, however large, this many false pairs are expected where the extrapolation holds.
EXPECTED_FALSE = 1.0
# A small search is no reason for a loose threshold: people look at every pair.
LOOSEST_FMR = 1e-5
MOST_PAIRS = 1_000
# 2048 x 2048 scores are 16 MB.
BLOCK = 2048
# More than float32 products of a block can be off by; what lies so near is computed again.
_MARGIN = np.float32(1e-4)
_NORM_TOLERANCE = 1e-3
_HIGHEST = 0.999
_MEASURED_FMR = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchThreshold:
    """From which score a pair is told; `expected_false`: false pairs expected over the whole search."""

    score: float
    fmr: float
    expected_false: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikePair:
    """Rows of two templates, first < second, and their comparison score (cosine, float64)."""

    first: int
    second: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """`pairs`: the best first, at most MOST_PAIRS of the `above` that reach the threshold."""

    pairs: tuple[AlikePair, ...]
    above: int
    comparisons: int


def comparisons_of(templates: int, since: int = 0) -> int:
    """Pairs of `templates` rows whose later row is `since` or after it."""
    return templates * (templates - 1) // 2 - since * (since - 1) // 2


def threshold_for(calibration: Calibration, comparisons: int) -> SearchThreshold:
    """The threshold at which a search of this size is expected to tell of at most EXPECTED_FALSE wrong pairs.

    Measured are the thresholds at FMR 1e-2 and 1e-3 of the strictest set; from there the score rises by as
    much for every further decade, as an exponential tail does. Thinner tails err less often than that.
    An extrapolation, not a measurement: see docs/topics/vision.md. Raises SearchTooLarge where it leads to
    scores that no two pictures of one person reach.
    """
    fmr = min(LOOSEST_FMR, EXPECTED_FALSE / max(comparisons, 1))
    decade = calibration.door_threshold - calibration.door_threshold_lenient
    score = calibration.door_threshold + decade * math.log10(_MEASURED_FMR / fmr)
    if score > _HIGHEST:
        raise SearchTooLarge(f"{calibration.engine} cannot tell so many people apart")
    return SearchThreshold(score=score, fmr=fmr, expected_false=fmr * comparisons)


def search(
    templates: Templates,
    threshold: float,
    *,
    since: int = 0,
    block: int = BLOCK,
    progress: Progress | None = None,
) -> Search:
    """All pairs with a score of at least `threshold` whose later row is `since` or after it.

    templates: float32, shape (people, values), L2 norm 1, one row a person. Memory: the templates and a
    block of scores. `progress` is told the comparisons made and to be made, after every block.
    Raises TemplatesInvalid.
    """
    _check(templates, since, block)
    count = len(templates)
    whole = comparisons_of(count, since)
    best: list[tuple[float, int, int]] = []
    above = 0
    for low in range(since, count, block):
        high = min(low + block, count)
        for start in range(0, high, block):
            for pair in _alike(templates, (start, min(start + block, high)), (low, high), threshold):
                above += 1
                _keep(best, pair)
        if progress is not None:
            progress(comparisons_of(high, since), whole)
    ordered = sorted(best, key=lambda one: (-one[0], -one[1], -one[2]))
    pairs = tuple(AlikePair(first=-first, second=-second, score=score) for score, first, second in ordered)
    return Search(pairs=pairs, above=above, comparisons=whole)


def _alike(
    templates: Templates, rows: tuple[int, int], columns: tuple[int, int], threshold: float
) -> list[tuple[float, int, int]]:
    """Pairs (score, -first, -second) of two blocks, first < second: the larger tuple is the better pair."""
    scores = templates[slice(*rows)] @ templates[slice(*columns)].T
    firsts, seconds = np.nonzero(scores >= np.float32(threshold) - _MARGIN)
    found = []
    for first, second in zip((firsts + rows[0]).tolist(), (seconds + columns[0]).tolist(), strict=True):
        if first < second:
            # Float32 sums differ with the size of a block; the score that counts does not.
            score = float(templates[first].astype(np.float64) @ templates[second].astype(np.float64))
            if score >= threshold:
                found.append((score, -first, -second))
    return found


def _keep(best: list[tuple[float, int, int]], pair: tuple[float, int, int]) -> None:
    if len(best) < MOST_PAIRS:
        heapq.heappush(best, pair)
    else:
        heapq.heappushpop(best, pair)


def _check(templates: Templates, since: int, block: int) -> None:
    if templates.dtype != np.float32 or templates.ndim != 2:
        raise TemplatesInvalid("templates are float32, one row a person")
    if not 0 <= since <= len(templates) or block < 1:
        raise TemplatesInvalid("no such row")
    if len(templates) and not templates.shape[1]:
        raise TemplatesInvalid("a template has no values")
    norms = np.einsum("ij,ij->i", templates, templates)
    # Not "any far off": a comparison with NaN is false.
    if not (np.abs(norms - 1) <= _NORM_TOLERANCE).all():
        raise TemplatesInvalid("a template is not of norm 1")
