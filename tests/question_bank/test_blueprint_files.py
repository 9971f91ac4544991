"""Blueprints as TOML and JSON files: the same blueprint comes back, and faults are told at their field."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.__main__ import main
from question_bank.blueprint import Blueprint
from question_bank.blueprint_files import BlueprintFormat, parse_blueprint, write_blueprint
from question_bank.errors import BlueprintInvalid, QuestionBankError
from question_bank.messages import refusal_text
from tests.question_bank.blueprint_strategies import blueprints

TEXT = """
format = "kaochang.blueprint/1"
title = "低压电工"
must_know = 2
shuffle_items = true
shuffle_options = true
exposure_cap = 200

[[sections]]
type = "true_false"
title = "判断题"
count = 3
points = 100
must_know = 0
scoring_rule = "all_or_nothing"
partial_points = 0
where = "difficulty != hard"
[sections.topics]
"电气" = 1
"防火" = 2

[[constraints]]
label = "难题"
where = "difficulty = hard"
at_most = 2
"""


@given(blueprints(), st.sampled_from(BlueprintFormat))
def test_what_is_written_reads_back(blueprint: Blueprint, form: BlueprintFormat) -> None:
    assert parse_blueprint(write_blueprint(blueprint, form)) == blueprint


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_end_in_a_refusal_with_words(data: bytes) -> None:
    with pytest.raises(QuestionBankError) as caught:
        parse_blueprint(data)
    assert refusal_text(caught.value, "zh") != str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "field", "code"),
    [
        ("count = 3", "count = 0", "sections.0.count", "blueprint.count_invalid"),
        ("count = 3", f"count = {10**400}", "sections.0.count", "blueprint.count_invalid"),
        ("difficulty != hard", "difficulty ! hard", "sections.0.where", "condition.unreadable"),
        ("difficulty = hard", "difficulty = ", "constraints.0.where", "condition.ends_early"),
        ("at_most = 2", "", "constraints.0.at_least", "constraint.bounds_invalid"),
        ('"防火" = 2', '"防火" = 1', "sections.0.topics", "blueprint.topics_sum"),
        ("exposure_cap = 200", "exposure_cap = 0", "exposure_cap", "blueprint.exposure_invalid"),
        ("exposure_cap = 200", 'together = ["a = 1", "a ="]', "together.1", "condition.ends_early"),
        (
            "[[constraints]]",
            "[sets]\nat_least = 0\n[[constraints]]",
            "sets.at_least",
            "set_rule.bounds_invalid",
        ),
    ],
)
def test_a_fault_is_told_at_its_field(old: str, new: str, field: str, code: str) -> None:
    assert old in TEXT
    with pytest.raises(BlueprintInvalid) as caught:
        parse_blueprint(TEXT.replace(old, new).encode())
    assert (caught.value.field, caught.value.code) == (field, code)
    assert refusal_text(caught.value, "zh") != refusal_text(caught.value, "en")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("count = 3", "count = 3.5", "document.wrong_type"),
        ("count = 3", "count = 2026-01-01", "document.wrong_type"),
        ("count = 3", "count = 3\ncount = 3", "document.not_toml"),
        ("count = 3", "count = 3\nminutes = 5", "document.field_unknown"),
        ("count = 3", "", "document.field_missing"),
    ],
)
def test_what_is_no_blueprint_document_is_refused(old: str, new: str, code: str) -> None:
    with pytest.raises(QuestionBankError) as caught:
        parse_blueprint(TEXT.replace(old, new, 1).encode())
    assert caught.value.code == code


def test_the_command_turns_one_into_the_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, as_json, back = tmp_path / "p.toml", tmp_path / "p.json", tmp_path / "b.toml"
    source.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    assert main(["blueprint", str(source), "--to", str(as_json)]) == 0
    assert main(["blueprint", str(as_json), "--to", str(back)]) == 0
    assert Blueprint.from_json(as_json.read_bytes()) == parse_blueprint(back.read_bytes())
    assert main(["blueprint", str(source), "--to", str(tmp_path / "p.txt")]) == 2
    source.write_text(TEXT.replace("count = 3", "count = 0"), "utf-8")
    assert main(["blueprint", str(source), "--to", str(as_json)]) == 2
    assert "sections.0.count" in capsys.readouterr().err
