"""Pictures at the gate: limits first, then decoding. Stateless; arrays are uint8, BGR, rows first."""

import struct
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from proctor.errors import FrameRejected, RejectionCode

MAX_JPEG_BYTES = 256 * 1024
MAX_WIDTH = 1920
MAX_HEIGHT = 1080
MIN_SIDE = 64

# ITU-T T.81 table B.1: SOF0 baseline, SOF1 extended, SOF2 progressive. The others (lossless, hierarchical,
# arithmetic) are nothing a browser sends.
_DECODABLE_SOF = frozenset({0xC0, 0xC1, 0xC2})
_ALL_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_MAX_SEGMENTS = 64

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class JpegSize:
    """Width and height in pixels and the number of colour components (1 grey, 3 colour)."""

    width: int
    height: int
    components: int


def inspect_jpeg(data: bytes) -> JpegSize:
    """Read SOI to SOF markers (ITU-T T.81 annex B) without decoding anything.

    Limits: at most `MAX_JPEG_BYTES`, 1920x1080 pixels (either way up), at least 64x64; baseline, extended
    or progressive, 8 bits, 1 or 3 components. Raises FrameRejected with a `RejectionCode`.
    """
    if len(data) > MAX_JPEG_BYTES:
        raise FrameRejected(RejectionCode.TOO_LARGE, f"more than {MAX_JPEG_BYTES} bytes")
    size = read_jpeg_size(data)
    if max(size.width, size.height) > MAX_WIDTH or min(size.width, size.height) > MAX_HEIGHT:
        raise FrameRejected(RejectionCode.TOO_MANY_PIXELS, f"{size.width}x{size.height} pixels")
    if min(size.width, size.height) < MIN_SIDE:
        raise FrameRejected(RejectionCode.TOO_SMALL, f"{size.width}x{size.height} pixels")
    return size


def read_jpeg_size(data: bytes) -> JpegSize:
    """The size a JPEG's frame header states, without limits; raises FrameRejected when there is none."""
    if data[:2] != b"\xff\xd8":
        raise FrameRejected(RejectionCode.NOT_JPEG, "no start-of-image marker")
    position = 2
    for _ in range(_MAX_SEGMENTS):
        marker, position = _next_marker(data, position)
        if marker in _STANDALONE:
            continue
        if marker in (0xD8, 0xD9, 0xDA):
            raise FrameRejected(RejectionCode.UNSUPPORTED, "no frame header before the scan")
        if position + 2 > len(data):
            raise FrameRejected(RejectionCode.TRUNCATED, "segment length cut off")
        (length,) = struct.unpack_from(">H", data, position)
        if length < 2:
            raise FrameRejected(RejectionCode.UNSUPPORTED, "segment length below 2")
        if position + length > len(data):
            raise FrameRejected(RejectionCode.TRUNCATED, "segment cut off")
        if marker in _ALL_SOF:
            return _frame_header(marker, data[position + 2 : position + length])
        position += length
    raise FrameRejected(
        RejectionCode.UNSUPPORTED, f"more than {_MAX_SEGMENTS} segments before the frame header"
    )


def _next_marker(data: bytes, position: int) -> tuple[int, int]:
    """The marker code at `position` and the offset after it; fill bytes 0xFF are skipped (T.81 B.1.1.2)."""
    if position >= len(data):
        raise FrameRejected(RejectionCode.TRUNCATED, "marker cut off")
    if data[position] != 0xFF:
        raise FrameRejected(RejectionCode.UNSUPPORTED, "no marker where one must be")
    while position < len(data) and data[position] == 0xFF:
        position += 1
    if position >= len(data):
        raise FrameRejected(RejectionCode.TRUNCATED, "marker cut off")
    return data[position], position + 1


