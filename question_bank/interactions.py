"""Interactions: what a candidate does with an item, and its key. One class for each way of answering.

Option, target and gap ids are stable: keys and responses name them; where an option is shown is the form's
affair. Constructors only hold; `Item` calls `check`, because limits depend on how its texts are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from question_bank.errors import ItemInvalid

MAX_OPTIONS = 8
MAX_ORDERED = 12
MAX_GAPS = 30
MAX_ACCEPTED = 50
MAX_ENTRY_CHARS = 200
MAX_UNIT_CHARS = 40
OPTION_IDS = "ABCDEFGHIJKLMNOP"
CHOICE_IDS = OPTION_IDS[:MAX_OPTIONS]
TRUE_ID = "T"
FALSE_ID = "F"

_GAP_ID = re.compile(r"[A-Za-z0-9_]{1,16}")
GAP_MARK = re.compile(r"\[\[([A-Za-z0-9_]{1,16})\]\]")
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,2})?")
_WIDE = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: 0x20}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to choose, order or match: `id` is A, B, C... (T or F in a true/false item)."""

    id: str
    text: str


TRUE_FALSE_OPTIONS = (Option(id=TRUE_ID, text="正确"), Option(id=FALSE_ID, text="错误"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Options of which some are right. `key` holds their ids: one, or two and more for multiple choice."""

    options: tuple[Option, ...]
    key: frozenset[str]

    @property
    def option_ids(self) -> tuple[str, ...]:
        """The ids in the author's order."""
        return tuple(option.id for option in self.options)

    @property
    def key_order(self) -> tuple[str, ...]:
        """The key in the author's order of options."""
        return tuple(option.id for option in self.options if option.id in self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeric:
    """A number is typed. Right inside `value` ± `tolerance` (both ends count); `unit` is shown behind it."""

    value: Decimal
    tolerance: Decimal = Decimal(0)
    unit: str = ""

    def accepts(self, typed: str) -> bool:
        """Whether the typed number is inside the tolerance; what is no number is not."""
        number = read_number(typed)
        return number is not None and abs(number - self.value) <= self.tolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEntry:
    """A few words are typed. `accepted` are all right; spaces at the ends and repeated ones never matter.

    `fold_case` ignores upper and lower case, `fold_width` full-width and half-width forms of ASCII.
    """

    accepted: tuple[str, ...]
    fold_case: bool = True
    fold_width: bool = True

    def accepts(self, typed: str) -> bool:
        """Whether the text equals one of the accepted ones after folding."""
        return self.folded(typed) in {self.folded(text) for text in self.accepted}

    def folded(self, text: str) -> str:
        """The text as it is compared."""
        text = text.translate(_WIDE) if self.fold_width else text
        text = text.casefold() if self.fold_case else text
        return " ".join(text.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordering:
    """Options to be put in order; `key` lists all their ids in the right order."""

    options: tuple[Option, ...]
    key: tuple[str, ...]

    @property
    def option_ids(self) -> tuple[str, ...]:
        """The ids in the author's order."""
        return tuple(option.id for option in self.options)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Pair:
    """A source with the target that belongs to it, by ids."""

    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """Each source (ids "1", "2"...) gets its target (ids A, B...); targets may serve several, or none.

    `key` holds at least one pair for every source. `multiple` lets a source have several targets; otherwise
    it has exactly one.
    """

    sources: tuple[Option, ...]
    targets: tuple[Option, ...]
    key: frozenset[Pair]
    multiple: bool = False

    @property
    def key_order(self) -> tuple[Pair, ...]:
        """The key by source and target."""
        return tuple(
            Pair(source=source.id, target=target.id)
            for source in self.sources
            for target in self.targets
            if Pair(source=source.id, target=target.id) in self.key
        )


GapEntry: TypeAlias = "Choice | Numeric | TextEntry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A place in the stem, marked `[[id]]` there: a menu (a Choice with one right option) or typed text.

    A menu's options are plain text, whatever the item's markup: no browser shows more in a menu. `weight`
    is the gap's share of the points beside the other gaps.
    """

    id: str
    entry: GapEntry
    weight: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloze:
    """A stem with gaps, in the order in which they stand there."""

    gaps: tuple[Gap, ...]


Interaction: TypeAlias = "Choice | Numeric | TextEntry | Ordering | Matching | Cloze"


def read_number(typed: str) -> Decimal | None:
    """A decimal number as people type it: full-width digits, a sign, an exponent; None for anything else."""
    text = typed.translate(_WIDE).replace("\u2212", "-").strip()
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def number_text(number: Decimal) -> str:
    """The one way a number is written: no exponent, no zeros behind the last digit ("0.5", "1200")."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def check_choice(choice: Choice, *, many: bool) -> None:
    """Options A, B, C... and a key of one of them, or of two and more when `many`. Raises ItemInvalid."""
    check_options(choice.options, 2, MAX_OPTIONS)
    check_key(choice, many=many)


def check_key(choice: Choice, *, many: bool) -> None:
    """The key names existing options, as many as the type wants. Raises ItemInvalid."""
    if not choice.key:
        raise ItemInvalid("item.key_missing", "key", "The item has no key.")
    if not choice.key <= set(choice.option_ids):
        raise ItemInvalid("item.key_beyond_options", "key", "The key names an option that does not exist.")
    if many and len(choice.key) < 2:
        raise ItemInvalid("item.key_too_few", "key", "A multiple choice key has at least two options.")
    if not many and len(choice.key) != 1:
        raise ItemInvalid("item.key_too_many", "key", "This type of item has exactly one correct option.")


def check_options(options: tuple[Option, ...], least: int, most: int, *, ids: str = OPTION_IDS) -> None:
    """Between `least` and `most` options whose ids run without a gap and whose texts differ."""
    if not least <= len(options) <= most:
        raise ItemInvalid("item.options_number", "options", f"This type has {least} to {most} options.")
    if tuple(option.id for option in options) != tuple(ids[: len(options)]):
        raise ItemInvalid("item.options_invalid", "options", "Option ids run A, B, C... without a gap.")
    if len({" ".join(option.text.split()) for option in options}) != len(options):
        raise ItemInvalid("item.options_repeated", "options", "Two options have the same text.")


def check_numeric(numeric: Numeric) -> None:
    """Finite numbers of a sensible length, no negative tolerance. Raises ItemInvalid."""
    for number in (numeric.value, numeric.tolerance):
        if not number.is_finite() or len(number_text(number)) > 62:
            raise ItemInvalid("item.number_invalid", "key", "The value or its tolerance is no usable number.")
    if numeric.tolerance < 0:
        raise ItemInvalid("item.tolerance_negative", "key", "A tolerance is not negative.")
    if len(numeric.unit) > MAX_UNIT_CHARS:
        raise ItemInvalid("item.unit_too_long", "unit", f"A unit has at most {MAX_UNIT_CHARS} characters.")


def check_text_entry(entry: TextEntry) -> None:
    """One to 50 accepted texts, none empty, all different after folding. Raises ItemInvalid."""
    if not entry.accepted:
        raise ItemInvalid("item.key_missing", "key", "The item has no key.")
    if len(entry.accepted) > MAX_ACCEPTED:
        raise ItemInvalid("item.key_too_many", "key", f"At most {MAX_ACCEPTED} texts can be accepted.")
    folded = [entry.folded(text) for text in entry.accepted]
    if not all(folded) or any(len(text) > MAX_ENTRY_CHARS for text in entry.accepted):
        raise ItemInvalid("item.accepted_invalid", "key", "An accepted text has 1 to 200 characters.")
    if len(set(folded)) != len(folded):
        raise ItemInvalid("item.accepted_repeated", "key", "Two accepted texts are the same after folding.")


def check_ordering(ordering: Ordering) -> None:
    """Two to 12 options, and a key that is a permutation of them. Raises ItemInvalid."""
    check_options(ordering.options, 2, MAX_ORDERED)
    if sorted(ordering.key) != sorted(ordering.option_ids):
        raise ItemInvalid("item.key_not_permutation", "key", "The key must name every option exactly once.")


def check_matching(matching: Matching) -> None:
    """Sources and targets without repeats, a key of existing ones that leaves no source out."""
    numbers = tuple(str(number) for number in range(1, len(matching.sources) + 1))
    if not 1 <= len(matching.sources) <= MAX_ORDERED:
        raise ItemInvalid("item.sources_number", "sources", f"Matching has 1 to {MAX_ORDERED} sources.")
    if tuple(source.id for source in matching.sources) != numbers:
        raise ItemInvalid("item.options_invalid", "sources", "Source ids run 1, 2, 3... without a gap.")
    if len({" ".join(source.text.split()) for source in matching.sources}) != len(numbers):
        raise ItemInvalid("item.options_repeated", "sources", "Two sources have the same text.")
    check_options(matching.targets, 2, len(OPTION_IDS))
    targets = {target.id for target in matching.targets}
    if any(pair.source not in numbers or pair.target not in targets for pair in matching.key):
        raise ItemInvalid("item.key_beyond_options", "key", "The key names an option that does not exist.")
    matched = [pair.source for pair in matching.key]
    if set(matched) != set(numbers):
        raise ItemInvalid("item.key_missing", "key", "A source has no target.")
    if not matching.multiple and len(matched) != len(numbers):
        raise ItemInvalid("item.key_too_many", "key", "A source has more than one target.")


def check_cloze(cloze: Cloze, stem: str) -> None:
    """Gaps with ids of their own, each marked exactly once in the stem and in that order."""
    ids = [gap.id for gap in cloze.gaps]
    if not 1 <= len(ids) <= MAX_GAPS:
        raise ItemInvalid("item.gaps_number", "gaps", f"A cloze has 1 to {MAX_GAPS} gaps.")
    if not all(_GAP_ID.fullmatch(gap_id) for gap_id in ids) or len(set(ids)) != len(ids):
        raise ItemInvalid("item.gap_id_invalid", "gaps", "A gap id is 1 to 16 letters or digits, used once.")
    if GAP_MARK.findall(stem) != ids:
        raise ItemInvalid("item.gaps_unmarked", "stem", "The stem must hold [[id]] once for each gap.")
    for gap in cloze.gaps:
        if not 1 <= gap.weight <= 100:
            raise ItemInvalid("item.gap_weight_invalid", "gaps", "A gap's weight is 1 to 100.")
        if isinstance(gap.entry, Choice):
            check_options(gap.entry.options, 2, len(OPTION_IDS))
            check_key(gap.entry, many=False)
        elif isinstance(gap.entry, Numeric):
            check_numeric(gap.entry)
        else:
            check_text_entry(gap.entry)


def marked_up_texts(interaction: Interaction) -> Iterator[str]:
    """The texts besides the stem that follow the item's markup: of options, sources and targets."""
    if isinstance(interaction, Choice | Ordering):
        yield from (option.text for option in interaction.options)
    elif isinstance(interaction, Matching):
        yield from (option.text for option in (*interaction.sources, *interaction.targets))


def plain_texts(interaction: Interaction) -> Iterator[str]:
    """The texts that are plain whatever the markup: of menus, accepted texts and units."""
    match interaction:
        case Numeric():
            if interaction.unit:
                yield interaction.unit
        case TextEntry():
            yield from interaction.accepted
        case Cloze():
            for gap in interaction.gaps:
                if isinstance(gap.entry, Choice):
                    yield from (option.text for option in gap.entry.options)
                else:
                    yield from plain_texts(gap.entry)
