"""Both engines on a real face: the same Protocol, the same 68 points, embeddings of norm 1."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from proctor.analysis import FrameAnalyser
from proctor.engines import Engine, load_engine
from proctor.faces import FrameRequest
from proctor.frames import Picture
from proctor.geometry import eye_distance, five_points
from tests.shared_data import SHARED_DATA, needs_shared_data

ALL = FrameRequest(embed=True, presentation=True, pose=True, thumbnail=True)
LFW = SHARED_DATA / "faces" / "lfw"


@pytest.fixture(scope="module")
def packaged() -> FrameAnalyser:
    """The `face_recognition` engine; its weights come with the Python package."""

    return FrameAnalyser(load_engine("face_recognition", Path()))


def picture(name: str) -> Picture:
    found = cv2.imread(str(LFW / name))
    assert found is not None
    return np.asarray(found, np.uint8)


def points_of(engine: Engine, face: Picture) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    small = np.asarray(cv2.resize(face, (320, 240)), np.uint8)
    box = max(engine.detect(face, small), key=lambda one: one.width)
    return engine.landmarks(face, box)


@needs_shared_data
def test_both_engines_put_68_points_in_the_same_order(
    analyser: FrameAnalyser, packaged: FrameAnalyser
) -> None:
    face = picture("Yao_Ming/Yao_Ming_0002.jpg")
    ours, theirs = points_of(analyser.engine, face), points_of(packaged.engine, face)
    assert ours.shape == theirs.shape == (68, 2)
    apart = np.linalg.norm(ours - theirs, axis=1) / eye_distance(five_points(theirs))
    assert float(np.median(apart)) < 0.1
    assert float(apart[36:].max()) < 0.3  # eyes, lips: a wrong order of the lips would be far off


@needs_shared_data
def test_each_engine_tells_people_apart_in_its_own_scale(
    analyser: FrameAnalyser, packaged: FrameAnalyser
) -> None:
    for one in (analyser, packaged):
        embeddings = [
            one.analyse_picture(picture(name), ALL).embedding
            for name in (
                "Yao_Ming/Yao_Ming_0002.jpg",
                "Yao_Ming/Yao_Ming_0006.jpg",
                "Wen_Jiabao/Wen_Jiabao_0001.jpg",
            )
        ]
        first, same, other = (np.asarray(embedding, np.float32) for embedding in embeddings)
        assert first.size == one.engine.calibration.embedding_size
        assert float(np.linalg.norm(first)) == pytest.approx(1.0, abs=1e-5)
        assert float(first @ other) < one.engine.calibration.door_threshold
        assert float(first @ same) > float(first @ other)


@needs_shared_data
def test_what_is_not_asked_for_is_not_there(analyser: FrameAnalyser) -> None:
    face = picture("Yao_Ming/Yao_Ming_0002.jpg")
    bare = analyser.analyse_picture(face, FrameRequest())
    assert (bare.embedding, bare.presentation, bare.pose, bare.thumbnail) == (None, None, None, None)
    assert bare.quality is not None
    assert bare.faces[0].eye_distance_px > 20
    full = analyser.analyse_picture(face, ALL)
    assert None not in (full.presentation, full.pose, full.thumbnail)
    assert full.pose is not None
    assert abs(full.pose.roll) < 30
    assert full.faces == bare.faces


@needs_shared_data
def test_the_package_has_neither_presentation_nor_pose(packaged: FrameAnalyser) -> None:
    analysis = packaged.analyse_picture(picture("Yao_Ming/Yao_Ming_0002.jpg"), ALL)
    assert analysis.embedding is not None
    assert (analysis.presentation, analysis.pose) == (None, None)


def test_hashes_tell_pixels_apart(analyser: FrameAnalyser, jpeg: bytes) -> None:
    first, again = analyser.analyse(jpeg, FrameRequest()), analyser.analyse(jpeg, FrameRequest())
    assert first.digest == again.digest
    pixels = np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)
    pixels[10:40, 10:40] = 255 - pixels[10:40, 10:40]
    changed = analyser.analyse_picture(pixels, FrameRequest())
    assert changed.digest != first.digest
    flipped = analyser.analyse_picture(np.ascontiguousarray(pixels[:, ::-1]), FrameRequest())
    assert (flipped.fingerprint ^ first.fingerprint).bit_count() > 18
