"""Responses: what a candidate gave for one item, as a tuple of strings, and how much of the key it meets.

choice: the chosen option ids, in any order. numeric and text entry: the typed text, one string. ordering:
all option ids in the candidate's order. matching: "source=target" for every pair. cloze: "gap=value", the
value an option id of a menu or the typed text. The empty tuple is no response.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from question_bank.errors import ResponseInvalid
from question_bank.interactions import (
    OPTION_IDS,
    Choice,
    Cloze,
    Matching,
    Numeric,
    Ordering,
    Pair,
    TextEntry,
)
from question_bank.item_types import ItemType
from question_bank.items import Item

Response: TypeAlias = tuple[str, ...]
MAX_TYPED_CHARS = 200
_UNPRINTABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How a response meets the key, in parts: `right` of `total`, and those `wrong` or `missed`."""

    right: int
    wrong: int
    missed: int
    total: int

    @property
    def exact(self) -> bool:
        """Everything right and nothing else."""
        return self.right == self.total and not self.wrong


def check_response(item: Item, response: Sequence[str]) -> Response:
    """The response in its one form (options in the author's order, blank entries left out).

    Raises ResponseInvalid: unknown or repeated options, more than the item takes, text too long.
    """
    match item.interaction:
        case Choice() as choice:
            return _checked_choice(choice, response, many=item.type is ItemType.MULTIPLE_CHOICE)
        case Ordering() as ordering:
            if response and sorted(response) != sorted(ordering.option_ids):
                raise ResponseInvalid("response.order_incomplete", "An order names every option once.")
            return tuple(response)
        case Matching() as matching:
            return _checked_matching(matching, response)
        case Cloze() as cloze:
            return _checked_cloze(cloze, response)
        case Numeric() | TextEntry():
            if len(response) > 1:
                raise ResponseInvalid("response.too_many", "This item takes one entry.")
            return tuple(text for typed in response if (text := checked_text(typed)))


def own_response(item: Item, option_order: Sequence[str], shown: Sequence[str]) -> Response:
    """A response in the letters that a form shows, as a checked one in the item's own ids.

    `option_order` is the slot's: its first id is shown as A. Raises ResponseInvalid.
    """
    own = dict(zip(OPTION_IDS, option_order, strict=False))
    return check_response(item, _translated(item, own, shown))


def shown_response(item: Item, option_order: Sequence[str], response: Sequence[str]) -> Response:
    """The inverse of `own_response`, its letters sorted as the candidate sees them."""
    shown = {option_id: letter for letter, option_id in zip(OPTION_IDS, option_order, strict=False)}
    translated = _translated(item, shown, response)
    if isinstance(item.interaction, Choice):
        return tuple(sorted(translated))
    return (
        tuple(sorted(translated, key=_source_order)) if isinstance(item.interaction, Matching) else translated
    )


def match_response(item: Item, response: Response) -> Match:
    """Hold a checked, non-empty response against the key."""
    match item.interaction:
        case Choice() as choice:
            return _match_sets(frozenset(response), choice.key)
        case Ordering() as ordering:
            right = sum(given == wanted for given, wanted in zip(response, ordering.key, strict=True))
            return Match(right=right, wrong=len(response) - right, missed=0, total=len(response))
        case Matching() as matching:
            given = frozenset(_pair(text) for text in response)
            found = _match_sets(given, matching.key)
            if matching.multiple:
                return found
            unanswered = len(matching.sources) - len(given)
            return Match(right=found.right, wrong=found.wrong, missed=unanswered, total=found.total)
        case Cloze() as cloze:
            return _match_gaps(cloze, response)
        case Numeric() | TextEntry() as entry:
            right = int(entry.accepts(response[0]))
            return Match(right=right, wrong=1 - right, missed=0, total=1)


def key_response(item: Item) -> Response:
    """A response that is right; where several are, the first accepted."""
    match item.interaction:
        case Choice() as choice:
            return choice.key_order
        case Ordering() as ordering:
            return ordering.key
        case Matching() as matching:
            return tuple(f"{pair.source}={pair.target}" for pair in matching.key_order)
        case Cloze() as cloze:
            return tuple(f"{gap.id}={_key_text(gap.entry)}" for gap in cloze.gaps)
        case Numeric() | TextEntry() as entry:
            return (_key_text(entry),)


def checked_text(typed: str) -> str:
    """Typed text without spaces at its ends. Raises ResponseInvalid for control characters and > 200."""
    if len(typed) > MAX_TYPED_CHARS:
        raise ResponseInvalid("response.too_long", f"An entry has at most {MAX_TYPED_CHARS} characters.")
    if _UNPRINTABLE.search(typed):
        raise ResponseInvalid("response.unprintable", "An entry holds a control character.")
    return typed.strip()


