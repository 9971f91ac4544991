"""Response processing: which of the few forms that we can mark ourselves an item uses.

QTI's response processing is a programming language. Recognised are the standard templates, copies of them
inside the item, and sums of such parts over several responses. Everything else is "custom" and rejected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from question_bank.formats.qti.declarations import Declaration
from question_bank.formats.qti.elements import child, value
from question_bank.formats.qti.errors import NotRead, NotSupported
from question_bank.formats.qti.rules import Award, Bounds, Criterion, read_rules

STANDARD_RESPONSE = "RESPONSE"
# The last part of the template's address; Common Cartridge has twins that give the full marks of the item.
_TEMPLATES: Mapping[str, Criterion] = {
    "match_correct": Criterion.EXACT,
    "cc2_match": Criterion.EXACT,
    "cc2_match_basic": Criterion.EXACT,
    "map_response": Criterion.MAPPED,
    "cc2_map_response": Criterion.MAPPED,
}
_POINT_TEMPLATES = frozenset({"map_response_point"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Processing:
    """How each response is marked. `together`: all must be right for any points.

    `stated` is false where the file has no response processing, and what it has of keys is taken for the
    rule; `renamed` where a template, which speaks of RESPONSE, meets one response of another name.
    """

    awards: Mapping[str, Award]
    together: bool = False
    bounds: Bounds = field(default_factory=Bounds)
    stated: bool = True
    renamed: bool = False


def processing(
    item: etree._Element, declared: Mapping[str, Declaration], answered: tuple[str, ...]
) -> Processing:
    """How the responses `answered` by the item's interactions are marked. Raises NotRead, NotSupported."""
    element = child(item, "response-processing")
    if element is None or (len(element) == 0 and not _template(element)):
        awards = {identifier: Award(criterion=_unstated(declared[identifier])) for identifier in answered}
        return Processing(awards=awards, stated=False)
    template = _template(element)
    if template in _POINT_TEMPLATES:
        raise NotSupported("qti.processing_unsupported", "key", template, element)
    if template in _TEMPLATES:
        return _by_template(_TEMPLATES[template], answered, element)
    if len(element) == 0:
        raise NotRead("qti.processing_custom", "key", template, element)
    rules = read_rules(item, element, frozenset(declared))
    missing = set(answered) - rules.awards.keys()
    if missing:
        raise NotRead("qti.processing_partial", "key", ", ".join(sorted(missing)), element)
    if set(rules.awards) - set(answered):
        raise NotRead("qti.processing_custom", "key", min(set(rules.awards) - set(answered)), element)
    return Processing(awards=rules.awards, together=rules.together, bounds=rules.bounds)


def _by_template(criterion: Criterion, answered: tuple[str, ...], element: etree._Element) -> Processing:
    if len(answered) > 1:
        # Templates mark the one response RESPONSE.
        others = [identifier for identifier in answered if identifier != STANDARD_RESPONSE]
        raise NotRead("qti.processing_partial", "key", ", ".join(others), element)
    return Processing(
        awards={identifier: Award(criterion=criterion) for identifier in answered},
        renamed=STANDARD_RESPONSE not in answered,
    )


def _unstated(declared: Declaration) -> Criterion:
    return Criterion.MAPPED if declared.mapped is not None and not declared.correct else Criterion.EXACT


def _template(element: etree._Element) -> str:
    """The last part of the template's address without ending, in lower case; empty for none."""
    for attribute in ("template", "template-location"):
        address = value(element, attribute)
        if address:
            last = address.rstrip("/").replace("\\", "/").rpartition("/")[2].lower()
            return last.removesuffix(".xml")
    return ""
