"""Forms that share more than rosters drawn anew: what was planted is found, the honest are left alone."""

from __future__ import annotations

import numpy as np
import pytest

from question_bank.forensics.overlap import Roster, unusual_overlaps


def roster(seed: int, forms: int = 40, items: int = 60, length: int = 30, epoch: int = 10) -> Roster:
    """Forms at random; every epoch of ten does without a fifth of the items."""
    random = np.random.default_rng(seed)
    drawn, open_items = [], np.arange(items)
    for number in range(forms):
        if number % epoch == 0:
            open_items = random.choice(items, items - items // 5, replace=False)
        drawn.append([f"i{place}" for place in random.choice(open_items, length, replace=False)])
    return Roster(forms=drawn, epochs=[number // epoch for number in range(forms)])


DRAWN = [roster(seed) for seed in range(1_000, 1_006)]


def test_honest_rosters_are_named_in_few_of_a_hundred() -> None:
    named = sum(bool(unusual_overlaps(roster(seed), DRAWN)) for seed in range(100))
    assert named <= 5


def test_a_form_that_repeats_another_is_found() -> None:
    honest = roster(7)
    forms = [list(form) for form in honest.forms]
    forms[33] = list(forms[4])
    [found] = unusual_overlaps(Roster(forms=forms, epochs=honest.epochs), DRAWN)
    assert (found.forms.first, found.forms.second, found.forms.common) == (4, 33, 30)
    assert found.expected < 20
    assert found.rate <= 0.05


@pytest.mark.parametrize("drawn", [[], [Roster(forms=[], epochs=[])], [roster(1, forms=1)]])
def test_without_anything_to_compare_with_nothing_is_named(drawn: list[Roster]) -> None:
    assert unusual_overlaps(roster(2), drawn) == ()
