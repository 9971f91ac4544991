"""Forms: how many a second on one core, how alike in difficulty, and whether every rule is kept.

Everything that is timed is pure Python in one process. Beside the matched forms, in the same run: forms drawn
at random for each section and topic as quiz systems do, and forms drawn from the plan's tables without swaps.
The data package's pools (TestDesign, FlexATA, real responses) are measured where they are present.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from question_bank.assembly import Assembler, FormSeed
from question_bank.curves import MICRO, expected_score
from question_bank.form_checks import FormCheck
from question_bank.pool import Pool
from question_bank.psychometrics.calibration import calibrate
from question_bank.publishing.publish import Published, publish
from question_bank.rosters import ExposureLedger, draw_roster
from tests.bench.figures import Outcome, Target
from tests.question_bank.pools import TYPES, make_plan_of_100, make_pool
from tests.question_bank.psychometrics.credential import credential
from tests.question_bank.psychometrics.test_calibration import patterns
from tests.question_bank.shared_pools import flex_ata, testdesign
from tests.shared_data import SHARED_DATA

CAP = 150
CUT = 70
SEED = bytes(range(32))
# Published estimates of LSAT7 (Chalmers 2012): slopes, then easiness intercepts.
LSAT7_SLOPES = (0.988, 1.081, 1.707, 0.765, 0.736)
LSAT7_INTERCEPTS = (1.856, 0.808, 1.805, 0.486, 1.855)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormsScale:
    """How many forms are checked, timed, compared; seats of the roster; forms of each shared pool."""

    checked: int = 100_000
    timed: int = 3_000
    compared: int = 1_000
    seats: int = 5_000
    of_pools: int = 1_000
    tables: int = 300


async def run(_models: Path, scale: FormsScale = FormsScale()) -> Outcome:
    """Measure. (Nothing else is done in the meantime, so nothing is awaited.)"""
    pool, blueprint = make_pool(), make_plan_of_100(exposure_cap=CAP)
    begun = time.perf_counter()
    published = publish(pool, blueprint, tables=scale.tables)
    figures: dict[str, float] = {"publish_s": time.perf_counter() - begun}
    figures |= _drawing(published, scale)
    figures |= _difficulty(published, pool, scale.compared)
    figures |= _roster(published, scale.seats)
    targets = [
        Target(figure="forms_per_s", at_least=1_500),
        Target(figure="form_p99_ms", at_most=5),
        Target(figure="violations", at_most=0),
        Target(figure="expected_score_sd", at_most=0.06),
        Target(figure="pass_chance_range", at_most=0.03),
        Target(figure="exposure_over_minimum", at_most=1.3),
        Target(figure="uses_above_cap", at_most=0),
    ]
    if SHARED_DATA.is_dir():
        figures |= _shared_pools(scale) | _calibration()
        targets += [
            Target(figure=f"{name}_forms_per_s", at_least=500) for name in ("science", "fatigue", "sets")
        ]
        targets += [
            Target(figure="pools_violations", at_most=0),
            Target(figure="calibration_s", at_most=5),
            Target(figure="lsat7_largest_error", at_most=0.05),
        ]
    rounded = {name: round(value, 4) for name, value in figures.items()}
    return Outcome(bench="forms", figures=rounded, targets=tuple(targets))


def _timed(assembler: Assembler, count: int) -> tuple[float, float]:
    """Forms a second (median of five parts) and the 99th percentile of one form in milliseconds."""
    taken = []
    for number in range(count):
        begun = time.perf_counter()
        assembler.draw(FormSeed(master_seed=SEED, candidate_id=f"timed {number}"))
        taken.append(time.perf_counter() - begun)
    size = count // 5
    parts = [size / sum(taken[start : start + size]) for start in range(0, count - size + 1, size)]
    return statistics.median(parts), sorted(taken)[count * 99 // 100] * 1_000


def _drawing(published: Published, scale: FormsScale) -> dict[str, float]:
    assembler = Assembler(published.plan)
    rate, p99 = _timed(assembler, scale.timed)
    check = FormCheck(published.supply)
    violations = sum(bool(check.broken(_ids(assembler, number))) for number in range(scale.checked))
    return {"forms_per_s": rate, "form_p99_ms": p99, "forms_checked": scale.checked, "violations": violations}


def _difficulty(published: Published, pool: Pool, compared: int) -> dict[str, float]:
    """Expected score at the cut and the borderline candidate's chance to pass, beside two references."""
    plan = published.plan
    chances = {
        item.id: expected_score(item.parameters, plan.theta or 0, 100) / MICRO
        for item in pool.items
        if item.parameters is not None
    }
    blind = replace(
        plan,
        targets=(),
        tolerances=(),
        items=tuple(replace(item, values=()) for item in plan.items),
    )
    matched, unmatched, plain = Assembler(plan), Assembler(blind), _plain_random(pool)
    ways: dict[str, Callable[[int], Sequence[str]]] = {
        "": lambda number: _ids(matched, number),
        "cells_only_": lambda number: _ids(unmatched, number),
        "plain_random_": plain,
    }
    found: dict[str, float] = {}
    for name, way in ways.items():
        forms = [[chances[item_id] for item_id in way(number)] for number in range(compared)]
        passing = [pass_chance(form, CUT) for form in forms]
        found[f"{name}expected_score_sd"] = statistics.pstdev(sum(form) for form in forms)
        found[f"{name}pass_chance_range"] = max(passing) - min(passing)
    return found


