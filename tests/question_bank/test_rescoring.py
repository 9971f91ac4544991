"""Rescoring: only keys change, nothing moves without an effective change, points stay in range."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.bank import Bank
from question_bank.canonical import JsonValue
from question_bank.errors import CorrectionInvalid
from question_bank.item_documents import item_document
from question_bank.item_types import ItemType
from question_bank.items import Item
from question_bank.rescoring import (
    GAPS,
    KEY_FIELDS,
    Correction,
    Corrections,
    KeyCorrection,
    SatForm,
    VoidedItem,
    check_void,
    corrected_item,
    correction_digest,
    count_changes,
    rescore,
)
from question_bank.responses import key_response
from question_bank.scoring import MarkReason, Outcome, score
from tests.factories.item_types import bank_of_every_type
from tests.question_bank.factories import draw_form, make_bank, make_blueprint
from tests.question_bank.item_strategies import items

BANK, PLAN = make_bank(), make_blueprint()
FORM = draw_form(BANK, PLAN)
NONE = Corrections()
SALT = "5a" * 16
EVERY_TYPE = {item.type: item for item in bank_of_every_type().items}


@st.composite
def responses(draw: st.DrawFn) -> dict[int, tuple[str, ...]]:
    chosen: dict[int, tuple[str, ...]] = {}
    for slot in FORM.slots:
        item = BANK.by_id[slot.item_id]
        most = len(item.choice.options) if item.type is ItemType.MULTIPLE_CHOICE else 1
        ids = st.lists(st.sampled_from(item.choice.option_ids), unique=True, max_size=most)
        chosen[slot.position] = tuple(draw(ids))
    return chosen


@st.composite
def corrections(draw: st.DrawFn) -> Corrections:
    found: list[Correction] = []
    for item_id in draw(st.lists(st.sampled_from(sorted(BANK.by_id)), unique=True, max_size=8)):
        item = BANK.by_id[item_id]
        many = item.type is ItemType.MULTIPLE_CHOICE
        keys = st.lists(
            st.sampled_from(item.choice.option_ids),
            unique=True,
            min_size=2 if many else 1,
            max_size=4 if many else 1,
        )
        if draw(st.booleans()):
            found.append(VoidedItem(item_id=item_id))
        else:
            accepted = draw(st.lists(keys, min_size=1, max_size=2, unique_by=frozenset))
            found.append(
                KeyCorrection(items=tuple(corrected_item(BANK, item_id, {"key": [*key]}) for key in accepted))
            )
    return Corrections(items=tuple(found))


def sat(given_responses: dict[int, tuple[str, ...]]) -> SatForm:
    return SatForm(id="s", form=FORM, responses=given_responses, cut_score=1200)


@given(responses(), corrections())
def test_the_same_corrections_change_nobody(
    given_responses: dict[int, tuple[str, ...]], found: Corrections
) -> None:
    same = Corrections.from_json(found.to_json())
    assert same == found
    result = rescore(sat(given_responses), BANK, found, same)
    assert result.changed == ()
    assert result.before == result.after
    assert result.passed_before == result.passed_after


@given(responses(), corrections())
def test_points_stay_in_range_and_only_corrected_items_change(
    given_responses: dict[int, tuple[str, ...]], found: Corrections
) -> None:
    result = rescore(sat(given_responses), BANK, NONE, found)
    assert result.before == score(FORM, BANK, given_responses)
    after = result.after
    assert all(0 <= mark.awarded <= mark.points for mark in after.marks)
    assert after.total == sum(mark.awarded for mark in after.marks)
    assert after.total == sum(section.awarded for section in after.sections)
    assert 0 <= after.total <= after.points == result.before.points
    assert {change.after.item_id for change in result.changed} <= {it.item_id for it in found.items}
    moved = sum(change.after.awarded - change.before.awarded for change in result.changed)
    assert moved == after.total - result.before.total
    for mark in after.marks:
        if mark.item_id in found.voided:
            assert (mark.reason, mark.awarded) == (MarkReason.ITEM_VOIDED, mark.points)


@given(responses(), st.lists(st.sampled_from([slot.item_id for slot in FORM.slots]), unique=True))
def test_voiding_lowers_nobody(given_responses: dict[int, tuple[str, ...]], ids: list[str]) -> None:
    voided = Corrections(items=tuple(check_void(BANK, item_id) for item_id in ids))
    result = rescore(sat(given_responses), BANK, NONE, voided)
    assert result.after.total >= result.before.total
    assert result.passed_after or not result.passed_before


def test_a_corrected_key_is_marked_by_with_its_reason() -> None:
    slot = next(slot for slot in FORM.slots if BANK.by_id[slot.item_id].type is ItemType.SINGLE_CHOICE)
    found = KeyCorrection(items=(corrected_item(BANK, slot.item_id, {"key": ["B"]}),))
    right = {other.position: key_response(BANK.by_id[other.item_id]) for other in FORM.slots}
    results = [
        rescore(sat(right | {slot.position: response}), BANK, NONE, Corrections(items=(found,)))
        for response in (("A",), ("B",), ("C",), ())
    ]
    assert [r.after.total - r.before.total for r in results] == [-100, 100, 0, 0]
    [change] = results[0].changed
    assert (change.before.reason, change.after.reason) == (MarkReason.AS_THE_KEY, MarkReason.NOTHING_RIGHT)
    assert (change.before.outcome, change.after.outcome) == (Outcome.CORRECT, Outcome.WRONG)
    counts = count_changes(results)
    assert (counts.forms, counts.raised, counts.lowered) == (4, 1, 1)


def test_of_several_keys_the_best_mark_counts() -> None:
    """A single choice that accepts two options; nobody who was right by the bank's key loses by it."""
    slot = next(slot for slot in FORM.slots if BANK.by_id[slot.item_id].type is ItemType.SINGLE_CHOICE)
    keyed = tuple(corrected_item(BANK, slot.item_id, {"key": [letter]}) for letter in "CA")
    found = Corrections(items=(KeyCorrection(items=keyed),))
    results = [
        rescore(sat({slot.position: response}), BANK, NONE, found)
        for response in (("A",), ("B",), ("C",), ())
    ]
    assert [result.after.total for result in results] == [100, 0, 100, 0]
    assert [result.after.total - result.before.total for result in results] == [0, 0, 100, 0]
    assert results[2].changed[0].after.reason is MarkReason.AS_THE_KEY
    turned = Corrections(items=(KeyCorrection(items=keyed[::-1]),))
    assert (found, found.digest) == (turned, turned.digest)
    assert len(correction_digest(found.items[0], SALT).split()) == 2


