"""A camera frame as it comes over the socket (pure). Limits come before anything is decoded.

Binary message, big-endian: "KF", version (1), one byte of padding, sequence (uint32, counts up per
page), captured (uint64, milliseconds of the page's clock: information only), then the JPEG.
"""

import struct
from dataclasses import dataclass

from app.errors import Invalid
from proctor.errors import FrameRejected
from proctor.frames import MAX_JPEG_BYTES, inspect_jpeg

HEADER = struct.Struct(">2sBxIQ")
MAGIC = b"KF"
VERSION = 1
MAX_FRAME_BYTES = HEADER.size + MAX_JPEG_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraFrame:
    """One frame. `sequence` and `captured_ms` are the page's words; time that counts is the server's."""

    sequence: int
    captured_ms: int
    jpeg: bytes


def parse_frame(data: bytes) -> CameraFrame:
    """Check and split a message. Raises Invalid (`frame_invalid`, `frame_too_large` or a JPEG code)."""
    if len(data) > MAX_FRAME_BYTES:
        raise Invalid("The picture is larger than 256 KiB.", code="frame_too_large")
    if len(data) <= HEADER.size:
        raise Invalid("The message is no frame.", code="frame_invalid")
    magic, version, sequence, captured_ms = HEADER.unpack_from(data)
    if magic != MAGIC or version != VERSION:
        raise Invalid("The message is no frame of this version.", code="frame_invalid")
    jpeg = data[HEADER.size :]
    try:
        inspect_jpeg(jpeg)
    except FrameRejected as error:
        raise Invalid(str(error), code=f"frame_{error.code}") from error
    return CameraFrame(sequence=sequence, captured_ms=captured_ms, jpeg=jpeg)


def pack_frame(frame: CameraFrame) -> bytes:
    """The message of a frame (simulators and tests)."""
    return HEADER.pack(MAGIC, VERSION, frame.sequence, frame.captured_ms) + frame.jpeg
