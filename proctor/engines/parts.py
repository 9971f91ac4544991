"""The models an engine is put together from. Each knows its own input; pictures are BGR uint8."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from proctor.engines import Points
from proctor.errors import ModelFileBroken
from proctor.faces import Embedding, HeadPose
from proctor.frames import Picture
from proctor.geometry import ALIGNED_SIDE, Box, align, crop
from proctor.models.session import Model, Tensor

_CONFIDENCE = 0.65
_NMS_OVERLAP = 0.4
_MOST_FACES = 32
_LANDMARK_SIDE = 64
_POSE_SIDE = 224
_POSE_BINS = np.arange(66, dtype=np.float32)
_IMAGENET_MEAN = np.array([0.485, 0.456, 0.406], np.float32) * 255
_IMAGENET_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32) * 255


class Detector:
    """RFB-320: scores (1, 4420, 2) and boxes (1, 4420, 4), corners in 0..1, of a 320x240 picture."""

    def __init__(self, path: Path) -> None:
        self._model = Model(path)

    def detect(self, picture: Picture, small: Picture) -> list[Box]:
        """See Engine. The model sees 320x240, so faces below about 5 % of the height are not found."""
        rows, columns = picture.shape[:2]
        scores, boxes = self._model.run(_tensor(small, 127.0, 128.0, rgb=True))
        face = scores[0, :, 1]
        likely = np.flatnonzero(face > _CONFIDENCE)
        if likely.size == 0:
            return []
        corners = boxes[0, likely] * np.array([columns, rows, columns, rows], np.float32)
        kept = _suppress(corners, face[likely])
        return [
            Box(
                x0=float(corners[place, 0]),
                y0=float(corners[place, 1]),
                x1=float(corners[place, 2]),
                y1=float(corners[place, 3]),
                score=float(face[likely[place]]),
            )
            for place in kept
            if corners[place, 2] > corners[place, 0] and corners[place, 3] > corners[place, 1]
        ]


class Landmarks:
    """68 points (iBUG order) of a grey 64x64 face box, in 0..1 of it."""

    def __init__(self, path: Path) -> None:
        self._model = Model(path)

    def find(self, picture: Picture, box: Box) -> Points:
        """See Engine.landmarks."""
        rows, columns = picture.shape[:2]
        x0, y0, x1, y1 = _fitted(rows, columns, box, 1.0)
        face = cv2.resize(picture[y0:y1, x0:x1], (_LANDMARK_SIDE, _LANDMARK_SIDE))
        grey = cv2.cvtColor(face, cv2.COLOR_BGR2GRAY).astype(np.float32)
        (output,) = self._model.run(np.asarray(grey, np.float32)[None, None] / np.float32(256))
        points = output.reshape(68, 2) * np.array([x1 - x0, y1 - y0], np.float32)
        return np.asarray(points + np.array([x0, y0], np.float32), np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputScale:
    """What a model wants: (x - mean) / divisor of 0..255, red first or blue first."""

    mean: float
    divisor: float
    rgb: bool


class Recogniser:
    """An identity of an aligned 112x112 face: the mean of the face's and its mirror picture's, L2 norm 1."""

    def __init__(self, path: Path, scale: InputScale) -> None:
        """Raises ModelFileBroken when the model gives no vector for a 112x112 face."""
        self._model = Model(path)
        self._scale = scale
        black = np.zeros((ALIGNED_SIDE, ALIGNED_SIDE, 3), np.uint8)
        if self.identify(black).ndim != 1:
            raise ModelFileBroken(f"{path.name} gives no vector")

    def identify(self, aligned: Picture) -> Embedding:
        """The identity of an aligned face."""
        mirrored = np.ascontiguousarray(aligned[:, ::-1])
        return normalised(self.glimpse(aligned) + self.glimpse(mirrored))

    def glimpse(self, aligned: Picture) -> Embedding:
        """The identity without the mirror picture: half the work, L2 norm 1."""
        scale = self._scale
        (output,) = self._model.run(_tensor(aligned, scale.mean, scale.divisor, rgb=scale.rgb))
        return normalised(output[0])


def fused(recognisers: Sequence[Recogniser], picture: Picture, points: Points) -> Embedding:
    """One embedding whose cosine is the mean of the recognisers' cosines (sum rule, Kittler et al. 1998).

    Side by side and each at the same length; with one recogniser just its own embedding.
    """
    aligned = align(picture, points)
    parts = [one.identify(aligned) for one in recognisers]
    return normalised(np.concatenate(parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationInput:
    """side: pixels of the square input; around: how many times the face's box it shows.

    bona_fide: which output of the softmax speaks for a living face.
    """

    side: int
    around: float
    bona_fide: int


class PresentationCheck:
    """A passive presentation-attack model: softmax over an enlarged face box."""

    def __init__(self, path: Path, scale: InputScale, shape: PresentationInput) -> None:
        """Raises ModelFileBroken when the model has not the output that is asked for."""
        self._model = Model(path)
        self._scale = scale
        self._shape = shape
        side = shape.side
        try:
            self.score(np.zeros((side, side, 3), np.uint8), Box(x0=0, y0=0, x1=side, y1=side, score=1.0))
        except IndexError as error:
            raise ModelFileBroken(f"{path.name} has no output {shape.bona_fide}") from error

    def score(self, picture: Picture, box: Box) -> float:
        """See Engine.presentation."""
        rows, columns = picture.shape[:2]
        x0, y0, x1, y1 = _fitted(rows, columns, box, self._shape.around)
        face = np.asarray(cv2.resize(picture[y0:y1, x0:x1], (self._shape.side,) * 2), np.uint8)
        scale = self._scale
        (output,) = self._model.run(_tensor(face, scale.mean, scale.divisor, rgb=scale.rgb))
        return float(_softmax(output[0])[self._shape.bona_fide])


class PoseEstimator:
    """Yaw, pitch and roll as 66 bins of 3 degrees from -99."""

    def __init__(self, path: Path) -> None:
        self._model = Model(path)

    def estimate(self, picture: Picture, box: Box) -> HeadPose:
        """See Engine.pose."""
        around = Box(
            x0=box.x0 - box.width / 4,
            y0=box.y0 - box.height / 4,
            x1=box.x1 + box.width / 4,
            y1=box.y1 + box.height / 4,
            score=box.score,
        )
        face = cv2.resize(crop(picture, around), (_POSE_SIDE, _POSE_SIDE))
        rgb = cv2.cvtColor(face, cv2.COLOR_BGR2RGB).astype(np.float32)
        tensor = np.asarray(
            ((rgb - _IMAGENET_MEAN) / _IMAGENET_DEVIATION).transpose(2, 0, 1)[None], np.float32
        )
        yaw, pitch, roll = (
            float(_softmax(output[0]) @ _POSE_BINS) * 3 - 99
            for output in self._model.run(np.ascontiguousarray(tensor))
        )
        return HeadPose(yaw=yaw, pitch=pitch, roll=roll)


def normalised(values: Tensor) -> Embedding:
    """The vector at L2 norm 1."""
    return np.asarray(values / max(float(np.linalg.norm(values)), 1e-12), np.float32)


def _tensor(picture: Picture, mean: float, divisor: float, *, rgb: bool) -> Tensor:
    """BGR uint8 to float32 of shape (1, 3, rows, columns), (x - mean) / divisor."""
    return np.asarray(cv2.dnn.blobFromImage(picture, 1 / divisor, mean=(mean,) * 3, swapRB=rgb), np.float32)


def _softmax(values: Tensor) -> Tensor:
    raised = np.exp(values - values.max())
    return np.asarray(raised / raised.sum(), np.float32)


def _suppress(corners: Tensor, scores: Tensor) -> list[int]:
    """Non-maximum suppression: indices of the boxes kept, best first, at most 32."""
    order = np.argsort(-scores)
    areas = (corners[:, 2] - corners[:, 0]) * (corners[:, 3] - corners[:, 1])
    kept: list[int] = []
    while order.size and len(kept) < _MOST_FACES:
        best, rest = int(order[0]), order[1:]
        kept.append(best)
        low = np.maximum(corners[best, :2], corners[rest, :2])
        high = np.minimum(corners[best, 2:], corners[rest, 2:])
        shared = np.clip(high - low, 0, None).prod(axis=1)
        union = areas[best] + areas[rest] - shared
        order = rest[shared <= _NMS_OVERLAP * union]
    return kept


def _fitted(rows: int, columns: int, box: Box, scale: float) -> tuple[int, int, int, int]:
    """The box enlarged about its centre, shrunk and shifted so that it lies inside the frame."""
    width, height = max(box.width, 2.0), max(box.height, 2.0)
    scale = min(scale, (rows - 1) / height, (columns - 1) / width)
    width, height = width * scale, height * scale
    x0 = min(max(0.0, (box.x0 + box.x1 - width) / 2), columns - 1 - width)
    y0 = min(max(0.0, (box.y0 + box.y1 - height) / 2), rows - 1 - height)
    left, top = max(0, int(x0)), max(0, int(y0))
    return left, top, min(columns, left + max(1, int(width))), min(rows, top + max(1, int(height)))
