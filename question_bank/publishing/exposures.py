"""Exposure that the structure of bank and blueprint forces, whoever draws the forms.

The smallest possible largest exposure is the optimum of a linear program over mixtures of forms; items whose
exposure sits at it are the bottleneck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from question_bank.errors import QuestionBankError
from question_bank.publishing.model import FormModel, solved
from question_bank.supply import Supply

_CLOSE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class StructuralExposure:
    """`forced` items (indices) are in every form; `minimum` is the least possible largest exposure of the

    others, as a share of forms; `bottleneck` cells cannot do with less.
    """

    forced: tuple[int, ...]
    minimum: float
    bottleneck: tuple[int, ...]


def forced_items(supply: Supply, model: FormModel) -> tuple[int, ...]:
    """The items that no form can do without.

    Only cells whose items a first form takes entirely can be forced; each is asked for as few as possible.
    """
    first = model.solve()
    if first is None:
        return ()
    forced: list[int] = []
    for index, cell in enumerate(supply.cells):
        if first.counts[index] < len(cell.members):
            continue
        costs = [0.0] * len(supply.cells)
        costs[index] = 1.0
        least = model.solve(model.cell_costs(costs))
        if least is not None and least.counts[index] == len(cell.members):
            forced += cell.members
    return tuple(sorted(forced))


def structural_exposure(supply: Supply, model: FormModel) -> StructuralExposure:
    """What cannot be helped. `model` is the supply's integer model, which must have a solution."""
    forced = forced_items(supply, model)
    free = [index for index, cell in enumerate(supply.cells) if not set(cell.members) <= set(forced)]
    if not free:
        return StructuralExposure(forced=forced, minimum=1.0, bottleneck=())
    minimum, duals = _least_largest(supply, free)
    bottleneck = tuple(cell for cell, dual in zip(free, duals, strict=True) if abs(dual) > _CLOSE)
    return StructuralExposure(forced=forced, minimum=minimum, bottleneck=bottleneck)


def _least_largest(supply: Supply, free: Sequence[int]) -> tuple[float, list[float]]:
    """The optimum, and the dual price of each free cell's bound."""
    relaxed = FormModel(supply, relaxed=True)
    solver = relaxed.solver
    column = solver.getNumCol()
    solver.changeColsCost(column, np.arange(column, dtype=np.int32), np.zeros(column))
    solver.addCol(1.0, 0.0, 1.0, 0, np.array([], dtype=np.int32), np.array([]))
    start = solver.getNumRow()
    for cell in free:
        variables = relaxed.variables_of(cell)
        size = sum(len(relaxed.members[variable]) for variable in variables)
        index = np.array([*variables, column], dtype=np.int32)
        value = np.array([1.0] * len(variables) + [-float(size)])
        solver.addRow(-highspy.kHighsInf, 0.0, len(index), index, value)
    if not solved(solver):
        raise QuestionBankError("publish.unsolved", "The exposure program has no solution.")
    solution = solver.getSolution()
    return float(solution.col_value[column]), list(solution.row_dual[start:])
