"""Items: a stem, what the candidate does with it, the key; and what of it a candidate may be sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from question_bank.content import Markup, check_html, media_digests, plain
from question_bank.errors import ItemInvalid
from question_bank.interactions import (
    TRUE_FALSE_OPTIONS,
    Choice,
    Cloze,
    Interaction,
    Matching,
    Numeric,
    Option,
    Ordering,
    TextEntry,
    check_choice,
    check_cloze,
    check_key,
    check_matching,
    check_numeric,
    check_ordering,
    check_text_entry,
    marked_up_texts,
    plain_texts,
)
from question_bank.item_types import ItemType
from question_bank.scoring_rules import RULES_OF, ScoringRule

MAX_STEM_CHARS = 4_000
MAX_OPTION_CHARS = 1_000
MAX_RATIONALE_CHARS = 8_000
MAX_LABEL_CHARS = 100
# Markup takes room that nobody reads.
MARKUP_ROOM = 5
TOPIC_SEPARATOR = "/"
DEFAULT_LANGUAGE = "zh-CN"
MAX_PARAMETER = 10_000_000
MAX_ATTRIBUTES = 20
# What every item has under these names already (see `pool`).
RESERVED_ATTRIBUTES = frozenset(
    {"id", "type", "topic", "difficulty", "must_know", "industry", "clause", "language", "item_set"}
)

_ITEM_ID = re.compile(r"[\w.\-]{1,64}")
_ATTRIBUTE_NAME = re.compile(r"[^\W\d]\w{0,39}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
# C0 and C1 controls other than tab and newline, bidirectional overrides, lone surrogates: never exam text.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def is_item_id(text: str) -> bool:
    """Whether the text can be the id of an item or an item set."""
    return _ITEM_ID.fullmatch(text) is not None


def is_printable(text: str) -> bool:
    """Whether the text holds no control character but tab and newline, and nothing that turns it over."""
    return _UNPRINTABLE.search(text) is None


def is_language(text: str) -> bool:
    """Whether the text can be a language tag such as zh-CN."""
    return _LANGUAGE.fullmatch(text) is not None


def is_attribute_name(text: str) -> bool:
    """Whether the text can name an attribute of the bank's own."""
    return _ATTRIBUTE_NAME.fullmatch(text) is not None and text not in RESERVED_ATTRIBUTES


