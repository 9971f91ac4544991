"""Response declarations: what a response is made of, the right one, and the points of single values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from lxml import etree

from question_bank.formats.qti.elements import child, children, flag, name, number, text, value
from question_bank.formats.qti.errors import NotRead

# More than any item here can use.
MAX_VALUES = 500
NUMBERS = frozenset({"integer", "float"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MapEntry:
    """The points of one value of a response."""

    key: str
    points: Decimal
    case_sensitive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PointMap:
    """`mapping`: points by value, `default` for all others, the sum held between `lower` and `upper`."""

    entries: tuple[MapEntry, ...]
    default: Decimal
    lower: Decimal | None
    upper: Decimal | None

    def points(self, key: str) -> Decimal:
        """The points of a value that is compared letter by letter."""
        return next((entry.points for entry in self.entries if entry.key == key), self.default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One declared response; `correct` holds the values as written, `mapped` is None without a mapping."""

    identifier: str
    cardinality: str
    base_type: str
    correct: tuple[str, ...]
    mapped: PointMap | None

    @property
    def numeric(self) -> bool:
        """Whether the values are numbers."""
        return self.base_type in NUMBERS


def declarations(item: etree._Element, *, exact_spaces: bool) -> Mapping[str, Declaration]:
    """The item's responses by identifier. Raises NotRead.

    `exact_spaces` keeps values as they are written; otherwise spaces at the ends are nothing.
    """
    found: dict[str, Declaration] = {}
    for element in children(item, "response-declaration"):
        declared = _declaration(element, exact_spaces)
        if not declared.identifier or declared.identifier in found:
            raise NotRead("qti.response_repeated", "key", declared.identifier, element)
        found[declared.identifier] = declared
    return MappingProxyType(found)


def _declaration(element: etree._Element, exact_spaces: bool) -> Declaration:
    correct = child(element, "correct-response")
    values = [] if correct is None else [text(found) for found in children(correct, "value")]
    mapping = child(element, "mapping")
    if len(values) > MAX_VALUES or (mapping is not None and len(mapping) > MAX_VALUES):
        raise NotRead("item.key_too_many", "key", value(element, "identifier"), element)
    return Declaration(
        identifier=value(element, "identifier"),
        cardinality=value(element, "cardinality", "single"),
        base_type=value(element, "base-type"),
        correct=tuple(found if exact_spaces else " ".join(found.split()) for found in values),
        mapped=None if mapping is None else _point_map(mapping, exact_spaces),
    )


def _point_map(mapping: etree._Element, exact_spaces: bool) -> PointMap:
    entries = []
    for element in mapping:
        if name(element) != "map-entry":
            raise NotRead("qti.mapping_unclear", "key", name(element), element)
        key = element.get("map-key", element.get("mapKey", ""))
        entries.append(
            MapEntry(
                key=key if exact_spaces else " ".join(key.split()),
                points=_points(element, "mapped-value", None),
                case_sensitive=flag(element, "case-sensitive", default=True),
            )
        )
    bounds = [
        None if not value(mapping, bound) else _points(mapping, bound, None)
        for bound in ("lower-bound", "upper-bound")
    ]
    return PointMap(
        entries=tuple(entries),
        default=_points(mapping, "default-value", Decimal(0)),
        lower=bounds[0],
        upper=bounds[1],
    )


def _points(element: etree._Element, attribute: str, default: Decimal | None) -> Decimal:
    written = value(element, attribute)
    points = number(written) if written or default is None else default
    if points is None:
        raise NotRead("qti.mapping_unclear", "key", written, element)
    return points
