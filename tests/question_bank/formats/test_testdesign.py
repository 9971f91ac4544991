"""Pools and constraints of TestDesign: read whole, or refused with the line."""

from __future__ import annotations

from collections import Counter

import pytest

from question_bank.assembly import Assembler, FormSeed
from question_bank.conditions import Condition
from question_bank.constraints import Measure, SetRule
from question_bank.curves import GradedModel, GradedParameters
from question_bank.errors import FormatRefused
from question_bank.form_checks import FormCheck
from question_bank.formats.testdesign import read_blueprint, read_pool
from question_bank.items import Parameters
from question_bank.pool import pool_from_json, pool_json
from question_bank.publishing.publish import publish
from tests.question_bank.factories import SEED
from tests.question_bank.shared_pools import flex_ata, testdesign
from tests.shared_data import needs_shared_data

PARAMETERS = b"""ID,MODEL,PAR1,PAR2,PAR3,PAR4
a,1PL,0.5,,,
b,2PL,1.2,-0.25,,
c,3PL,1.0,0,0.2,
d,GPC,0.8,-1,0.5,NA
e,GR,1.1,-1,0,1
f,PC,-0.5,0.5,,
"""
ATTRIBUTES = b"""ID,Level,Words,Stimulus
a,3,10,s1
b,3,20.5,s1
c,4,NA,s2
d,4,40,s2
e,5,50,
f,5,60,
"""
HEADER = "CONSTRAINT_ID,TYPE,WHAT,CONDITION,LB,UB,ONOFF\n"


def constraints(*rows: str) -> bytes:
    return (HEADER + "C1,Number,Item,,2,2,\n" + "\n".join(rows)).encode()


def test_parameters_and_attributes_are_read() -> None:
    pool = read_pool(PARAMETERS, ATTRIBUTES)
    assert [item.id for item in pool.items] == list("abcdef")
    assert pool.by_id["a"].parameters == Parameters(a=1_000_000, b=500_000, c=0)
    assert pool.by_id["b"].parameters == Parameters(a=1_200_000, b=-250_000, c=0)
    assert pool.by_id["d"].parameters == GradedParameters(
        a=800_000, thresholds=(-1_000_000, 500_000), model=GradedModel.PARTIAL_CREDIT
    )
    assert pool.by_id["e"].parameters == GradedParameters(a=1_100_000, thresholds=(-1_000_000, 0, 1_000_000))
    assert pool.by_id["b"].attributes == {"id": "b", "level": "3", "words": "20.5"}
    assert (pool.by_id["c"].item_set, pool.by_id["e"].item_set) == ("s2", "")
    assert pool_from_json(pool_json(pool.items)) == pool


