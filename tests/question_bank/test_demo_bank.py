"""The demonstration bank imports without a remark and fills the demonstration blueprint."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from question_bank.assembly import Assembler, FormSeed
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.duplicates import find_duplicates
from question_bank.formats.tabular import import_tables
from question_bank.item_types import ItemType
from tests.question_bank.factories import SEED, plan_for

FOLDER = Path(__file__).parents[2] / "app" / "demo"
RESULT = import_tables((FOLDER / "bank.csv").read_bytes())
BANK = Bank(name="演示题库", industry="工业", items=RESULT.items)
PLAN = Blueprint.from_json((FOLDER / "blueprint.json").read_bytes())


def test_it_imports_without_a_remark() -> None:
    assert not RESULT.codes
    counts = Counter(item.type for item in BANK.items)
    assert counts == {
        ItemType.TRUE_FALSE: 60,
        ItemType.SINGLE_CHOICE: 70,
        ItemType.MULTIPLE_CHOICE: 35,
    }
    assert all(item.rationale and item.difficulty for item in BANK.items)
    assert find_duplicates(BANK.items) == ()


def test_keys_are_balanced() -> None:
    singles = Counter("".join(i.choice.key) for i in BANK.items if i.type is ItemType.SINGLE_CHOICE)
    assert all(15 <= singles[letter] <= 20 for letter in "ABCD")
    true = sum("T" in item.choice.key for item in BANK.items if item.type is ItemType.TRUE_FALSE)
    assert 27 <= true <= 33


def test_it_fills_the_blueprint() -> None:
    assert (PLAN.slot_count, PLAN.total_points, PLAN.must_know) == (90, 10_000, 10)
    assembler = Assembler(plan_for(BANK, PLAN))
    for number in range(30):
        form = assembler.draw(FormSeed(master_seed=SEED, candidate_id=str(number)))
        items = [BANK.by_id[slot.item_id] for slot in form.slots]
        assert sum(item.must_know for item in items) >= 10
        assert len({item.topic for item in items}) == 10
