"""Small banks and blueprints for the tests."""

from __future__ import annotations

from question_bank.assembly import Assembler, FormSeed
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.forms import Form
from question_bank.interactions import TRUE_FALSE_OPTIONS, Choice, Option
from question_bank.item_types import CHOICE_TYPES, ItemType
from question_bank.items import Item
from question_bank.plans import AssemblyPlan
from question_bank.pool import pool_of
from question_bank.publishing.publish import publish
from question_bank.scoring_rules import ScoringRule
from question_bank.sections import Section, TopicQuota

SEED = bytes(range(32))


def make_item(
    item_id: str,
    item_type: ItemType = ItemType.SINGLE_CHOICE,
    topic: str = "t0",
    must_know: bool = False,
    key: str = "",
) -> Item:
    """One sound item; the key defaults to T, A or AC."""
    defaults = {ItemType.TRUE_FALSE: "T", ItemType.SINGLE_CHOICE: "A", ItemType.MULTIPLE_CHOICE: "AC"}
    options = tuple(Option(id=letter, text=f"{letter} of {item_id}") for letter in "ABCD")
    return Item(
        id=item_id,
        type=item_type,
        stem=f"Stem of {item_id}",
        interaction=Choice(
            options=TRUE_FALSE_OPTIONS if item_type is ItemType.TRUE_FALSE else options,
            key=frozenset(key or defaults[item_type]),
        ),
        topic=topic,
        must_know=must_know,
        rationale=f"Rationale of {item_id}",
    )


def make_bank(per_cell: int = 6, topics: int = 3) -> Bank:
    """`per_cell` items of each type in each topic t0, t1...; the first two of a cell are must-know."""
    items = [
        make_item(f"{kind.value[:1]}-{topic}-{number}", kind, f"t{topic}", number < 2)
        for kind in CHOICE_TYPES
        for topic in range(topics)
        for number in range(per_cell)
    ]
    return Bank(name="bank", industry="industry", items=tuple(items))


def make_blueprint(must_know: int = 4, shuffle: bool = True, topics: int = 3) -> Blueprint:
    """Two items of each type for each topic; multiple choice gives half for an incomplete response."""
    quotas = tuple(TopicQuota(topic=f"t{topic}", count=2) for topic in range(topics))
    count = 2 * topics
    sections = (
        Section(type=ItemType.TRUE_FALSE, title="判断题", count=count, points=100, topics=quotas),
        Section(type=ItemType.SINGLE_CHOICE, title="单选题", count=count, points=100, must_know=1),
        Section(
            type=ItemType.MULTIPLE_CHOICE,
            title="多选题",
            count=count,
            points=200,
            topics=quotas,
            scoring_rule=ScoringRule.PARTIAL_NO_WRONG,
            partial_points=100,
        ),
    )
    return Blueprint(
        title="plan",
        sections=sections,
        must_know=must_know,
        shuffle_items=shuffle,
        shuffle_options=shuffle,
    )


def plan_for(bank: Bank, blueprint: Blueprint) -> AssemblyPlan:
    """The published plan of a blueprint."""
    return publish(pool_of(bank), blueprint).plan


def draw_form(bank: Bank, blueprint: Blueprint, candidate_id: str = "c") -> Form:
    """One candidate's form."""
    seed = FormSeed(master_seed=SEED, candidate_id=candidate_id)
    return Form(record=Assembler(plan_for(bank, blueprint)).draw(seed), blueprint=blueprint)