class Difficulty(StrEnum):
    """The author's own guess, not a statistic; the value is the persisted text."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Parameters of the three-parameter logistic model in millionths: discrimination a > 0, difficulty b,

    guessing 0 <= c < 1. Integers, because forms are rebuilt from them exactly (decision 0020).
    """

    a: int
    b: int
    c: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item. Construction checks every rule and raises ItemInvalid (code and field).

    `interaction` is of the class that belongs to `type`. `markup` says how stem, options, sources, targets
    and rationale are written. `topic` is the blueprint's word, a path with "/" between its levels.
    `must_know` marks 应知应会 content. At most one item of an `enemy_set` may stand in a form. `item_set`
    names the set whose stimulus the item needs. `industry` is empty for the bank's own. `source` is free
    text (book, old bank), `clause` the legal clause. `scoring_rules` are the rules the author accepts for
    this item; empty means every rule that fits the type. `attributes` are (name, value) pairs of the bank's
    own, by name, for blueprints to ask for: cognitive_level, reading_seconds, ...
    """

    id: str
    type: ItemType
    stem: str
    interaction: Interaction
    topic: str
    must_know: bool = False
    rationale: str = ""
    difficulty: Difficulty | None = None
    source: str = ""
    markup: Markup = Markup.TEXT
    industry: str = ""
    parameters: Parameters | None = None
    enemy_set: str = ""
    item_set: str = ""
    clause: str = ""
    language: str = DEFAULT_LANGUAGE
    scoring_rules: tuple[ScoringRule, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not is_item_id(self.id):
            raise ItemInvalid("item.id_invalid", "id", "An id is 1 to 64 letters, digits, '.', '_' or '-'.")
        self._check_content()
        _check_text("topic", self.topic, MAX_LABEL_CHARS)
        if not all(level.strip() for level in self.topic.split(TOPIC_SEPARATOR)):
            raise ItemInvalid("item.topic_invalid", "topic", "A level of the topic path is empty.")
        for field, limit in _LABEL_LIMITS.items():
            _check_text(field, getattr(self, field), limit, may_be_empty=True)
        if not is_language(self.language):
            raise ItemInvalid("item.language_invalid", "language", "A language is a tag such as zh-CN.")
        check_interaction(self.type, self.interaction, self.stem)
        self._check_rules()
        object.__setattr__(self, "attributes", tuple(sorted(self.attributes)))
        self._check_attributes()

    def _check_attributes(self) -> None:
        names = [name for name, _ in self.attributes]
        if len(names) > MAX_ATTRIBUTES or len(set(names)) != len(names):
            raise ItemInvalid("item.attributes_invalid", "attributes", "20 attributes, each named once.")
        for name, value in self.attributes:
            if not is_attribute_name(name):
                raise ItemInvalid("item.attribute_name_invalid", "attributes", f"No name: {name[:40]}.")
            _check_text("attribute", value, MAX_LABEL_CHARS)

    def _check_content(self) -> None:
        room = MARKUP_ROOM if self.markup is Markup.HTML else 1
        texts = [("stem", self.stem, MAX_STEM_CHARS), ("rationale", self.rationale, MAX_RATIONALE_CHARS)]
        texts += [("option", text, MAX_OPTION_CHARS) for text in marked_up_texts(self.interaction)]
        for field, text, limit in texts:
            _check_text(field, text, limit * room, may_be_empty=field == "rationale")
            if self.markup is Markup.HTML:
                check_html(field, text)
                if field != "rationale" and not (
                    plain(text, self.markup) or media_digests(text, self.markup)
                ):
                    raise ItemInvalid(f"item.{field}_missing", field, f"The {field} shows nothing.")
        for text in plain_texts(self.interaction):
            _check_text("option", text, MAX_OPTION_CHARS)

    def _check_rules(self) -> None:
        if len(set(self.scoring_rules)) != len(self.scoring_rules):
            raise ItemInvalid("item.scoring_rule_repeated", "scoring_rules", "A scoring rule is named twice.")
        if not RULES_OF[self.type] >= set(self.scoring_rules):
            raise ItemInvalid("item.scoring_rule_unfit", "scoring_rules", "The rule does not fit the type.")
        parameters = self.parameters
        if parameters is None:
            return
        if not (
            0 < parameters.a <= MAX_PARAMETER
            and abs(parameters.b) <= MAX_PARAMETER
            and 0 <= parameters.c < 1_000_000
        ):
            raise ItemInvalid("item.parameters_invalid", "parameters", "The parameters are out of range.")

    @property
    def topic_path(self) -> tuple[str, ...]:
        """The topic's levels, the widest first."""
        return tuple(self.topic.split(TOPIC_SEPARATOR))

    @property
    def shuffled_ids(self) -> tuple[str, ...]:
        """The ids whose order a form decides, in the author's order; empty when there is nothing to shuffle.

        Options of a choice or an ordering, targets of a matching.
        """
        match self.interaction:
            case Choice() | Ordering():
                return self.interaction.option_ids
            case Matching():
                return tuple(target.id for target in self.interaction.targets)
            case _:
                return ()

    @property
    def media(self) -> frozenset[str]:
        """The SHA-256 (hexadecimal) of every picture it shows."""
        texts = (self.stem, self.rationale, *marked_up_texts(self.interaction))
        return frozenset().union(*(media_digests(text, self.markup) for text in texts))

    @property
    def plain_stem(self) -> str:
        """The words of the stem without markup."""
        return plain(self.stem, self.markup)

    @property
    def choice(self) -> Choice:
        """The interaction of an item of choice. Raises ItemInvalid for other types."""
        if not isinstance(self.interaction, Choice):
            raise ItemInvalid("item.no_choice", "type", "This item has no options to choose from.")
        return self.interaction


