"""The evaluation on a made-up data set, with an engine whose every score can be worked out by hand."""

import csv
import json
import math
from dataclasses import asdict, replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from proctor import __main__ as command
from proctor.analysis import FrameAnalyser
from proctor.calibration import Likelihood
from proctor.engines import Points
from proctor.errors import DatasetInvalid
from proctor.evaluation.dataset import read_pairs, read_pictures
from proctor.evaluation.page import page_of
from proctor.evaluation.report import Report, evaluate
from proctor.faces import Embedding, HeadPose
from proctor.frames import Picture
from proctor.geometry import Box
from tests.proctor.made_up import CALIBRATION

# Person, colour as (green, blue), label, extra. Green is an angle in degrees, blue the presentation score.
PICTURES = {
    "a1": ("anna", (0, 250), "live", "session=1"),
    "a2": ("anna", (10, 240), "live", "session=2"),
    "b1": ("bert", (90, 230), "live", "session=1"),
    "b2": ("bert", (100, 220), "live", "session=2"),
    "c1": ("cleo", (60, 210), "live", "session=1"),
    "c2": ("cleo", (120, 200), "live", "session=2"),
    "p1": ("anna", (0, 205), "spoof_print", ""),
    "p2": ("bert", (90, 20), "spoof_print", ""),
    "s1": ("bert", (90, 10), "spoof_screen", ""),
}
PAIRS = (
    ("genuine_day", 1, "a1", "a2"),
    ("genuine_day", 1, "b1", "b2"),
    ("genuine_day", 1, "c1", "c2"),
    ("genuine_day", 1, "d1", "d2"),
    ("impostor", 0, "a1", "b1"),
    ("impostor", 0, "a1", "c1"),
)


class ColourEngine:
    """A face wherever the picture is not black; the identity is an angle that the colour gives."""

    name = "colours"
    calibration = replace(
        CALIBRATION,
        door_threshold=0.6,
        presentation_sustained=0.5,
        likelihoods=(Likelihood(grade="good", slope=10.0, offset=-6.0, limit=4.0),),
    )

    def detect(self, picture: Picture, small: Picture) -> list[Box]:
        del small
        if not picture.any():
            return []
        return [Box(x0=100.0, y0=60.0, x1=220.0, y1=200.0, score=1.0)]

    def landmarks(self, picture: Picture, box: Box) -> Points:
        del picture, box
        points = np.zeros((68, 2), np.float32)
        points[36:42], points[42:48] = (130, 100), (190, 100)
        points[30], points[48:] = (160, 130), (160, 170)
        return points

    def embed(self, picture: Picture, box: Box, points: Points, *, quick: bool = False) -> Embedding:
        del box, points, quick
        angle = math.radians(int(picture[0, 0, 1]))
        return np.array([math.cos(angle), math.sin(angle)], np.float32)

    def presentation(self, picture: Picture, box: Box) -> float:
        del box
        return float(picture[0, 0, 0]) / 255

    def pose(self, picture: Picture, box: Box, points: Points) -> HeadPose | None:
        del picture, box, points
        return None


