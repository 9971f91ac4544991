"""What crosses the wire as numbers: analyses and embeddings, little-endian, strict bounds. Pure."""

import math
import struct
from enum import IntEnum

import numpy as np

from proctor.errors import WireBroken
from proctor.faces import Embedding, FaceFound, FaceQuality, FrameAnalysis, HeadPose, QualityReason
from proctor.objects import ObjectFound, ObjectKind
from proctor.scene import GIST_BYTES

MAX_FACES = 32
MAX_OBJECTS = 24
MAX_EMBEDDING = 4096
MAX_THUMBNAIL_BYTES = 64 * 1024
_LONG = struct.Struct("<I")
SHORT = struct.Struct("<H")

_SUMMARY = struct.Struct("<HHffffQQfBH")
_FACE = struct.Struct("<6f")
_OBJECT = struct.Struct("<B5f")
_POSE = struct.Struct("<3f")
_FLOAT = struct.Struct("<f")
_REASONS = tuple(QualityReason)
_KINDS = tuple(ObjectKind)


class _Part(IntEnum):
    """Bits that say which optional parts an analysis carries."""

    QUALITY = 1
    USABLE = 2
    EMBEDDING = 4
    PRESENTATION = 8
    POSE = 16
    THUMBNAIL = 32
    OBJECTS = 64


def embedding_bytes(embedding: Embedding | None) -> bytes:
    """An embedding, or none, as its length and float32 values."""
    if embedding is None:
        return SHORT.pack(0)
    return SHORT.pack(embedding.size) + embedding.astype("<f4", copy=False).tobytes()


def analysis_bytes(analysis: FrameAnalysis) -> bytes:
    """An analysis as bytes; `read_analysis` takes them off again."""
    parts = 0
    chunks: list[bytes] = []
    if analysis.quality is not None:
        parts |= _Part.QUALITY | (_Part.USABLE if analysis.quality.usable else 0)
        chunks.append(SHORT.pack(sum(1 << _REASONS.index(reason) for reason in analysis.quality.reasons)))
    if analysis.embedding is not None:
        parts |= _Part.EMBEDDING
        chunks.append(embedding_bytes(analysis.embedding))
    if analysis.presentation is not None:
        parts |= _Part.PRESENTATION
        chunks.append(_FLOAT.pack(analysis.presentation))
    if analysis.pose is not None:
        parts |= _Part.POSE
        chunks.append(_POSE.pack(analysis.pose.yaw, analysis.pose.pitch, analysis.pose.roll))
    if analysis.thumbnail is not None:
        parts |= _Part.THUMBNAIL
        chunks.append(_LONG.pack(len(analysis.thumbnail)) + analysis.thumbnail)
    if analysis.objects is not None:
        parts |= _Part.OBJECTS
        chunks.append(_objects_bytes(analysis.objects[:MAX_OBJECTS]))
    faces = analysis.faces[:MAX_FACES]
    summary = _SUMMARY.pack(
        analysis.width,
        analysis.height,
        analysis.brightness,
        analysis.contrast,
        analysis.sharpness,
        analysis.eye_openness,
        analysis.fingerprint,
        analysis.digest,
        analysis.milliseconds,
        parts,
        len(faces),
    )
    packed = b"".join(_FACE.pack(*face.box, face.score, face.eye_distance_px) for face in faces)
    return b"".join((summary, analysis.gist, packed, *chunks))


def _objects_bytes(objects: tuple[ObjectFound, ...]) -> bytes:
    packed = (_OBJECT.pack(_KINDS.index(one.kind), *one.box, one.score) for one in objects)
    return b"".join((bytes((len(objects),)), *packed))


