"""The specified random numbers of form assembly: words of SHAKE-256 with an unbiased bounded draw.

Not taken from `random`, because a form must come out the same in ten years, on any machine and in any
language. SHAKE-256 (FIPS 202) is in every language's library, cannot be guessed ahead from what was drawn,
and its words are made in C (decision 0020).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import chain, count, permutations
from struct import Struct
from typing import TypeVar

_T = TypeVar("_T")
WORD = 1 << 64
_MASK = WORD - 1
BLOCK_WORDS = 512
_BLOCK = Struct(f">{BLOCK_WORDS}Q")


def words(key: bytes) -> Iterator[int]:
    """The endless row of 64-bit words of a key.

    Block k = 0, 1, 2... is SHAKE-256 of `key` and k (8 bytes, big-endian), 4,096 bytes long, read as
    big-endian words.
    """
    return chain.from_iterable(_block(key, index) for index in count())


def _block(key: bytes, index: int) -> tuple[int, ...]:
    return _BLOCK.unpack(hashlib.shake_256(key + index.to_bytes(8, "big")).digest(_BLOCK.size))


def below(row: Iterator[int], bound: int) -> int:
    """An integer in [0, bound), every one equally likely; `bound` in 1..2**64.

    Multiply and reject (Lemire: Fast Random Integer Generation in an Interval, ACM TOMACS 2019).
    """
    product = next(row) * bound
    if (product & _MASK) < bound:
        floor = WORD % bound
        while (product & _MASK) < floor:
            product = next(row) * bound
    return product >> 64


def sample(row: Iterator[int], values: Sequence[_T], size: int) -> list[_T]:
    """`size` different places of `values` in random order: the first steps of a Fisher-Yates shuffle.

    `size` <= len(values). A full shuffle is `sample(row, values, len(values))`.
    """
    pool = list(values)
    left = len(pool)
    for place in range(size):
        # `below` written out: a form makes this step two hundred times.
        product = next(row) * left
        if (product & _MASK) < left:
            floor = WORD % left
            while (product & _MASK) < floor:
                product = next(row) * left
        other = place + (product >> 64)
        pool[place], pool[other] = pool[other], pool[place]
        left -= 1
    return pool[:size]


def shuffled(row: Iterator[int], values: tuple[_T, ...]) -> tuple[_T, ...]:
    """All of `values` in random order.

    Up to 5 values: permutation number `below(row, n!)` of their places in lexicographic order, counted from
    0; more: `sample`.
    """
    size = len(values)
    if size >= len(_PERMUTATIONS):
        return tuple(sample(row, values, size))
    orders = _PERMUTATIONS[size]
    return tuple([values[place] for place in orders[below(row, len(orders))]])


_PERMUTATIONS = tuple(tuple(permutations(range(size))) for size in range(6))
