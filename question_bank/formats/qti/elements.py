"""Names of QTI elements and attributes in one spelling, and what every module asks of an element.

QTI 3.0 writes `qti-choice-interaction` and `max-choices` where 2.x writes `choiceInteraction` and
`maxChoices`. Everything here speaks of `choice-interaction` and `max-choices`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from lxml import etree

from question_bank.interactions import read_number

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PREFIX = "qti-"
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")


def name(element: etree._Element) -> str:
    """The local name without prefix, in lower case with hyphens; empty for what is no element."""
    return _canonical(element.tag) if isinstance(element.tag, str) else ""


def written_name(element: etree._Element) -> str:
    """The local name as the file has it, for reports."""
    return etree.QName(element).localname


def value(element: etree._Element, attribute: str, default: str = "") -> str:
    """The attribute in either spelling, without spaces at its ends."""
    found = element.get(attribute)
    if found is None:
        found = element.get(_camel(attribute))
    return default if found is None else found.strip()


def flag(element: etree._Element, attribute: str, *, default: bool = False) -> bool:
    """A boolean attribute."""
    return {"true": True, "1": True, "false": False, "0": False}.get(value(element, attribute), default)


def number(text: str) -> Decimal | None:
    """A number as XML Schema writes it, None for anything else ("INF", a template variable)."""
    text = text.strip()
    # Schema numbers may begin or end with the point.
    text = re.sub(r"^([+-]?)\.", r"\g<1>0.", text)
    return read_number(re.sub(r"\.(?=$|[eE])", "", text))


def children(element: etree._Element, child_name: str) -> Iterator[etree._Element]:
    """The children of this name."""
    return (child for child in element if name(child) == child_name)


def child(element: etree._Element, child_name: str) -> etree._Element | None:
    """The first child of this name."""
    return next(children(element, child_name), None)


def below(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Every element of these names below this one, in the order of the file."""
    return (found for found in element.iter() if found is not element and name(found) in names)


def text(element: etree._Element) -> str:
    """All character data inside."""
    return "".join(str(piece) for piece in element.itertext())


@lru_cache(maxsize=4_096)
def _canonical(tag: str) -> str:
    local = tag.rpartition("}")[2]
    return _CAPITAL.sub(r"-\1", local).lower().removeprefix(_PREFIX)


@lru_cache(maxsize=1_024)
def _camel(attribute: str) -> str:
    first, *others = attribute.split("-")
    return first + "".join(other.capitalize() for other in others)
