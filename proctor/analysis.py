"""What one frame shows. Stateless: bytes in, a frozen dataclass out; decisions over time live elsewhere."""

import time
from dataclasses import dataclass

from proctor.engines import Engine
from proctor.faces import (
    Embedding,
    FaceFound,
    FaceQuality,
    FrameAnalysis,
    FrameRequest,
    HeadPose,
    QualityReason,
)
from proctor.frames import Picture, decode_jpeg, thumbnail
from proctor.geometry import Box, eye_distance
from proctor.quality import face_grey, judge_face, sharpness_of
from proctor.scene import look_at

__all__ = [
    "Embedding",
    "FaceFound",
    "FaceQuality",
    "FrameAnalyser",
    "FrameAnalysis",
    "FrameRequest",
    "HeadPose",
    "QualityReason",
]


class FrameAnalyser:
    """An engine and what else one frame tells. Stateless between frames; one thread at a time."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def analyse(self, jpeg: bytes, request: FrameRequest) -> FrameAnalysis:
        """Analyse one JPEG; raises FrameRejected before any model sees a bad one."""
        started = time.perf_counter()
        return self._analyse(decode_jpeg(jpeg), request, started)

    def analyse_picture(self, picture: Picture, request: FrameRequest) -> FrameAnalysis:
        """Analyse a decoded BGR uint8 picture, for clips and photos; size limits are the caller's."""
        return self._analyse(picture, request, time.perf_counter())

    def _analyse(self, picture: Picture, request: FrameRequest, started: float) -> FrameAnalysis:
        rows, columns = picture.shape[:2]
        look = look_at(picture)
        boxes = sorted(self.engine.detect(picture), key=lambda box: -box.width * box.height)
        face = self._largest(picture, boxes[0], request) if boxes else None
        eyes = face.eye_distance_px if face is not None else 0.0
        return FrameAnalysis(
            width=columns,
            height=rows,
            faces=tuple(
                FaceFound(
                    box=(box.x0 / columns, box.y0 / rows, box.x1 / columns, box.y1 / rows),
                    score=box.score,
                    eye_distance_px=eyes if place == 0 else 0.0,
                )
                for place, box in enumerate(boxes)
            ),
            brightness=look.brightness,
            contrast=look.contrast,
            sharpness=face.sharpness if face is not None else look.sharpness,
            fingerprint=look.fingerprint,
            digest=look.digest,
            quality=face.quality if face is not None else None,
            embedding=face.embedding if face is not None else None,
            presentation=face.presentation if face is not None else None,
            pose=face.pose if face is not None else None,
            thumbnail=thumbnail(picture) if request.thumbnail else None,
            milliseconds=1000.0 * (time.perf_counter() - started),
        )

    def _largest(self, picture: Picture, box: Box, request: FrameRequest) -> "_Largest":
        engine = self.engine
        points = engine.landmarks(picture, box)
        grey = face_grey(picture, box)
        return _Largest(
            eye_distance_px=eye_distance(points),
            sharpness=sharpness_of(grey),
            quality=judge_face(picture.shape, box, points, grey),
            embedding=engine.embed(picture, box, points) if request.embed else None,
            presentation=engine.presentation(picture, box) if request.presentation else None,
            pose=engine.pose(picture, box, points) if request.pose else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Largest:
    """What is computed for the largest face only."""

    eye_distance_px: float
    sharpness: float
    quality: FaceQuality
    embedding: Embedding | None
    presentation: float | None
    pose: HeadPose | None
