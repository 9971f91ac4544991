"""Pools and blueprints of the data package: TestDesign's science and fatigue pools, FlexATA's item sets."""

from __future__ import annotations

import csv
from decimal import Decimal

from question_bank.blueprint import Blueprint
from question_bank.canonical import digest_bytes
from question_bank.conditions import Condition
from question_bank.constraints import Constraint, CurveTarget, Measure, SetRule
from question_bank.formats.testdesign import read_blueprint, read_pool
from question_bank.items import Parameters
from question_bank.pool import Pool, PoolItem, pool_json
from question_bank.sections import Section
from tests.shared_data import SHARED_DATA

ITEMPOOLS = SHARED_DATA / "itempools"


def testdesign(name: str, cut_points: int) -> tuple[Pool, Blueprint]:
    """`name` is science_1000 or fatigue_95; every item is worth a point."""
    folder = ITEMPOOLS / "TestDesign"
    files = [folder / f"{kind}_{name}.csv" for kind in ("itempool", "itemattrib", "constraints")]
    parameters, attributes, constraints = (file.read_bytes() for file in files)
    pool = read_pool(parameters, attributes)
    return pool, read_blueprint(constraints, pool, name, CurveTarget(cut_points=cut_points))


testdesign.__test__ = False  # type: ignore[attr-defined]


def flex_ata() -> tuple[Pool, Blueprint]:
    """4,998 items, 292 sets of up to eight, enemy pairs; our own blueprint of 60 items with four to six sets."""
    folder = ITEMPOOLS / "FlexATA"
    with (folder / "sample_items_for_ATA.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    items = tuple(
        PoolItem(
            id=row["ItemID"],
            attributes={
                "id": row["ItemID"],
                "domain": row["Domain"],
                "difficulty": row["Difficulty"].lower(),
            },
            parameters=Parameters(
                a=max(1, _micro(row["IRT_a"])), b=_micro(row["IRT_b"]), c=_micro(row["IRT_c"] or "0")
            ),
            item_set=row["SetID"],
        )
        for row in rows
    )
    with (folder / "sample_enemy_pairs_for_ATA.csv").open(encoding="utf-8-sig", newline="") as stream:
        pairs = {tuple(sorted((row["ItemID"], row["EnemyID"]))) for row in csv.DictReader(stream)}
    known = {item.id for item in items}
    enemies = sorted(pair for pair in pairs if set(pair) <= known and len(set(pair)) == 2)
    where = Condition.parse
    blueprint = Blueprint(
        title="sets and enemies",
        sections=(Section(type=None, title="items", count=60, points=100),),
        constraints=(
            Constraint(label="sets", measure=Measure.SETS, at_least=4, at_most=6),
            Constraint(label="domain a", where=where("domain = Domain_A"), at_least=33, at_most=36),
            Constraint(label="hard", where=where("difficulty = hard"), at_least=6, at_most=9),
            Constraint(label="medium", where=where("difficulty = medium"), at_least=15, at_most=20),
        ),
        sets=SetRule(at_least=4, at_most=6),
        enemies=tuple(enemies),
        target=CurveTarget(cut_points=3_900),
    )
    return Pool(items=items, digest=digest_bytes(pool_json(items))), blueprint


def _micro(text: str) -> int:
    return int((Decimal(text) * 1_000_000).to_integral_value())
