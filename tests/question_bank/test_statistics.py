"""Item statistics against figures worked out by hand and by the definitions."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from statistics import correlation, mean, stdev

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from question_bank.errors import DocumentInvalid
from question_bank.item_types import ItemType
from question_bank.scoring import Mark, MarkReason, Outcome
from question_bank.statistics import (
    ChoiceKeys,
    ItemFlag,
    ItemStatistics,
    item_statistics,
    statistics_of,
)
from question_bank.tallies import ItemTally, MarkedForm, item_tallies, merged, score_thirds
from tests.factories.item_types import bank_of_every_type
from tests.question_bank.factories import make_item

KEYED = {item_id: (make_item(item_id),) for item_id in ("a", "b", "c", "d")}


KEYS_AB = tuple(make_item("a", key=letter) for letter in "AB")


def marked(*given_marks: tuple[str, int, str]) -> MarkedForm:
    """(item, awarded of 100, chosen option or nothing) of every slot."""
    marks = [
        Mark(
            position=position,
            item_id=item_id,
            outcome=Outcome.UNANSWERED if not chosen else Outcome.CORRECT if awarded else Outcome.WRONG,
            reason=MarkReason.AS_THE_KEY,
            awarded=awarded,
            points=100,
        )
        for position, (item_id, awarded, chosen) in enumerate(given_marks, start=1)
    ]
    responses = {place: (chosen,) for place, (_, _, chosen) in enumerate(given_marks, start=1) if chosen}
    return MarkedForm(marks=marks, responses=responses)


def of(item_id: str, forms: list[MarkedForm]) -> ItemStatistics:
    return next(found for found in item_statistics(KEYED, forms) if found.item_id == item_id)


def test_a_small_table_by_hand() -> None:
    forms = [
        marked(("a", 100, "A"), ("b", 100, "A"), ("c", 100, "A")),
        marked(("a", 100, "A"), ("b", 100, "A"), ("d", 0, "B")),
        marked(("a", 0, "C"), ("c", 100, "A"), ("d", 0, "")),
        marked(("a", 0, ""), ("b", 0, "B"), ("c", 0, "D")),
    ]
    found = of("a", forms)
    assert (found.n, found.omitted, found.exposure) == (4, 1, Fraction(1))
    assert found.facility is not None
    assert found.discrimination is not None
    assert found.facility.value == 0.5
    assert found.facility.standard_error == pytest.approx(math.sqrt(1 / 3 / 4))
    # Wilson for 2 of 4, as in the tables.
    assert (found.facility.low, found.facility.high) == pytest.approx((0.1500, 0.8500), abs=5e-5)
    # Rest shares 1, 1/2, 1/2, 0 against 1, 1, 0, 0.
    assert found.discrimination.value == pytest.approx(1 / math.sqrt(2))
    assert found.thirds == (1, 2, 1)
    assert [(o.option_id, o.in_key, o.thirds) for o in found.options] == [
        ("A", True, (0, 1, 1)),
        ("B", False, (0, 0, 0)),
        ("C", False, (0, 1, 0)),
        ("D", False, (0, 0, 0)),
    ]
    assert of("d", forms).exposure == Fraction(1, 2)
    assert of("d", forms).discrimination is None
    assert item_statistics(KEYED, []) == ()


shares = st.lists(
    st.lists(st.sampled_from([0, 25, 50, 100]), min_size=3, max_size=3), min_size=4, max_size=30
)


@given(shares)
def test_figures_are_those_of_the_definitions(rows: list[list[int]]) -> None:
    forms = [
        marked(*[(name, awarded, "A") for name, awarded in zip("abc", row, strict=True)]) for row in rows
    ]
    own = [row[0] / 100 for row in rows]
    rest = [(row[1] + row[2]) / 200 for row in rows]
    found = of("a", forms)
    assert found.facility is not None
    assert found.facility.value == pytest.approx(mean(own))
    assert found.facility.standard_error == pytest.approx(stdev(own) / math.sqrt(len(own)))
    assert 0 <= found.facility.low <= found.facility.value + 1e-12
    assert found.facility.value - 1e-12 <= found.facility.high <= 1
    if len(set(own)) == 1 or len(set(rest)) == 1:
        assert found.discrimination is None
        return
    assert found.discrimination is not None
    assert found.discrimination.value == pytest.approx(correlation(own, rest), abs=1e-9)
    assert -1 <= found.discrimination.low <= found.discrimination.value <= found.discrimination.high <= 1


@given(shares, st.randoms(use_true_random=False))
def test_order_is_irrelevant_and_thirds_follow_the_score(rows: list[list[int]], random: object) -> None:
    forms = [
        marked(
            *[(name, awarded, "B" if awarded < 50 else "A") for name, awarded in zip("abc", row, strict=True)]
        )
        for row in rows
    ]
    turned = forms[::-1]
    assert item_statistics(KEYED, forms) == item_statistics(KEYED, turned)
    thirds = score_thirds(forms)
    totals = [sum(row) for row in rows]
    for total, third in zip(totals, thirds, strict=True):
        for other, its in zip(totals, thirds, strict=True):
            assert total != other or third == its
            assert total <= other or third >= its
    for found in item_statistics(KEYED, forms):
        assert sum(found.thirds) == found.n == len(rows)
        for place in range(3):
            chosen = sum(option.thirds[place] for option in found.options)
            assert chosen == found.thirds[place]


def test_flags_name_what_a_person_should_look_at() -> None:
    # The strong half chooses B at item a, whose key is A; b follows ability; c nobody has, d everybody.
    strong = marked(("a", 0, "B"), ("b", 100, "A"), ("c", 0, "B"), ("d", 100, "A"))
    weak = marked(("a", 100, "A"), ("b", 0, "B"), ("c", 0, "C"), ("d", 100, "A"))
    stronger = marked(("a", 0, "B"), ("b", 100, "A"), ("c", 100, "A"), ("d", 100, "A"))
    forms = [strong] * 10 + [weak] * 10 + [stronger] * 2
    assert of("a", forms).flags == (ItemFlag.NEGATIVE_DISCRIMINATION, ItemFlag.DISTRACTOR_OVER_KEY)
    assert ItemFlag.DISTRACTOR_OVER_KEY not in of("b", forms).flags
    assert ItemFlag.TOO_HARD in of("c", forms).flags
    assert of("d", forms).flags == (ItemFlag.TOO_EASY,)
    assert of("a", forms[::5]).flags == ()  # too few to say anything


def test_types_without_options_have_no_distractors() -> None:
    items = {item.id: (item,) for item in bank_of_every_type().items}
    numeric = next(item for (item,) in items.values() if item.type is ItemType.NUMERIC)
    form = marked((numeric.id, 100, "12"))
    [found] = item_statistics(items, [form])
    assert found.options == ()
    assert found.facility is not None
    assert found.facility.standard_error == 0


@given(st.lists(st.integers(0, 10), min_size=4, max_size=40))
def test_a_form_of_one_item_has_no_discrimination(points: list[int]) -> None:
    assume(len(set(points)) > 1)
    forms = [marked(("a", 10 * value, "A")) for value in points]
    assert of("a", forms).discrimination is None


def test_of_several_right_keys_the_option_that_is_chosen_is_enough() -> None:
    """A is chosen by nobody any more, but B is right as well: no distractor stands over the key."""
    strong = marked(("a", 100, "B"), ("b", 100, "A"))
    weak = marked(("a", 0, "C"), ("b", 0, "B"))
    forms = [strong] * 10 + [weak] * 5
    [found] = [one for one in item_statistics({"a": KEYS_AB, "b": KEYED["b"]}, forms) if one.item_id == "a"]
    assert [option.in_key for option in found.options] == [True, True, False, False]
    assert found.flags == ()
    assert ItemFlag.DISTRACTOR_OVER_KEY in of("a", forms).flags


@given(shares, st.integers(1, 29))
def test_counts_add_up_and_survive_being_kept(rows: list[list[int]], cut: int) -> None:
    """Two administrations together are worked out from what was kept of each."""
    forms = [marked(*[(n, a, "A") for n, a in zip("abc", row, strict=True)]) for row in rows]
    # Thirds are those of each administration, so they are compared with the sums only.
    parts = [part for part in (forms[:cut], forms[cut:]) if part]
    kept = [item_tallies({n: KEYED[n][0] for n in "abc"}, part)["a"].to_json() for part in parts]
    together = statistics_of(
        "a", ChoiceKeys.of(KEYED["a"]), merged(ItemTally.from_json(data) for data in kept), len(rows)
    )
    whole = of("a", forms)
    assert (together.n, together.omitted, together.exposure) == (whole.n, whole.omitted, whole.exposure)
    assert together.facility == whole.facility
    assert together.discrimination == whole.discrimination
    assert [sum(o.thirds) for o in together.options] == [sum(o.thirds) for o in whole.options]
    assert [ItemTally.from_json(data).to_json() for data in kept] == kept


@pytest.mark.parametrize("wrong", ["thirds", "sums", "chosen"])
def test_broken_counts_are_refused(wrong: str) -> None:
    document = json.loads(ItemTally().to_json())
    document[wrong] = [[1.5], "x", {}]
    with pytest.raises(DocumentInvalid):
        ItemTally.from_json(json.dumps(document))
