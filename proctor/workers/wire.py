"""The worker's wire format. Pure: bytes to dataclasses and back, little-endian, strict bounds, no pickle.

Message = uint32 length of the body, then the body. Body = uint8 kind, uint32 id, and per kind:
frame request: uint8 bits (embed, presentation, pose, thumbnail), JPEG bytes.
photo request: uint8 bit (embed), picture bytes. glance request: JPEG bytes, answered by a thumbnail alone.
response: see `encode_response`. ready: engine name, UTF-8.
"""

import math
import struct
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from proctor.errors import WireBroken
from proctor.faces import (
    Embedding,
    FaceFound,
    FaceQuality,
    FrameAnalysis,
    FrameRequest,
    HeadPose,
    QualityReason,
)
from proctor.frames import MAX_JPEG_BYTES
from proctor.photos import MAX_PHOTO_BYTES, PhotoReason, ReferencePhoto

MAX_FACES = 32
MAX_EMBEDDING = 4096
MAX_THUMBNAIL_BYTES = 64 * 1024
MAX_CODE_BYTES = 64
MAX_MESSAGE_BYTES = MAX_PHOTO_BYTES + 64
# In place of an engine: a worker without models that makes thumbnails, whatever the others are busy with.
GLANCES = "glances"
LENGTH = struct.Struct("<I")

_HEAD = struct.Struct("<BI")
_SUMMARY = struct.Struct("<HHfffQQfBH")
_FACE = struct.Struct("<6f")
_POSE = struct.Struct("<3f")
_FLOAT = struct.Struct("<f")
_SHORT = struct.Struct("<H")
_REASONS = tuple(QualityReason)
_PHOTO_REASONS = tuple(PhotoReason)


class Kind(IntEnum):
    """First byte of a body."""

    FRAME = 1
    PHOTO = 2
    ANALYSIS = 3
    REFERENCE = 4
    ERROR = 5
    READY = 6
    GLANCE = 7
    THUMBNAIL = 8


class _Part(IntEnum):
    """Bits that say which optional parts an analysis carries."""

    QUALITY = 1
    USABLE = 2
    EMBEDDING = 4
    PRESENTATION = 8
    POSE = 16
    THUMBNAIL = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One message to a worker; `request` is None for a registered photo and for a glance.

    embed: whether the template of a registered photo is wanted.
    """

    id: int
    request: FrameRequest | None
    picture: bytes
    glance: bool = False
    embed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One message from a worker: exactly one of analysis, photo, thumbnail and error is set.

    error: a stable code, `RejectionCode` or "worker_failed".
    """

    id: int
    analysis: FrameAnalysis | None = None
    photo: ReferencePhoto | None = None
    thumbnail: bytes | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The worker's first message: its models are loaded."""

    engine: str


def encode_request(id: int, request: FrameRequest, jpeg: bytes) -> bytes:  # noqa: A002 - the wire's word
    """A whole message, length included. Raises WireBroken for more than MAX_JPEG_BYTES."""
    if len(jpeg) > MAX_JPEG_BYTES:
        raise WireBroken("frame too large for the wire")
    bits = request.embed | request.presentation << 1 | request.pose << 2 | request.thumbnail << 3
    return _message(Kind.FRAME, id, bytes((bits,)) + jpeg)


def encode_glance_request(id: int, jpeg: bytes) -> bytes:  # noqa: A002
    """A whole message, length included. Raises WireBroken for more than MAX_JPEG_BYTES."""
    if len(jpeg) > MAX_JPEG_BYTES:
        raise WireBroken("frame too large for the wire")
    return _message(Kind.GLANCE, id, jpeg)


def encode_photo_request(id: int, picture: bytes, *, embed: bool) -> bytes:  # noqa: A002
    """A whole message, length included. Raises WireBroken for more than MAX_PHOTO_BYTES."""
    if len(picture) > MAX_PHOTO_BYTES:
        raise WireBroken("photo too large for the wire")
    return _message(Kind.PHOTO, id, bytes((embed,)) + picture)


def encode_ready(engine: str) -> bytes:
    """The readiness message."""
    return _message(Kind.READY, 0, engine.encode())


