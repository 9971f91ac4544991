"""What QTI has no place for: our own element in the metadata of a manifest, written and read here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from question_bank.content import Markup
from question_bank.formats.qti.elements import value
from question_bank.formats.qti.errors import NotRead
from question_bank.formats.qti.vocabulary import element, escaped
from question_bank.interactions import Cloze, GapEntry, Numeric, TextEntry
from question_bank.item_types import ItemType
from question_bank.items import Item, Parameters
from question_bank.scoring_rules import ScoringRule

NAMESPACE = "urn:kaochang:qti:1"
TAG = f"{{{NAMESPACE}}}item"
_UNIT = f"{{{NAMESPACE}}}unit"
_ATTRIBUTE = f"{{{NAMESPACE}}}attribute"
GAP_PREFIX = "RESPONSE_"
RESPONSE = "RESPONSE"
_INTEGER = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Native:
    """Our fields of one item. `units` and `exact_width` go by response identifier.

    `exact_width` names the typed answers for which full and half width are not the same.
    """

    id: str
    type: ItemType
    markup: Markup
    must_know: bool = False
    industry: str = ""
    source: str = ""
    clause: str = ""
    enemy_set: str = ""
    item_set: str = ""
    parameters: Parameters | None = None
    scoring_rules: tuple[ScoringRule, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    exact_width: frozenset[str] = frozenset()


def entries(item: Item) -> Mapping[str, GapEntry]:
    """The menus and typed answers of an item by the identifier that QTI knows their response under."""
    if isinstance(item.interaction, Cloze):
        return {GAP_PREFIX + gap.id: gap.entry for gap in item.interaction.gaps}
    if isinstance(item.interaction, Numeric | TextEntry):
        return {RESPONSE: item.interaction}
    return {}


def gap_id(interaction: etree._Element) -> str:
    """The id of the gap that an interaction of ours stands for."""
    return value(interaction, "response-identifier").removeprefix(GAP_PREFIX)


def native_of(item: Item) -> Native:
    """Our fields of an item."""
    typed = entries(item)
    return Native(
        id=item.id,
        type=item.type,
        markup=item.markup,
        must_know=item.must_know,
        industry=item.industry,
        source=item.source,
        clause=item.clause,
        enemy_set=item.enemy_set,
        item_set=item.item_set,
        parameters=item.parameters,
        scoring_rules=item.scoring_rules,
        attributes=item.attributes,
        units={
            name: entry.unit for name, entry in typed.items() if isinstance(entry, Numeric) and entry.unit
        },
        exact_width=frozenset(
            name for name, entry in typed.items() if isinstance(entry, TextEntry) and not entry.fold_width
        ),
    )


_TEXTS = ("industry", "source", "clause", "enemy_set", "item_set")


def native_xml(native: Native) -> str:
    """The element; fields at their defaults are left out."""
    found = native.parameters
    attributes = {
        "xmlns:kc": NAMESPACE,
        "id": native.id,
        "type": native.type.value,
        "markup": native.markup.value,
        "must-know": "true" if native.must_know else "",
        **{name.replace("_", "-"): getattr(native, name) for name in _TEXTS},
        "parameters": f"{found.a} {found.b} {found.c}" if found else "",
        "scoring-rules": " ".join(native.scoring_rules),
        "exact-width": " ".join(sorted(native.exact_width)),
    }
    inside = [
        element("kc:unit", {"response": response}, escaped(unit))
        for response, unit in sorted(native.units.items())
    ]
    inside += [element("kc:attribute", {"name": name}, escaped(text)) for name, text in native.attributes]
    said = {name: said_value for name, said_value in attributes.items() if said_value}
    return element("kc:item", said, "".join(inside))


def read_native(written: etree._Element) -> Native:
    """The inverse of `native_xml`. Raises NotRead (`qti.extension_invalid`)."""
    try:
        return Native(
            id=written.get("id", ""),
            type=ItemType(written.get("type", "")),
            markup=Markup(written.get("markup", "")),
            must_know=written.get("must-know") == "true",
            parameters=_parameters(written.get("parameters", "")),
            scoring_rules=tuple(ScoringRule(rule) for rule in written.get("scoring-rules", "").split()),
            attributes=tuple(
                (child.get("name", ""), child.text or "") for child in written.iterchildren(_ATTRIBUTE)
            ),
            units={unit.get("response", ""): unit.text or "" for unit in written.iterchildren(_UNIT)},
            exact_width=frozenset(written.get("exact-width", "").split()),
            **{name: written.get(name.replace("_", "-"), "") for name in _TEXTS},
        )
    except ValueError as error:
        raise NotRead("qti.extension_invalid", "item", str(error), written) from error


def _parameters(written: str) -> Parameters | None:
    if not written:
        return None
    numbers = written.split()
    if len(numbers) != 3 or not all(_INTEGER.fullmatch(number) for number in numbers):
        raise ValueError(written)
    a, b, c = map(int, numbers)
    return Parameters(a=a, b=b, c=c)
