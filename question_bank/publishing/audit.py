"""The audit of a blueprint: what its forms will be like, before anybody sits one.

It publishes, and draws forms by the plan as on the day (without epochs that rest items).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from question_bank.blueprint import Blueprint
from question_bank.canonical import JsonValue, figure_text
from question_bank.constraints import CurveTarget
from question_bank.errors import BlueprintInfeasible
from question_bank.forensics.exposure import exposure_of
from question_bank.pool import Pool
from question_bank.psychometrics.arrays import Floats, Integers
from question_bank.publishing.aims import aim_of
from question_bank.publishing.publish import Published, publish
from question_bank.publishing.simulation import (
    ABILITIES,
    Comparison,
    Hardness,
    Spread,
    compare,
    drawn_forms,
    random_forms,
)
from question_bank.supply import Row, Supply

AUDIT_FORMAT = "kaochang.audit/1"
FORMS = 1_000
# Widths of the bars of the exposure histogram, per mille of forms, and how many bars it has at most.
_BIN_WIDTHS = (5, 10, 25, 50)
_MOST_BINS = 20
_NAMED = 5
_LISTED = 12


class AuditStep(StrEnum):
    """What takes long enough to tell how far it is."""

    PUBLISH = "publish"
    SIMULATE = "simulate"


# The step, how much is done, and of how much. What it raises ends the audit.
OnProgress = Callable[[AuditStep, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """`log10_forms`: at least so many different forms, as a power of ten, before difficulties are matched
    and sums are kept: how many of them are left then is not counted, `different` of `forms` drawn are.

    `exposures` (items,) are the shares of the drawn forms each item was in. `comparison` is None when no cut
    score was given, or a difficulty is unknown.
    """

    published: Published
    blueprint: Blueprint
    log10_forms: float
    forms: int
    different: int
    exposures: Floats
    mean_overlap: float
    comparison: Comparison | None


def audit(
    pool: Pool,
    blueprint: Blueprint,
    *,
    cut_points: int | None = None,
    forms: int = FORMS,
    on_progress: OnProgress = lambda _step, _done, _total: None,
) -> Audit:
    """Publish and simulate. `cut_points` (centipoints) is where forms are compared if there is no target.

    Raises BlueprintInvalid or BlueprintInfeasible as `publish`.
    """
    published = publish(
        pool,
        blueprint,
        progress=lambda done, total: on_progress(AuditStep.PUBLISH, done, total),
    )
    supply = published.supply
    drawn = drawn_forms(
        published.plan, supply, forms, lambda done, total: on_progress(AuditStep.SIMULATE, done, total)
    )
    return Audit(
        published=published,
        blueprint=blueprint,
        log10_forms=log10_forms(published),
        forms=len(drawn),
        different=len({frozenset(form) for form in drawn.tolist()}),
        exposures=np.bincount(drawn.ravel(), minlength=len(supply.items)) / max(1, len(drawn)),
        mean_overlap=exposure_of(drawn.astype(str).tolist()).mean_overlap,
        comparison=_comparison(published, blueprint, cut_points, drawn),
    )


def _comparison(
    published: Published, blueprint: Blueprint, cut_points: int | None, drawn: Integers
) -> Comparison | None:
    supply, target = published.supply, blueprint.target
    if target is None and cut_points is not None and 1 <= cut_points < blueprint.total_points:
        target = CurveTarget(cut_points=cut_points)
    if target is None or not len(drawn):
        return None
    theta = published.plan.theta
    if theta is None:
        try:
            aim = aim_of(supply, replace(blueprint, target=target), published.plan.tables)
        except BlueprintInfeasible:
            return None
        assert aim is not None
        theta = aim.theta
    others = random_forms(supply, blueprint, len(drawn))
    return compare(supply, blueprint, (drawn, others), (theta, target.cut_points))


def log10_forms(published: Published) -> float:
    """A lower bound of log10 of the number of different sets of items that tables and enemies allow.

    Targets and sums rule out some of them. Of each group of enemies one item is kept; then items of a cell
    combine freely, and no two tables give the same set.
    """
    supply = published.supply
    kept = _without_enemies(supply)
    sizes = [sum(place in kept for place in cell.members) for cell in supply.cells]
    powers = [
        sum(math.log10(math.comb(sizes[cell], count)) for cell, count in table.counts)
        for table in published.plan.tables
        if all(sizes[cell] >= count for cell, count in table.counts)
    ]
    least = math.log10(len(published.plan.tables))
    if not powers:
        return least
    top = max(powers)
    return max(least, top + math.log10(sum(10 ** (power - top) for power in powers)))


def _without_enemies(supply: Supply) -> set[int]:
    gone = {place for group in supply.enemies for place in group[1:]}
    return set(range(len(supply.items))) - gone


def audit_document(found: Audit) -> dict[str, JsonValue]:
    """The audit as JSON; exposures are per mille of forms, figures that are no integers are text."""
    published, plan = found.published, found.published.plan
    supply, structure = published.supply, published.structure
    return {
        "format": AUDIT_FORMAT,
        "bank_digest": plan.bank_digest,
        "blueprint_digest": plan.blueprint_digest,
        "plan_digest": plan.digest,
        "items": len(supply.items),
        "slots": found.blueprint.slot_count,
        "total_points": found.blueprint.total_points,
        "basis": plan.basis,
        "tables": len(plan.tables),
        "log10_forms": figure_text(found.log10_forms),
        "forced": [supply.items[place].id for place in structure.forced],
        "bottleneck": _bottleneck(supply, structure.bottleneck),
        "exposure": _exposure_document(found),
        "forms": found.forms,
        "different": found.different,
        "mean_overlap": figure_text(found.mean_overlap),
        "comparison": None if found.comparison is None else _comparison_document(found.comparison),
    }


def _exposure_document(found: Audit) -> JsonValue:
    """How many items were in 0 to `bin` per mille of the forms, `bin` to 2 `bin` ..., as far as any were."""
    minimum, cap = math.ceil(found.published.structure.minimum * 1_000 - 1e-6), found.blueprint.exposure_cap
    largest = math.ceil(float(found.exposures.max()) * 1_000 - 1e-6)
    reach = max(largest, minimum, cap or 0)
    width = next(width for width in _BIN_WIDTHS if reach <= width * _MOST_BINS)
    bins = math.ceil(reach / width)
    counts, _ = np.histogram(found.exposures * 1_000, bins=bins, range=(0.0, float(bins * width)))
    listed: list[JsonValue] = [int(count) for count in counts]
    return {"minimum": minimum, "cap": cap, "largest": largest, "bin": width, "bins": listed}


def _bottleneck(supply: Supply, cells: tuple[int, ...]) -> dict[str, JsonValue]:
    """The cells that cannot do with less exposure, the smallest first, and the rules that all of them share.

    `cells` tells how many there are; the first dozen are listed.
    """
    shared = set.intersection(*(set(supply.cells[cell].rows) for cell in cells)) if cells else set[int]()
    ordered = sorted(cells, key=lambda cell: len(supply.cells[cell].members))
    rules: list[JsonValue] = [_rule(supply.rows[row]) for row in sorted(shared)]
    listed: list[JsonValue] = [_cell_document(supply, cell) for cell in ordered[:_LISTED]]
    return {"cells": len(cells), "rules": rules, "first": listed}


def _cell_document(supply: Supply, index: int) -> JsonValue:
    """A cell by name: what it falls under, how many items it has, the first of them."""
    cell = supply.cells[index]
    rules: list[JsonValue] = [_rule(supply.rows[row]) for row in cell.rows]
    ids: list[JsonValue] = [supply.items[place].id for place in cell.members[:_NAMED]]
    return {"rules": rules, "items": len(cell.members), "first": ids}


def _rule(row: Row) -> JsonValue:
    return {"kind": row.kind.value, "place": row.place, "label": row.label}


def _comparison_document(comparison: Comparison) -> JsonValue:
    return {
        "theta": figure_text(comparison.theta),
        "cut_points": comparison.cut_points,
        "abilities": _texts(ABILITIES),
        "average": _texts(comparison.average),
        "matched": _hardness_document(comparison.matched),
        "random": _hardness_document(comparison.random),
    }


def _hardness_document(hardness: Hardness) -> JsonValue:
    return {
        "expected": _spread_document(hardness.expected),
        "passing": None if hardness.passing is None else _spread_document(hardness.passing),
        "low": _texts(hardness.low),
        "high": _texts(hardness.high),
    }


def _spread_document(spread: Spread) -> JsonValue:
    return {name: figure_text(getattr(spread, name)) for name in ("mean", "sd", "low", "high")}


def _texts(values: Floats) -> list[JsonValue]:
    return [figure_text(value) for value in values.tolist()]