def decode_request(body: bytes) -> Request:
    """A body without its length; raises WireBroken."""
    kind, number = _head(body)
    rest = body[_HEAD.size :]
    if kind == Kind.PHOTO and 1 <= len(rest) <= MAX_PHOTO_BYTES + 1 and rest[0] <= 1:
        return Request(id=number, request=None, picture=rest[1:], embed=bool(rest[0]))
    if kind == Kind.GLANCE and 0 < len(rest) <= MAX_JPEG_BYTES:
        return Request(id=number, request=None, picture=rest, glance=True)
    if kind != Kind.FRAME or not rest or rest[0] > 15 or len(rest) > MAX_JPEG_BYTES + 1:
        raise WireBroken("not a request")
    bits = rest[0]
    request = FrameRequest(
        embed=bool(bits & 1), presentation=bool(bits & 2), pose=bool(bits & 4), thumbnail=bool(bits & 8)
    )
    return Request(id=number, request=request, picture=rest[1:])


def encode_response(id: int, result: FrameAnalysis | ReferencePhoto | bytes | str) -> bytes:  # noqa: A002
    """A whole message, length included; a str is an error code, bytes are a thumbnail.

    Raises WireBroken for a thumbnail of more than MAX_THUMBNAIL_BYTES.
    """
    if isinstance(result, bytes):
        if len(result) > MAX_THUMBNAIL_BYTES:
            raise WireBroken("thumbnail too large")
        return _message(Kind.THUMBNAIL, id, result)
    if isinstance(result, str):
        return _message(Kind.ERROR, id, result.encode()[:MAX_CODE_BYTES])
    if isinstance(result, ReferencePhoto):
        bits = sum(1 << _PHOTO_REASONS.index(reason) for reason in result.reasons)
        return _message(Kind.REFERENCE, id, _SHORT.pack(bits) + _embedding_bytes(result.embedding))
    return _message(Kind.ANALYSIS, id, _analysis_bytes(result))


def decode_response(body: bytes) -> Response | Ready:
    """A body without its length; raises WireBroken."""
    kind, number = _head(body)
    reader = _Reader(body, _HEAD.size)
    if kind == Kind.ANALYSIS:
        analysis = _read_analysis(reader)
        reader.finish()
        return Response(id=number, analysis=analysis)
    if kind == Kind.THUMBNAIL and len(body) <= _HEAD.size + MAX_THUMBNAIL_BYTES:
        return Response(id=number, thumbnail=body[_HEAD.size :])
    if kind == Kind.REFERENCE:
        (bits,) = reader.unpack(_SHORT)
        if bits >> len(_PHOTO_REASONS):
            raise WireBroken("unknown photo reason")
        reasons = tuple(reason for place, reason in enumerate(_PHOTO_REASONS) if bits >> place & 1)
        embedding = _read_embedding(reader)
        reader.finish()
        return Response(id=number, photo=ReferencePhoto(embedding=embedding, reasons=reasons))
    if kind in (Kind.ERROR, Kind.READY) and len(body) <= _HEAD.size + MAX_CODE_BYTES:
        text = _text(body[_HEAD.size :])
        return Response(id=number, error=text) if kind == Kind.ERROR else Ready(engine=text)
    raise WireBroken("not a response")


def _message(kind: Kind, number: int, rest: bytes) -> bytes:
    return LENGTH.pack(_HEAD.size + len(rest)) + _HEAD.pack(kind, number) + rest


def _head(body: bytes) -> tuple[int, int]:
    if len(body) < _HEAD.size or len(body) > MAX_MESSAGE_BYTES:
        raise WireBroken("message of impossible length")
    kind, number = _HEAD.unpack_from(body)
    return kind, number


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise WireBroken("text is not UTF-8") from error


def _embedding_bytes(embedding: Embedding | None) -> bytes:
    if embedding is None:
        return _SHORT.pack(0)
    return _SHORT.pack(embedding.size) + embedding.astype("<f4", copy=False).tobytes()


