"""Publish a blueprint against a pool: prove that forms exist, and make the plan they are drawn from."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from question_bank.assembly import MASTER_SEED_BYTES, Assembler, FormSeed
from question_bank.blueprint import Blueprint
from question_bank.curves import MICRO
from question_bank.errors import BlueprintInfeasible, FormNotFound, Obstacle
from question_bank.plans import (
    MAX_TRIES,
    NEVER,
    TRIES,
    AssemblyPlan,
    CurveAim,
    Solved,
    curve_values,
    plan_of,
)
from question_bank.pool import Pool
from question_bank.publishing.aims import aim_of
from question_bank.publishing.explanation import obstacles
from question_bank.publishing.exposures import StructuralExposure, structural_exposure
from question_bank.publishing.model import FormModel
from question_bank.publishing.tables import TABLES, TableSearch, find_tables, weighted
from question_bank.supply import Supply, supply_of

# Tables of a first round, from which the ability at the cut score is found.
_FIRST = 40
# How far a table's average form may be off at the three abilities, as a share of the greatest score.
_BAND = 0.01
# Below this many items per cell, swaps inside cells do not reach the targets by themselves.
_ROOMY = 4.0
# Without target or cap, tables only have to differ.
_FEW_TABLES = 60
_TRIALS = 20
_EFFORTS = (TRIES, 1_000, MAX_TRIES)
_NAMED = 5
_EVERY_FORM = 1_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A plan with its supply and what the structure forces."""

    plan: AssemblyPlan
    supply: Supply
    structure: StructuralExposure


def publish(
    pool: Pool, blueprint: Blueprint, *, tables: int = TABLES, progress: Progress | None = None
) -> Published:
    """The plan of a blueprint for a pool, with at most `tables` tables.

    Raises BlueprintInvalid (rules that contradict themselves) or BlueprintInfeasible with all obstacles: no
    form exists, a difficulty is unknown where a target needs it, the exposure cap lies below what the
    structure forces, or trial forms miss the targets.
    """
    supply = supply_of(pool, blueprint)
    model = FormModel(supply)
    found = obstacles(supply, model)
    if found:
        raise BlueprintInfeasible("The bank cannot fill this blueprint.", *found)
    structure = structural_exposure(supply, model)
    _check_cap(supply, blueprint, structure)
    solved = _solve(supply, blueprint, structure, (tables, progress))
    plan = _with_effort(plan_of(supply, blueprint, pool.digest, solved))
    return Published(plan=plan, supply=supply, structure=structure)


def _check_cap(supply: Supply, blueprint: Blueprint, structure: StructuralExposure) -> None:
    """A cap below what cannot be helped is refused here, not found out on the day."""
    cap = blueprint.exposure_cap
    if cap is None or cap == _EVERY_FORM:
        return
    if structure.forced:
        ids = ", ".join(supply.items[place].id for place in structure.forced[:_NAMED])
        obstacle = Obstacle(
            "exposure.items_forced", {"count": str(len(structure.forced)), "items": ids}, "exposure_cap"
        )
        raise BlueprintInfeasible("Some items are in every form.", obstacle)
    if structure.minimum * _EVERY_FORM > cap:
        least = str(math.ceil(structure.minimum * _EVERY_FORM))
        obstacle = Obstacle("exposure.cap_too_low", {"cap": str(cap), "least": least}, "exposure_cap")
        raise BlueprintInfeasible("The exposure cap is below what the bank allows.", obstacle)


def _solve(
    supply: Supply,
    blueprint: Blueprint,
    structure: StructuralExposure,
    effort: tuple[int, Progress | None],
) -> Solved:
    """Tables near the aim; an aim that no table comes near is left to the swaps."""
    wanted, progress = effort
    if blueprint.target is None and blueprint.exposure_cap is None:
        wanted = min(wanted, _FEW_TABLES)
    forced = set(structure.forced)
    free = tuple(index for index, cell in enumerate(supply.cells) if not forced.issuperset(cell.members))
    loose = FormModel(supply, rough=True)
    first = TableSearch(supply=supply, model=loose, free=free, wanted=min(_FIRST, wanted))
    aim = aim_of(supply, blueprint, weighted(first, find_tables(first)))
    search = replace(first, seed=2, wanted=wanted, progress=progress)
    found: tuple[tuple[int, ...], ...] = ()
    if aim is not None:
        near = FormModel(supply, rough=True, extra=_band(supply, blueprint, aim))
        found = find_tables(replace(search, model=near))
    final = weighted(search, found or find_tables(search))
    return Solved(tables=final, aim=aim_of(supply, blueprint, final))


def _band(supply: Supply, blueprint: Blueprint, aim: CurveAim) -> list[tuple[float, float, Sequence[float]]]:
    """Rows that keep a table's average form near the aim, in points."""
    values = curve_values(supply, blueprint, aim.theta)
    width = max(0.5, blueprint.total_points / 100 * _BAND)
    return [
        (
            aim.targets[index] / MICRO - width,
            aim.targets[index] / MICRO + width,
            [item[index] / MICRO for item in values],
        )
        for index in range(3)
    ]


def _with_effort(plan: AssemblyPlan) -> AssemblyPlan:
    """The plan with the least effort of swapping that trial forms succeed with.

    Swaps between cells cost more and are left out where cells are roomy. Raises BlueprintInfeasible when
    even the greatest effort finds no forms: targets or sums that are too narrow are found out here.
    """
    if not plan.targets and not plan.sums and _succeeds(plan):
        return plan
    roomy = len(plan.items) >= _ROOMY * len(plan.cells)
    for tries, cross_after in ((TRIES, NEVER), *((tries, 0) for tries in _EFFORTS)):
        if cross_after == NEVER and not roomy:
            continue
        tried = replace(plan, tries=tries, cross_after=cross_after)
        if _succeeds(tried):
            return tried
    raise BlueprintInfeasible("The targets are too narrow.", Obstacle("target.too_narrow", {}, "target"))


def _succeeds(plan: AssemblyPlan) -> bool:
    """Whether trial forms can all be drawn."""
    assembler = Assembler(plan)
    try:
        for number in range(_TRIALS):
            assembler.draw(FormSeed(master_seed=bytes(MASTER_SEED_BYTES), candidate_id=str(number)))
    except FormNotFound:
        return False
    return True
