"""Supply against demand without a solver: what every row needs, has, and lacks."""

from __future__ import annotations

import dataclasses
import time

from question_bank.conditions import Condition
from question_bank.constraints import Constraint, Measure, SetRule
from question_bank.publishing.demand import check_supply
from question_bank.supply import RowKind
from tests.question_bank.pools import make_plan_of_100, make_pool

POOL = make_pool(400)


def test_every_row_says_what_it_needs_and_has_at_its_place() -> None:
    plan = make_plan_of_100()
    hard = Constraint(label="hard", where=Condition.parse("difficulty = hard"), at_most=20)
    reading = Constraint(label="r", measure=Measure.SUM, attribute="reading_seconds", at_least=7_000)
    plan = dataclasses.replace(
        plan, constraints=(hard, reading), must_know=100, include=(Condition.parse("id = i00001"),)
    )
    found = {demand.place: demand for demand in check_supply(POOL, plan).demands}
    assert list(found) == [
        *("sections.0", "sections.1", "sections.2", "must_know"),
        *("constraints.0", "constraints.1"),
    ]
    must_know = [item for item in POOL.items if item.must_know]
    kinds = {f"sections.{n}": kind for n, kind in enumerate(("tf", "sc", "mc"))}
    for place, kind in kinds.items():
        items = [item for item in POOL.items if item.attributes["type"] == kind]
        assert found[place].available == str(len(items))
        assert found[place].must_know == sum(item.must_know for item in items)
        assert not found[place].short
    assert found["must_know"].short
    assert found["must_know"].available == str(len(must_know))
    assert (found["constraints.0"].needed, found["constraints.0"].at_most) == ("0", "20")
    assert found["constraints.1"].short
    assert int(found["constraints.1"].available) <= 6_000
    assert {obstacle.place for obstacle in check_supply(POOL, plan).obstacles} == {
        "must_know",
        "constraints.1",
    }


def test_sets_are_counted_as_sets() -> None:
    items = tuple(
        dataclasses.replace(item, item_set=f"s{number // 4}") for number, item in enumerate(POOL.items[:80])
    )
    pool = dataclasses.replace(POOL, items=items)
    rule = Constraint(label="sets", measure=Measure.SETS, at_least=21)
    plan = dataclasses.replace(
        make_plan_of_100(), must_know=0, constraints=(rule,), sets=SetRule(at_least=1, at_most=2)
    )
    [demand] = [d for d in check_supply(pool, plan).demands if d.kind is RowKind.CONSTRAINT]
    assert (demand.needed, demand.available, demand.short) == ("21", "20", True)


def test_five_thousand_items_are_checked_while_typing() -> None:
    pool, plan = make_pool(5_000), make_plan_of_100()
    check_supply(pool, plan)
    before = time.thread_time()
    check_supply(pool, plan)
    assert time.thread_time() - before < 0.15
