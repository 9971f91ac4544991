"""Rosters: everybody gets a form, and exposure is kept where that is possible and told where it is not."""

from __future__ import annotations

from collections import Counter

from question_bank.assembly import Assembler, FormSeed
from question_bank.blueprint import Blueprint
from question_bank.pool import pool_of
from question_bank.publishing.publish import publish
from question_bank.rosters import ExposureLedger, draw_roster
from question_bank.sections import Section
from tests.question_bank.factories import SEED, make_bank

SECTION = Section(type=None, title="any", count=9, points=100)
PLAN = publish(pool_of(make_bank()), Blueprint(title="t", sections=(SECTION,))).plan
CANDIDATES = [f"c{number}" for number in range(400)]


def test_a_second_roster_goes_on_where_the_first_one_ended() -> None:
    whole = ExposureLedger(PLAN)
    first = list(draw_roster(whole, SEED, CANDIDATES[:150]))
    last = max(form.eligibility.epoch for form in first)
    resumed = ExposureLedger(PLAN, whole.forms, whole.used)
    second = list(draw_roster(resumed, SEED, CANDIDATES[150:], first_epoch=last + 1))
    assert min(form.eligibility.epoch for form in second) == last + 1
    used = Counter(slot.item_id for form in first + second for slot in form.record.slots)
    assert resumed.used == used
    assert resumed.forms == 400
    # 54 items, 9 a form: a sixth of the forms each.
    assert max(used.values()) <= 400 / 6 * 1.15


def test_a_cap_that_can_be_kept_is_kept() -> None:
    ledger = ExposureLedger(PLAN)
    forms = list(draw_roster(ledger, SEED, CANDIDATES, cap=180))
    assert max(ledger.used.values()) <= 0.18 * 400
    assert not any(form.over_cap for form in forms)


def test_nobody_goes_without_a_form_when_the_cap_leaves_too_few_items() -> None:
    """A sixth of the forms is the least there is; a cap of a seventh cannot hold to the end."""
    ledger = ExposureLedger(PLAN)
    forms = list(draw_roster(ledger, SEED, CANDIDATES, cap=143))
    assert len(forms) == 400
    told = [form.over_cap for form in forms]
    assert any(told)
    assert not any(told[:300])
    for form in forms[::40]:
        seed = FormSeed(master_seed=SEED, candidate_id=form.record.candidate_id)
        assert Assembler(PLAN, form.eligibility).draw(seed) == form.record


def test_every_epoch_has_one_list_of_closed_items() -> None:
    lists: dict[int, set[tuple[str, ...]]] = {}
    for form in draw_roster(ExposureLedger(PLAN), SEED, CANDIDATES, cap=170):
        lists.setdefault(form.record.epoch, set()).add(form.eligibility.closed)
        assert form.record.closed_digest == form.eligibility.digest
        assert not {slot.item_id for slot in form.record.slots} & set(form.eligibility.closed)
    assert all(len(closed) == 1 for closed in lists.values())
