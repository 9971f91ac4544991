"""Items and item sets as JSON objects, and back.

A field at its default is left out, so that an item keeps its bytes (and its bank its digest) when later
versions learn more fields. Numbers that are no integers are written as text.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from question_bank.canonical import JsonValue, ObjectReader, digest_value
from question_bank.content import Markup
from question_bank.errors import DocumentInvalid, ItemInvalid
from question_bank.interactions import (
    Choice,
    Cloze,
    Gap,
    GapEntry,
    Interaction,
    Matching,
    Numeric,
    Option,
    Ordering,
    Pair,
    TextEntry,
    number_text,
    read_number,
)
from question_bank.item_types import CHOICE_TYPES, ItemType
from question_bank.items import DEFAULT_LANGUAGE, Difficulty, Item, ItemSet, Parameters
from question_bank.scoring_rules import ScoringRule

# Texts that are empty unless said otherwise.
_OPTIONAL_TEXTS = ("industry", "enemy_set", "item_set", "clause")


def item_document(item: Item) -> dict[str, JsonValue]:
    """One item as a JSON object; keys are listed in the author's order."""
    document: dict[str, JsonValue] = {
        "id": item.id,
        "type": item.type.value,
        "stem": item.stem,
        **_interaction_document(item.interaction),
        "topic": item.topic,
        "must_know": item.must_know,
        "rationale": item.rationale,
        "difficulty": item.difficulty.value if item.difficulty else "",
        "source": item.source,
    }
    document |= {field: getattr(item, field) for field in _OPTIONAL_TEXTS if getattr(item, field)}
    if item.markup is not Markup.TEXT:
        document["markup"] = item.markup.value
    if item.language != DEFAULT_LANGUAGE:
        document["language"] = item.language
    if item.parameters:
        document["parameters"] = {"a": item.parameters.a, "b": item.parameters.b, "c": item.parameters.c}
    if item.scoring_rules:
        document["scoring_rules"] = [rule.value for rule in item.scoring_rules]
    if item.attributes:
        document["attributes"] = dict(item.attributes)
    return document


def item_digest(item: Item) -> str:
    """The content hash of one version of an item, `sha256:<hex>`."""
    return digest_value(item_document(item))


def item_from_document(document: JsonValue) -> Item:
    """The inverse of `item_document`. Raises DocumentInvalid or ItemInvalid."""
    reader = ObjectReader(document, "item")
    item_id, difficulty = reader.text("id"), reader.text("difficulty")
    try:
        item_type = ItemType(reader.text("type"))
        level = Difficulty(difficulty) if difficulty else None
        markup = Markup(reader.text_or("markup", Markup.TEXT.value))
        rules = tuple(ScoringRule(rule) for rule in reader.texts_or("scoring_rules", ()))
    except ValueError as error:
        raise DocumentInvalid("document.unknown_value", f"Item {item_id[:64]}: {error}.") from error
    item = Item(
        id=item_id,
        type=item_type,
        stem=reader.text("stem"),
        interaction=_interaction(item_type, reader),
        topic=reader.text("topic"),
        must_know=reader.flag("must_know"),
        rationale=reader.text("rationale"),
        difficulty=level,
        source=reader.text("source"),
        markup=markup,
        language=reader.text_or("language", DEFAULT_LANGUAGE),
        parameters=_parameters(reader),
        scoring_rules=rules,
        attributes=reader.pairs_or("attributes"),
        **{field: reader.text_or(field, "") for field in _OPTIONAL_TEXTS},
    )
    reader.end()
    return item


def item_set_document(item_set: ItemSet) -> dict[str, JsonValue]:
    """One item set as a JSON object."""
    document: dict[str, JsonValue] = {
        "id": item_set.id,
        "title": item_set.title,
        "stimulus": item_set.stimulus,
    }
    if item_set.markup is not Markup.TEXT:
        document["markup"] = item_set.markup.value
    return document


def item_set_from_document(document: JsonValue) -> ItemSet:
    """The inverse of `item_set_document`. Raises DocumentInvalid or ItemInvalid."""
    reader = ObjectReader(document, "item_set")
    try:
        markup = Markup(reader.text_or("markup", Markup.TEXT.value))
    except ValueError as error:
        raise DocumentInvalid("document.unknown_value", f"An item set says: {error}.") from error
    item_set = ItemSet(
        id=reader.text("id"), title=reader.text("title"), stimulus=reader.text("stimulus"), markup=markup
    )
    reader.end()
    return item_set


