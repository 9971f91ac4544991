"""Is a plan the one that bank and blueprint give? Nothing of it need be believed, and no solver is needed."""

from __future__ import annotations

from question_bank.blueprint import Blueprint
from question_bank.errors import FormMismatch
from question_bank.plans import AssemblyPlan, CellTable, CurveAim, Solved, plan_of, tolerances_of
from question_bank.pool import Pool
from question_bank.supply import Supply, supply_of


def check_plan(plan: AssemblyPlan, pool: Pool, blueprint: Blueprint) -> None:
    """Raises FormMismatch when the plan is not one of this pool and blueprint, or a table breaks a rule.

    What a solver found (tables, ability at the cut, information there) is free within the rules; all the
    rest must be exactly what follows from pool and blueprint.
    """
    if plan.bank_digest != pool.digest:
        raise FormMismatch("form.other_bank", "The plan was made for another state of the bank.")
    if plan.blueprint_digest != blueprint.digest:
        raise FormMismatch("form.other_blueprint", "The plan was made for another blueprint.")
    supply = supply_of(pool, blueprint)
    if plan_of(supply, blueprint, pool.digest, _solved(plan, blueprint)) != plan:
        raise FormMismatch("plan.altered", "The plan is not what follows from bank and blueprint.")
    for table in plan.tables:
        if not _obeys(table, supply):
            raise FormMismatch("plan.table_invalid", "A table of the plan breaks a rule of the blueprint.")


def _solved(plan: AssemblyPlan, blueprint: Blueprint) -> Solved:
    aim = None
    if plan.theta is not None and plan.targets:
        tolerances = tolerances_of(blueprint, plan.targets[-1])
        aim = CurveAim(theta=plan.theta, targets=plan.targets, tolerances=tolerances)
    return Solved(tables=plan.tables, tries=plan.tries, cross_after=plan.cross_after, aim=aim)


def _obeys(table: CellTable, supply: Supply) -> bool:
    """Whether any items drawn by this table obey the counting rules and the ranges of sets."""
    counts = dict(table.counts)
    rows = [0] * len(supply.rows)
    units = [0] * len(supply.units)
    for cell, count in counts.items():
        for row in supply.cells[cell].rows:
            rows[row] += count
        if supply.cells[cell].unit >= 0:
            units[supply.cells[cell].unit] += count
    for index in supply.counting:
        high = supply.rows[index].high
        if rows[index] < supply.rows[index].low or (high is not None and rows[index] > high):
            return False
    for rule in (row for row in supply.rows if row.units):
        used = sum(units[unit] > 0 for unit in rule.units)
        if used < rule.low or (rule.high is not None and used > rule.high):
            return False
    pairs = zip(units, supply.units, strict=True)
    return all(not count or unit.low <= count <= unit.high for count, unit in pairs)
