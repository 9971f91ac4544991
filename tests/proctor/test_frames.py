"""The gate: whatever comes in, it is a picture within limits or FrameRejected."""

import struct
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctor.errors import FrameRejected, RejectionCode
from proctor.frames import (
    MAX_JPEG_BYTES,
    JpegSize,
    Picture,
    decode_jpeg,
    inspect_jpeg,
    thumbnail,
)


def encoded(rows: int, columns: int, *parameters: int) -> bytes:
    _, data = cv2.imencode(".jpg", np.full((rows, columns, 3), 90, np.uint8), parameters)
    return data.tobytes()


def header(width: int, height: int, *, marker: int = 0xC0, bits: int = 8, components: int = 3) -> bytes:
    body = struct.pack(">BHHB", bits, height, width, components) + b"\x01\x11\x00" * components
    return b"\xff\xd8\xff" + bytes((marker,)) + struct.pack(">H", len(body) + 2) + body


def refusal(data: bytes) -> str:
    with pytest.raises(FrameRejected) as caught:
        inspect_jpeg(data)
    return caught.value.code


@pytest.mark.parametrize("progressive", [0, 1])
def test_size_of_baseline_and_progressive(progressive: int) -> None:
    data = encoded(120, 160, cv2.IMWRITE_JPEG_PROGRESSIVE, progressive)
    assert inspect_jpeg(data) == JpegSize(width=160, height=120, components=3)
    assert decode_jpeg(data).shape == (120, 160, 3)


def test_grey_is_decoded_as_bgr() -> None:
    _, data = cv2.imencode(".jpg", np.full((70, 80), 90, np.uint8))
    assert inspect_jpeg(data.tobytes()).components == 1
    assert decode_jpeg(data.tobytes()).shape == (70, 80, 3)


@pytest.mark.parametrize(
    ("width", "height", "code"),
    [
        (1920, 1080, None),
        (1080, 1920, None),
        (64, 64, None),
        (1921, 1080, RejectionCode.TOO_MANY_PIXELS),
        (1920, 1081, RejectionCode.TOO_MANY_PIXELS),
        (65535, 65535, RejectionCode.TOO_MANY_PIXELS),
        (63, 64, RejectionCode.TOO_SMALL),
        (640, 0, RejectionCode.UNSUPPORTED),
        (0, 480, RejectionCode.UNSUPPORTED),
    ],
)
def test_limits_at_their_boundaries(width: int, height: int, code: RejectionCode | None) -> None:
    data = header(width, height)
    if code is None:
        assert inspect_jpeg(data).width == width
    else:
        assert refusal(data) == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", RejectionCode.NOT_JPEG),
        (b"\x89PNG\r\n\x1a\n", RejectionCode.NOT_JPEG),
        (b"\xff\xd8", RejectionCode.TRUNCATED),
        (b"\xff\xd8\xff\xff\xff", RejectionCode.TRUNCATED),
        (b"\xff\xd8\xff\xe0\x00", RejectionCode.TRUNCATED),
        (b"\xff\xd8\xff\xe0\x00\x01", RejectionCode.UNSUPPORTED),
        (b"\xff\xd8\xff\xe0\x40\x00", RejectionCode.TRUNCATED),
        (b"\xff\xd8\x00\x00", RejectionCode.UNSUPPORTED),
        (b"\xff\xd8\xff\xda\x00\x02", RejectionCode.UNSUPPORTED),
        (b"\xff\xd8" + b"\xff\xfe\x00\x02" * 1000, RejectionCode.UNSUPPORTED),
        (header(640, 480, marker=0xC9), RejectionCode.UNSUPPORTED),
        (header(640, 480, bits=12), RejectionCode.UNSUPPORTED),
        (header(640, 480, components=4), RejectionCode.UNSUPPORTED),
        (b"\xff\xd8" + bytes(MAX_JPEG_BYTES), RejectionCode.TOO_LARGE),
    ],
)
def test_each_refusal_has_its_code(data: bytes, code: RejectionCode) -> None:
    assert refusal(data) == code


def test_header_without_picture_is_refused_by_the_decoder() -> None:
    with pytest.raises(FrameRejected) as caught:
        decode_jpeg(header(640, 480) + b"\xff\xd9")
    assert caught.value.code == RejectionCode.UNDECODABLE


def test_a_cut_off_picture_is_refused_and_padding_is_not() -> None:
    whole = encoded(120, 160)
    for end in (len(whole) - 1, len(whole) * 3 // 4):
        with pytest.raises(FrameRejected) as caught:
            decode_jpeg(whole[:end])
        assert caught.value.code == RejectionCode.TRUNCATED
    assert decode_jpeg(whole + bytes(40)).shape == (120, 160, 3)


def outcome(read: Callable[[bytes], object], data: bytes) -> str | None:
    """The refusal's code, None for a picture; anything else but FrameRejected fails the test."""
    try:
        read(data)
    except FrameRejected as error:
        return error.code
    return None


@given(st.data())
def test_mangled_pictures_are_decoded_or_rejected(jpeg: bytes, data: st.DataObject) -> None:
    mangled = bytearray(jpeg[: data.draw(st.integers(0, len(jpeg)))])
    for _ in range(data.draw(st.integers(0, 6)) if mangled else 0):
        mangled[data.draw(st.integers(0, len(mangled) - 1))] = data.draw(st.integers(0, 255))
    assert outcome(decode_jpeg, bytes(mangled)) in {None, *RejectionCode}


@given(st.binary(max_size=300))
def test_arbitrary_bytes_after_the_first_marker_are_a_picture_or_rejected(tail: bytes) -> None:
    assert outcome(inspect_jpeg, b"\xff\xd8" + tail) in {None, *RejectionCode}


@pytest.mark.parametrize(
    ("rows", "columns", "fitted"),
    [(480, 640, (120, 160)), (1080, 1920, (90, 160)), (640, 480, (120, 90)), (80, 100, (80, 100))],
)
def test_thumbnail_keeps_proportions_and_never_enlarges(
    noise: Callable[[int, int, int], Picture], rows: int, columns: int, fitted: tuple[int, int]
) -> None:
    assert decode_picture_shape(thumbnail(noise(3, rows, columns))) == fitted


def decode_picture_shape(data: bytes) -> tuple[int, int]:
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture.shape[0], picture.shape[1]
