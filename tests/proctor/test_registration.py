"""Registered photos: limits before decoding, and reasons an office clerk can act on."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctor.analysis import FrameAnalyser
from proctor.door import reference_from_photo
from proctor.errors import FrameRejected, RejectionCode
from proctor.faces import FaceFound, FrameAnalysis, HeadPose, QualityReason
from proctor.frames import Picture
from proctor.photos import MAX_PHOTO_BYTES, PhotoReason, ReferencePhoto
from proctor.registration import decode_photo, judge_photo
from tests.proctor.made_up import ANNA, BEHIND, FACE, frame, unusable
from tests.shared_data import SHARED_DATA, needs_shared_data


def png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


def rejection(photo: bytes) -> str:
    with pytest.raises(FrameRejected) as caught:
        decode_photo(photo)
    return caught.value.code


@pytest.mark.parametrize(
    ("photo", "code"),
    [
        (b"", RejectionCode.NOT_PICTURE),
        (b"GIF89a", RejectionCode.NOT_PICTURE),
        (b"\x89PNG\r\n\x1a\n\0", RejectionCode.TRUNCATED),
        (png_header(12_000, 12_000), RejectionCode.TOO_MANY_PIXELS),
        (png_header(2**31 - 1, 2**31 - 1), RejectionCode.TOO_MANY_PIXELS),
        (png_header(0, 10), RejectionCode.UNSUPPORTED),
        (png_header(47, 400), RejectionCode.TOO_SMALL),
        (png_header(400, 400), RejectionCode.UNDECODABLE),
        (b"\xff\xd8" + bytes(MAX_PHOTO_BYTES), RejectionCode.TOO_LARGE),
    ],
)
def test_each_refusal_has_its_code(photo: bytes, code: RejectionCode) -> None:
    assert rejection(photo) == code


@given(st.binary(max_size=200))
def test_arbitrary_png_bodies_are_refused(tail: bytes) -> None:
    assert rejection(b"\x89PNG\r\n\x1a\n" + tail) in set(RejectionCode)


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_large_photos_are_made_smaller(noise: Callable[[int, int, int], Picture], suffix: str) -> None:
    _, data = cv2.imencode(suffix, cv2.resize(noise(1, 20, 30), (2400, 1700)))
    assert decode_photo(data.tobytes()).shape == (850, 1200, 3)


def test_a_photo_taken_on_its_side_is_turned_upright() -> None:
    upright = np.zeros((100, 60, 3), np.uint8)
    upright[:50] = 255
    _, data = cv2.imencode(".jpg", cv2.rotate(upright, cv2.ROTATE_90_COUNTERCLOCKWISE))
    # One EXIF entry: orientation (0x0112) 6, "turn clockwise to see it upright".
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)
    exif = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
    photo = b"\xff\xd8\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data.tobytes()[2:]
    picture = decode_photo(photo)
    assert picture.shape == (100, 60, 3)
    assert picture[20].mean() > 250
    assert picture[80].mean() < 5


def posed(*, pitch: float = 0.0, roll: float = 0.0) -> FrameAnalysis:
    return replace(frame(1, embedding=ANNA), pose=HeadPose(yaw=0.0, pitch=pitch, roll=roll))


def test_every_reason_of_quality_reaches_the_clerk() -> None:
    for reason in QualityReason:
        assert judge_photo(frame(1, embedding=ANNA, quality=unusable(reason))).reasons, reason


@pytest.mark.parametrize(
    ("analysis", "reasons", "usable"),
    [
        (frame(1, embedding=ANNA), (), True),
        (frame(1, faces=()), (PhotoReason.NO_FACE,), False),
        (frame(1, faces=(FACE, BEHIND), embedding=ANNA), (PhotoReason.SEVERAL_FACES,), False),
        (
            frame(1, embedding=ANNA, quality=unusable(QualityReason.TURNED, QualityReason.BLURRED)),
            (PhotoReason.BLURRED, PhotoReason.TURNED),
            True,
        ),
        (
            frame(1, embedding=ANNA, quality=unusable(QualityReason.LOW_CONTRAST)),
            (PhotoReason.LOW_CONTRAST,),
            True,
        ),
        (
            frame(1, embedding=ANNA, faces=(replace(FACE, eye_distance_px=29.0),)),
            (PhotoReason.TOO_SMALL,),
            True,
        ),
        (
            frame(1, embedding=ANNA, quality=unusable(QualityReason.CUT_OFF, QualityReason.UNCERTAIN)),
            (PhotoReason.CUT_OFF, PhotoReason.UNCERTAIN),
            True,
        ),
        (frame(1, embedding=ANNA, yaw=24.9), (), True),
        (frame(1, embedding=ANNA, yaw=-25.1), (PhotoReason.TURNED,), True),
        (posed(pitch=-36.0), (PhotoReason.TILTED,), True),
        (posed(pitch=-34.0), (), True),
        (posed(roll=16.0), (PhotoReason.TILTED,), True),
    ],
)
def test_what_the_clerk_is_told(
    analysis: FrameAnalysis, reasons: tuple[PhotoReason, ...], usable: bool
) -> None:
    photo = judge_photo(analysis)
    assert photo.reasons == reasons
    assert photo.usable is usable


def test_a_small_face_behind_does_not_spoil_a_photo() -> None:
    poster = FaceFound(box=(0.9, 0.1, 0.95, 0.2), score=0.8, eye_distance_px=0.0)
    assert judge_photo(frame(1, embedding=ANNA, faces=(FACE, poster))).reasons == ()


@needs_shared_data
def test_real_photos(analyser: FrameAnalyser) -> None:
    faces = SHARED_DATA / "faces"
    portrait = (faces / "lfw" / "Yao_Ming" / "Yao_Ming_0002.jpg").read_bytes()
    assert reference_from_photo(analyser, portrait).usable
    two = (faces / "scene" / "obama_and_biden.jpg").read_bytes()
    assert reference_from_photo(analyser, two).reasons == (PhotoReason.SEVERAL_FACES,)
    nobody = (faces / "scene" / "intel_empty_room_0.jpg").read_bytes()
    assert reference_from_photo(analyser, nobody).reasons == (PhotoReason.NO_FACE,)


@needs_shared_data
def test_each_fault_of_a_real_photo_is_named(analyser: FrameAnalyser) -> None:
    """Versions of one portrait. (A flat one is taken for none: the detector misses it.)"""
    picture = cv2.imread(str(SHARED_DATA / "faces" / "lfw" / "Yao_Ming" / "Yao_Ming_0002.jpg"))
    assert picture is not None
    whole = cv2.resize(picture, None, fx=2, fy=2)
    rows, columns = whole.shape[:2]
    leaning = cv2.getRotationMatrix2D((columns / 2, rows / 2), 30, 1)
    faults = {
        PhotoReason.BLURRED: cv2.GaussianBlur(whole, (0, 0), 12),
        PhotoReason.TOO_DARK: whole // 6,
        PhotoReason.TOO_BRIGHT: np.asarray(np.minimum(255, 160 + whole.astype(int)), np.uint8),
        PhotoReason.TOO_SMALL: cv2.resize(picture, None, fx=0.5, fy=0.5),
        PhotoReason.TILTED: cv2.warpAffine(whole, leaning, (columns, rows), borderMode=cv2.BORDER_REPLICATE),
        PhotoReason.CUT_OFF: whole[:, : columns * 42 // 100],
    }
    assert reference_from_photo(analyser, cv2.imencode(".png", whole)[1].tobytes(), embed=False).reasons == ()
    for reason, version in faults.items():
        judged = reference_from_photo(analyser, cv2.imencode(".png", version)[1].tobytes(), embed=False)
        assert reason in judged.reasons, (reason, judged.reasons)


def without_template(photo: ReferencePhoto) -> tuple[tuple[PhotoReason, ...], bool]:
    assert photo.embedding is None
    return photo.reasons, photo.usable


@needs_shared_data
def test_a_photo_is_judged_the_same_without_making_a_template(analyser: FrameAnalyser) -> None:
    """Portraits, scenes with nobody or several people, and dark, blurred and tight versions of portraits."""
    faces = SHARED_DATA / "faces"
    portraits = [sorted(folder.glob("*.jpg"))[0] for folder in sorted((faces / "lfw").iterdir())[:20]]
    photos = [path.read_bytes() for path in (*portraits, *sorted((faces / "scene").glob("*.jpg"))[:10])]
    for path in portraits[:5]:
        picture = cv2.imread(str(path))
        assert picture is not None
        rows, columns = picture.shape[:2]
        tight = picture[rows * 3 // 10 : rows * 3 // 4, columns // 3 : columns * 2 // 3]
        versions = (picture // 5, cv2.GaussianBlur(picture, (0, 0), 6), tight)
        photos += [cv2.imencode(".png", version)[1].tobytes() for version in versions]
    seen: set[PhotoReason] = set()
    for photo in photos:
        whole = reference_from_photo(analyser, photo)
        assert without_template(reference_from_photo(analyser, photo, embed=False)) == (
            whole.reasons,
            whole.embedding is not None,
        )
        seen.update(whole.reasons)
    assert {PhotoReason.NO_FACE, PhotoReason.SEVERAL_FACES, PhotoReason.TOO_DARK} <= seen


@needs_shared_data
def test_a_photo_cut_tight_around_the_face_is_found(analyser: FrameAnalyser) -> None:
    path = SHARED_DATA / "faces" / "lfw" / "Yao_Ming" / "Yao_Ming_0002.jpg"
    picture = cv2.imread(str(path))
    assert picture is not None
    whole = reference_from_photo(analyser, path.read_bytes())
    _, cut = cv2.imencode(".png", cv2.resize(picture[75:185, 80:170], None, fx=3, fy=3))
    tight = reference_from_photo(analyser, cut.tobytes())
    assert whole.embedding is not None
    assert tight.embedding is not None
    assert float(whole.embedding @ tight.embedding) > analyser.engine.calibration.door_threshold
