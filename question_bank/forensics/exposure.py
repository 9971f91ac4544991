"""Exposure told afterwards: how often every item was dealt, and how much any two forms share.

What keeps it even while forms are drawn is `question_bank.rosters`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from question_bank.psychometrics.arrays import Integers

# Pairs grow with the square: 50 million with this many.
MAX_COMPARED = 10_000
# For 5,000 forms of 100 items 80 MB at the most; with 1,024 it was 245 MB.
_BLOCK = 256
_LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FormOverlap:
    """Two forms by place and how many items both hold."""

    first: int
    second: int
    common: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """`used` counts the forms that hold each item. `overlaps` (largest overlap + 1,) counts the pairs of
    forms that share 0, 1, 2... items; `most_alike` are the 20 pairs that share most."""

    forms: int
    used: Mapping[str, int]
    overlaps: Integers
    most_alike: tuple[FormOverlap, ...]

    @property
    def mean_overlap(self) -> float:
        """The mean number of items that two forms share; 0 for fewer than two forms."""
        pairs = int(self.overlaps.sum())
        return float((self.overlaps * np.arange(len(self.overlaps))).sum() / pairs) if pairs else 0.0


def exposure_of(forms: Sequence[Sequence[str]]) -> Exposure:
    """The exposure of forms, each a list of item ids without repeats, in any order.

    With more than MAX_COMPARED forms only uses are counted.
    """
    used = Counter(item_id for form in forms for item_id in form)
    overlaps = np.zeros(max((len(form) for form in forms), default=0) + 1, dtype=np.int64)
    listed: list[FormOverlap] = []
    compared = forms if len(forms) <= MAX_COMPARED else ()
    for start, common in overlap_blocks(compared):
        rows, columns = np.triu_indices(len(common), 1, common.shape[1])
        counts = common[rows, columns]
        overlaps += np.bincount(counts, minlength=len(overlaps))
        top = np.argsort(-counts, kind="stable")[:_LISTED].tolist()
        listed += [
            FormOverlap(first=int(rows[k]) + start, second=int(columns[k]) + start, common=int(counts[k]))
            for k in top
        ]
    listed.sort(key=lambda pair: (-pair.common, pair.first, pair.second))
    return Exposure(
        forms=len(forms),
        used={item_id: used[item_id] for item_id in sorted(used)},
        overlaps=np.trim_zeros(overlaps, "b"),
        most_alike=tuple(listed[:_LISTED]),
    )


def overlap_blocks(forms: Sequence[Sequence[str]]) -> Iterator[tuple[int, Integers]]:
    """The place of a block's first form, and (block, forms from there on) how many items are in both."""
    place: dict[str, int] = {}
    for form in forms:
        for item_id in form:
            place.setdefault(item_id, len(place))
    held = np.zeros((len(forms), len(place)), dtype=np.float32)
    for row, form in enumerate(forms):
        held[row, [place[item_id] for item_id in form]] = 1
    for start in range(0, len(forms), _BLOCK):
        yield start, np.rint(held[start : start + _BLOCK] @ held[start:].T).astype(np.int64)
