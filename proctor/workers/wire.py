"""The worker's wire format. Pure: bytes to dataclasses and back, little-endian, strict bounds, no pickle.

Message = uint32 length of the body, then the body. Body = uint8 kind, uint32 id, and per kind:
frame request: uint8 bits (embed, presentation, pose, thumbnail, objects, second look, quick), JPEG
bytes.
photo request: uint8 bit (embed), picture bytes. glance request: JPEG bytes, answered by a thumbnail alone.
response: see `encode_response`. ready: engine name, UTF-8.
"""

from dataclasses import dataclass
from enum import IntEnum
from struct import Struct

from proctor.errors import WireBroken
from proctor.faces import FrameAnalysis, FrameRequest
from proctor.frames import MAX_JPEG_BYTES
from proctor.photos import MAX_PHOTO_BYTES, PhotoReason, ReferencePhoto
from proctor.workers.analyses import (
    MAX_THUMBNAIL_BYTES,
    SHORT,
    Reader,
    analysis_bytes,
    embedding_bytes,
    read_analysis,
    read_embedding,
)

MAX_CODE_BYTES = 64
MAX_MESSAGE_BYTES = MAX_PHOTO_BYTES + 64
# In place of an engine: a worker without models that makes thumbnails, whatever the others are busy with.
GLANCES = "glances"
LENGTH = Struct("<I")

_HEAD = Struct("<BI")
_PHOTO_REASONS = tuple(PhotoReason)
# Bits of a frame request, in this order.
_WANTED = ("embed", "presentation", "pose", "thumbnail", "objects", "second_look", "quick")


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
    bits = sum(getattr(request, name) << place for place, name in enumerate(_WANTED))
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
    if kind != Kind.FRAME or not rest or rest[0] >> len(_WANTED) or len(rest) > MAX_JPEG_BYTES + 1:
        raise WireBroken("not a request")
    request = FrameRequest(**{name: bool(rest[0] >> place & 1) for place, name in enumerate(_WANTED)})
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
        return _message(Kind.REFERENCE, id, SHORT.pack(bits) + embedding_bytes(result.embedding))
    return _message(Kind.ANALYSIS, id, analysis_bytes(result))


def decode_response(body: bytes) -> Response | Ready:
    """A body without its length; raises WireBroken."""
    kind, number = _head(body)
    reader = Reader(body, _HEAD.size)
    if kind == Kind.ANALYSIS:
        analysis = read_analysis(reader)
        reader.finish()
        return Response(id=number, analysis=analysis)
    if kind == Kind.THUMBNAIL and len(body) <= _HEAD.size + MAX_THUMBNAIL_BYTES:
        return Response(id=number, thumbnail=body[_HEAD.size :])
    if kind == Kind.REFERENCE:
        (bits,) = reader.unpack(SHORT)
        if bits >> len(_PHOTO_REASONS):
            raise WireBroken("unknown photo reason")
        reasons = tuple(reason for place, reason in enumerate(_PHOTO_REASONS) if bits >> place & 1)
        embedding = read_embedding(reader)
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
