"""`kaochang staff-add`."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app


def test_a_candidate_is_no_member_of_staff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAOCHANG_DATA", str(tmp_path / "data"))
    done = CliRunner().invoke(app, ["staff-add", "zhang", "张伟", "candidate", "--password", "x"])
    assert done.exit_code == 2
    assert not (tmp_path / "data").exists()
