"""Publishing: forms that obey every rule and are equally hard, and clear reasons where there are none."""

from __future__ import annotations

import dataclasses
import statistics
from collections import Counter
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.assembly import Assembler, FormSeed
from question_bank.blueprint import Blueprint
from question_bank.conditions import Condition
from question_bank.constraints import Constraint, CurveTarget, Measure, SetRule
from question_bank.errors import BlueprintInfeasible, BlueprintInvalid, FormMismatch
from question_bank.forms import FormRecord
from question_bank.items import Parameters
from question_bank.plan_checks import check_plan
from question_bank.plans import AssemblyPlan, CellTable
from question_bank.pool import Pool, PoolItem, pool_of
from question_bank.publishing.explanation import obstacles
from question_bank.publishing.publish import Published, publish
from question_bank.rosters import ExposureLedger, draw_roster
from question_bank.sections import Section
from question_bank.supply import supply_of
from tests.question_bank.factories import SEED, make_bank, make_blueprint
from tests.question_bank.pools import make_plan_of_100, make_pool

where = Condition.parse
POOL = make_pool()


@cache
def published() -> Published:
    return publish(POOL, make_plan_of_100(exposure_cap=150), tables=240)


def measured(rule: Constraint, items: Sequence[PoolItem]) -> int:
    """What a constraint adds up to over the items of a form."""
    matching = [item for item in items if rule.where.holds(item.attributes)]
    if rule.measure is Measure.SUM:
        return sum(int(item.attributes.get(rule.attribute, "0")) for item in matching)
    if rule.measure is Measure.SETS:
        return len({item.item_set for item in matching if item.item_set})
    return len(matching)


def broken_groups(items: Sequence[PoolItem], pool: Pool, blueprint: Blueprint) -> list[str]:
    """Enemies that meet, and sets or groups that are torn apart."""
    ids = {item.id for item in items}
    enemies = Counter(name for item in items for name in item.enemy_sets)
    broken = [name for name, count in enemies.items() if count > 1]
    broken += ["enemies" for group in blueprint.enemies if len(set(group) & ids) > 1]
    for condition in blueprint.together:
        whole = {item.id for item in pool.items if condition.holds(item.attributes)}
        broken += ["together"] if whole & ids not in (set(), whole) else []
    if blueprint.sets is not None:
        for name, count in Counter(item.item_set for item in items if item.item_set).items():
            low, high = blueprint.sets.range_of(sum(item.item_set == name for item in pool.items))
            broken += [] if low <= count <= high else [name]
    return broken


def broken_rules(record: FormRecord, pool: Pool, blueprint: Blueprint) -> list[str]:
    """Every rule of the blueprint that the form breaks, worked out anew from the items."""
    items = [pool.by_id[slot.item_id] for slot in record.slots]
    broken = [] if len({item.id for item in items}) == blueprint.slot_count else ["length"]
    for index, section in enumerate(blueprint.sections):
        own = [pool.by_id[slot.item_id] for slot in record.slots if slot.section == index]
        if len(own) != section.count or not all(section.where.holds(item.attributes) for item in own):
            broken.append(section.title)
    for rule in blueprint.constraints:
        total = measured(rule, items)
        if total < (rule.at_least or 0) or (rule.at_most is not None and total > rule.at_most):
            broken.append(rule.label)
    if sum(item.must_know for item in items) < blueprint.must_know:
        broken.append("must-know")
    return broken + broken_groups(items, pool, blueprint)


def draw(plan: AssemblyPlan, count: int) -> list[FormRecord]:
    assembler = Assembler(plan)
    return [assembler.draw(FormSeed(master_seed=SEED, candidate_id=f"c{n}")) for n in range(count)]


def test_forms_obey_the_blueprint_and_are_equally_hard() -> None:
    plan = published().plan
    records = draw(plan, 200)
    blueprint = make_plan_of_100(exposure_cap=150)
    assert all(not broken_rules(record, POOL, blueprint) for record in records)
    values = {item.id: item.values for item in plan.items}
    for index, tolerance in enumerate(plan.tolerances):
        sums = [sum(values[slot.item_id][index] for slot in record.slots) for record in records]
        assert all(abs(total - plan.targets[index]) <= tolerance for total in sums)
    at_cut = [sum(values[slot.item_id][0] for slot in record.slots) / 1e6 for record in records]
    assert statistics.pstdev(at_cut) <= 0.06
    assert plan.targets[0] == 70_000_000
    assert plan.basis == "calibrated"