def test_every_kind_of_constraint_finds_its_place() -> None:
    rows = [
        'C2,Number,Item,"LEVEL %in% c(3, 4) & !is.na(WORDS)",0,2,',
        'C3,Sum,Item,"WORDS, LEVEL >= 4",0,90,',
        "C4,Number,Stimulus,,0,1,ON",
        "C5,Number,Item,Per Stimulus,1,2,",
        "C6,Order,Item,LEVEL,,,",
        'C7,Enemy,Item,"ID %in% c(""a"", ""c"")",,,',
        "C8,Include,Item,ID == 'b',,,",
        "C9,Exclude,Item,!(LEVEL != 5) | WORDS < 5,,,",
        "C10,AllOrNone,Item,LEVEL == 4,,,",
        "C11,Number,Item,LEVEL == 3,9,9,OFF",
    ]
    blueprint = read_blueprint(constraints(*rows), read_pool(PARAMETERS, ATTRIBUTES), "t")
    assert blueprint.slot_count == 2
    where = [rule.where.text for rule in blueprint.constraints]
    assert where == ["level in [3, 4] and words is present", "level >= 4", ""]
    assert [rule.measure for rule in blueprint.constraints] == [Measure.ITEMS, Measure.SUM, Measure.SETS]
    assert blueprint.constraints[1].attribute == "words"
    assert blueprint.sets == SetRule(at_least=1, at_most=2)
    assert blueprint.order_by == ("level",)
    assert blueprint.enemies == (("a", "c"),)
    assert [c.text for c in blueprint.include] == ['id = "b"']
    assert [c.text for c in blueprint.exclude] == ["not level != 5 or words < 5"]
    assert [c.text for c in blueprint.together] == ["level = 4"]
    assert all(Condition.parse(rule.where.text) == rule.where for rule in blueprint.constraints)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("C2,Number,Item,LEVEL ~ 3,1,1,", "testdesign.condition_unreadable"),
        ("C2,Number,Item,LEVEL == ,1,1,", "testdesign.condition_unreadable"),
        ("C2,Number,Item,system(3),1,1,", "testdesign.condition_unreadable"),
        ("C2,Number,Item,LEVEL == 3,one,1,", "testdesign.bound_invalid"),
        ("C2,Number,Item,LEVEL == 3,1.5,2,", "testdesign.bound_invalid"),
        ("C2,Mystery,Item,LEVEL == 3,,,", "testdesign.unsupported"),
        ("C2,Enemy,Stimulus,LEVEL == 3,,,", "testdesign.unsupported"),
        ("C2,Number,Item," + "(" * 60 + "LEVEL == 3" + ")" * 60 + ",1,1,", "testdesign.condition_unreadable"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_line(row: str, code: str) -> None:
    with pytest.raises(FormatRefused, match="Line 3") as caught:
        read_blueprint(constraints(row), read_pool(PARAMETERS, ATTRIBUTES), "t")
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"ID,MODEL,PAR1\n", "testdesign.no_items"),
        (b"ID,MODEL,PAR1\na,4PL,1\n", "testdesign.model_unsupported"),
        (b"ID,MODEL,PAR1\na,1PL,x\n", "testdesign.parameter_invalid"),
        (b'ID,MODEL,PAR1\na,1PL,"1\n', "testdesign.no_table"),
        (b"ID,MODEL,PAR1\na,1PL," + b"1" * 3_000 + b"\n", "testdesign.too_large"),
    ],
)
def test_what_is_no_pool_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(FormatRefused) as caught:
        read_pool(data)
    assert caught.value.code == code


def test_a_form_needs_one_length() -> None:
    with pytest.raises(FormatRefused) as caught:
        read_blueprint((HEADER + "C1,Number,Item,,2,3,").encode(), read_pool(PARAMETERS), "t")
    assert caught.value.code == "testdesign.no_length"


@pytest.mark.shared
@needs_shared_data
@pytest.mark.parametrize(
    ("name", "cut", "forced"),
    [("science_1000", 1_800, {"SC00003", "SC00004", "SC00421"}), ("fatigue_95", 600, set())],
)
def test_the_pools_of_testdesign_give_forms_that_keep_every_constraint(
    name: str, cut: int, forced: set[str]
) -> None:
    pool, blueprint = testdesign(name, cut)
    found = publish(pool, blueprint, tables=60)
    assert {found.supply.items[place].id for place in found.structure.forced} == forced
    check, assembler = FormCheck(found.supply), Assembler(found.plan)
    used: Counter[str] = Counter()
    for number in range(100):
        record = assembler.draw(FormSeed(master_seed=SEED, candidate_id=str(number)))
        ids = [slot.item_id for slot in record.slots]
        assert check.broken(ids) == ()
        order = [pool.by_id[item_id].attributes[blueprint.order_by[0]] for item_id in ids]
        assert order == sorted(order, key=int)
        used.update(ids)
    assert {item_id for item_id, times in used.items() if times == 100} == forced


@pytest.mark.shared
@needs_shared_data
def test_sets_and_enemies_of_five_thousand_items() -> None:
    """Only that it is understood; `bench forms` draws from it (publishing takes a minute)."""
    pool, blueprint = flex_ata()
    assert len(pool.items) == 4_998
    assert len(blueprint.enemies) > 3_000
