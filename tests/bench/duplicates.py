"""One face under two names: comparisons a second on one core, and whether every planted pair is found.

Beside it, in the same run and process: the plain loop over pairs with one numpy product each.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.kit.processes import run_aside
from proctor.calibration import load_calibration
from proctor.duplicates import Templates, comparisons_of, search, threshold_for
from tests.bench.figures import Outcome, Target

# As many as an embedding of `fr` has.
VALUES = 704
# Planted pairs score about this: above the threshold of any size here.
PLANTED_SCORE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicatesScale:
    """People, pairs of one face among them, people compared by the plain loop."""

    people: int = 30_000
    planted: int = 50
    looped: int = 600


async def run(_models: Path, scale: DuplicatesScale = DuplicatesScale()) -> Outcome:
    """Measure, in a process of its own with one thread for the numbers."""
    figures = await run_aside(measured, lambda _: None, scale)
    targets = (
        Target(figure="comparisons_per_s", at_least=1_000_000),
        Target(figure="planted_missed", at_most=0),
        Target(figure="others_told", at_most=0),
    )
    return Outcome(bench="duplicates", figures=figures, targets=targets)


def measured(_send: Callable[[None], None], scale: DuplicatesScale) -> dict[str, float]:
    """The figures."""
    templates = _templates(scale)
    threshold = threshold_for(load_calibration("fr"), comparisons_of(scale.people)).score
    begun = time.perf_counter()
    found = search(templates, threshold)
    took_s = time.perf_counter() - begun
    planted = {(number, scale.people - 1 - number) for number in range(scale.planted)}
    told = {(pair.first, pair.second) for pair in found.pairs}
    begun = time.perf_counter()
    looped = _loop(templates[: scale.looped], threshold)
    loop_s = time.perf_counter() - begun
    few = search(templates[: scale.looped], threshold)
    assert looped == [(pair.first, pair.second) for pair in few.pairs]
    return {
        "people": scale.people,
        "comparisons": found.comparisons,
        "search_s": round(took_s, 2),
        "comparisons_per_s": round(found.comparisons / took_s),
        "loop_comparisons_per_s": round(comparisons_of(scale.looped) / loop_s),
        "threshold": round(threshold, 4),
        "planted_missed": len(planted - told),
        "others_told": len(told - planted),
    }


def _templates(scale: DuplicatesScale) -> Templates:
    generator = np.random.default_rng(5)
    values = generator.standard_normal((scale.people, VALUES), np.float32)
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    for number in range(scale.planted):
        noise = values[scale.people - 1 - number]
        values[scale.people - 1 - number] = (
            PLANTED_SCORE * values[number] + (1 - PLANTED_SCORE**2) ** 0.5 * noise
        )
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    return values


def _loop(templates: Templates, threshold: float) -> list[tuple[int, int]]:
    return [
        (first, second)
        for first in range(len(templates))
        for second in range(first + 1, len(templates))
        if float(templates[first] @ templates[second]) >= threshold
    ]
