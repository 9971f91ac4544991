"""Parts of a blueprint as JSON objects, and back. A rule at its default is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from question_bank.canonical import JsonValue, ObjectReader
from question_bank.conditions import Condition
from question_bank.constraints import Constraint, CurveTarget, Measure, SetRule
from question_bank.errors import BlueprintInvalid, DocumentInvalid
from question_bank.item_types import ItemType
from question_bank.scoring_rules import ScoringRule
from question_bank.sections import Section, TopicQuota

ANY_TYPE = "any"
# What a target may leave out.
_TARGET = ("at_cut", "beside_cut", "information", "theta")
_Part = TypeVar("_Part")


@contextmanager
def inside(place: str) -> Iterator[None]:
    """A fault found in here lies in that part of the document."""
    try:
        yield
    except BlueprintInvalid as error:
        error.field = f"{place}.{error.field}" if error.field else place
        raise


def each(read: Callable[[JsonValue], _Part], name: str, documents: list[JsonValue]) -> tuple[_Part, ...]:
    """The parts of the list `name`, each read by itself."""
    found = []
    for index, document in enumerate(documents):
        with inside(f"{name}.{index}"):
            found.append(read(document))
    return tuple(found)


def condition_from(text: str, place: str) -> Condition:
    """The condition that stands at `place`. Raises BlueprintInvalid."""
    with inside(place):
        return Condition.parse(text)


def section_document(section: Section) -> JsonValue:
    """A section as a JSON object."""
    document: dict[str, JsonValue] = {
        "type": section.type.value if section.type else ANY_TYPE,
        "title": section.title,
        "count": section.count,
        "points": section.points,
        "topics": {quota.topic: quota.count for quota in section.topics},
        "must_know": section.must_know,
        "scoring_rule": section.scoring_rule.value,
        "partial_points": section.partial_points,
    }
    if section.where.text:
        document["where"] = section.where.text
    return document


def section_from(document: JsonValue) -> Section:
    """The inverse of `section_document`. Raises DocumentInvalid or BlueprintInvalid."""
    reader = ObjectReader(document, "section")
    kind = reader.text("type")
    try:
        item_type = None if kind == ANY_TYPE else ItemType(kind)
        rule = ScoringRule(reader.text("scoring_rule"))
    except ValueError as error:
        raise DocumentInvalid("document.unknown_value", f"A section says: {error}.") from error
    topics = reader.counts("topics")
    section = Section(
        type=item_type,
        title=reader.text("title"),
        count=reader.integer("count"),
        points=reader.integer("points"),
        topics=tuple(TopicQuota(topic=topic, count=count) for topic, count in topics.items()),
        must_know=reader.integer("must_know"),
        scoring_rule=rule,
        partial_points=reader.integer("partial_points"),
        where=condition_from(reader.text_or("where", ""), "where"),
    )
    reader.end()
    return section


def constraint_document(constraint: Constraint) -> JsonValue:
    """A constraint as a JSON object."""
    document: dict[str, JsonValue] = {"label": constraint.label}
    if constraint.where.text:
        document["where"] = constraint.where.text
    if constraint.measure is not Measure.ITEMS:
        document["measure"] = constraint.measure.value
    if constraint.attribute:
        document["attribute"] = constraint.attribute
    if constraint.at_least is not None:
        document["at_least"] = constraint.at_least
    if constraint.at_most is not None:
        document["at_most"] = constraint.at_most
    return document


def constraint_from(document: JsonValue) -> Constraint:
    """The inverse of `constraint_document`. Raises DocumentInvalid or BlueprintInvalid."""
    reader = ObjectReader(document, "constraint")
    try:
        measure = Measure(reader.text_or("measure", Measure.ITEMS.value))
    except ValueError as error:
        raise DocumentInvalid("document.unknown_value", f"A constraint says: {error}.") from error
    constraint = Constraint(
        label=reader.text("label"),
        where=condition_from(reader.text_or("where", ""), "where"),
        measure=measure,
        attribute=reader.text_or("attribute", ""),
        at_least=reader.integer_or_none("at_least"),
        at_most=reader.integer_or_none("at_most"),
    )
    reader.end()
    return constraint


def set_rule_document(rule: SetRule) -> JsonValue:
    """The rule of item sets as a JSON object."""
    bounds = {"at_least": rule.at_least, "at_most": rule.at_most}
    return {name: bound for name, bound in bounds.items() if bound is not None}


def set_rule_from(document: JsonValue) -> SetRule:
    """The inverse of `set_rule_document`. Raises DocumentInvalid or BlueprintInvalid."""
    reader = ObjectReader(document, "sets")
    with inside("sets"):
        rule = SetRule(
            at_least=reader.integer_or_none("at_least"),
            at_most=reader.integer_or_none("at_most"),
        )
    reader.end()
    return rule


def target_document(target: CurveTarget) -> JsonValue:
    """The target of the curve as a JSON object."""
    document: dict[str, JsonValue] = {
        "cut_points": target.cut_points,
        "at_cut": target.at_cut,
        "beside_cut": target.beside_cut,
        "information": target.information,
    }
    if target.theta is not None:
        document["theta"] = target.theta
    return document


def target_from(document: JsonValue) -> CurveTarget:
    """The inverse of `target_document`; what is left out is at its default.

    Raises DocumentInvalid or BlueprintInvalid.
    """
    reader = ObjectReader(document, "target")
    given = {name: reader.integer(name) for name in _TARGET if reader.has(name)}
    with inside("target"):
        target = CurveTarget(cut_points=reader.integer("cut_points"), **given)
    reader.end()
    return target