_LABEL_LIMITS = {
    "source": MAX_STEM_CHARS,
    "clause": MAX_STEM_CHARS,
    "industry": MAX_LABEL_CHARS,
    "enemy_set": MAX_LABEL_CHARS,
    "item_set": MAX_LABEL_CHARS,
}
_CLASS_OF: dict[ItemType, type] = {
    ItemType.TRUE_FALSE: Choice,
    ItemType.SINGLE_CHOICE: Choice,
    ItemType.MULTIPLE_CHOICE: Choice,
    ItemType.NUMERIC: Numeric,
    ItemType.TEXT_ENTRY: TextEntry,
    ItemType.ORDERING: Ordering,
    ItemType.MATCHING: Matching,
    ItemType.CLOZE: Cloze,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSet:
    """A stimulus (case, table, drawing) that several items share. Raises ItemInvalid.

    `markup` says how the stimulus is written; `title` is for the author and the candidate.
    """

    id: str
    stimulus: str
    title: str = ""
    markup: Markup = Markup.TEXT

    def __post_init__(self) -> None:
        if not is_item_id(self.id):
            raise ItemInvalid("item.id_invalid", "id", "An id is 1 to 64 letters, digits, '.', '_' or '-'.")
        room = MARKUP_ROOM if self.markup is Markup.HTML else 1
        _check_text("stimulus", self.stimulus, 5 * MAX_STEM_CHARS * room)
        _check_text("title", self.title, MAX_LABEL_CHARS, may_be_empty=True)
        if self.markup is Markup.HTML:
            check_html("stimulus", self.stimulus)

    @property
    def media(self) -> frozenset[str]:
        """The SHA-256 (hexadecimal) of every picture the stimulus shows."""
        return media_digests(self.stimulus, self.markup)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredGap:
    """A gap without its key: `kind` is menu, number or text; `options` of a menu; `unit` of a number."""

    id: str
    kind: str
    options: tuple[Option, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredItem:
    """What a candidate is sent. It has no field for key, rationale or source, so none can leak."""

    id: str
    type: ItemType
    stem: str
    markup: Markup
    options: tuple[Option, ...]
    sources: tuple[Option, ...] = ()
    multiple: bool = False
    gaps: tuple[DeliveredGap, ...] = ()
    unit: str = ""


def delivered_item(item: Item, option_order: Sequence[str]) -> DeliveredItem:
    """The item with its options (of a matching: its targets) in `option_order`.

    `option_order` is a permutation of `item.shuffled_ids`, else ItemInvalid.
    """
    if sorted(option_order) != sorted(item.shuffled_ids):
        raise ItemInvalid("item.order_invalid", "options", "The order is no permutation of the option ids.")
    interaction = item.interaction
    options: tuple[Option, ...] = ()
    if isinstance(interaction, Choice | Ordering):
        options = interaction.options
    elif isinstance(interaction, Matching):
        options = interaction.targets
    by_id = {option.id: option for option in options}
    return DeliveredItem(
        id=item.id,
        type=item.type,
        stem=item.stem,
        markup=item.markup,
        options=tuple(by_id[option_id] for option_id in option_order),
        sources=interaction.sources if isinstance(interaction, Matching) else (),
        multiple=isinstance(interaction, Matching) and interaction.multiple,
        gaps=_delivered_gaps(interaction) if isinstance(interaction, Cloze) else (),
        unit=interaction.unit if isinstance(interaction, Numeric) else "",
    )


def _delivered_gaps(cloze: Cloze) -> tuple[DeliveredGap, ...]:
    gaps = []
    for gap in cloze.gaps:
        match gap.entry:
            case Choice():
                gaps.append(DeliveredGap(id=gap.id, kind="menu", options=gap.entry.options))
            case Numeric():
                gaps.append(DeliveredGap(id=gap.id, kind="number", unit=gap.entry.unit))
            case TextEntry():
                gaps.append(DeliveredGap(id=gap.id, kind="text"))
    return tuple(gaps)


def check_interaction(item_type: ItemType, interaction: Interaction, stem: str) -> None:
    """Whether the interaction belongs to the type and is sound. Raises ItemInvalid."""
    if not isinstance(interaction, _CLASS_OF[item_type]):
        raise ItemInvalid("item.interaction_invalid", "type", "The interaction does not belong to the type.")
    match interaction:
        case Choice() if item_type is ItemType.TRUE_FALSE:
            if interaction.options != TRUE_FALSE_OPTIONS:
                raise ItemInvalid(
                    "item.options_invalid", "options", "A true/false item has T 正确 and F 错误."
                )
            check_key(interaction, many=False)
        case Choice():
            check_choice(interaction, many=item_type is ItemType.MULTIPLE_CHOICE)
        case Numeric():
            check_numeric(interaction)
        case TextEntry():
            check_text_entry(interaction)
        case Ordering():
            check_ordering(interaction)
        case Matching():
            check_matching(interaction)
        case Cloze():
            check_cloze(interaction, stem)


def _check_text(field: str, text: str, limit: int, *, may_be_empty: bool = False) -> None:
    """Refuse blank, oversized and unprintable text."""
    if not text.strip() and not (may_be_empty and text == ""):
        raise ItemInvalid(f"item.{field}_missing", field, f"The {field} is empty.")
    if len(text) > limit:
        raise ItemInvalid(f"item.{field}_too_long", field, f"The {field} has more than {limit} characters.")
    if not is_printable(text):
        raise ItemInvalid("item.text_unprintable", field, f"The {field} holds a control character.")