def table(path: Path, columns: str, rows: list[tuple[object, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns.split(","))
        writer.writerows(rows)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine good pictures, and of Dora a black one, a text and one that is not there."""
    found = tmp_path_factory.mktemp("faces")
    rows: list[tuple[object, ...]] = []
    for name, (person, (green, blue), label, extra) in PICTURES.items():
        pixels = np.zeros((240, 320, 3), np.uint8)
        pixels[:] = (blue, green, 90)
        # Some texture, so that the face is fit for use; the corner keeps the colour.
        pixels[60:200, 100:220] = np.random.default_rng(1).integers(60, 180, (140, 120, 1))
        cv2.imwrite(str(found / f"{name}.png"), pixels)
        rows.append((f"{name}.png", "made", person, label, extra))
    cv2.imwrite(str(found / "d1.png"), np.zeros((240, 320, 3), np.uint8))
    (found / "d2.png").write_text("not a picture")
    rows += [(f"d{number}.png", "made", "dora", "live", "") for number in (1, 2, 3)]
    table(found / "manifest.csv", "path,set,person_id,label,extra", rows)
    pairs = [("made", kind, same, f"{one}.png", f"{other}.png") for kind, same, one, other in PAIRS]
    table(found / "pairs.csv", "set,kind,same_person,a,b", list(pairs))
    return found


@pytest.fixture(scope="module")
def report(folder: Path) -> Report:
    """The evaluation of all of it."""
    told: list[tuple[int, int]] = []
    made = evaluate(
        FrameAnalyser(ColourEngine()), folder, "2026-11-24", lambda done, total: told.append((done, total))
    )
    assert told[-1] == (12, 12)
    return made


def test_failures_are_counted_by_their_reason(report: Report) -> None:
    found = report.acquisition
    assert (found.fta.errors, found.fta.trials) == (3, 12)
    assert found.failures == {"no_face": 1, "picture_not_supported": 1, "file_missing": 1}
    assert (found.fte.errors, found.fte.trials) == (1, 4)
    assert (report.pictures, report.persons) == (12, 4)


def test_rates_are_those_worked_out_by_hand(report: Report) -> None:
    (one,) = report.sets
    assert (one.name, one.kind, one.mated, one.persons, one.not_acquired) == ("made", "genuine_day", 3, 3, 1)
    listed, everything = one.protocols
    assert (listed.protocol, listed.non_mated, listed.steps) == ("listed", 2, ())
    # Anna to Bert 90, 100, 80, 90 degrees; to Cleo 60, 120, 50, 110; Bert to Cleo 30, 30, 40, 20.
    assert (everything.protocol, everything.non_mated) == ("all", 12)
    (step,) = everything.steps
    assert step.fmr == 0.1
    # One of twelve may match: the threshold lies just above the second highest, cos 30.
    assert step.threshold == pytest.approx(math.cos(math.radians(30)), abs=1e-6)
    assert (step.fnmr.errors, step.fnmr.trials) == (1, 3)
    # At the door threshold 0.6 match 20, 30, 30, 40 and 50 degrees; Cleo's 60 degrees do not.
    assert (one.fmr_at_door.errors, one.fmr_at_door.trials) == (5, 12)
    assert (one.fnmr_at_door.errors, one.fnmr_at_door.trials) == (1, 3)
    assert everything.eer == pytest.approx((1 / 3 + 4 / 12) / 2)
    # ln(1 + exp(-r)) of r = 3.85, 3.85, -1 is 0.451 on average, ln(1 + exp(r)) of the twelve others 0.999.
    assert one.cllr == pytest.approx((0.451 + 0.999) / (2 * math.log(2)), abs=0.01)


def test_each_species_has_its_own_rate(report: Report) -> None:
    printed, screen = report.attacks
    assert (printed.species, printed.attacks, printed.bona_fide, printed.persons) == ("print", 2, 6, 2)
    # Of six bona fide ones none may be refused at 5 %: the threshold is the lowest, 200 of 255.
    assert printed.steps[0].threshold == pytest.approx(200 / 255)
    assert (printed.steps[0].errors, printed.steps[0].bpcer) == (1, 0.0)
    assert (printed.steps[-1].threshold, printed.steps[-1].apcer) == (0.5, 0.5)
    assert (screen.species, screen.steps[0].apcer) == ("screen", 0.0)
    assert printed.bpnrr == pytest.approx(3 / 9)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_page_needs_nothing_and_shows_nobody(report: Report, language: str) -> None:
    page = page_of(report, language)
    assert f'<html lang="{language}">' in page
    assert "33.3\u202f%" in page
    for forbidden in (
        "http:",
        "https:",
        "src=",
        "href=",
        "<img",
        "<image",
        "data:",
        "url(",
        "<script",
        "a1.png",
    ):
        assert forbidden not in page
    names = [person for person, *_ in PICTURES.values()]
    assert not any(name in page for name in names)
    assert "http" not in json.dumps(asdict(report))


def test_populations_are_told_apart(folder: Path, tmp_path: Path) -> None:
    rows = [
        (
            picture.path,
            picture.group,
            picture.person,
            "face",
            "country=CN" if picture.person != "cleo" else "",
        )
        for picture in read_pictures(folder)
        if picture.label == "live"
    ]
    for path, *_ in rows:
        if (folder / path).is_file():
            (tmp_path / path).symlink_to(folder / path)
    third = [("e1.png", "made", "emil", "face", "country=CN")]
    (tmp_path / "e1.png").symlink_to(folder / "p2.png")
    table(tmp_path / "manifest.csv", "path,set,person_id,label,extra", [*rows, *third])
    pairs = [(p.group, p.kind, int(p.mated), p.one, p.other) for p in read_pairs(folder)]
    pairs.append(("made", "genuine_day", 1, "e1.png", "e1.png"))
    table(tmp_path / "pairs.csv", "set,kind,same_person,a,b", list(pairs))
    (one,) = evaluate(FrameAnalyser(ColourEngine()), tmp_path, "2026-11-24").sets
    (population,) = one.populations
    assert (population.population, population.persons) == ("CN", 3)
    assert (population.fnmr.errors, population.fnmr.trials) == (0, 3)
    # Anna against Bert's two and Emil's one picture: none; Bert against Emil at 0 and 10 degrees: both.
    assert (population.fmr.errors, population.fmr.trials) == (2, 8)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("manifest.csv", None),
        ("pairs.csv", None),
        ("manifest.csv", b"path,set\nx,y\n"),
        ("manifest.csv", b"path,set,person_id,label,extra\n"),
        ("manifest.csv", b"path,set,person_id,label,extra\n../x.png,made,anna,live,\n"),
        ("manifest.csv", b"path,set,person_id,label,extra\n/etc/passwd,made,anna,live,\n"),
        ("manifest.csv", b"\xff\xfe\x00"),
        ("pairs.csv", b"set,kind,same_person,a,b\nmade,genuine_day,yes,a1.png,a2.png\n"),
        ("pairs.csv", b"set,kind,same_person,a,b\nmade,genuine_day\n"),
        ("pairs.csv", b"set,kind,same_person,a,b\nmade,genuine_day,1,a1.png,x9.png\n"),
    ],
)
def test_data_that_cannot_be_measured_on_are_refused(
    folder: Path, tmp_path: Path, name: str, content: bytes | None
) -> None:
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DatasetInvalid):
        evaluate(FrameAnalyser(ColourEngine()), tmp_path, "2026-11-24")


def test_the_command_refuses_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["evaluate", "--data", str(tmp_path), "--engine", "face_recognition", "--out"]
    assert command.main([*arguments, str(tmp_path / "report.json")]) == 1
    assert capsys.readouterr().err.startswith("dataset_invalid: ")
    assert not (tmp_path / "report.json").exists()
