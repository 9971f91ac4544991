"""Synthetic pools: as large and as uneven as real ones, made from a seed."""

from __future__ import annotations

import math
import random

from question_bank.blueprint import Blueprint
from question_bank.canonical import digest_bytes
from question_bank.conditions import Condition
from question_bank.constraints import Constraint, CurveTarget
from question_bank.items import Parameters
from question_bank.pool import Pool, PoolItem, pool_json
from question_bank.sections import Section

TYPES = (("tf", 40, 0.25), ("sc", 40, 0.2), ("mc", 20, 0.05))
TAGS = (("easy", 30, -1.2), ("medium", 50, -0.2), ("hard", 20, 0.9))
TOPICS = 10


def make_pool(size: int = 1_000, seed: int = 1) -> Pool:
    """Items of three types, ten topics and three tags; 3PL; 12 % must-know; 8 % in one of 30 enemy sets."""
    chance = random.Random(seed)
    items = []
    for number in range(size):
        kind, _, c = chance.choices(TYPES, [share for _, share, _ in TYPES])[0]
        tag, _, mean = chance.choices(TAGS, [share for _, share, _ in TAGS])[0]
        b, a = chance.gauss(mean, 0.6), math.exp(chance.gauss(0, 0.3))
        items.append(
            PoolItem(
                id=f"i{number:05}",
                attributes={
                    "id": f"i{number:05}",
                    "type": kind,
                    "difficulty": tag,
                    "topic": f"t{number % TOPICS}",
                    "must_know": "true" if chance.random() < 0.12 else "false",
                    "reading_seconds": str(chance.randint(20, 60)),
                },
                parameters=Parameters(a=round(a * 1e6), b=round(b * 1e6), c=round(c * 1e6)),
                enemy_sets=(f"e{chance.randrange(30)}",) if chance.random() < 0.08 else (),
            )
        )
    made = tuple(items)
    return Pool(items=made, digest=digest_bytes(pool_json(made)))


def make_plan_of_100(*, target: bool = True, exposure_cap: int | None = None) -> Blueprint:
    """100 items: 40/40/20 by type, 10 a topic, 30/50/20 by tag, at least 10 must-know; cut at 70."""
    sections = tuple(
        Section(type=None, title=kind, count=count, points=100, where=Condition.parse(f"type = {kind}"))
        for kind, count, _ in TYPES
    )
    rules = [(f"topic t{n}", f"topic = t{n}", 10) for n in range(TOPICS)]
    rules += [(tag, f"difficulty = {tag}", count) for tag, count, _ in TAGS]
    return Blueprint(
        title="100 items",
        sections=sections,
        must_know=10,
        constraints=tuple(
            Constraint(label=label, where=Condition.parse(where), at_least=count, at_most=count)
            for label, where, count in rules
        ),
        target=CurveTarget(cut_points=7_000) if target else None,
        exposure_cap=exposure_cap,
    )