def _ids(assembler: Assembler, number: int) -> list[str]:
    record = assembler.draw(FormSeed(master_seed=SEED, candidate_id=str(number)))
    return [slot.item_id for slot in record.slots]


def _plain_random(pool: Pool) -> Callable[[int], list[str]]:
    """As quiz systems draw: for each type and topic a share of items at random, blind to all else."""
    by_cell: dict[tuple[str, str], list[str]] = {}
    for item in pool.items:
        by_cell.setdefault((item.attributes["type"], item.attributes["topic"]), []).append(item.id)
    counts = {kind: count // 10 for kind, count, _ in TYPES}

    def draw(number: int) -> list[str]:
        chance = random.Random(number)
        return [i for (kind, _), members in by_cell.items() for i in chance.sample(members, counts[kind])]

    return draw


def pass_chance(chances: Sequence[float], cut: int) -> float:
    """The chance to get at least `cut` items right (Lord and Wingersky's recursion)."""
    distribution = np.ones(1)
    for chance in chances:
        distribution = np.convolve(distribution, (1 - chance, chance))
    return float(distribution[cut:].sum())


def _roster(published: Published, seats: int) -> dict[str, float]:
    """A roster of 5,000 under a hard cap of 1.5 times the mean exposure."""
    ledger = ExposureLedger(published.plan)
    candidates = [f"seat {number}" for number in range(seats)]
    begun = time.perf_counter()
    forms = sum(1 for _ in draw_roster(ledger, SEED, candidates, cap=CAP))
    taken = time.perf_counter() - begun
    largest = max(ledger.used.values()) / forms
    return {
        "roster_forms_per_s": forms / taken,
        "largest_exposure": largest,
        "structural_minimum": published.structure.minimum,
        "exposure_over_minimum": largest / published.structure.minimum,
        "uses_above_cap": sum(times > CAP * forms / 1_000 for times in ledger.used.values()),
    }


def _shared_pools(scale: FormsScale) -> dict[str, float]:
    """TestDesign's pools with all their constraints, and FlexATA's sets and enemies."""
    found: dict[str, float] = {"pools_violations": 0}
    for name, (pool, blueprint), tables in (
        ("science", testdesign("science_1000", 1_800), scale.tables),
        ("fatigue", testdesign("fatigue_95", 600), scale.tables),
        ("sets", flex_ata(), scale.tables // 5),
    ):
        begun = time.perf_counter()
        published = publish(pool, blueprint, tables=tables)
        found[f"{name}_publish_s"] = time.perf_counter() - begun
        assembler, check = Assembler(published.plan), FormCheck(published.supply)
        found[f"{name}_forms_per_s"], found[f"{name}_form_p99_ms"] = _timed(assembler, scale.of_pools)
        found["pools_violations"] += sum(
            bool(check.broken(_ids(assembler, number))) for number in range(scale.of_pools)
        )
        found[f"{name}_items_in_every_form"] = len(published.structure.forced)
    return found


def _calibration() -> dict[str, float]:
    """A licensure examination of 1,636 x 170, timed, and LSAT7 against its published estimates."""
    observations = credential().observations
    begun = time.perf_counter()
    calibrated = calibrate(observations)
    taken = time.perf_counter() - begun
    lsat = calibrate(patterns(SHARED_DATA / "itempools" / "mirt" / "LSAT7.csv")).curves
    slopes = np.abs(lsat.a - LSAT7_SLOPES)
    intercepts = np.abs(-lsat.a * lsat.b - LSAT7_INTERCEPTS)
    return {
        "calibration_s": taken,
        "calibration_converged": int(calibrated.converged),
        "lsat7_largest_error": float(max(slopes.max(), intercepts.max())),
    }
