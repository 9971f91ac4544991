"""How many faces: pictures of rooms and streets, as a camera would send them."""

import csv

import cv2
import numpy as np
import pytest

from proctor.analysis import FrameAnalyser
from proctor.clips import as_sent
from proctor.faces import FrameRequest
from tests.shared_data import SHARED_DATA, needs_shared_data

pytestmark = needs_shared_data
SCENES = SHARED_DATA / "faces"
COUNTS = {"two_people": 2, "nobody": 0}
SIX = "scene/insightface_t1.jpg"
LEAST_HEIGHT_PX = 40


def labelled() -> list[tuple[str, int]]:
    manifest = SCENES / "manifest.csv"
    if not manifest.is_file():
        return []
    with manifest.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["set"] == "scene"]
    told = [(row["path"], COUNTS[row["label"]]) for row in rows if row["label"] in COUNTS]
    alone = [(row["path"], 1) for row in rows if "woman" in row["extra"]]
    hands = [(row["path"], 0) for row in rows if "no face" in row["extra"]]
    return [*told, *alone, *hands, (SIX, 6)]


@pytest.mark.parametrize(("path", "count"), labelled())
def test_faces_are_counted_within_one(analyser: FrameAnalyser, path: str, count: int) -> None:
    picture = np.asarray(cv2.imread(str(SCENES / path)), np.uint8)
    analysis = analyser.analyse(as_sent(picture), FrameRequest())
    large = [
        face for face in analysis.faces if (face.box[3] - face.box[1]) * analysis.height >= LEAST_HEIGHT_PX
    ]
    assert abs(len(large) - count) <= 1
    if count == 0:
        assert not analysis.faces
