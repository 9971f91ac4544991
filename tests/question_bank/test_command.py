"""The command line: what it writes and how it exits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from question_bank.__main__ import main
from question_bank.bank import Bank
from question_bank.formats.export import bank_to_csv
from tests.question_bank.factories import SEED, draw_form, make_bank, make_blueprint, plan_for

GOOD = "题型,题目,答案\n判断题,甲,对\n"


def test_import_writes_bank_and_report(tmp_path: Path) -> None:
    source, target, report = tmp_path / "b.csv", tmp_path / "bank.json", tmp_path / "report.json"
    source.write_text(GOOD, encoding="gbk")
    assert main(["import", str(source), "--to", str(target), "--report", str(report)]) == 0
    assert [item.stem for item in Bank.from_json(target.read_bytes()).items] == ["甲"]
    (entry,) = json.loads(report.read_bytes())["files"]
    assert (entry["imported"], entry["rejected"], entry["sheets"][0]["encoding"]) == (1, 0, "gb18030")


def test_exit_status_tells_rejected_rows_from_unreadable_files(tmp_path: Path) -> None:
    good, bad, broken = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.csv"
    good.write_text(GOOD, encoding="utf-8")
    bad.write_text(GOOD + "判断题,,对\n", encoding="utf-8")
    broken.write_bytes(b"\xff\xff")
    target = tmp_path / "bank.json"
    assert main(["import", str(bad), "--to", str(target), "--dry-run"]) == 1
    assert not target.exists()
    assert main(["import", str(good), str(broken), "--to", str(target)]) == 2
    assert target.exists()
    assert main(["import", str(good), str(good), "--to", str(target)]) == 1
    assert main(["import", str(tmp_path / "none.csv"), "--to", str(target)]) == 2
    assert main(["import", str(good)]) == 2


def test_validate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bank, plan = tmp_path / "bank.json", tmp_path / "plan.json"
    bank.write_bytes(make_bank().to_json())
    plan.write_bytes(make_blueprint().to_json())
    assert main(["validate", str(bank), "--blueprint", str(plan)]) == 0
    bank.write_bytes(make_bank(per_cell=1).to_json())
    assert main(["validate", str(bank), "--blueprint", str(plan)]) == 1
    assert "shortage.items" in capsys.readouterr().out
    bank.write_bytes(b"{}")
    assert main(["validate", str(bank)]) == 2
    assert "document.field_missing" in capsys.readouterr().err


def test_rebuild_form(tmp_path: Path) -> None:
    bank, blueprint = make_bank(), make_blueprint()
    plan, form = plan_for(bank, blueprint), draw_form(bank, blueprint)
    files = {
        "record": form.record.to_json(),
        "plan": plan.to_json(),
        "bank": bank.to_json(),
        "blueprint": blueprint.to_json(),
    }
    paths = {name: tmp_path / f"{name}.json" for name in files}
    for name, data in files.items():
        paths[name].write_bytes(data)
    command = ["rebuild-form", str(paths["record"]), "--plan", str(paths["plan"])]
    checked = ["--bank", str(paths["bank"]), "--blueprint", str(paths["blueprint"])]
    assert main([*command, "--master-seed", SEED.hex()]) == 0
    assert main([*command, "--master-seed", SEED.hex(), *checked]) == 0
    assert main([*command, "--master-seed", SEED.hex(), *checked[:2]]) == 2
    assert main([*command, "--master-seed", "00" * 32]) == 1
    assert main([*command, "--master-seed", "no"]) == 2
    paths["bank"].write_bytes(make_bank(per_cell=7).to_json())
    assert main([*command, "--master-seed", SEED.hex(), *checked]) == 1


def test_the_exported_bank_is_imported_whole(tmp_path: Path) -> None:
    source, target = tmp_path / "b.csv", tmp_path / "bank.json"
    bank = make_bank()
    source.write_bytes(bank_to_csv(bank).data)
    names = ["--name", bank.name, "--industry", bank.industry]
    assert main(["import", str(source), "--to", str(target), *names]) == 0
    assert Bank.from_json(target.read_bytes()).digest == bank.digest
