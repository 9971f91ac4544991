"""What one frame shows. Stateless: bytes in, a frozen dataclass out; decisions over time live elsewhere."""

import math
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from proctor.engines import SMALL_SIZE, Engine, load_engine
from proctor.engines.yolox import ObjectDetector
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
from proctor.geometry import Box, eye_distance, eye_openness, five_points, subject_first
from proctor.objects import ObjectFound
from proctor.quality import judge_face, measure_face
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
    """An engine and what else one frame tells. Stateless between frames; one thread at a time.

    Without `objects` nothing but faces is looked for, whatever a request asks.
    """

    def __init__(self, engine: Engine, objects: ObjectDetector | None = None) -> None:
        self.engine = engine
        self._objects = objects

    def analyse(self, jpeg: bytes, request: FrameRequest) -> FrameAnalysis:
        """Analyse one JPEG; raises FrameRejected before any model sees a bad one."""
        started = time.perf_counter()
        return self._analyse(decode_jpeg(jpeg), request, started)

    def analyse_picture(self, picture: Picture, request: FrameRequest) -> FrameAnalysis:
        """Analyse a decoded BGR uint8 picture, for clips and photos; size limits are the caller's."""
        return self._analyse(picture, request, time.perf_counter())

    def _analyse(self, picture: Picture, request: FrameRequest, started: float) -> FrameAnalysis:
        rows, columns = picture.shape[:2]
        small = np.asarray(cv2.resize(picture, SMALL_SIZE, interpolation=cv2.INTER_AREA), np.uint8)
        look = look_at(small)
        boxes = subject_first(self.engine.detect(picture, small), rows, columns)
        face = self._subject(picture, boxes[0], look.content, request) if boxes else None
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
            gist=look.gist,
            quality=face.quality if face is not None else None,
            embedding=face.embedding if face is not None else None,
            presentation=face.presentation if face is not None else None,
            pose=face.pose if face is not None else None,
            thumbnail=_thumbnail(picture, look.colour) if request.thumbnail else None,
            objects=self._things(picture, request),
            eye_openness=face.eye_openness if face is not None else 0.0,
            milliseconds=1000.0 * (time.perf_counter() - started),
        )

    def _things(self, picture: Picture, request: FrameRequest) -> tuple[ObjectFound, ...] | None:
        if self._objects is None or not request.objects:
            return None
        return self._objects.find(picture, second_look=request.second_look)

    def _subject(
        self, picture: Picture, box: Box, content: tuple[float, float, float, float], request: FrameRequest
    ) -> "_Subject":
        engine = self.engine
        points = engine.landmarks(picture, box)
        five = five_points(points)
        light = measure_face(picture, box)
        seen, moved = _without_bars(picture, box, content) if request.presentation else (picture, box)
        return _Subject(
            eye_distance_px=eye_distance(five),
            eye_openness=eye_openness(points),
            sharpness=light.sharpness,
            quality=judge_face(picture.shape, box, five, light),
            embedding=engine.embed(picture, box, points, quick=request.quick) if request.embed else None,
            presentation=engine.presentation(seen, moved) if request.presentation else None,
            pose=engine.pose(picture, box, points) if request.pose else None,
        )


def load_analyser(engine: str, data_dir: Path) -> FrameAnalyser:
    """An engine with the object detector (about 0.4 s).

    Raises UnknownEngine, ModelPackMissing, CalibrationInvalid.
    """
    return FrameAnalyser(load_engine(engine, data_dir), ObjectDetector(data_dir))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """What is computed for the subject's face only."""

    eye_distance_px: float
    eye_openness: float
    sharpness: float
    quality: FaceQuality
    embedding: Embedding | None
    presentation: float | None
    pose: HeadPose | None


def _thumbnail(picture: Picture, look: Picture) -> bytes:
    """The picture of the frame's light is just the thumbnail when the frame is 4:3 and no smaller."""
    rows, columns = picture.shape[:2]
    same = rows * look.shape[1] == columns * look.shape[0] and rows >= look.shape[0]
    return thumbnail(look if same else picture)


def _without_bars(
    picture: Picture, box: Box, content: tuple[float, float, float, float]
) -> tuple[Picture, Box]:
    """The lit part of a letterboxed frame, with the box moved along.

    The presentation-attack model takes the edge of a black bar for the edge of a sheet: a live letterboxed
    clip scored 0.00 with its bars and 0.98 without.
    """
    rows, columns = picture.shape[:2]
    # A line more is cut off each side that has a bar, where the bar's edge is smeared.
    left = math.ceil(content[0] * columns) + 2 if content[0] > 0 else 0
    top = math.ceil(content[1] * rows) + 2 if content[1] > 0 else 0
    right = int(content[2] * columns) - 2 if content[2] < 1 else columns
    bottom = int(content[3] * rows) - 2 if content[3] < 1 else rows
    if right - left < columns // 2 or bottom - top < rows // 2:
        return picture, box
    moved = Box(x0=box.x0 - left, y0=box.y0 - top, x1=box.x1 - left, y1=box.y1 - top, score=box.score)
    return picture[top:bottom, left:right], moved
