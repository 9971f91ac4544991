"""Items that say the same: exact repeats, the same item with another key, and near repeats.

Near repeats are found exactly, not by sampling: a set similarity join over character shingles with prefix
filtering (Chaudhuri et al., 2006; Bayardo et al., 2007). Two sets can only reach the Jaccard threshold t if
they share one of the first n - ceil(t n) + 1 of their rarest shingles, so only those are indexed.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from question_bank.content import plain
from question_bank.interactions import (
    Choice,
    Cloze,
    GapEntry,
    Matching,
    Numeric,
    Ordering,
    TextEntry,
    marked_up_texts,
    number_text,
)
from question_bank.item_types import ItemType
from question_bank.items import Item

# Type, comparable stem, pictures, item set.
Asked: TypeAlias = tuple[ItemType, str, frozenset[str], str]
NEAR_THRESHOLD = 0.8
SHINGLE = 3
# A shingle that this many items have in their prefix tells nothing: "下列哪些说法正确".
MAX_POSTINGS = 2_000


class DuplicateKind(StrEnum):
    """How items repeat each other; the value is the persisted text.

    repeated: same type, stem, options and key. other_key: the same but for the key, so one of them is wrong.
    same_stem: same type and stem, other options. near: stems and options share at least 80 % of shingles.
    """

    REPEATED = "repeated"
    OTHER_KEY = "other_key"
    SAME_STEM = "same_stem"
    NEAR = "near"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """Items that repeat each other, by id. `likeness` is the least Jaccard likeness in thousandths."""

    kind: DuplicateKind
    item_ids: tuple[str, ...]
    likeness: int = 1000


def comparable(text: str) -> str:
    """Text for comparing items: width, case and spaces do not count."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def option_texts(item: Item) -> frozenset[str]:
    """The words of all options, in any order."""
    return frozenset(comparable(plain(text, item.markup)) for text in marked_up_texts(item.interaction))


def right_texts(item: Item) -> tuple[str, ...]:
    """What is right, in words, so that options may stand in another order."""

    def words(text: str) -> str:
        return comparable(plain(text, item.markup))

    match item.interaction:
        case Choice() as choice:
            return tuple(sorted(words(o.text) for o in choice.options if o.id in choice.key))
        case Ordering() as ordering:
            texts = {option.id: option.text for option in ordering.options}
            return tuple(words(texts[option_id]) for option_id in ordering.key)
        case Matching() as matching:
            texts = {option.id: option.text for option in (*matching.sources, *matching.targets)}
            return tuple(sorted(words(texts[p.source]) + "=" + words(texts[p.target]) for p in matching.key))
        case Cloze() as cloze:
            return tuple(text for gap in cloze.gaps for text in (str(gap.weight), *_entry_texts(gap.entry)))
        case Numeric() | TextEntry() as entry:
            return _entry_texts(entry)


def _entry_texts(entry: GapEntry) -> tuple[str, ...]:
    """The same for what stands in plain text whatever the item's markup."""
    match entry:
        case Choice() as menu:
            return tuple(comparable(option.text) for option in menu.options if option.id in menu.key)
        case Numeric():
            return number_text(entry.value), number_text(entry.tolerance)
        case TextEntry():
            return tuple(sorted(map(comparable, entry.accepted)))


def asked(item: Item) -> Asked:
    """What an item asks: items that ask the same are repeats if their options are the same as well.

    Pictures and the stimulus belong to it: "What does this sign mean?" is another item with every picture.
    """
    return item.type, comparable(item.plain_stem), item.media, item.item_set


def find_duplicates(items: Sequence[Item]) -> tuple[Duplicate, ...]:
    """All groups, exact ones first; an item of an exact group appears in no near pair with that group."""
    by_stem: defaultdict[Asked, list[Item]] = defaultdict(list)
    for item in items:
        by_stem[asked(item)].append(item)
    found: list[Duplicate] = []
    for group in by_stem.values():
        if len(group) > 1:
            found += _exact(group)
    known = {frozenset(pair) for duplicate in found for pair in _pairs(duplicate.item_ids)}
    shown = {item.id: asked(item) for item in items}
    near = [
        pair
        for pair in _near(items)
        if frozenset(pair.item_ids) not in known and may_be_near(*(shown[one] for one in pair.item_ids))
    ]
    return tuple(found + near)


def _exact(group: Sequence[Item]) -> list[Duplicate]:
    """Repeats, contradictions and shared stems among items of one type and stem."""
    found = []
    by_options: defaultdict[frozenset[str], list[Item]] = defaultdict(list)
    for item in group:
        by_options[option_texts(item)].append(item)
    for same in by_options.values():
        if len(same) > 1:
            keys = {right_texts(item) for item in same}
            kind = DuplicateKind.REPEATED if len(keys) == 1 else DuplicateKind.OTHER_KEY
            found.append(Duplicate(kind=kind, item_ids=_ids(same)))
    if len(by_options) > 1:
        found.append(Duplicate(kind=DuplicateKind.SAME_STEM, item_ids=_ids(group)))
    return found


def _ids(items: Sequence[Item]) -> tuple[str, ...]:
    return tuple(sorted(item.id for item in items))


def _pairs(ids: Sequence[str]) -> list[tuple[str, str]]:
    return [(one, other) for place, one in enumerate(ids) for other in ids[:place]]


def _near(items: Sequence[Item]) -> list[Duplicate]:
    shingles = [shingles_of(item) for item in items]
    frequency = Counter(shingle for own in shingles for shingle in own)
    postings: defaultdict[str, list[int]] = defaultdict(list)
    found = []
    # Smaller sets first: an earlier set is never larger than the one that looks for partners.
    order = sorted(range(len(items)), key=lambda place: (len(shingles[place]), items[place].id))
    for place in order:
        own = shingles[place]
        rarest = sorted(own, key=lambda shingle: (frequency[shingle], shingle))
        prefix = rarest[: len(own) - math.ceil(NEAR_THRESHOLD * len(own)) + 1]
        partners: set[int] = set()
        for shingle in prefix:
            listed = postings[shingle]
            partners.update(listed)
            if len(listed) < MAX_POSTINGS:
                listed.append(place)
        for partner in sorted(partners):
            likeness = _likeness(shingles[partner], own)
            if likeness >= NEAR_THRESHOLD:
                ids = _ids((items[place], items[partner]))
                found.append(Duplicate(kind=DuplicateKind.NEAR, item_ids=ids, likeness=int(1000 * likeness)))
    return sorted(found, key=lambda duplicate: (-duplicate.likeness, duplicate.item_ids))


def may_be_near(one: Asked, other: Asked) -> bool:
    """Whether such items can be near repeats: with the same pictures and stimulus, or one of them without."""
    _, _, pictures, item_set = one
    _, _, other_pictures, other_set = other
    same_pictures = pictures == other_pictures or not pictures or not other_pictures
    return same_pictures and (item_set == other_set or not item_set or not other_set)


def shingles_of(item: Item) -> frozenset[str]:
    """What the likeness of two items is measured by: character triples of stem and options."""
    text = comparable(item.plain_stem) + "|" + "|".join(sorted(option_texts(item)))
    return frozenset(text[start : start + SHINGLE] for start in range(max(1, len(text) - SHINGLE + 1)))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    if min(len(one), len(other)) < NEAR_THRESHOLD * max(len(one), len(other)):
        return 0.0
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)