def test_a_roster_keeps_exposure_even_and_under_its_cap() -> None:
    plan, structure = published().plan, published().structure
    ledger = ExposureLedger(plan)
    forms = list(draw_roster(ledger, SEED, [f"c{n}" for n in range(600)], cap=150))
    used = Counter(slot.item_id for form in forms for slot in form.record.slots)
    assert used == ledger.used
    assert max(used.values()) <= 0.15 * len(forms)
    assert max(used.values()) / len(forms) <= 1.3 * structure.minimum
    closed = {form.record.epoch: form.eligibility for form in forms}
    assert len(closed) > 10
    for form in forms:
        assert not set(closed[form.record.epoch].closed) & {slot.item_id for slot in form.record.slots}
    half = forms[len(forms) // 2]
    seed = FormSeed(master_seed=SEED, candidate_id=half.record.candidate_id)
    assert Assembler(plan, half.eligibility).draw(seed) == half.record


def test_the_plan_reads_back_and_is_checked_against_bank_and_blueprint() -> None:
    plan, blueprint = published().plan, make_plan_of_100(exposure_cap=150)
    again = AssemblyPlan.from_json(plan.to_json())
    assert again == plan
    check_plan(again, POOL, blueprint)
    cell, count = plan.tables[0].counts[0]
    table = CellTable(weight=1, counts=((cell, count + 1), *plan.tables[0].counts[1:]))
    easier = dataclasses.replace(plan.items[0], values=(0, 0, 0, 0))
    for changed, code in [
        (dataclasses.replace(plan, bank_digest="x"), "form.other_bank"),
        (dataclasses.replace(plan, blueprint_digest="x"), "form.other_blueprint"),
        (dataclasses.replace(plan, items=(easier, *plan.items[1:])), "plan.altered"),
        (dataclasses.replace(plan, enemies=()), "plan.altered"),
        (dataclasses.replace(plan, tables=(table,)), "plan.table_invalid"),
    ]:
        with pytest.raises(FormMismatch) as caught:
            check_plan(changed, POOL, blueprint)
        assert caught.value.code == code


def small_pool() -> Pool:
    """120 items; the first 40 in ten sets of four."""
    pool = make_pool(120, seed=3)
    items = [
        dataclasses.replace(item, item_set=f"s{place // 4}" if place < 40 else "")
        for place, item in enumerate(pool.items)
    ]
    return Pool(items=tuple(items), digest="sha256:small")


SMALL = small_pool()
ANY_20 = Section(type=None, title="any", count=20, points=100)


@given(
    easy=st.integers(0, 12),
    sets=st.tuples(st.integers(1, 4), st.integers(0, 3)),
    seconds=st.integers(600, 1_000),
    enemies=st.lists(st.sets(st.integers(0, 119), min_size=2, max_size=6), max_size=5),
    together=st.booleans(),
    must_know=st.integers(0, 5),
)
@settings(max_examples=25, deadline=None)
def test_any_mix_of_rules_is_obeyed_or_refused_with_reasons(
    easy: int,
    sets: tuple[int, int],
    seconds: int,
    enemies: list[set[int]],
    together: bool,
    must_know: int,
) -> None:
    ids = [item.id for item in SMALL.items]
    blueprint = Blueprint(
        title="mix",
        sections=(ANY_20,),
        must_know=must_know,
        constraints=(
            Constraint(label="easy", where=where("difficulty = easy"), at_least=easy, at_most=easy + 3),
            Constraint(
                label="seconds",
                measure=Measure.SUM,
                attribute="reading_seconds",
                at_least=seconds,
                at_most=seconds + 60,
            ),
            Constraint(label="sets", measure=Measure.SETS, at_least=sets[1], at_most=sets[1] + 2),
        ),
        sets=SetRule(at_least=min(sets[0], 4), at_most=4),
        enemies=tuple(tuple(ids[place] for place in sorted(group)) for group in enemies),
        together=(where(f"id in [{ids[50]}, {ids[51]}, {ids[52]}]"),) if together else (),
        exclude=(where(f"id = {ids[60]}"),),
    )
    supply = supply_of(SMALL, blueprint)
    if obstacles(supply):
        assert [code for code, _ in reasons(SMALL, blueprint)] == [o.code for o in obstacles(supply)]
        return
    plan = publish(SMALL, blueprint, tables=8).plan
    for record in draw(plan, 5):
        assert not broken_rules(record, SMALL, blueprint)
        assert ids[60] not in {slot.item_id for slot in record.slots}


def test_items_of_a_set_stand_together_and_in_order() -> None:
    blueprint = Blueprint(title="t", sections=(ANY_20,), sets=SetRule(), order_by=("difficulty",))
    for record in draw(publish(SMALL, blueprint, tables=20).plan, 20):
        names = [SMALL.by_id[slot.item_id].item_set for slot in record.slots]
        changes = [name for place, name in enumerate(names) if name and names[place - 1 : place] != [name]]
        assert len(changes) == len(set(changes))
        for name in changes:
            own = [slot.item_id for slot in record.slots if SMALL.by_id[slot.item_id].item_set == name]
            assert own == sorted(own)
            assert len(own) == 4
        alone = [SMALL.by_id[slot.item_id] for slot in record.slots]
        tags = [item.attributes["difficulty"] for item in alone if not item.item_set]
        assert tags == sorted(tags)


def reasons(pool: Pool, blueprint: Blueprint) -> list[tuple[str, str]]:
    with pytest.raises(BlueprintInfeasible) as caught:
        publish(pool, blueprint)
    return [(found.code, found.params.get("label", "")) for found in caught.value.obstacles]


def test_every_short_rule_is_named() -> None:
    found = reasons(pool_of(make_bank(per_cell=1)), make_blueprint(must_know=10))
    assert ("shortage.items", "判断题 · t0") in found
    assert ("shortage.items", "单选题") in found
    assert ("shortage.must_know", "plan") in found


def test_a_contradiction_is_told_by_the_rules_that_make_it_and_no_others() -> None:
    rules = (
        Constraint(label="easy", where=where("difficulty = easy"), at_least=12),
        Constraint(label="hard", where=where("difficulty = hard"), at_least=9),
        Constraint(label="harmless", where=where("topic = t1"), at_most=19),
    )
    blueprint = Blueprint(title="t", sections=(ANY_20,), constraints=rules)
    assert sorted(reasons(SMALL, blueprint)) == [
        ("conflict.rule", "any"),
        ("conflict.rule", "easy"),
        ("conflict.rule", "hard"),
    ]


def test_enemies_that_leave_too_few_items_are_named() -> None:
    ids = tuple(item.id for item in SMALL.items if item.attributes["topic"] == "t1")
    rule = Constraint(label="topic", where=where("topic = t1"), at_least=2)
    blueprint = Blueprint(title="t", sections=(ANY_20,), constraints=(rule,), enemies=(ids,))
    assert sorted(reasons(SMALL, blueprint)) == [("conflict.enemies", ""), ("conflict.rule", "topic")]


def test_an_exposure_cap_below_what_is_possible_is_refused() -> None:
    blueprint = Blueprint(title="t", sections=(ANY_20,), exposure_cap=166)
    assert reasons(SMALL, blueprint) == [("exposure.cap_too_low", "")]
    publish(SMALL, dataclasses.replace(blueprint, exposure_cap=170), tables=2)
    forced = dataclasses.replace(blueprint, exposure_cap=500, include=(where("id = i00003"),))
    assert reasons(SMALL, forced) == [("exposure.items_forced", "")]


def test_targets_need_difficulties_and_a_cut_score_within_reach() -> None:
    unknown = Pool(
        items=tuple(
            dataclasses.replace(item, parameters=None, attributes={"id": item.id}) for item in SMALL.items
        ),
        digest="x",
    )
    blueprint = Blueprint(title="t", sections=(ANY_20,), target=CurveTarget(cut_points=1_200))
    assert reasons(unknown, blueprint) == [("target.difficulty_unknown", "")]
    guessed = dataclasses.replace(blueprint, target=CurveTarget(cut_points=1))
    assert reasons(SMALL, guessed) == [("target.cut_unreachable", "")]


def test_targets_that_no_form_reaches_are_told_before_the_day() -> None:
    """Two groups of twenty, of which a form has all or none: what is on average right fits neither."""
    known = [(item.parameters, item.id) for item in SMALL.items[40:]]
    ids = [name for _, name in sorted((own.b, name) for own, name in known if isinstance(own, Parameters))]
    easy, hard = ids[:20], ids[-20:]
    groups = tuple(where(f"id in [{', '.join(group)}]") for group in (easy, hard))
    blueprint = Blueprint(
        title="t",
        sections=(dataclasses.replace(ANY_20, where=where(f"id in [{', '.join(easy + hard)}]")),),
        together=groups,
        target=CurveTarget(cut_points=1_200),
    )
    assert reasons(SMALL, blueprint) == [("target.too_narrow", "")]


def test_an_item_that_two_sections_could_draw_is_told() -> None:
    sections = (
        dataclasses.replace(ANY_20, title="a", count=2, where=where("topic in [t1, t2]")),
        dataclasses.replace(ANY_20, title="b", count=2, where=where("topic = t2")),
    )
    with pytest.raises(BlueprintInvalid) as caught:
        publish(SMALL, Blueprint(title="t", sections=sections))
    assert caught.value.code == "blueprint.sections_overlap"
