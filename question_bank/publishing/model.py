"""The mixed-integer model of a form: which counts per cell fulfil every rule (van der Linden, Linear Models
for Optimal Test Design, 2005), solved by HiGHS.

Interchangeable items share one integer variable per cell; items that enemies or sums tell apart have a binary
variable of their own. All models of a process use the same solver options: HiGHS keeps some of them globally.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from question_bank.curves import MICRO
from question_bank.errors import QuestionBankError
from question_bank.plans import CellTable
from question_bank.supply import Row, Supply

SECONDS = 60.0
_INFINITY = highspy.kHighsInf
_Vector = NDArray[np.float64]


class _Silent(highspy.Highs):
    """HiGHS that never writes to standard output, where commands write their results."""

    def enableCallbacks(self) -> None:  # noqa: N802, the library's name
        """Leave them off: switching them on prints a banner before any option can forbid it."""


def new_solver() -> highspy.Highs:
    """A silent solver with the one set of options that this package uses."""
    solver: highspy.Highs = _Silent()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", SECONDS)
    return solver


def solved(solver: highspy.Highs) -> bool:
    """Run it. False when there is no solution; raises QuestionBankError when the time did not suffice."""
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kOptimal:
        return True
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return False
    raise QuestionBankError(
        "publish.unsolved", f"The solver stopped early: {solver.modelStatusToString(status)}."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """Counts per cell, and the single items chosen among those that have a variable of their own."""

    counts: tuple[int, ...]
    singles: tuple[int, ...]

    def table(self, weight: int = 1) -> CellTable:
        """The counts as a plan's table."""
        return CellTable(weight=weight, counts=tuple((c, n) for c, n in enumerate(self.counts) if n))


