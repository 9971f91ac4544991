"""Camera frames: whatever comes, the answer is a frame or Invalid."""

import struct

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.frames.intake import HEADER, MAX_FRAME_BYTES, CameraFrame, pack_frame, parse_frame


def jpeg(width: int = 80, height: int = 64) -> bytes:
    """A JPEG of noise."""
    noise = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    return bytes(cv2.imencode(".jpg", noise)[1].tobytes())


GOOD = pack_frame(CameraFrame(sequence=7, captured_ms=123, jpeg=jpeg()))


def code_of(data: bytes) -> str | None:
    try:
        parse_frame(data)
    except Invalid as refusal:
        return refusal.code
    return None


def test_a_frame_comes_back_as_it_was() -> None:
    assert parse_frame(GOOD) == CameraFrame(sequence=7, captured_ms=123, jpeg=jpeg())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "frame_invalid"),
        (GOOD[: HEADER.size], "frame_invalid"),
        (b"XX" + GOOD[2:], "frame_invalid"),
        (b"KF\x02" + GOOD[3:], "frame_invalid"),
        (bytes(MAX_FRAME_BYTES + 1), "frame_too_large"),
    ],
)
def test_what_is_no_frame(data: bytes, code: str) -> None:
    assert code_of(data) == code


def test_a_picture_of_another_kind_is_refused() -> None:
    png = cv2.imencode(".png", np.zeros((8, 8, 3), np.uint8))[1].tobytes()
    code = code_of(GOOD[: HEADER.size] + png)
    assert code is not None
    assert code.startswith("frame_")


def test_a_huge_picture_is_refused_by_its_header() -> None:
    start = GOOD.index(b"\xff\xc0") + 5  # height and width follow marker, length and precision
    huge = GOOD[:start] + struct.pack(">HH", 65_000, 65_000) + GOOD[start + 4 :]
    code = code_of(huge)
    assert code is not None
    assert code.startswith("frame_")


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_with_a_code(data: bytes) -> None:
    for whole in (data, GOOD[: HEADER.size] + data, GOOD[: HEADER.size] + b"\xff\xd8" + data):
        code = code_of(whole)
        assert code is not None
        assert code.startswith("frame_")


@given(st.data())
def test_a_changed_or_cut_frame_is_a_frame_or_refused(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(GOOD) - 1))
    changed = GOOD[:place] + bytes([data.draw(st.integers(0, 255))]) + GOOD[place + 1 :]
    for whole in (changed, GOOD[:place]):
        code = code_of(whole)
        assert code is None or code.startswith("frame_")
