"""What of a bank an item repeats, asked one item at a time while somebody writes it.

`duplicates.find_duplicates` compares all with all; here a bank is kept as postings (shingle to places), so
that one item finds its likenesses in milliseconds. Both say the same of the same items: a test holds to it.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass

from question_bank.duplicates import (
    NEAR_THRESHOLD,
    Asked,
    DuplicateKind,
    asked,
    may_be_near,
    option_texts,
    right_texts,
    shingles_of,
)
from question_bank.items import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """One item of the bank that resembles what was asked about.

    `likeness` is Jaccard's of the shingles, in thousandths. `other_key`: the words that are right differ, so
    that of two items with one stem one may be wrong.
    """

    kind: DuplicateKind
    item_id: str
    likeness: int
    other_key: bool

    @property
    def contradicts(self) -> bool:
        """Whether the same words have another key: one is wrong, or a picture or stimulus tells."""
        return self.other_key and (self.kind is not DuplicateKind.NEAR or self.likeness == 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What is kept of an item; `shingles` counts them."""

    asked: Asked
    options: frozenset[str]
    right: tuple[str, ...]
    shingles: int


class DuplicateIndex:
    """The items of one bank. Not safe for two threads at once.

    Places of discarded items stay empty until the index is built anew: cheap, because a bank changes slowly.
    """

    def __init__(self) -> None:
        self._held: list[_Held | None] = []
        self._places: dict[str, int] = {}
        self._ids: list[str] = []
        self._by_asked: defaultdict[Asked, set[int]] = defaultdict(set)
        self._postings: dict[str, array[int]] = {}

    def __len__(self) -> int:
        """How many items it holds."""
        return len(self._places)

    def add(self, item: Item) -> None:
        """Hold an item, in the place of the one with its id if there is one."""
        self.discard(item.id)
        shingles = shingles_of(item)
        place = len(self._held)
        held = _Held(
            asked=asked(item), options=option_texts(item), right=right_texts(item), shingles=len(shingles)
        )
        self._held.append(held)
        self._ids.append(item.id)
        self._places[item.id] = place
        self._by_asked[held.asked].add(place)
        for shingle in shingles:
            self._postings.setdefault(shingle, array("I")).append(place)

    def discard(self, item_id: str) -> None:
        """Forget an item; nothing happens when it is not held."""
        place = self._places.pop(item_id, None)
        if place is None:
            return
        held = self._held[place]
        assert held is not None
        self._by_asked[held.asked].discard(place)
        self._held[place] = None

    def like(self, item: Item) -> tuple[Likeness, ...]:
        """The items that resemble this one, the gravest first; the item of the same id is passed over."""
        own, shingles = asked(item), shingles_of(item)
        options, right = option_texts(item), right_texts(item)
        shared: Counter[int] = Counter()
        for shingle in shingles:
            shared.update(self._postings.get(shingle, ()))
        found = []
        for place in shared.keys() | self._by_asked.get(own, set()):
            held = self._held[place]
            if held is None or self._ids[place] == item.id:
                continue
            likeness = shared[place] / (len(shingles) + held.shingles - shared[place])
            kind = _kind(held, own, options, right, likeness)
            if kind is not None:
                found.append(
                    Likeness(
                        kind=kind,
                        item_id=self._ids[place],
                        likeness=int(1000 * likeness),
                        other_key=held.right != right,
                    )
                )
        return tuple(sorted(found, key=_gravest_first))


def _kind(
    held: _Held, own: Asked, options: frozenset[str], right: tuple[str, ...], likeness: float
) -> DuplicateKind | None:
    if held.asked == own:
        if held.options != options:
            return DuplicateKind.SAME_STEM
        return DuplicateKind.REPEATED if held.right == right else DuplicateKind.OTHER_KEY
    if likeness >= NEAR_THRESHOLD and may_be_near(held.asked, own):
        return DuplicateKind.NEAR
    return None


_GRAVITY = (DuplicateKind.OTHER_KEY, DuplicateKind.REPEATED, DuplicateKind.SAME_STEM, DuplicateKind.NEAR)


def _gravest_first(one: Likeness) -> tuple[bool, int, int, str]:
    return not one.contradicts, _GRAVITY.index(one.kind), -one.likeness, one.item_id
