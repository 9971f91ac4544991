"""Blueprints: refusals, JSON, and the audit against a bank."""

from __future__ import annotations

import dataclasses
import json

import pytest

from question_bank.blueprint import Blueprint
from question_bank.errors import BlueprintInvalid, DocumentInvalid
from question_bank.item_types import ItemType
from question_bank.scoring_rules import ScoringRule
from question_bank.sections import Section, TopicQuota
from tests.question_bank.factories import make_blueprint

SECTION = Section(type=ItemType.MULTIPLE_CHOICE, title="多选题", count=4, points=200)
PARTIAL = ScoringRule.PARTIAL_NO_WRONG


def quotas(**counts: int) -> tuple[TopicQuota, ...]:
    return tuple(TopicQuota(topic=topic, count=count) for topic, count in counts.items())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": ""}, "blueprint.title_invalid"),
        ({"count": 0}, "blueprint.count_invalid"),
        ({"count": 1001}, "blueprint.count_invalid"),
        ({"points": 0}, "blueprint.points_invalid"),
        ({"must_know": 5}, "blueprint.must_know_invalid"),
        ({"topics": quotas(a=1, b=2)}, "blueprint.topics_sum"),
        ({"topics": quotas(a=4, b=0)}, "blueprint.topics_invalid"),
        ({"topics": quotas(a=2) * 2}, "blueprint.topics_invalid"),
        ({"partial_points": 100}, "blueprint.partial_invalid"),
        ({"scoring_rule": PARTIAL}, "blueprint.partial_invalid"),
        ({"scoring_rule": PARTIAL, "partial_points": 200}, "blueprint.partial_invalid"),
        (
            {"type": ItemType.SINGLE_CHOICE, "scoring_rule": PARTIAL, "partial_points": 1},
            "blueprint.partial_invalid",
        ),
    ],
)
def test_a_section_refuses_contradictions(changes: dict[str, object], code: str) -> None:
    with pytest.raises(BlueprintInvalid) as caught:
        dataclasses.replace(SECTION, **changes)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_two_sections_must_not_compete_for_items() -> None:
    left = dataclasses.replace(SECTION, topics=quotas(a=4))
    right = dataclasses.replace(SECTION, topics=quotas(b=4))
    assert Blueprint(title="t", sections=(left, right)).slot_count == 8
    for other in (SECTION, left):
        with pytest.raises(BlueprintInvalid) as caught:
            Blueprint(title="t", sections=(left, other))
        assert caught.value.code == "blueprint.sections_overlap"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " "}, "blueprint.title_invalid"),
        ({"sections": ()}, "blueprint.sections_invalid"),
        ({"must_know": 19}, "blueprint.must_know_invalid"),
        ({"must_know": -1}, "blueprint.must_know_invalid"),
    ],
)
def test_a_blueprint_refuses_contradictions(changes: dict[str, object], code: str) -> None:
    with pytest.raises(BlueprintInvalid) as caught:
        dataclasses.replace(make_blueprint(), **changes)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_json_round_trip_and_totals() -> None:
    plan = make_blueprint()
    assert Blueprint.from_json(plan.to_json()) == plan
    assert Blueprint.from_json(json.dumps(json.loads(plan.to_json()), indent=2)).digest == plan.digest
    assert (plan.slot_count, plan.total_points) == (18, 2400)
    assert dataclasses.replace(plan, must_know=5).digest != plan.digest


def test_reading_is_strict() -> None:
    document = json.loads(make_blueprint().to_json())
    document["sections"][0]["scoring_rule"] = "generous"
    with pytest.raises(DocumentInvalid) as caught:
        Blueprint.from_json(json.dumps(document))
    assert caught.value.code == "document.unknown_value"
    document["sections"][0]["scoring_rule"] = "all_or_nothing"
    document["sections"][0]["topics"]["t0"] = "2"
    with pytest.raises(DocumentInvalid) as caught:
        Blueprint.from_json(json.dumps(document))
    assert caught.value.code == "document.wrong_type"
