"""Pools as documents: what assembly has to know of a bank's items, and no more."""

import pytest

from question_bank.blueprint import Blueprint
from question_bank.conditions import Condition
from question_bank.constraints import Constraint, Measure
from question_bank.errors import DocumentInvalid
from question_bank.item_types import ItemType
from question_bank.pool import asked_of, pool_from_json, pool_json, pool_of
from question_bank.sections import Section
from tests.factories.item_types import bank_of_every_type


def test_the_pool_of_a_bank_comes_back_under_the_banks_digest() -> None:
    bank = bank_of_every_type()
    pool = pool_of(bank)
    assert pool_from_json(pool_json(pool.items, bank.digest)) == pool
    alone = pool_from_json(pool_json(pool.items))
    assert (alone.items, alone.digest != bank.digest) == (pool.items, True)


@pytest.mark.parametrize(
    "change", [(b'"type":"true_false"}', b'"type":"essay"}'), (b'"type"', b'"scoring_rules":["luck"],"type"')]
)
def test_a_pool_names_known_types_and_rules_only(change: tuple[bytes, bytes]) -> None:
    [first] = [item for item in pool_of(bank_of_every_type()).items if item.type is ItemType.TRUE_FALSE]
    head, tail = pool_json((first,)).rsplit(change[0], 1)
    with pytest.raises(DocumentInvalid):
        pool_from_json(head + change[1] + tail)


def test_a_blueprint_says_which_attributes_it_asks_for() -> None:
    blueprint = Blueprint(
        title="x",
        sections=(
            Section(
                type=ItemType.TRUE_FALSE,
                title="x",
                count=1,
                points=100,
                where=Condition.parse('not (level in [1, 2] or topic under "a")'),
            ),
        ),
        constraints=(
            Constraint(label="time", measure=Measure.SUM, attribute="seconds", at_most=10),
            Constraint(label="few", where=Condition.parse("clause is absent"), at_most=1),
        ),
        exclude=(Condition.parse('old = "yes"'),),
        order_by=("chapter",),
    )
    assert blueprint.attributes == {"level", "topic", "seconds", "clause", "old", "chapter"}
    pool = asked_of(pool_of(bank_of_every_type()), frozenset({"clause"}))
    kept = {"id", "type", "topic", "difficulty", "must_know", "item_set", "clause"}
    assert {frozenset(item.attributes) for item in pool.items} == {frozenset(kept)}
