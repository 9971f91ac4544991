"""The specified random numbers of form assembly: SplitMix64 with an unbiased bounded draw.

Written here, and not taken from `random`, because a form must come out the same in ten years, on any
machine and in any language. Integers only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")
_MASK = (1 << 64) - 1


class SplitMix64:
    """SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014)."""

    __slots__ = ("_state",)

    def __init__(self, seed: int) -> None:
        """`seed` is taken modulo 2**64."""
        self._state = seed & _MASK

    def next64(self) -> int:
        """The next integer in [0, 2**64)."""
        self._state = z = (self._state + 0x9E3779B97F4A7C15) & _MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return z ^ (z >> 31)

    def below(self, bound: int) -> int:
        """An integer in [0, bound), every one equally likely; `bound` in 1..2**64.

        Multiply and reject (Lemire: Fast Random Integer Generation in an Interval, ACM TOMACS 2019).
        """
        product = self.next64() * bound
        if (product & _MASK) < bound:
            floor = (1 << 64) % bound
            while (product & _MASK) < floor:
                product = self.next64() * bound
        return product >> 64

    def sample(self, values: Sequence[_T], count: int) -> list[_T]:
        """`count` different places of `values` in random order; the first steps of a Fisher-Yates shuffle.

        `count` <= len(values). A full shuffle is `sample(values, len(values))`.
        """
        pool = list(values)
        size = len(pool)
        state = self._state
        # `below` written out: three quarters of the time of a form is spent here.
        for place in range(count):
            bound = size - place
            floor = (1 << 64) % bound
            while True:
                state = z = (state + 0x9E3779B97F4A7C15) & _MASK
                z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
                z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
                product = (z ^ (z >> 31)) * bound
                if (product & _MASK) >= floor:
                    break
            other = place + (product >> 64)
            pool[place], pool[other] = pool[other], pool[place]
        self._state = state
        return pool[:count]
