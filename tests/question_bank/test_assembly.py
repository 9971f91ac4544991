"""Assembly: exact, deterministic, rebuilt by an independent program, and fair."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.assembly import (
    ALL_OPEN,
    Assembler,
    Eligibility,
    FormSeed,
    rebuild,
    seed_commitment,
)
from question_bank.bank import Bank
from question_bank.errors import DocumentInvalid, FormMismatch, FormNotFound, QuestionBankError
from question_bank.forms import Form, FormRecord
from question_bank.item_types import ItemType
from question_bank.plans import AssemblyPlan
from tests.question_bank.factories import SEED, draw_form, make_bank, make_blueprint, plan_for
from tests.question_bank.independent_rebuild import Rebuild

BANK, BLUEPRINT = make_bank(), make_blueprint()
HERE = Path(__file__).parent
GOLDEN_PLAN = HERE / "golden_plan.json"
GOLDEN = json.loads((HERE / "golden_forms.json").read_text("utf-8"))
CANDIDATES = st.text(min_size=1, max_size=12, alphabet=st.characters(codec="utf-8"))


@cache
def plan() -> AssemblyPlan:
    return plan_for(BANK, BLUEPRINT)


@cache
def golden_plan() -> AssemblyPlan:
    return AssemblyPlan.from_json(GOLDEN_PLAN.read_bytes())


def draw(candidate: str = "c-1", eligibility: Eligibility = ALL_OPEN) -> FormRecord:
    return Assembler(plan(), eligibility).draw(FormSeed(master_seed=SEED, candidate_id=candidate))


def slots_of(record: FormRecord) -> list[tuple[int, str, tuple[str, ...]]]:
    return [(slot.section, slot.item_id, slot.option_order) for slot in record.slots]


def test_the_golden_forms() -> None:
    """A plan with targets, sums, enemies, sets, ranks and swaps between cells, and what was drawn from it."""
    for row in GOLDEN:
        eligibility = Eligibility(epoch=row["epoch"], closed=tuple(row["closed"]))
        seed = FormSeed(master_seed=SEED, candidate_id=row["candidate"])
        assert Assembler(golden_plan(), eligibility).draw(seed).digest == row["digest"]


def _pythons() -> list[str]:
    """This interpreter and the others at hand (on the path, or kept by pyenv) that are new enough."""
    found = {sys.executable} | {shutil.which(f"python3.{minor}") or "" for minor in range(11, 16)}
    found |= {str(path) for path in Path.home().glob(".pyenv/versions/3.1[1-9].*/bin/python3")}
    works = [
        python
        for python in sorted(found - {""})
        if subprocess.run([python, "-I", "-c", ""], capture_output=True, check=False).returncode == 0
    ]
    return list({Path(python).resolve(): python for python in works}.values())


@pytest.mark.parametrize("python", _pythons())
def test_other_pythons_deal_the_golden_forms(python: str) -> None:
    done = subprocess.run(
        [python, "-I", str(HERE / "independent_rebuild.py"), str(GOLDEN_PLAN), SEED.hex()],
        input=json.dumps(GOLDEN),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    dealt = json.loads(done.stdout)
    for row, slots in zip(GOLDEN, dealt, strict=True):
        eligibility = Eligibility(epoch=row["epoch"], closed=tuple(row["closed"]))
        seed = FormSeed(master_seed=SEED, candidate_id=row["candidate"])
        own = slots_of(Assembler(golden_plan(), eligibility).draw(seed))
        assert [(section, item, tuple(order)) for section, item, order in slots] == own


@given(CANDIDATES, st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_every_form_meets_the_blueprint_exactly(candidate: str, epoch: int) -> None:
    record = draw(candidate, Eligibility(epoch=epoch))
    assert record == draw(candidate, Eligibility(epoch=epoch))
    items = [BANK.by_id[slot.item_id] for slot in record.slots]
    assert len({item.id for item in items}) == BLUEPRINT.slot_count
    assert [slot.position for slot in record.slots] == list(range(1, BLUEPRINT.slot_count + 1))
    assert sum(item.must_know for item in items) >= BLUEPRINT.must_know
    for index, section in enumerate(BLUEPRINT.sections):
        own = [BANK.by_id[slot.item_id] for slot in record.slots if slot.section == index]
        assert {item.type for item in own} == {section.type}
        assert sum(item.must_know for item in own) >= section.must_know
        topics = Counter(item.topic for item in own)
        assert len(own) == section.count
        assert all(topics[quota.topic] == quota.count for quota in section.topics)
    for slot, item in zip(record.slots, items, strict=True):
        assert sorted(slot.option_order) == sorted(item.shuffled_ids)
        if item.type is ItemType.TRUE_FALSE:
            assert slot.option_order == ("T", "F")


@given(CANDIDATES, st.integers(0, 5), st.sets(st.sampled_from(sorted(BANK.by_id)), max_size=6))
@settings(max_examples=40, deadline=None)
def test_an_independent_program_deals_the_same_form(candidate: str, epoch: int, closed: set[str]) -> None:
    eligibility = Eligibility(epoch=epoch, closed=tuple(closed))
    try:
        record = draw(candidate, eligibility)
    except FormNotFound:
        return
    assert not closed & {slot.item_id for slot in record.slots}
    other = Rebuild(plan().to_json(), sorted(closed), SEED, candidate, epoch)
    assert slots_of(record) == other.deal()


@given(CANDIDATES)
@settings(max_examples=15, deadline=None)
def test_an_independent_program_balances_in_the_same_way(candidate: str) -> None:
    record = Assembler(golden_plan()).draw(FormSeed(master_seed=SEED, candidate_id=candidate))
    assert slots_of(record) == Rebuild(GOLDEN_PLAN.read_bytes(), [], SEED, candidate, 0).deal()


def test_a_tight_must_know_rule_is_met_to_the_last_item() -> None:
    form = draw_form(BANK, make_blueprint(must_know=18))
    assert all(BANK.by_id[slot.item_id].must_know for slot in form.slots)


def test_candidates_and_epochs_get_different_forms() -> None:
    digests = {
        draw(candidate, Eligibility(epoch=epoch)).digest for candidate in ("c-1", "c-2") for epoch in (0, 1)
    }
    assert len(digests) == 4
    assert draw("c-1").slots != draw("c-2").slots


def test_the_order_in_which_the_bank_was_written_does_not_matter() -> None:
    turned = Bank(name=BANK.name, industry=BANK.industry, items=BANK.items[::-1])
    assert plan_for(turned, BLUEPRINT) == plan()


def test_without_shuffling_items_and_options_keep_their_order() -> None:
    form = draw_form(BANK, make_blueprint(shuffle=False))
    for index in range(3):
        ids = [slot.item_id for slot in form.slots if slot.section == index]
        assert ids == sorted(ids)
    assert all(slot.option_order == BANK.by_id[slot.item_id].shuffled_ids for slot in form.slots)


def test_every_item_of_a_cell_is_as_likely() -> None:
    blueprint = make_blueprint(must_know=0)
    section = dataclasses.replace(blueprint.sections[1], must_know=0)
    assembler = Assembler(plan_for(BANK, dataclasses.replace(blueprint, sections=(section,))))
    counts: Counter[str] = Counter()
    for number in range(3_000):
        record = assembler.draw(FormSeed(master_seed=SEED, candidate_id=str(number)))
        counts.update(slot.item_id for slot in record.slots)
    # 6 of 18 items a form: 1,000 expected each; 17 degrees of freedom, bound passed once in a thousand.
    assert sum((counts[item_id] - 1_000) ** 2 / 1_000 for item_id in counts) < 40.8
    assert len(counts) == 18


@pytest.mark.parametrize(("master_seed", "candidate"), [(b"short", "c"), (SEED, ""), (SEED, "c" * 201)])
def test_bad_seeds_are_refused(master_seed: bytes, candidate: str) -> None:
    with pytest.raises(QuestionBankError) as caught:
        FormSeed(master_seed=master_seed, candidate_id=candidate)
    assert caught.value.code == "seed.invalid"


def test_epochs_count_from_nothing() -> None:
    with pytest.raises(QuestionBankError, match="epoch"):
        Eligibility(epoch=-1)


def test_too_many_closed_items_are_told() -> None:
    with pytest.raises(FormNotFound) as caught:
        Assembler(plan(), Eligibility(closed=tuple(BANK.by_id)))
    assert caught.value.code == "form.exhausted"


def test_the_seed_stays_out_of_sight() -> None:
    seed = FormSeed(master_seed=SEED, candidate_id="c")
    assert SEED.hex() not in draw().to_json().decode()
    assert repr(SEED) not in repr(seed)


def test_a_record_is_read_back_and_rebuilt() -> None:
    record = draw()
    assert FormRecord.from_json(record.to_json()) == record
    assert record.seed_commitment == seed_commitment(SEED)
    assert Form(record=record, blueprint=BLUEPRINT).slots == record.slots
    assert rebuild(record, AssemblyPlan.from_json(plan().to_json()), ALL_OPEN, SEED) == record


def test_a_rebuild_notices_every_difference() -> None:
    record = draw()
    slot = dataclasses.replace(record.slots[0], points=1)
    heavier = dataclasses.replace(
        plan(), tables=tuple(dataclasses.replace(t, weight=t.weight + 1) for t in plan().tables)
    )
    closed = Eligibility(closed=(record.slots[0].item_id,))
    cases = [
        (dataclasses.replace(record, algorithm="kaochang.draw/9"), plan(), ALL_OPEN, "form.other_algorithm"),
        (dataclasses.replace(record, bank_digest="x"), plan(), ALL_OPEN, "form.other_bank"),
        (dataclasses.replace(record, blueprint_digest="x"), plan(), ALL_OPEN, "form.other_blueprint"),
        (record, heavier, ALL_OPEN, "form.other_plan"),
        (record, plan(), closed, "form.other_epoch"),
        (record, plan(), Eligibility(epoch=1), "form.other_epoch"),
        (dataclasses.replace(record, seed_commitment="x"), plan(), ALL_OPEN, "form.other_seed"),
        (dataclasses.replace(record, candidate_id="c-2"), plan(), ALL_OPEN, "form.other_slots"),
        (dataclasses.replace(record, slots=(slot, *record.slots[1:])), plan(), ALL_OPEN, "form.other_slots"),
    ]
    for changed, other_plan, eligibility, code in cases:
        with pytest.raises(FormMismatch) as caught:
            rebuild(changed, other_plan, eligibility, SEED)
        assert caught.value.code == code


def test_a_form_belongs_to_its_blueprint() -> None:
    record = draw()
    with pytest.raises(FormMismatch, match="another blueprint"):
        Form(record=record, blueprint=make_blueprint(must_know=0))
    with pytest.raises(FormMismatch, match="as many items"):
        Form(record=dataclasses.replace(record, slots=record.slots[1:]), blueprint=BLUEPRINT)


def test_positions_of_a_record_must_run_in_order() -> None:
    document = json.loads(draw().to_json())
    document["slots"][0]["position"] = 2
    with pytest.raises(DocumentInvalid) as caught:
        FormRecord.from_json(json.dumps(document))
    assert caught.value.code == "form.positions_invalid"