def test_partial_credit_is_the_best_of_several_keys() -> None:
    """A multiple choice with A and C, or A, B and C: who chose A has a part of the shorter key."""
    slot = next(slot for slot in FORM.slots if BANK.by_id[slot.item_id].type is ItemType.MULTIPLE_CHOICE)
    keys: list[list[JsonValue]] = [["A", "C"], ["A", "B", "C"]]
    both = KeyCorrection(items=tuple(corrected_item(BANK, slot.item_id, {"key": key}) for key in keys))
    single = [KeyCorrection(items=(item,)) for item in both.items]
    for response in (("A",), ("A", "B"), ("A", "B", "C"), ("A", "C"), ("D",), ("A", "D")):
        marks = [
            rescore(sat({slot.position: response}), BANK, NONE, Corrections(items=(one,))).after.total
            for one in (*single, both)
        ]
        assert marks[2] == max(marks[:2])


def test_who_may_not_pass_never_does() -> None:
    void_all = Corrections(items=tuple(check_void(BANK, slot.item_id) for slot in FORM.slots))
    results = [
        rescore(SatForm(id="s", form=FORM, responses={}, cut_score=2400, may_pass=may), BANK, NONE, void_all)
        for may in (True, False)
    ]
    assert [(r.after.total, r.passed_before, r.passed_after) for r in results] == [
        (2400, False, True),
        (2400, False, False),
    ]
    assert count_changes(results).now_passing == 1


ITEM_ID = FORM.slots[0].item_id


@pytest.mark.parametrize(
    ("item_type", "key", "code"),
    [
        (ItemType.SINGLE_CHOICE, {}, "correction.key_invalid"),
        (ItemType.SINGLE_CHOICE, {"stem": "x"}, "correction.key_invalid"),
        (ItemType.SINGLE_CHOICE, {"value": "1"}, "correction.key_invalid"),
        (ItemType.SINGLE_CHOICE, {"key": ["Z"]}, "correction.key_invalid"),
        (ItemType.SINGLE_CHOICE, {"key": ["A", "B"]}, "correction.key_invalid"),
        (ItemType.SINGLE_CHOICE, {"key": 3}, "correction.key_invalid"),
        (ItemType.NUMERIC, {"value": "NaN"}, "correction.key_invalid"),
        (ItemType.CLOZE, {"gaps": []}, "correction.key_invalid"),
    ],
)
def test_what_is_no_key_is_refused(item_type: ItemType, key: dict[str, JsonValue], code: str) -> None:
    bank = bank_of_every_type()
    with pytest.raises(CorrectionInvalid) as caught:
        corrected_item(bank, EVERY_TYPE[item_type].id, key)
    assert caught.value.code == code