class Reader:
    """Takes fields off a body from front to back; never past its end."""

    def __init__(self, body: bytes, position: int) -> None:
        self._body = body
        self._position = position

    def take(self, count: int) -> bytes:
        """The next bytes; raises WireBroken where there are not so many."""
        end = self._position + count
        if end > len(self._body):
            raise WireBroken("message cut off")
        chunk = self._body[self._position : end]
        self._position = end
        return chunk

    def unpack(self, layout: struct.Struct) -> tuple[int, ...]:
        """Whole numbers; raises WireBroken."""
        return layout.unpack(self.take(layout.size))

    def floats(self, layout: struct.Struct) -> tuple[float, ...]:
        """Finite numbers; raises WireBroken."""
        values = layout.unpack(self.take(layout.size))
        if not all(map(math.isfinite, values)):
            raise WireBroken("number is not finite")
        return values

    def finish(self) -> None:
        """Nothing may be left; raises WireBroken."""
        if self._position != len(self._body):
            raise WireBroken("bytes left over")


def read_embedding(reader: Reader) -> Embedding | None:
    """See `embedding_bytes`; raises WireBroken."""
    (count,) = reader.unpack(SHORT)
    if count > MAX_EMBEDDING:
        raise WireBroken("embedding too long")
    if count == 0:
        return None
    values = np.frombuffer(reader.take(4 * count), "<f4").astype(np.float32)
    if not np.isfinite(values).all():
        raise WireBroken("number is not finite")
    return values


def _read_face(reader: Reader) -> FaceFound:
    x0, y0, x1, y1, score, eyes = reader.floats(_FACE)
    return FaceFound(box=(x0, y0, x1, y1), score=score, eye_distance_px=eyes)


def _read_quality(reader: Reader, parts: int) -> FaceQuality:
    (bits,) = reader.unpack(SHORT)
    if bits >> len(_REASONS):
        raise WireBroken("unknown quality reason")
    reasons = tuple(reason for place, reason in enumerate(_REASONS) if bits >> place & 1)
    return FaceQuality(usable=bool(parts & _Part.USABLE), reasons=reasons)


def _read_thumbnail(reader: Reader) -> bytes:
    (count,) = reader.unpack(_LONG)
    if count > MAX_THUMBNAIL_BYTES:
        raise WireBroken("thumbnail too large")
    return reader.take(count)


def _read_pose(reader: Reader) -> HeadPose:
    yaw, pitch, roll = reader.floats(_POSE)
    return HeadPose(yaw=yaw, pitch=pitch, roll=roll)


def _read_objects(reader: Reader) -> tuple[ObjectFound, ...]:
    count = reader.take(1)[0]
    if count > MAX_OBJECTS:
        raise WireBroken("too many objects")
    return tuple(_read_object(reader) for _ in range(count))


def _read_object(reader: Reader) -> ObjectFound:
    kind, x0, y0, x1, y1, score = reader.floats(_OBJECT)
    if kind >= len(_KINDS):
        raise WireBroken("unknown object")
    return ObjectFound(kind=_KINDS[int(kind)], box=(x0, y0, x1, y1), score=score)


def read_analysis(reader: Reader) -> FrameAnalysis:
    """See `analysis_bytes`; raises WireBroken."""
    summary = reader.floats(_SUMMARY)
    width, height, brightness, contrast, sharpness, openness, fingerprint, digest, took, parts, count = (
        summary
    )
    parts, count = int(parts), int(count)
    if parts > 127 or count > MAX_FACES:
        raise WireBroken("analysis out of bounds")
    gist = reader.take(GIST_BYTES)
    faces = tuple(_read_face(reader) for _ in range(count))
    quality = _read_quality(reader, parts) if parts & _Part.QUALITY else None
    embedding = read_embedding(reader) if parts & _Part.EMBEDDING else None
    return FrameAnalysis(
        width=int(width),
        height=int(height),
        faces=faces,
        brightness=brightness,
        contrast=contrast,
        sharpness=sharpness,
        fingerprint=int(fingerprint),
        digest=int(digest),
        gist=gist,
        quality=quality,
        embedding=embedding,
        presentation=reader.floats(_FLOAT)[0] if parts & _Part.PRESENTATION else None,
        pose=_read_pose(reader) if parts & _Part.POSE else None,
        thumbnail=_read_thumbnail(reader) if parts & _Part.THUMBNAIL else None,
        objects=_read_objects(reader) if parts & _Part.OBJECTS else None,
        milliseconds=took,
        eye_openness=openness,
    )
