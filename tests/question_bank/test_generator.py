"""The specified random numbers: their definition, evenness, and agreement with the plain form."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from question_bank.generator import BLOCK_WORDS, below, sample, shuffled, words


def row(seed: int) -> Iterator[int]:
    return words(seed.to_bytes(8, "big"))


def test_words_are_those_of_shake_256() -> None:
    found = list(itertools.islice(words(b"key"), BLOCK_WORDS + 2))
    first = hashlib.shake_256(b"key" + bytes(8)).digest(8 * BLOCK_WORDS)
    second = hashlib.shake_256(b"key" + bytes(7) + b"\x01").digest(16)
    data = first + second
    assert found == [int.from_bytes(data[i : i + 8], "big") for i in range(0, len(data), 8)]


@given(st.integers(0, 2**64 - 1), st.integers(1, 2**64))
def test_a_bounded_draw_stays_below_its_bound(seed: int, bound: int) -> None:
    assert 0 <= below(row(seed), bound) < bound


def test_a_word_that_would_favour_some_numbers_is_passed_over() -> None:
    # 2**64 mod 3 is 1: the product 3 * 0 has the low half 0, which is below 1.
    assert below(iter([0, 1 << 63]), 3) == 1


@given(st.integers(0, 2**64 - 1), st.integers(0, 40), st.data())
def test_a_sample_is_made_of_bounded_draws(seed: int, size: int, data: st.DataObject) -> None:
    taken = data.draw(st.integers(0, size))
    fast, plain = row(seed), row(seed)
    pool = list(range(size))
    for place in range(taken):
        other = place + below(plain, size - place)
        pool[place], pool[other] = pool[other], pool[place]
    assert sample(fast, range(size), taken) == pool[:taken]
    assert next(fast) == next(plain)


def test_a_bounded_draw_is_even() -> None:
    stream = row(7)
    counts = Counter(below(stream, 6) for _ in range(60_000))
    # Chi-square with 5 degrees of freedom: 20.5 is passed by chance once in a thousand seeds.
    assert sum((counts[face] - 10_000) ** 2 / 10_000 for face in range(6)) < 20.5


def test_every_permutation_is_as_likely() -> None:
    stream = row(11)
    expected = set(itertools.permutations("abc"))
    sampled = Counter(tuple(sample(stream, "abc", 3)) for _ in range(30_000))
    for counts in (sampled, Counter(shuffled(stream, ("a", "b", "c")) for _ in range(30_000))):
        assert counts.keys() == expected
        assert sum((counts[order] - 5_000) ** 2 / 5_000 for order in expected) < 20.5


@given(st.integers(0, 2**64 - 1), st.integers(0, 9))
def test_shuffling_keeps_every_value_once(seed: int, size: int) -> None:
    assert sorted(shuffled(row(seed), tuple(range(size)))) == list(range(size))
