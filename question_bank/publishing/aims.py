"""Where forms are matched: the ability at the cut score, and what an average form gives there."""

from __future__ import annotations

import math
from collections.abc import Sequence

from question_bank.blueprint import Blueprint
from question_bank.constraints import MICRO_POINTS_PER_CENTIPOINT, CurveTarget
from question_bank.curves import MICRO, GradedParameters, ItemParameters, expected_score
from question_bank.errors import BlueprintInfeasible, Obstacle
from question_bank.plans import CellTable, CurveAim, curve_values, tolerances_of
from question_bank.supply import Supply

_REACH = 8.0
_HALVINGS = 50


def aim_of(supply: Supply, blueprint: Blueprint, tables: Sequence[CellTable]) -> CurveAim | None:
    """The aim for these tables; None when the blueprint has no target.

    Raises BlueprintInfeasible when an item's difficulty is unknown, or no ability reaches the cut score.
    """
    target = blueprint.target
    if target is None:
        return None
    unknown = [item.id for item in supply.items if item.best_parameters[0] is None]
    if unknown:
        params = {"count": str(len(unknown)), "first": unknown[0]}
        obstacle = Obstacle("target.difficulty_unknown", params, "target")
        raise BlueprintInfeasible("Items have neither parameters nor a difficulty.", obstacle)
    exposures = item_exposures(supply, tables)
    theta = target.theta if target.theta is not None else _ability(supply, blueprint, target, exposures)
    values = curve_values(supply, blueprint, theta)
    means = [
        round(sum(share * item[index] for share, item in zip(exposures, values, strict=True)))
        for index in range(len(values[0]))
    ]
    if target.theta is None:
        means[0] = target.cut_points * MICRO_POINTS_PER_CENTIPOINT
    return CurveAim(theta=theta, targets=tuple(means), tolerances=tolerances_of(blueprint, means[-1]))


def item_exposures(supply: Supply, tables: Sequence[CellTable]) -> list[float]:
    """The share of forms each item is in when tables are drawn by weight and items at random."""
    total = sum(table.weight for table in tables)
    found = [0.0] * len(supply.items)
    for table in tables:
        for index, count in table.counts:
            members = supply.cells[index].members
            share = table.weight / total * count / len(members)
            for place in members:
                found[place] += share
    return found


def _ability(supply: Supply, blueprint: Blueprint, target: CurveTarget, exposures: Sequence[float]) -> int:
    """Millionths of a logit at which the average form's expected score is the cut score."""
    worth = [
        share * blueprint.sections[section].points
        for share, section in zip(exposures, supply.sections, strict=True)
    ]
    parameters = [item.best_parameters[0] for item in supply.items]

    def expected(theta: float) -> float:
        pairs = zip(worth, parameters, strict=True)
        return sum(points * _share(own, theta) for points, own in pairs if own is not None and points)

    low, high = -_REACH, _REACH
    if not expected(low) < target.cut_points < expected(high):
        sentence = "No ability has the cut score as its expected score."
        raise BlueprintInfeasible(sentence, Obstacle("target.cut_unreachable", {}, "target"))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if expected(middle) < target.cut_points else (low, middle)
    return round(low * MICRO)


def _share(parameters: ItemParameters, theta: float) -> float:
    """The expected share of the points; floats will do, since only the ability found is kept."""
    if isinstance(parameters, GradedParameters):
        return expected_score(parameters, round(theta * MICRO), 100) / MICRO
    a = parameters.a / MICRO
    c = parameters.c / MICRO
    return c + (1 - c) / (1 + math.exp(-a * (theta - parameters.b / MICRO)))