def _interaction_document(interaction: Interaction) -> Mapping[str, JsonValue]:
    match interaction:
        case Choice():
            return {"options": _option_documents(interaction.options), "key": list(interaction.key_order)}
        case Ordering():
            return {"options": _option_documents(interaction.options), "key": list(interaction.key)}
        case Matching():
            return {
                "sources": _option_documents(interaction.sources),
                "targets": _option_documents(interaction.targets),
                "key": [[pair.source, pair.target] for pair in interaction.key_order],
                "multiple": interaction.multiple,
            }
        case Cloze():
            return {
                "gaps": [
                    {"id": gap.id, "weight": gap.weight, **_interaction_document(gap.entry)}
                    for gap in interaction.gaps
                ]
            }
        case Numeric():
            return {
                "value": number_text(interaction.value),
                "tolerance": number_text(interaction.tolerance),
                "unit": interaction.unit,
            }
        case TextEntry():
            return {
                "accepted": list(interaction.accepted),
                "fold_case": interaction.fold_case,
                "fold_width": interaction.fold_width,
            }


def _interaction(item_type: ItemType, reader: ObjectReader) -> Interaction:
    if item_type in CHOICE_TYPES:
        return _choice(reader)
    match item_type:
        case ItemType.NUMERIC:
            return _numeric(reader)
        case ItemType.TEXT_ENTRY:
            return _text_entry(reader)
        case ItemType.ORDERING:
            return Ordering(options=_options(reader, "options"), key=reader.texts("key"))
        case ItemType.MATCHING:
            return _matching(reader)
        case _:
            return Cloze(gaps=tuple(_gap(document) for document in reader.items("gaps")))


def _choice(reader: ObjectReader) -> Choice:
    key = reader.texts("key")
    if len(set(key)) != len(key):
        raise DocumentInvalid("document.key_repeated", "The key of an item repeats an option.")
    return Choice(options=_options(reader, "options"), key=frozenset(key))


def _numeric(reader: ObjectReader) -> Numeric:
    return Numeric(
        value=_number(reader, "value"), tolerance=_number(reader, "tolerance"), unit=reader.text("unit")
    )


def _number(reader: ObjectReader, field: str) -> Decimal:
    number = read_number(reader.text(field))
    if number is None:
        # What a person typed into a field, so it is told as one.
        raise ItemInvalid("item.number_invalid", "key", f"{field} must be a decimal number as text.")
    return number


def _text_entry(reader: ObjectReader) -> TextEntry:
    return TextEntry(
        accepted=reader.texts("accepted"),
        fold_case=reader.flag("fold_case"),
        fold_width=reader.flag("fold_width"),
    )


def _matching(reader: ObjectReader) -> Matching:
    pairs = []
    for pair in reader.items("key"):
        match pair:
            case [str(source), str(target)]:
                pairs.append(Pair(source=source, target=target))
            case _:
                raise DocumentInvalid("document.wrong_type", "A pair of a key is a list of two ids.")
    if len(set(pairs)) != len(pairs):
        raise DocumentInvalid("document.key_repeated", "The key of an item repeats a pair.")
    return Matching(
        sources=_options(reader, "sources"),
        targets=_options(reader, "targets"),
        key=frozenset(pairs),
        multiple=reader.flag("multiple"),
    )


def _gap(document: JsonValue) -> Gap:
    reader = ObjectReader(document, "gap")
    entry: GapEntry
    if reader.has("options"):
        entry = _choice(reader)
    elif reader.has("value"):
        entry = _numeric(reader)
    else:
        entry = _text_entry(reader)
    gap = Gap(id=reader.text("id"), weight=reader.integer("weight"), entry=entry)
    reader.end()
    return gap


def _parameters(reader: ObjectReader) -> Parameters | None:
    if not reader.has("parameters"):
        return None
    values = reader.counts("parameters")
    if sorted(values) != ["a", "b", "c"]:
        raise DocumentInvalid("document.field_missing", "Parameters are a, b and c.")
    return Parameters(a=values["a"], b=values["b"], c=values["c"])


def _option_documents(options: tuple[Option, ...]) -> list[JsonValue]:
    return [{"id": option.id, "text": option.text} for option in options]


def _options(reader: ObjectReader, field: str) -> tuple[Option, ...]:
    return tuple(_option(value) for value in reader.items(field))


def _option(value: JsonValue) -> Option:
    reader = ObjectReader(value, "option")
    option = Option(id=reader.text("id"), text=reader.text("text"))
    reader.end()
    return option
