"""`assemble`, `rebuild-form` and `pool` from the command line: forms, report, plan and epochs on disk."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from question_bank.__main__ import main
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.forms import FormRecord
from tests.question_bank.factories import SEED, make_bank, make_blueprint
from tests.question_bank.independent_rebuild import Rebuild


def assembled(folder: Path, bank: Bank, blueprint: Blueprint, candidates: int = 60) -> int:
    (folder / "bank.json").write_bytes(bank.to_json())
    (folder / "blueprint.json").write_bytes(blueprint.to_json())
    files = ["--bank", str(folder / "bank.json"), "--blueprint", str(folder / "blueprint.json")]
    targets = ["--out", str(folder / "forms.jsonl"), "--report", str(folder / "report.json")]
    seed = ["--seed", SEED.hex(), "--candidates", str(candidates)]
    return main(["assemble", *files, *seed, *targets])


def report(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    return document


def rebuilt(folder: Path, seed: bytes = SEED) -> int:
    plan = ["--plan", str(folder / "forms.plan.json"), "--epochs", str(folder / "forms.epochs.json")]
    checked = ["--bank", str(folder / "bank.json"), "--blueprint", str(folder / "blueprint.json")]
    records = str(folder / "forms.jsonl")
    return main(["rebuild-form", records, *plan, *checked, "--master-seed", seed.hex()])


def test_forms_for_everybody_and_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert assembled(tmp_path, make_bank(), make_blueprint()) == 0
    found = report(tmp_path)
    assert (found["feasible"], found["forms"], found["violations"]) == (True, 60, {})
    assert found["difficulty_basis"] == "none"
    assert found["in_every_form"] == []
    assert found["largest_exposure"] >= found["structural_minimum"] > 0
    records = [FormRecord.from_json(line) for line in (tmp_path / "forms.jsonl").read_bytes().splitlines()]
    assert [record.candidate_id for record in records] == [str(number) for number in range(1, 61)]
    assert rebuilt(tmp_path) == 0
    assert "60 forms, all the same" in capsys.readouterr().out
    plan_json = (tmp_path / "forms.plan.json").read_bytes()
    epochs = json.loads((tmp_path / "forms.epochs.json").read_text("utf-8"))["epochs"]
    closed = {epoch["epoch"]: epoch["closed"] for epoch in epochs}
    for record in records[::20]:
        other = Rebuild(plan_json, closed[record.epoch], SEED, record.candidate_id, record.epoch)
        assert [(s.section, s.item_id, s.option_order) for s in record.slots] == other.deal()


def test_a_form_that_was_changed_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assembled(tmp_path, make_bank(), make_blueprint(), 3)
    path = tmp_path / "forms.jsonl"
    lines = path.read_text("utf-8").splitlines()
    document = json.loads(lines[1])
    document["slots"][0]["item_id"], document["slots"][1]["item_id"] = (
        document["slots"][1]["item_id"],
        document["slots"][0]["item_id"],
    )
    lines[1] = json.dumps(document)
    path.write_text("\n".join(lines), "utf-8")
    assert rebuilt(tmp_path) == 1
    assert "form.other_slots" in capsys.readouterr().err
    path.write_text("\n", "utf-8")
    assert rebuilt(tmp_path) == 2


def test_what_cannot_be_filled_ends_in_reasons_and_no_forms(tmp_path: Path) -> None:
    assert assembled(tmp_path, make_bank(per_cell=1), make_blueprint()) == 1
    found = report(tmp_path)
    assert found["feasible"] is False
    assert found["obstacles"][0]["code"] == "shortage.items"
    assert "只有 3 道" in found["obstacles"][0]["zh"]
    assert not (tmp_path / "forms.jsonl").exists()


@pytest.mark.parametrize("wrong", [["--candidates", "0"], ["--candidates", "200001"], ["--seed", "xyz"]])
def test_bad_arguments_are_refused_before_anything_is_written(tmp_path: Path, wrong: list[str]) -> None:
    (tmp_path / "bank.json").write_bytes(make_bank().to_json())
    (tmp_path / "blueprint.json").write_bytes(make_blueprint().to_json())
    files = ["--bank", str(tmp_path / "bank.json"), "--blueprint", str(tmp_path / "blueprint.json")]
    targets = ["--out", str(tmp_path / "forms.jsonl"), "--report", str(tmp_path / "report.json")]
    given = {"--seed": SEED.hex(), "--candidates": "1"} | {wrong[0]: wrong[1]}
    pairs = [word for pair in given.items() for word in pair]
    assert main(["assemble", *files, *pairs, *targets]) == 2
    assert not (tmp_path / "report.json").exists()


def test_standard_output_holds_nothing_but_the_result(tmp_path: Path) -> None:
    """The solver's library greets on standard output unless it is kept from it."""
    (tmp_path / "bank.json").write_bytes(make_bank().to_json())
    (tmp_path / "blueprint.json").write_bytes(make_blueprint().to_json())
    command = [sys.executable, "-m", "question_bank", "assemble", "--seed", SEED.hex(), "--candidates", "1"]
    command += ["--bank", "bank.json", "--blueprint", "blueprint.json", "--out", "f.jsonl", "--report", "r"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.startswith("1 forms")
    assert done.stdout.count("\n") == 1


def test_a_pool_of_testdesign(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(
        "ID,MODEL,PAR1\n" + "".join(f"i{n},1PL,{n / 10}\n" for n in range(-9, 10))
    )
    (tmp_path / "c.csv").write_text("CONSTRAINT_ID,TYPE,WHAT,CONDITION,LB,UB,ONOFF\nC1,Number,Item,,5,5,\n")
    command = ["pool", str(tmp_path / "p.csv"), "--to", str(tmp_path / "pool.json")]
    extra = ["--constraints", str(tmp_path / "c.csv"), "--to-blueprint", str(tmp_path / "b.json")]
    assert main([*command, *extra, "--cut", "2.5"]) == 0
    blueprint = Blueprint.from_json((tmp_path / "b.json").read_bytes())
    assert blueprint.target is not None
    assert blueprint.target.cut_points == 250
    files = ["--bank", str(tmp_path / "pool.json"), "--blueprint", str(tmp_path / "b.json")]
    targets = ["--out", str(tmp_path / "f.jsonl"), "--report", str(tmp_path / "r.json")]
    assert main(["assemble", *files, "--seed", SEED.hex(), "--candidates", "20", *targets]) == 0
    found = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert found["expected_at_cut"]["sd"] <= 0.1
    assert main([*command, *extra[:2]]) == 2
    assert main([*command, *extra, "--cut", "2.555"]) == 2
