"""One face under two names: exact against brute force whatever the blocks, honest about its threshold."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proctor.calibration import load_calibration
from proctor.duplicates import (
    EXPECTED_FALSE,
    LOOSEST_FMR,
    MOST_PAIRS,
    Templates,
    comparisons_of,
    search,
    threshold_for,
)
from proctor.errors import SearchTooLarge, TemplatesInvalid
from tests.proctor.made_up import CALIBRATION


def made_up(count: int, size: int, seed: int) -> Templates:
    values = np.random.default_rng(seed).standard_normal((count, size))
    return np.asarray(values / np.linalg.norm(values, axis=1, keepdims=True), np.float32)


def by_hand(templates: Templates, threshold: float, since: int) -> list[tuple[int, int, float]]:
    """The definition, pair by pair."""
    found = []
    for second in range(since, len(templates)):
        for first in range(second):
            score = float(templates[first].astype(np.float64) @ templates[second].astype(np.float64))
            if score >= threshold:
                found.append((first, second, score))
    return sorted(found, key=lambda one: (-one[2], one[0], one[1]))


@settings(deadline=None, max_examples=60)
@given(
    count=st.integers(0, 40),
    seed=st.integers(0, 99),
    block=st.integers(1, 50),
    threshold=st.floats(-1.0, 1.0),
    data=st.data(),
)
def test_all_pairs_and_no_others(
    count: int, seed: int, block: int, threshold: float, data: st.DataObject
) -> None:
    since = data.draw(st.integers(0, count))
    templates = made_up(count, 5, seed)
    told: list[tuple[int, int]] = []
    found = search(templates, threshold, since=since, block=block, progress=lambda *at: told.append(at))
    expected = by_hand(templates, threshold, since)
    assert [(one.first, one.second, one.score) for one in found.pairs] == expected
    assert found.above == len(expected)
    assert found.comparisons == sum(1 for second in range(since, count) for _ in range(second))
    assert told == sorted(told)
    assert not told or told[-1] == (found.comparisons, found.comparisons)


def test_a_threshold_between_two_scores_of_float32_parts_them() -> None:
    templates = made_up(300, 64, 1)
    score = by_hand(templates, 0.3, 0)[7][2]
    at = search(templates, score, block=37)
    beyond = search(templates, float(np.nextafter(score, 2)), block=37)
    assert (at.above, beyond.above) == (8, 7)


def test_incremental_searches_compare_each_pair_once() -> None:
    templates = made_up(90, 6, 2)
    whole = {(one.first, one.second) for one in search(templates, 0.5).pairs}
    parts = [
        {(one.first, one.second) for one in search(templates[:end], 0.5, since=start).pairs}
        for start, end in ((0, 30), (30, 31), (31, 90))
    ]
    assert whole == set.union(*parts)
    assert len(whole) == sum(map(len, parts)) > 10
    assert comparisons_of(90) == comparisons_of(30) + comparisons_of(31, 30) + comparisons_of(90, 31)


def test_of_too_many_pairs_the_best_are_kept_and_all_are_counted() -> None:
    templates = made_up(60, 3, 3)
    found = search(templates, -1.0)
    assert (len(found.pairs), found.above) == (MOST_PAIRS, 60 * 59 // 2)
    assert [(one.first, one.second) for one in found.pairs] == [
        (first, second) for first, second, _ in by_hand(templates, -1.0, 0)[:MOST_PAIRS]
    ]


@pytest.mark.parametrize(
    "templates",
    [
        made_up(3, 4, 0).astype(np.float64),
        made_up(3, 4, 0)[0],
        made_up(3, 4, 0) * np.float32(1.01),
        np.full((2, 4), np.nan, np.float32),
        np.zeros((2, 0), np.float32),
    ],
)
def test_other_arrays_are_refused(templates: Templates) -> None:
    with pytest.raises(TemplatesInvalid):
        search(templates, 0.5)


def test_rows_that_are_not_there_are_refused() -> None:
    for since, block in ((4, 10), (-1, 10), (0, 0)):
        with pytest.raises(TemplatesInvalid):
            search(made_up(3, 4, 0), 0.5, since=since, block=block)


def test_a_larger_search_asks_for_more_and_expects_no_more_false_pairs() -> None:
    calibration = load_calibration("fr")
    sizes = [0, 1, 1_000, 99_999, 100_000, 10**6, 10**8, 5 * 10**9]
    found = [threshold_for(calibration, size) for size in sizes]
    assert [one.score for one in found] == sorted(one.score for one in found)
    assert found[0].score > calibration.door_threshold
    assert {one.fmr for one in found[:5]} == {LOOSEST_FMR}
    assert all(one.expected_false <= EXPECTED_FALSE * (1 + 1e-9) for one in found)
    decade = calibration.door_threshold - calibration.door_threshold_lenient
    assert found[5].score == pytest.approx(calibration.door_threshold + 3 * decade)


def test_an_engine_says_when_a_search_is_too_large_for_it() -> None:
    blunt = replace(CALIBRATION, door_threshold=0.97, door_threshold_lenient=0.96)
    assert threshold_for(blunt, 1_000).score < 0.999
    with pytest.raises(SearchTooLarge):
        threshold_for(blunt, 10**7)
