"""Tables of counts per cell, and how often each is to be drawn.

Random costs spread the tables over all that is possible; column generation (the dual prices of the master
program price the next table) brings the largest exposure down to what the structure allows; then the weights
are spread over as many tables as that exposure permits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from question_bank.errors import QuestionBankError
from question_bank.plans import CellTable
from question_bank.publishing.model import FormModel, new_solver, solved
from question_bank.supply import Supply

TABLES = 300
WEIGHT_UNITS = 1_000_000
# A table is drawn at most this many times as often as an average one.
_FAVOUR = 5.0
# How much of the least possible largest exposure is given away for variety.
_VARIETY = 1.02
_REPEATS = 12
_BATCH = 20
_Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSearch:
    """What to search in: the model, the cells whose exposure counts, a seed for the costs, and a listener.

    `progress` is called with (tables so far, tables wanted).
    """

    supply: Supply
    model: FormModel
    free: tuple[int, ...]
    seed: int = 1
    wanted: int = TABLES
    progress: Callable[[int, int], None] | None = None


def find_tables(search: TableSearch) -> tuple[tuple[int, ...], ...]:
    """Different tables (counts per cell), at most `wanted`."""
    random = np.random.default_rng(search.seed)
    found: dict[tuple[int, ...], None] = {}
    repeats = 0
    while len(found) < search.wanted and repeats < _REPEATS:
        prices = _prices(search, list(found)) if len(found) >= 2 * _BATCH else None
        for _ in range(_BATCH):
            solution = search.model.solve(_costs(search, prices, random))
            if solution is None:
                return tuple(found)
            repeats = repeats + 1 if solution.counts in found else 0
            found[solution.counts] = None
            if repeats >= _REPEATS or len(found) >= search.wanted:
                break
        if search.progress is not None:
            search.progress(len(found), search.wanted)
    return tuple(found)


def _costs(search: TableSearch, prices: _Matrix | None, random: np.random.Generator) -> _Matrix:
    """Costs of the next table: random ones, or prices of scarce items with some noise."""
    cells = len(search.supply.cells)
    noise = random.normal(size=cells)
    if prices is None or random.random() < 0.5:
        return search.model.cell_costs(noise.tolist())
    scale = float(np.abs(prices).max()) or 1.0
    return search.model.cell_costs((prices / scale + 0.05 * noise).tolist())


def weighted(search: TableSearch, tables: Sequence[tuple[int, ...]]) -> tuple[CellTable, ...]:
    """The tables with integer weights, those of no weight left out."""
    shares = _spread(search, tables, _master(search, tables)[0] * _VARIETY)
    units = np.floor(shares * WEIGHT_UNITS).astype(int)
    return tuple(
        CellTable(weight=int(unit), counts=tuple((c, n) for c, n in enumerate(table) if n))
        for table, unit in zip(tables, units, strict=True)
        if unit > 0
    )


def _exposures(search: TableSearch, tables: Sequence[tuple[int, ...]]) -> _Matrix:
    """Exposure of an item of each free cell (rows) under each table (columns)."""
    sizes = np.array([len(search.supply.cells[cell].members) for cell in search.free], dtype=float)
    counts = np.array(tables, dtype=float)[:, list(search.free)]
    return np.asarray((counts / sizes).T)


def _prices(search: TableSearch, tables: Sequence[tuple[int, ...]]) -> _Matrix:
    """The dual price of an item of each cell; zero where exposure does not count."""
    _, duals = _master(search, tables)
    prices = np.zeros(len(search.supply.cells))
    for cell, dual in zip(search.free, duals, strict=True):
        prices[cell] = abs(dual) / len(search.supply.cells[cell].members)
    return prices


def _most(count: int) -> float:
    return min(1.0, _FAVOUR / count)


def _master(search: TableSearch, tables: Sequence[tuple[int, ...]]) -> tuple[float, list[float]]:
    """The least largest exposure that a mixture of the tables reaches, and the price of each free cell."""
    exposures = _exposures(search, tables)
    solver = new_solver()
    count = len(tables)
    solver.addVars(count + 1, np.zeros(count + 1), np.array([_most(count)] * count + [1.0]))
    solver.changeColCost(count, 1.0)
    places = np.arange(count + 1, dtype=np.int32)
    solver.addRow(1.0, 1.0, count, places[:count], np.ones(count))
    for row in exposures:
        solver.addRow(-highspy.kHighsInf, 0.0, count + 1, places, np.append(row, -1.0))
    if not solved(solver):
        raise QuestionBankError("publish.unsolved", "The mixture of tables has no solution.")
    solution = solver.getSolution()
    return float(solution.col_value[count]), list(solution.row_dual[1:])


def _spread(search: TableSearch, tables: Sequence[tuple[int, ...]], largest: float) -> _Matrix:
    """Weights that keep every exposure under `largest` and lie as near to even as that permits."""
    exposures = _exposures(search, tables)
    count = len(tables)
    solver = new_solver()
    solver.addVars(2 * count, np.zeros(2 * count), np.repeat([_most(count), 1.0 / count], count))
    solver.changeColsCost(count, np.arange(count, 2 * count, dtype=np.int32), -np.ones(count))
    places = np.arange(count, dtype=np.int32)
    solver.addRow(1.0, 1.0, count, places, np.ones(count))
    for row in exposures:
        solver.addRow(-highspy.kHighsInf, largest, count, places, row)
    for place in range(count):
        pair = np.array([place, count + place], dtype=np.int32)
        solver.addRow(0.0, highspy.kHighsInf, 2, pair, np.array([1.0, -1.0]))
    if not solved(solver):
        raise QuestionBankError("publish.unsolved", "The mixture of tables has no solution.")
    return np.array(solver.getSolution().col_value[:count])