class FormModel:
    """The model of one supply. Rows keep their index; enemies, units and extra rows come after them.

    `relaxed` leaves integrality out, for bounds. `rough` takes solutions within half of the best: enough
    to spread tables, and several times faster. `extra` are rows of (low, high, weight per item).
    """

    def __init__(
        self,
        supply: Supply,
        *,
        relaxed: bool = False,
        rough: bool = False,
        extra: Sequence[tuple[float, float, Sequence[float]]] = (),
    ) -> None:
        self._supply = supply
        self._lay_out_variables()
        rows = [self._row(row) for row in supply.rows]
        rows += [(0.0, 1.0, {self._single[place]: 1.0 for place in group}) for group in supply.enemies]
        rows += self._unit_rows()
        rows += [(low, high, self._weighted(weights)) for low, high, weights in extra]
        self.solver = new_solver()
        if rough:
            self.solver.setOptionValue("mip_rel_gap", 0.5)
        self.solver.passModel(self._lp(rows, relaxed))
        self.row_bounds = [(low, high) for low, high, _ in rows]

    def _lay_out_variables(self) -> None:
        supply = self._supply
        apart = {place for group in supply.enemies for place in group}
        apart |= {place for row in supply.rows if row.is_sum for place in row.members}
        self._single: dict[int, int] = {}
        self._cells: list[int] = []
        self.members: list[tuple[int, ...]] = []
        self._plain: dict[int, int] = {}
        for index, cell in enumerate(supply.cells):
            shared = tuple(place for place in cell.members if place not in apart)
            if shared:
                self._plain[index] = len(self.members)
                self.members.append(shared)
                self._cells.append(index)
            for place in cell.members:
                if place in apart:
                    self._single[place] = len(self.members)
                    self.members.append((place,))
                    self._cells.append(index)
        self._unit_start = len(self.members)

    @property
    def variables(self) -> int:
        """How many variables count items (units come after them)."""
        return self._unit_start

    def _row(self, row: Row) -> tuple[float, float, dict[int, float]]:
        high = _INFINITY if row.high is None else float(row.high)
        if row.units:
            return float(row.low), high, {self._unit_start + unit: 1.0 for unit in row.units}
        if row.is_sum:
            scaled = zip(row.members, row.weights, strict=False)
            entries = {self._single[place]: weight / MICRO for place, weight in scaled}
            return row.low / MICRO, high / MICRO, entries
        wanted = set(row.members)
        entries = {variable: 1.0 for variable, members in enumerate(self.members) if members[0] in wanted}
        return float(row.low), high, entries

    def _unit_rows(self) -> list[tuple[float, float, dict[int, float]]]:
        rows = []
        for index, unit in enumerate(self._supply.units):
            inside = set(unit.members)
            used = {v: 1.0 for v, members in enumerate(self.members) if members[0] in inside}
            rows.append((0.0, _INFINITY, used | {self._unit_start + index: -float(unit.low)}))
            rows.append((-_INFINITY, 0.0, used | {self._unit_start + index: -float(unit.high)}))
        return rows

    def _weighted(self, weights: Sequence[float]) -> dict[int, float]:
        """A weight per item as the mean weight per variable."""
        return {
            variable: sum(weights[place] for place in members) / len(members)
            for variable, members in enumerate(self.members)
        }

    def _lp(self, rows: Sequence[tuple[float, float, dict[int, float]]], relaxed: bool) -> highspy.HighsLp:
        columns: list[list[tuple[int, float]]] = [
            [] for _ in range(self._unit_start + len(self._supply.units))
        ]
        for index, (_, _, entries) in enumerate(rows):
            for variable, value in entries.items():
                columns[variable].append((index, value))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(columns), len(rows)
        lp.col_cost_ = np.zeros(len(columns))
        lp.col_lower_ = np.zeros(len(columns))
        lp.col_upper_ = np.array([float(len(m)) for m in self.members] + [1.0] * len(self._supply.units))
        lp.row_lower_ = np.array([low for low, _, _ in rows])
        lp.row_upper_ = np.array([high for _, high, _ in rows])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.cumsum([0] + [len(column) for column in columns])
        lp.a_matrix_.index_ = np.array([index for column in columns for index, _ in column], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([value for column in columns for _, value in column])
        kind = highspy.HighsVarType.kContinuous if relaxed else highspy.HighsVarType.kInteger
        lp.integrality_ = [kind] * len(columns)
        return lp

    def variables_of(self, cell: int) -> list[int]:
        """The item variables of a cell."""
        return [variable for variable, own in enumerate(self._cells) if own == cell]

    def be_rough(self) -> None:
        """Take solutions within a tenth of the best: enough to spread tables, and several times faster."""
        self.solver.setOptionValue("mip_rel_gap", 0.5)

    def set_bounds(self, row: int, low: float, high: float) -> None:
        """Change a row's bounds; infinities switch it off."""
        self.solver.changeRowBounds(row, low, high)

    def switch_off(self, row: int) -> None:
        """Leave a row out."""
        self.set_bounds(row, -_INFINITY, _INFINITY)

    def switch_on(self, row: int) -> None:
        """Put a row back as it was."""
        self.set_bounds(row, *self.row_bounds[row])

    def solve(self, costs: Mapping[int, float] | _Vector | None = None) -> Solution | None:
        """A form that fulfils every row at least cost (per item variable), None when there is none."""
        values = self.optimum(costs)
        if values is None:
            return None
        counts = [0] * len(self._supply.cells)
        singles = []
        for variable, amount in enumerate(values[: self._unit_start]):
            counts[self._cells[variable]] += round(amount)
            if round(amount) and variable in self._single_places:
                singles.append(self._single_places[variable])
        return Solution(counts=tuple(counts), singles=tuple(singles))

    @property
    def _single_places(self) -> dict[int, int]:
        return {variable: place for place, variable in self._single.items()}

    def optimum(self, costs: Mapping[int, float] | _Vector | None = None) -> list[float] | None:
        """The values of all variables at least cost, None when there is no solution."""
        total = self._unit_start + len(self._supply.units)
        vector = np.zeros(total)
        if isinstance(costs, np.ndarray):
            vector[: len(costs)] = costs
        elif costs is not None:
            vector[list(costs)] = list(costs.values())
        self.solver.changeColsCost(total, np.arange(total, dtype=np.int32), vector)
        if not solved(self.solver):
            return None
        return list(self.solver.getSolution().col_value)

    def cell_costs(self, per_cell: Sequence[float]) -> _Vector:
        """A cost per cell as a cost per item variable."""
        return np.array([per_cell[cell] for cell in self._cells])