def _frame_header(marker: int, body: bytes) -> JpegSize:
    if marker not in _DECODABLE_SOF:
        raise FrameRejected(RejectionCode.UNSUPPORTED, f"frame type 0x{marker:02x}")
    if len(body) < 6:
        raise FrameRejected(RejectionCode.TRUNCATED, "frame header cut off")
    precision, height, width, components = struct.unpack_from(">BHHB", body)
    if precision != 8 or components not in (1, 3) or len(body) < 6 + 3 * components:
        raise FrameRejected(RejectionCode.UNSUPPORTED, f"{precision} bits, {components} components")
    if width == 0 or height == 0:
        # Height 0 means "stated later by DNL" (T.81 B.2.5): the size cannot be known before decoding.
        raise FrameRejected(RejectionCode.UNSUPPORTED, "size not stated in the frame header")
    return JpegSize(width=width, height=height, components=components)


def decode_jpeg(data: bytes) -> Picture:
    """The picture as BGR uint8 of shape (height, width, 3); raises FrameRejected, before decoding if it can.

    EXIF orientation is ignored: a webcam has none, and the size checked is then the size decoded.
    """
    size = inspect_jpeg(data)
    _check_end(data)
    return decode_picture(data, width=size.width, height=size.height)


def _check_end(data: bytes) -> None:
    """A frame ends with EOI (T.81 B.2.1), cameras may pad it with zeros.

    The decoder would fill up what is cut off with grey, and a grey half-picture shows no face.
    """
    if not data.rstrip(b"\0").endswith(b"\xff\xd9"):
        raise FrameRejected(RejectionCode.TRUNCATED, "no end-of-image marker")


def decode_picture(data: bytes, *, width: int, height: int, upright: bool = False) -> Picture:
    """Decode a picture whose stated size has been checked; refuses one that comes out with another size.

    upright: turn it as its EXIF orientation says (photos taken by telephone).
    """
    flags = cv2.IMREAD_COLOR if upright else cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    expected = {(height, width, 3), (width, height, 3)} if upright else {(height, width, 3)}
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as error:
        raise FrameRejected(RejectionCode.UNDECODABLE, "the decoder refused the picture") from error
    if picture is None or picture.shape not in expected or picture.dtype != np.uint8:
        raise FrameRejected(RejectionCode.UNDECODABLE, "the decoder refused the picture")
    return np.asarray(picture, np.uint8)


def glance(data: bytes) -> bytes:
    """A thumbnail straight from a JPEG, decoded at a half or a quarter of its size where that is enough.

    Raises FrameRejected as `decode_jpeg` does. A fifteenth of the work of finding faces.
    """
    size = inspect_jpeg(data)
    _check_end(data)
    room = min(size.width // 160, size.height // 120)
    flag = cv2.IMREAD_REDUCED_COLOR_4 if room >= 4 else cv2.IMREAD_REDUCED_COLOR_2
    try:
        picture = cv2.imdecode(
            np.frombuffer(data, np.uint8),
            (flag if room >= 2 else cv2.IMREAD_COLOR) | cv2.IMREAD_IGNORE_ORIENTATION,
        )
    except cv2.error as error:
        raise FrameRejected(RejectionCode.UNDECODABLE, "the decoder refused the picture") from error
    if picture is None or picture.ndim != 3 or picture.dtype != np.uint8:
        raise FrameRejected(RejectionCode.UNDECODABLE, "the decoder refused the picture")
    return thumbnail(np.asarray(picture, np.uint8))


def thumbnail(image_bgr: Picture, width: int = 160, height: int = 120, quality: int = 70) -> bytes:
    """A JPEG that fits into width x height with the picture's own proportions; quality 1..100."""
    rows, columns = image_bgr.shape[:2]
    scale = min(width / columns, height / rows, 1.0)
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    small = image_bgr if scale == 1.0 else cv2.resize(image_bgr, size, interpolation=cv2.INTER_AREA)
    _, encoded = cv2.imencode(".jpg", small, (cv2.IMWRITE_JPEG_QUALITY, quality))
    return encoded.tobytes()
