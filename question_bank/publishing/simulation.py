"""Forms drawn for an audit: how equally hard they are, beside plain random forms, and how often items recur.

Chances of passing are exact for a candidate whose ability is the one at the cut score: the distribution of
the score is the convolution of the items' (Lord and Wingersky, Comparison of IRT true-score and
equipercentile observed-score equatings, 1984). Items without grades count as right or wrong, whatever their
scoring rule.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from question_bank.assembly import MASTER_SEED_BYTES, Assembler, FormSeed
from question_bank.blueprint import Blueprint
from question_bank.conditions import is_under
from question_bank.curves import MICRO, GradedParameters, expected_score, grade_chances
from question_bank.errors import FormNotFound
from question_bank.items import Parameters
from question_bank.plans import AssemblyPlan
from question_bank.psychometrics.arrays import Floats, Integers
from question_bank.psychometrics.curves import Curves
from question_bank.supply import Supply

# Logits at which the characteristic curves are held against each other.
ABILITIES: Floats = np.linspace(-3.0, 3.0, 25)
_MAX_SCORES = 20_000
_CELLS_AT_ONCE = 2_000_000
_TOLD_EVERY = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A figure over many forms."""

    mean: float
    sd: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardness:
    """How hard forms are. `expected`: points expected at the cut; `passing`: the chance there to pass, None
    where scores are too many to tell apart; `low`, `high` (A,): the band of the characteristic curves."""

    expected: Spread
    passing: Spread | None
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Forms of the plan beside plain random ones. `theta` in logits, `cut_points` in centipoints, `average`
    (A,) the mean characteristic curve of the plan's forms in points."""

    theta: float
    cut_points: int
    average: Floats
    matched: Hardness
    random: Hardness


def drawn_forms(
    plan: AssemblyPlan, supply: Supply, count: int, progress: Callable[[int, int], None]
) -> Integers:
    """(forms, slots) item indices, sections in order; a draw that finds no form is left out.

    The seeds are public ones, of no administration. What `progress` raises ends it.
    """
    assembler = Assembler(plan)
    place_of = {item.id: place for place, item in enumerate(supply.items)}
    found: list[list[int]] = []
    for number in range(count):
        seed = FormSeed(master_seed=bytes(MASTER_SEED_BYTES), candidate_id=f"audit-{number}")
        try:
            found.append([place_of[slot.item_id] for slot in assembler.draw(seed).slots])
        except FormNotFound:
            continue
        finally:
            if number % _TOLD_EVERY == 0:
                progress(number, count)
    progress(count, count)
    return np.array(found, dtype=np.int64).reshape(len(found), -1)


def random_forms(supply: Supply, blueprint: Blueprint, count: int) -> Integers:
    """(forms, slots) drawn as quiz systems do: so many items per section or topic, with no other rule."""
    chance = np.random.default_rng(1)
    parts: list[Integers] = []
    for index, section in enumerate(blueprint.sections):
        inside = [place for place, own in enumerate(supply.sections) if own == index]
        pools = [(inside, section.count)]
        if section.topics:
            topics = [(place, supply.items[place].attributes.get("topic", "")) for place in inside]
            pools = [
                ([place for place, topic in topics if is_under(topic, quota.topic)], quota.count)
                for quota in section.topics
            ]
        for members, wanted in pools:
            order = chance.random((count, len(members))).argsort(axis=1)[:, :wanted]
            parts.append(np.array(members, dtype=np.int64)[order])
    return np.concatenate(parts, axis=1)


def compare(
    supply: Supply, blueprint: Blueprint, forms: tuple[Integers, Integers], cut: tuple[int, int]
) -> Comparison:
    """(the plan's forms, random forms) at `cut`: ability in millionths of a logit, score in centipoints.

    Pre-condition: every item has parameters or a difficulty.
    """
    theta, cut_points = cut
    points = np.repeat(
        [section.points for section in blueprint.sections],
        [section.count for section in blueprint.sections],
    )
    places = np.append(ABILITIES, theta / MICRO)
    worth = np.array([blueprint.sections[section].points / 100 for section in supply.sections])
    expected = _shares(supply, places) * worth[:, None]
    grades = [grade_chances(_known(item.best_parameters[0]), theta) for item in supply.items]
    matched, random = (
        _hardness(chosen, expected, _passing(chosen, points, grades, cut_points)) for chosen in forms
    )
    average = expected[forms[0]].sum(axis=1).mean(axis=0)[:-1]
    return Comparison(
        theta=theta / MICRO, cut_points=cut_points, average=average, matched=matched, random=random
    )


def _hardness(chosen: Integers, expected: Floats, passing: Floats | None) -> Hardness:
    curves = np.array([expected[form].sum(axis=0) for form in chosen])
    return Hardness(
        expected=_spread(curves[:, -1]),
        passing=None if passing is None else _spread(passing),
        low=curves[:, :-1].min(axis=0),
        high=curves[:, :-1].max(axis=0),
    )


def _spread(values: Floats) -> Spread:
    return Spread(
        mean=float(values.mean()),
        sd=float(values.std()),
        low=float(values.min()),
        high=float(values.max()),
    )


def _known(parameters: Parameters | GradedParameters | None) -> Parameters | GradedParameters:
    assert parameters is not None
    return parameters


def _shares(supply: Supply, places: Floats) -> Floats:
    """(items, places) the expected share of the points."""
    found = np.zeros((len(supply.items), len(places)))
    plain: dict[int, Parameters] = {}
    for index, item in enumerate(supply.items):
        parameters = _known(item.best_parameters[0])
        if isinstance(parameters, Parameters):
            plain[index] = parameters
            continue
        found[index] = [expected_score(parameters, round(place * MICRO), 100) / MICRO for place in places]
    if plain:
        a, b, c = (
            np.array([getattr(parameters, name) / MICRO for parameters in plain.values()]) for name in "abc"
        )
        found[list(plain)] = Curves(a=a, b=b, c=c).chances(places)
    return found


def _passing(
    chosen: Integers, points: Integers, grades: Sequence[tuple[float, ...]], cut_points: int
) -> Floats | None:
    """(forms,) the chance that the score reaches the cut, at the ability of `grades`."""
    steps = math.lcm(*(len(chances) - 1 for chances in grades))
    unit = Fraction(math.gcd(*points.tolist()), steps)
    scores = int(points.sum() / unit) + 1
    if scores > _MAX_SCORES:
        return None
    spaced = np.zeros((len(grades), steps + 1))
    for place, chances in enumerate(grades):
        spaced[place, :: steps // (len(chances) - 1)] = chances
    least, size = math.ceil(cut_points / unit), max(1, _CELLS_AT_ONCE // scores)
    return np.concatenate(
        [
            _score_chances(spaced[chosen[start : start + size]], points, unit)[:, least:].sum(axis=1)
            for start in range(0, len(chosen), size)
        ]
    )


def _score_chances(grades: Floats, points: Integers, unit: Fraction) -> Floats:
    """(forms, scores) from (forms, slots, steps + 1): one item after the other is added."""
    found = np.zeros((len(grades), int(points.sum() / unit) + 1))
    found[:, 0] = 1.0
    steps, reached = grades.shape[2] - 1, 0
    for slot, worth in enumerate(points.tolist()):
        step = int(Fraction(worth) / unit / steps)
        added = np.zeros_like(found)
        for grade in range(steps + 1):
            start = grade * step
            added[:, start : start + reached + 1] += found[:, : reached + 1] * grades[:, slot, grade, None]
        reached += step * steps
        found = added
    return found