def _checked_choice(choice: Choice, response: Sequence[str], *, many: bool) -> Response:
    options = frozenset(response)
    if len(options) != len(response):
        raise ResponseInvalid("response.option_repeated", "The response names an option twice.")
    if not options <= set(choice.option_ids):
        raise ResponseInvalid("response.option_unknown", "The response names an option the item has not.")
    if len(options) > 1 and not many:
        raise ResponseInvalid("response.too_many", "Only one option can be chosen in this item.")
    return tuple(option_id for option_id in choice.option_ids if option_id in options)


def _checked_matching(matching: Matching, response: Sequence[str]) -> Response:
    pairs = [_pair(text) for text in response]
    sources = [source.id for source in matching.sources]
    targets = [target.id for target in matching.targets]
    if any(pair.source not in sources or pair.target not in targets for pair in pairs):
        raise ResponseInvalid("response.option_unknown", "The response names an option the item has not.")
    if len(set(pairs)) != len(pairs):
        raise ResponseInvalid("response.option_repeated", "The response names a pair twice.")
    if not matching.multiple and len({pair.source for pair in pairs}) != len(pairs):
        raise ResponseInvalid("response.too_many", "Only one target can be given to a source.")
    pairs.sort(key=lambda pair: (sources.index(pair.source), targets.index(pair.target)))
    return tuple(f"{pair.source}={pair.target}" for pair in pairs)


def _checked_cloze(cloze: Cloze, response: Sequence[str]) -> Response:
    given = _gap_values(response)
    if len(given) != len(response):
        raise ResponseInvalid("response.option_repeated", "The response names a gap twice.")
    checked = []
    for gap in cloze.gaps:
        value = given.pop(gap.id, "")
        if isinstance(gap.entry, Choice) and value:
            _checked_choice(gap.entry, (value,), many=False)
        if value := checked_text(value):
            checked.append(f"{gap.id}={value}")
    if given:
        raise ResponseInvalid("response.option_unknown", "The response names a gap the item has not.")
    return tuple(checked)


def _match_sets(given: frozenset[str] | frozenset[Pair], key: frozenset[str] | frozenset[Pair]) -> Match:
    return Match(right=len(given & key), wrong=len(given - key), missed=len(key - given), total=len(key))


def _match_gaps(cloze: Cloze, response: Response) -> Match:
    given = _gap_values(response)
    right = wrong = missed = 0
    for gap in cloze.gaps:
        if gap.id not in given:
            missed += gap.weight
        elif _is_right(gap.entry, given[gap.id]):
            right += gap.weight
        else:
            wrong += gap.weight
    return Match(right=right, wrong=wrong, missed=missed, total=right + wrong + missed)


def _is_right(entry: Choice | Numeric | TextEntry, value: str) -> bool:
    return value in entry.key if isinstance(entry, Choice) else entry.accepts(value)


def _key_text(entry: Choice | Numeric | TextEntry) -> str:
    match entry:
        case Choice():
            return entry.key_order[0]
        case Numeric():
            return format(entry.value, "f")
        case TextEntry():
            return entry.accepted[0]


def _translated(item: Item, names: Mapping[str, str], response: Sequence[str]) -> Response:
    """Options (of a matching: targets) under other names; typed text and gaps as they are."""
    if isinstance(item.interaction, Choice | Ordering):
        return tuple(_named(names, option_id) for option_id in response)
    if isinstance(item.interaction, Matching):
        pairs = [_pair(text) for text in response]
        return tuple(f"{pair.source}={_named(names, pair.target)}" for pair in pairs)
    return tuple(response)


def _named(names: Mapping[str, str], option_id: str) -> str:
    if option_id not in names:
        raise ResponseInvalid("response.option_unknown", "The response names an option the item has not.")
    return names[option_id]


def _source_order(text: str) -> tuple[int, str]:
    source, _, target = text.partition("=")
    return int(source), target


def _pair(text: str) -> Pair:
    source, separator, target = text.partition("=")
    if not separator:
        raise ResponseInvalid("response.pair_invalid", "A pair is written source=target.")
    return Pair(source=source, target=target)


def _gap_values(response: Sequence[str]) -> dict[str, str]:
    values = {}
    for text in response:
        gap_id, separator, value = text.partition("=")
        if not separator:
            raise ResponseInvalid("response.pair_invalid", "A gap is answered as gap=value.")
        values[gap_id] = value
    return values
