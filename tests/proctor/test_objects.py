"""Telephones and people in real pictures and clips; geometry of boxes."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctor.engines.yolox import ObjectDetector
from proctor.errors import ModelPackMissing
from proctor.frames import Picture
from proctor.objects import ObjectKind, covered_part, shared_part
from tests.shared_data import SHARED_DATA, needs_shared_data

FACES = SHARED_DATA / "faces"
SIDES = st.floats(0, 1, allow_subnormal=False)


@pytest.fixture(scope="module")
def detector(data_dir: Path) -> ObjectDetector:
    try:
        return ObjectDetector(data_dir)
    except ModelPackMissing as error:
        pytest.skip(str(error))


def scenes(label: str) -> list[Picture]:
    with (FACES / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["set"] == "scene" and row["label"] == label]
    return [np.asarray(cv2.imread(str(FACES / row["path"])), np.uint8) for row in rows]


def kinds(detector: ObjectDetector, picture: Picture) -> list[ObjectKind]:
    return [one.kind for one in detector.find(picture, second_look=True)]


@needs_shared_data
def test_a_telephone_is_seen_in_more_than_half_of_the_pictures_that_show_one(
    detector: ObjectDetector,
) -> None:
    seen = [ObjectKind.PHONE in kinds(detector, picture) for picture in scenes("phone")]
    assert len(seen) == 17
    assert sum(seen) >= 11


@needs_shared_data
def test_no_telephone_where_none_is_and_nobody_in_an_empty_room(detector: ObjectDetector) -> None:
    for picture in scenes("two_people") + scenes("many_people"):
        assert ObjectKind.PHONE not in kinds(detector, picture)
    for picture in scenes("nobody"):
        found = kinds(detector, picture)
        assert ObjectKind.PERSON not in found
        assert ObjectKind.PHONE not in found


@needs_shared_data
def test_two_people_are_two(detector: ObjectDetector) -> None:
    for picture in scenes("two_people"):
        sure = [one for one in detector.find(picture) if one.kind is ObjectKind.PERSON and one.score >= 0.5]
        assert 2 <= len(sure) <= 3


@pytest.mark.parametrize(("rows", "columns"), [(64, 64), (480, 640), (1080, 1920), (640, 80)])
def test_boxes_lie_in_the_picture(detector: ObjectDetector, rows: int, columns: int) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (rows, columns, 3), dtype=np.uint8)
    for one in detector.find(noise, second_look=True):
        assert 0 <= one.box[0] <= one.box[2] <= 1
        assert 0 <= one.box[1] <= one.box[3] <= 1


@given(st.tuples(SIDES, SIDES, SIDES, SIDES), st.tuples(SIDES, SIDES, SIDES, SIDES))
def test_parts_are_parts(one: tuple[float, ...], other: tuple[float, ...]) -> None:
    first = (min(one[0], one[2]), min(one[1], one[3]), max(one[0], one[2]), max(one[1], one[3]))
    second = (
        min(other[0], other[2]),
        min(other[1], other[3]),
        max(other[0], other[2]),
        max(other[1], other[3]),
    )
    assert 0 <= shared_part(first, second) <= 1 + 1e-9
    assert shared_part(first, second) == pytest.approx(shared_part(second, first))
    assert 0 <= covered_part(first, by=second) <= 1 + 1e-9
    if (first[2] - first[0]) * (first[3] - first[1]) > 0:
        assert shared_part(first, first) == pytest.approx(1)
        assert covered_part(first, by=first) == pytest.approx(1)