def _analysis_bytes(analysis: FrameAnalysis) -> bytes:
    parts = 0
    chunks: list[bytes] = []
    if analysis.quality is not None:
        parts |= _Part.QUALITY | (_Part.USABLE if analysis.quality.usable else 0)
        chunks.append(_SHORT.pack(sum(1 << _REASONS.index(reason) for reason in analysis.quality.reasons)))
    if analysis.embedding is not None:
        parts |= _Part.EMBEDDING
        chunks.append(_embedding_bytes(analysis.embedding))
    if analysis.presentation is not None:
        parts |= _Part.PRESENTATION
        chunks.append(_FLOAT.pack(analysis.presentation))
    if analysis.pose is not None:
        parts |= _Part.POSE
        chunks.append(_POSE.pack(analysis.pose.yaw, analysis.pose.pitch, analysis.pose.roll))
    if analysis.thumbnail is not None:
        parts |= _Part.THUMBNAIL
        chunks.append(LENGTH.pack(len(analysis.thumbnail)) + analysis.thumbnail)
    faces = analysis.faces[:MAX_FACES]
    summary = _SUMMARY.pack(
        analysis.width,
        analysis.height,
        analysis.brightness,
        analysis.contrast,
        analysis.sharpness,
        analysis.fingerprint,
        analysis.digest,
        analysis.milliseconds,
        parts,
        len(faces),
    )
    packed = b"".join(_FACE.pack(*face.box, face.score, face.eye_distance_px) for face in faces)
    return b"".join((summary, packed, *chunks))


class _Reader:
    """Takes fields off a body from front to back; never past its end."""

    def __init__(self, body: bytes, position: int) -> None:
        self._body = body
        self._position = position

    def take(self, count: int) -> bytes:
        end = self._position + count
        if end > len(self._body):
            raise WireBroken("message cut off")
        chunk = self._body[self._position : end]
        self._position = end
        return chunk

    def unpack(self, layout: struct.Struct) -> tuple[int, ...]:
        return layout.unpack(self.take(layout.size))

    def floats(self, layout: struct.Struct) -> tuple[float, ...]:
        values = layout.unpack(self.take(layout.size))
        if not all(map(math.isfinite, values)):
            raise WireBroken("number is not finite")
        return values

    def finish(self) -> None:
        if self._position != len(self._body):
            raise WireBroken("bytes left over")


def _read_embedding(reader: _Reader) -> Embedding | None:
    (count,) = reader.unpack(_SHORT)
    if count > MAX_EMBEDDING:
        raise WireBroken("embedding too long")
    if count == 0:
        return None
    values = np.frombuffer(reader.take(4 * count), "<f4").astype(np.float32)
    if not np.isfinite(values).all():
        raise WireBroken("number is not finite")
    return values


def _read_face(reader: _Reader) -> FaceFound:
    x0, y0, x1, y1, score, eyes = reader.floats(_FACE)
    return FaceFound(box=(x0, y0, x1, y1), score=score, eye_distance_px=eyes)


def _read_quality(reader: _Reader, parts: int) -> FaceQuality:
    (bits,) = reader.unpack(_SHORT)
    if bits >> len(_REASONS):
        raise WireBroken("unknown quality reason")
    reasons = tuple(reason for place, reason in enumerate(_REASONS) if bits >> place & 1)
    return FaceQuality(usable=bool(parts & _Part.USABLE), reasons=reasons)


def _read_thumbnail(reader: _Reader) -> bytes:
    (count,) = reader.unpack(LENGTH)
    if count > MAX_THUMBNAIL_BYTES:
        raise WireBroken("thumbnail too large")
    return reader.take(count)


def _read_pose(reader: _Reader) -> HeadPose:
    yaw, pitch, roll = reader.floats(_POSE)
    return HeadPose(yaw=yaw, pitch=pitch, roll=roll)


def _read_analysis(reader: _Reader) -> FrameAnalysis:
    summary = reader.floats(_SUMMARY)
    width, height, brightness, contrast, sharpness, fingerprint, digest, milliseconds, parts, count = summary
    parts, count = int(parts), int(count)
    if parts > 63 or count > MAX_FACES:
        raise WireBroken("analysis out of bounds")
    faces = tuple(_read_face(reader) for _ in range(count))
    quality = _read_quality(reader, parts) if parts & _Part.QUALITY else None
    embedding = _read_embedding(reader) if parts & _Part.EMBEDDING else None
    return FrameAnalysis(
        width=int(width),
        height=int(height),
        faces=faces,
        brightness=brightness,
        contrast=contrast,
        sharpness=sharpness,
        fingerprint=int(fingerprint),
        digest=int(digest),
        quality=quality,
        embedding=embedding,
        presentation=reader.floats(_FLOAT)[0] if parts & _Part.PRESENTATION else None,
        pose=_read_pose(reader) if parts & _Part.POSE else None,
        thumbnail=_read_thumbnail(reader) if parts & _Part.THUMBNAIL else None,
        milliseconds=milliseconds,
    )
