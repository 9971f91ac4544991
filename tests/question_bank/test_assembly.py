"""Assembly: exact, deterministic, rebuilt by an independent program, and fair."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.assembly import Assembler, FormSeed, assemble, rebuild, seed_commitment
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.errors import BlueprintInfeasible, DocumentInvalid, FormMismatch, QuestionBankError
from question_bank.forms import Form, FormRecord
from question_bank.generator import SplitMix64
from question_bank.item_types import ItemType
from tests.question_bank.factories import SEED, make_bank, make_blueprint
from tests.question_bank.independent_rebuild import deal

BANK, PLAN = make_bank(), make_blueprint()
ASSEMBLER = Assembler(BANK, PLAN)
GOLDEN = "sha256:5d712c955f321063c51c91c8b08f53bb1b06dd133101eb16db3ed1b96c617687"


def draw(candidate: str = "c-1", epoch: int = 0) -> Form:
    return ASSEMBLER.draw(FormSeed(master_seed=SEED, candidate_id=candidate, epoch=epoch))


def test_splitmix64_gives_the_published_sequence() -> None:
    stream = SplitMix64(1234567)
    assert [stream.next64() for _ in range(3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


@given(st.integers(0, 2**64 - 1), st.integers(1, 2**64))
def test_a_bounded_draw_stays_below_its_bound(seed: int, bound: int) -> None:
    assert 0 <= SplitMix64(seed).below(bound) < bound


@given(st.integers(0, 2**64 - 1), st.integers(1, 40))
def test_a_sample_is_made_of_bounded_draws(seed: int, size: int) -> None:
    fast, plain = SplitMix64(seed), SplitMix64(seed)
    pool = list(range(size))
    for place in range(size):
        other = place + plain.below(size - place)
        pool[place], pool[other] = pool[other], pool[place]
    assert fast.sample(range(size), size) == pool
    assert fast.next64() == plain.next64()


def test_a_bounded_draw_is_even() -> None:
    stream = SplitMix64(7)
    counts = Counter(stream.below(6) for _ in range(60_000))
    # Chi-square with 5 degrees of freedom: 20.5 is passed by chance once in a thousand seeds.
    assert sum((counts[face] - 10_000) ** 2 / 10_000 for face in range(6)) < 20.5


def test_every_permutation_of_a_shuffle_is_as_likely() -> None:
    stream = SplitMix64(11)
    counts = Counter(tuple(stream.sample("abc", 3)) for _ in range(30_000))
    expected = set(itertools.permutations("abc"))
    assert counts.keys() == expected
    assert sum((counts[order] - 5_000) ** 2 / 5_000 for order in expected) < 20.5


def test_the_golden_form() -> None:
    assert draw().digest == GOLDEN


@given(st.text(min_size=1, max_size=12, alphabet=st.characters(codec="utf-8")), st.integers(0, 3))
@settings(max_examples=60)
def test_every_form_meets_the_blueprint_exactly(candidate: str, epoch: int) -> None:
    form = draw(candidate, epoch)
    assert form == draw(candidate, epoch)
    items = [BANK.by_id[slot.item_id] for slot in form.slots]
    assert len({item.id for item in items}) == PLAN.slot_count
    assert [slot.position for slot in form.slots] == list(range(1, PLAN.slot_count + 1))
    assert sum(item.must_know for item in items) >= PLAN.must_know
    for index, section in enumerate(PLAN.sections):
        own = [BANK.by_id[slot.item_id] for slot in form.slots if slot.section == index]
        assert {item.type for item in own} == {section.type}
        assert sum(item.must_know for item in own) >= section.must_know
        topics = Counter(item.topic for item in own)
        assert len(own) == section.count
        assert all(topics[quota.topic] == quota.count for quota in section.topics)
    for slot, item in zip(form.slots, items, strict=True):
        assert sorted(slot.option_order) == sorted(item.shuffled_ids)
        if item.type is ItemType.TRUE_FALSE:
            assert slot.option_order == ("T", "F")


@given(
    st.text(min_size=1, max_size=8, alphabet="abc考123"), st.integers(0, 5), st.booleans(), st.integers(0, 18)
)
@settings(max_examples=60)
def test_an_independent_program_deals_the_same_form(
    candidate: str, epoch: int, shuffle: bool, must_know: int
) -> None:
    plan = make_blueprint(must_know=must_know, shuffle=shuffle)
    form = assemble(BANK, plan, FormSeed(master_seed=SEED, candidate_id=candidate, epoch=epoch))
    expected = deal(BANK.to_json(), plan.to_json(), SEED, candidate, epoch)
    assert [(slot.section, slot.item_id, slot.option_order) for slot in form.slots] == expected


def test_a_tight_must_know_rule_is_met_to_the_last_item() -> None:
    plan = make_blueprint(must_know=18)
    form = assemble(BANK, plan, FormSeed(master_seed=SEED, candidate_id="c"))
    assert all(BANK.by_id[slot.item_id].must_know for slot in form.slots)


def test_candidates_and_epochs_get_different_forms() -> None:
    digests = {draw(candidate, epoch).digest for candidate in ("c-1", "c-2") for epoch in (0, 1)}
    assert len(digests) == 4
    assert draw("c-1").slots != draw("c-2").slots


def test_the_order_in_which_the_bank_was_written_does_not_matter() -> None:
    turned = Bank(name=BANK.name, industry=BANK.industry, items=BANK.items[::-1])
    assert assemble(turned, PLAN, FormSeed(master_seed=SEED, candidate_id="c-1")) == draw()


def test_without_shuffling_items_and_options_keep_their_order() -> None:
    form = assemble(BANK, make_blueprint(shuffle=False), FormSeed(master_seed=SEED, candidate_id="c"))
    for index in range(3):
        ids = [slot.item_id for slot in form.slots if slot.section == index]
        assert ids == sorted(ids)
    assert all(slot.option_order == BANK.by_id[slot.item_id].shuffled_ids for slot in form.slots)


def test_every_item_of_a_cell_is_as_likely() -> None:
    plan = make_blueprint(must_know=0)
    section = dataclasses.replace(plan.sections[1], must_know=0)
    assembler = Assembler(BANK, dataclasses.replace(plan, sections=(section,)))
    counts: Counter[str] = Counter()
    for number in range(3_000):
        form = assembler.draw(FormSeed(master_seed=SEED, candidate_id=str(number)))
        counts.update(slot.item_id for slot in form.slots)
    # 6 of 18 items a form: 1,000 expected each; 17 degrees of freedom, bound passed once in a thousand.
    assert sum((counts[item_id] - 1_000) ** 2 / 1_000 for item_id in counts) < 40.8
    assert len(counts) == 18


def test_an_infeasible_blueprint_is_refused() -> None:
    with pytest.raises(BlueprintInfeasible) as caught:
        Assembler(make_bank(per_cell=1), PLAN)
    assert "cell.items_short" in caught.value.shortfalls


@pytest.mark.parametrize(
    ("master_seed", "candidate", "epoch"),
    [(b"short", "c", 0), (SEED, "", 0), (SEED, "c" * 201, 0), (SEED, "c", -1)],
)
def test_bad_seeds_are_refused(master_seed: bytes, candidate: str, epoch: int) -> None:
    with pytest.raises(QuestionBankError) as caught:
        FormSeed(master_seed=master_seed, candidate_id=candidate, epoch=epoch)
    assert caught.value.code == "seed.invalid"


def test_the_seed_stays_out_of_sight() -> None:
    seed = FormSeed(master_seed=SEED, candidate_id="c")
    assert SEED.hex() not in draw().record.to_json().decode()
    assert repr(SEED) not in repr(seed)


def test_a_record_is_read_back_and_rebuilt() -> None:
    form = draw()
    record = FormRecord.from_json(form.record.to_json())
    assert record == form.record
    assert record.seed_commitment == seed_commitment(SEED)
    assert Form(record=record, blueprint=PLAN) == form
    assert rebuild(record, BANK, Blueprint.from_json(PLAN.to_json()), SEED) == form


def test_a_rebuild_notices_every_difference() -> None:
    record = draw().record
    slot = dataclasses.replace(record.slots[0], points=1)
    other_bank = dataclasses.replace(BANK, name="other")
    cases = [
        (dataclasses.replace(record, algorithm="kaochang.draw/9"), BANK, PLAN, "form.other_algorithm"),
        (record, other_bank, PLAN, "form.other_bank"),
        (record, BANK, make_blueprint(must_know=3), "form.other_blueprint"),
        (dataclasses.replace(record, seed_commitment="x"), BANK, PLAN, "form.other_seed"),
        (dataclasses.replace(record, candidate_id="c-2"), BANK, PLAN, "form.other_slots"),
        (dataclasses.replace(record, epoch=1), BANK, PLAN, "form.other_slots"),
        (dataclasses.replace(record, slots=(slot, *record.slots[1:])), BANK, PLAN, "form.other_slots"),
    ]
    for changed, bank, plan, code in cases:
        with pytest.raises(FormMismatch) as caught:
            rebuild(changed, bank, plan, SEED)
        assert caught.value.code == code


def test_a_form_belongs_to_its_blueprint() -> None:
    record = draw().record
    with pytest.raises(FormMismatch, match="another blueprint"):
        Form(record=record, blueprint=make_blueprint(must_know=0))
    with pytest.raises(FormMismatch, match="as many items"):
        Form(record=dataclasses.replace(record, slots=record.slots[1:]), blueprint=PLAN)


def test_positions_of_a_record_must_run_in_order() -> None:
    document = json.loads(draw().record.to_json())
    document["slots"][0]["position"] = 2
    with pytest.raises(DocumentInvalid) as caught:
        FormRecord.from_json(json.dumps(document))
    assert caught.value.code == "form.positions_invalid"