def test_a_gap_may_get_another_key_and_nothing_else() -> None:
    bank, item = bank_of_every_type(), EVERY_TYPE[ItemType.CLOZE]
    gaps = item_document(item)["gaps"]
    assert isinstance(gaps, list)
    number = next(gap for gap in gaps if isinstance(gap, dict) and "value" in gap)
    others: list[JsonValue] = [gap for gap in gaps if gap is not number]
    assert isinstance(number, dict)
    changed: list[JsonValue] = [number | {"value": "7"}, *others]
    ordered: list[JsonValue] = sorted(changed, key=lambda gap: gaps.index(gap) if gap in gaps else 0)
    assert corrected_item(bank, item.id, {"gaps": ordered}) != item
    heavier: list[JsonValue] = [
        gap | {"weight": 9} if isinstance(gap, dict) and "value" in gap else gap for gap in gaps
    ]
    typed: list[JsonValue] = [
        {"id": gap["id"], "weight": gap["weight"], "accepted": ["x"], "fold_case": True, "fold_width": True}
        if isinstance(gap, dict) and "value" in gap
        else gap
        for gap in gaps
    ]
    for wrong in (heavier, typed):
        with pytest.raises(CorrectionInvalid) as caught:
            corrected_item(bank, item.id, {"gaps": wrong})
        assert caught.value.code == "correction.not_only_the_key"


@given(items(bare=True), items(bare=True))
def test_a_correction_never_changes_what_was_seen(item: Item, other: Item) -> None:
    """Whatever is taken over from another item's document, stem, options and gaps stay."""
    bank = Bank(name="b", industry="i", items=(item,))
    key = {name: value for name, value in item_document(other).items() if name in KEY_FIELDS | {GAPS}}
    try:
        found = corrected_item(bank, item.id, key)
    except CorrectionInvalid:
        return
    assert (found.id, found.type, found.stem, found.shuffled_ids) == (
        item.id,
        item.type,
        item.stem,
        item.shuffled_ids,
    )


def test_keys_of_one_correction_differ_and_are_of_one_item() -> None:
    item = BANK.by_id[ITEM_ID]
    other = next(found for found in BANK.items if found.id != ITEM_ID)
    for keyed, code in (
        ((), "correction.keys_number"),
        ((item,) * 9, "correction.keys_number"),
        ((item, item), "correction.key_repeated"),
        ((item, other), "correction.not_only_the_key"),
    ):
        with pytest.raises(CorrectionInvalid) as caught:
            KeyCorrection(items=keyed)
        assert caught.value.code == code


def test_corrections_of_before_are_read() -> None:
    """One key is written as it was before an item could have several."""
    found = Corrections(items=(KeyCorrection(items=(BANK.by_id[ITEM_ID],)),))
    assert b'"also"' not in found.to_json()
    assert Corrections.from_json(found.to_json()) == found


def test_unknown_items_repeats_and_no_changes_are_refused() -> None:
    calls: list[tuple[str, Callable[[], object]]] = [
        ("correction.item_unknown", lambda: corrected_item(BANK, "nope", {"key": ["A"]})),
        ("correction.item_unknown", lambda: check_void(BANK, "nope")),
        (
            "correction.item_repeated",
            lambda: Corrections(items=(VoidedItem(item_id=ITEM_ID), VoidedItem(item_id=ITEM_ID))),
        ),
        (
            "correction.changes_nothing",
            lambda: NONE.followed_by(Corrections(items=(KeyCorrection(items=(BANK.by_id[ITEM_ID],)),)), BANK),
        ),
        (
            "correction.changes_nothing",
            lambda: Corrections(items=(VoidedItem(item_id=ITEM_ID),)).followed_by(
                Corrections(items=(VoidedItem(item_id=ITEM_ID),)), BANK
            ),
        ),
    ]
    for code, call in calls:
        with pytest.raises(CorrectionInvalid) as caught:
            call()
        assert caught.value.code == code


def test_the_banks_own_key_ends_a_correction() -> None:
    voided = Corrections(items=(VoidedItem(item_id=ITEM_ID),))
    back = voided.followed_by(Corrections(items=(KeyCorrection(items=(BANK.by_id[ITEM_ID],)),)), BANK)
    assert back == NONE


def test_a_log_learns_digests_only() -> None:
    item_id = FORM.slots[-1].item_id
    found = KeyCorrection(items=(corrected_item(BANK, item_id, {"key": ["B", "D"]}),))
    assert correction_digest(found, SALT).startswith("sha256:")
    assert correction_digest(found, SALT) != correction_digest(found, "00" * 16)
    assert correction_digest(VoidedItem(item_id=item_id), SALT) == "voided"
