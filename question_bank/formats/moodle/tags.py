"""What an item says of itself, as tags (`difficulty:easy`, `clause:GB 26859`): Moodle has no other place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from question_bank.formats.reports import Loss, Problem, clip
from question_bank.interactions import Numeric, TextEntry
from question_bank.items import (
    DEFAULT_LANGUAGE,
    Difficulty,
    Item,
    Parameters,
    is_attribute_name,
    is_language,
)
from question_bank.scoring_rules import ScoringRule

# Moodle cuts what is longer.
MAX_TAG_CHARS = 50
STIMULUS_TAG = "stimulus"

_MUST_KNOW = "must-know"
_ATTRIBUTE = "attribute"
_TEXT_FIELDS = ("source", "clause", "industry", "enemy_set", "item_set")
_MATCH_CASE, _MATCH_WIDTH = "match-case", "match-width"
_MUST_KNOW_WORDS = frozenset({_MUST_KNOW, "应知应会", "必知", "必会", "必知必会", "必学必训"})
_DIFFICULTY_WORDS = {level.value: level for level in Difficulty} | {
    "易": Difficulty.EASY,
    "中": Difficulty.MEDIUM,
    "难": Difficulty.HARD,
}
# What Moodle does not allow in a tag, and what a comment in GIFT cannot hold.
_FORBIDDEN = re.compile("[<>`\x00-\x1f\x7f]|\\\\$|\\\\\\]")
_INTEGERS = re.compile(r"(-?[0-9]{1,9}) (-?[0-9]{1,9}) (-?[0-9]{1,9})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What the tags of a question say. `texts` holds source, clause, industry, enemy_set and item_set."""

    must_know: bool = False
    difficulty: Difficulty | None = None
    parameters: Parameters | None = None
    scoring_rules: tuple[ScoringRule, ...] = ()
    language: str = DEFAULT_LANGUAGE
    unit: str = ""
    match_case: bool = False
    match_width: bool = False
    attributes: tuple[tuple[str, str], ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


def read_tags(tags: Iterable[str]) -> tuple[Described, tuple[Problem, ...]]:
    """What the tags say, and a problem that names those which say nothing here."""
    texts: dict[str, str] = {}
    known: dict[str, Any] = {}
    unknown: list[str] = []
    attributes: dict[str, str] = {}
    for tag in dict.fromkeys(tags):
        name, colon, value = tag.partition(":")
        own, sign, said_value = value.partition("=")
        if name == _ATTRIBUTE and sign and is_attribute_name(own) and own not in attributes and said_value:
            attributes[own] = said_value
        elif colon and name in _TEXT_FIELDS and value and name not in texts:
            texts[name] = value
        elif (said := _said(tag, name, value)) is not None and said[0] not in known:
            known[said[0]] = said[1]
        else:
            unknown.append(tag)
    problems = (Problem(code="moodle.tags_dropped", field="tags", value=clip(", ".join(unknown))),)
    described = Described(texts=texts, attributes=tuple(attributes.items()), **known)
    return described, problems if unknown else ()


def _said(tag: str, name: str, value: str) -> tuple[str, Any] | None:
    """The attribute of `Described` that a tag other than of a text speaks of, and its value."""
    if tag in _MUST_KNOW_WORDS:
        return "must_know", True
    if tag in (_MATCH_CASE, _MATCH_WIDTH):
        return tag.replace("-", "_"), True
    level = _DIFFICULTY_WORDS.get(value if name == "difficulty" else tag)
    if level is not None:
        return "difficulty", level
    if (name == "unit" and value) or (name == "language" and is_language(value)):
        return name, value
    if name == "parameters" and (numbers := _INTEGERS.fullmatch(value)):
        return "parameters", Parameters(a=int(numbers[1]), b=int(numbers[2]), c=int(numbers[3]))
    if name == "scoring" and value and set(value.split()) <= set(ScoringRule):
        return "scoring_rules", tuple(ScoringRule(rule) for rule in value.split())
    return None


def tags_of(item: Item, places: Collection[str]) -> tuple[tuple[str, ...], tuple[Loss, ...]]:
    """The tags for everything that a question has no place for, and what no tag can hold.

    `places` names fields that the format has a place for.
    """
    wanted: list[tuple[str, str]] = []
    if item.must_know:
        wanted.append(("must_know", _MUST_KNOW))
    if item.difficulty:
        wanted.append(("difficulty", f"difficulty:{item.difficulty.value}"))
    if item.language != DEFAULT_LANGUAGE:
        wanted.append(("language", f"language:{item.language}"))
    if (parameters := item.parameters) is not None:
        wanted.append(("parameters", f"parameters:{parameters.a} {parameters.b} {parameters.c}"))
    # A tag for each rule would be shorter, but tags have no order.
    if item.scoring_rules:
        rules = " ".join(rule.value for rule in item.scoring_rules)
        wanted.append(("scoring_rules", f"scoring:{rules}"))
    texts = ((name, getattr(item, name)) for name in _TEXT_FIELDS)
    wanted += [(name, f"{name}:{text}") for name, text in texts if text]
    wanted += ((name, tag) for name, tag in _interaction_tags(item) if name not in places)
    own = [f"{_ATTRIBUTE}:{name}={value}" for name, value in item.attributes]
    # All of them or none: half of what a blueprint asks for would look complete.
    wanted += [("attributes", tag) for tag in (own if all(map(_fits, own)) else ["; ".join(own) + "\n"])]
    losses = tuple(_loss(item, name, tag) for name, tag in wanted if not _fits(tag))
    return tuple(tag for _, tag in wanted if _fits(tag)), losses


def _interaction_tags(item: Item) -> list[tuple[str, str]]:
    match item.interaction:
        case Numeric(unit=unit) if unit:
            return [("unit", f"unit:{unit}")]
        case TextEntry(fold_case=fold_case, fold_width=fold_width):
            wanted = [] if fold_case else [("fold_case", _MATCH_CASE)]
            return wanted if fold_width else [*wanted, ("fold_width", _MATCH_WIDTH)]
        case _:
            return []


def _fits(tag: str) -> bool:
    return len(tag) <= MAX_TAG_CHARS and tag == " ".join(tag.split()) and not _FORBIDDEN.search(tag)


def _loss(item: Item, name: str, tag: str) -> Loss:
    return Loss(item_id=item.id, field=name, code="loss.tag", value=clip(tag.partition(":")[2]))
