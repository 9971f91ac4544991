"""The figures the default engine is held to, on the evaluation data: without the pictures only LFW's official
pairs need, and with a part of the printed ones. The whole is `python -m proctor evaluate` (docs/evaluations).
"""

import csv
import json
from pathlib import Path

import pytest

from proctor import __main__ as command
from proctor.analysis import FrameAnalyser
from proctor.evaluation.dataset import LabelledPair, LabelledPicture, read_pairs, read_pictures
from proctor.evaluation.report import FnmrAtFmr, Report, evaluate
from tests.shared_data import SHARED_DATA, needs_shared_data

pytestmark = needs_shared_data
FACES = SHARED_DATA / "faces"
# Of the printed pictures that no pair names, every fifth.
_SHARE_OF_PRINTS = 5


def wanted(pair: LabelledPair) -> bool:
    return pair.group in ("nuaa", "asian_celeb") or pair.kind.endswith("east_asian")


def chosen(pairs: list[LabelledPair]) -> list[LabelledPicture]:
    named = {path for pair in pairs for path in (pair.one, pair.other)}
    prints = [one for one in read_pictures(FACES) if one.group == "nuaa" and one.path not in named]
    more = {one.path for one in prints if one.label == "live"}
    more |= {one.path for one in [one for one in prints if one.species][::_SHARE_OF_PRINTS]}
    return [one for one in read_pictures(FACES) if one.path in named | more]


@pytest.fixture(scope="module")
def report(analyser: FrameAnalyser, tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder: Path = tmp_path_factory.mktemp("faces")
    pairs = [pair for pair in read_pairs(FACES) if wanted(pair)]
    pictures = chosen(pairs)
    for group in {one.group for one in pictures}:
        (folder / group).symlink_to(FACES / group, target_is_directory=True)
    with (folder / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "set", "person_id", "label", "extra"))
        writer.writerows((one.path, one.group, one.person, one.label, one.extra) for one in pictures)
    with (folder / "pairs.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("set", "kind", "same_person", "a", "b"))
        writer.writerows((one.group, one.kind, int(one.mated), one.one, one.other) for one in pairs)
    return evaluate(analyser, folder, "2026-11-24")


def test_the_command_writes_report_and_page(
    analyser: FrameAnalyser, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faces = tmp_path / "faces"
    faces.mkdir()
    (faces / "agegap").symlink_to(FACES / "agegap", target_is_directory=True)
    for name in ("manifest.csv", "pairs.csv"):
        lines = (FACES / name).read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines[1:] if "agegap/" in line]
        (faces / name).write_text("\n".join([lines[0], *kept]) + "\n", encoding="utf-8")
    out, page = tmp_path / "report.json", tmp_path / "report.html"
    arguments = ["evaluate", "--data", str(faces), "--engine", analyser.engine.name, "--out", str(out)]
    assert command.main([*arguments, "--html", str(page), "--models", str(data_dir), "--language", "en"]) == 0
    assert capsys.readouterr().err.endswith("24 of 24 pictures\n")
    found = json.loads(out.read_text(encoding="utf-8"))
    assert (found["engine"], found["pictures"], found["persons"]) == ("fr", 24, 12)
    assert [one["kind"] for one in found["sets"]] == ["genuine_agegap"]
    text = page.read_text(encoding="utf-8")
    assert "agegap genuine_agegap" in text
    assert ".jpg" not in text


def at_one_percent(report: Report, kind: str) -> list[FnmrAtFmr]:
    (one,) = (one for one in report.sets if one.kind == kind)
    return [step for protocol in one.protocols for step in protocol.steps if step.fmr == 1e-2]


@pytest.mark.parametrize(
    ("kind", "mated", "most"),
    [
        ("genuine_cross_session", 420, 0.01),
        ("genuine_printedIDphoto_vs_live", 160, 0.01),
        ("genuine_east_asian", 251, 0.015),
        ("genuine_wild", 168, 0.06),
    ],
)
def test_fnmr_at_one_percent(report: Report, kind: str, mated: int, most: float) -> None:
    steps = at_one_percent(report, kind)
    assert len(steps) == 2  # against the listed pairs and against all persons of the set
    for step in steps:
        assert step.fnmr.trials == mated
        assert step.fnmr.value <= most
        assert step.low_by_person <= step.fnmr.value <= step.high_by_person


def test_every_picture_is_acquired(report: Report) -> None:
    assert report.acquisition.fta.errors == 0
    assert report.acquisition.fta.trials > 700


def test_prints_are_told_from_living_faces(report: Report) -> None:
    (printed,) = report.attacks
    assert (printed.species, printed.bona_fide) == ("print", 280)
    assert printed.attacks > 150
    first = printed.steps[0]
    assert first.bpcer <= 0.05
    assert first.apcer <= 0.01


def test_every_engine_of_ours_knows_what_a_score_is_worth(report: Report) -> None:
    costs = {one.kind: one.cllr for one in report.sets}
    assert all(cost is not None and cost < 0.35 for cost in costs.values()), costs
