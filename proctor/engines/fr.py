"""The default engine: the `fr` model pack under onnxruntime, one thread."""

from pathlib import Path

import cv2
import numpy as np

from proctor.calibration import load_calibration
from proctor.engines import Points
from proctor.faces import Embedding, HeadPose
from proctor.frames import Picture
from proctor.geometry import Box, align, crop
from proctor.models.registry import find_pack
from proctor.models.session import Model, Tensor

_CONFIDENCE = 0.65
_NMS_OVERLAP = 0.4
_MOST_FACES = 32
_LANDMARK_SIDE = 64
_PRESENTATION_SIDE = 128
_PRESENTATION_SCALE = 2.7
_POSE_SIDE = 224
_POSE_BINS = np.arange(66, dtype=np.float32)
_IMAGENET_MEAN = np.array([0.485, 0.456, 0.406], np.float32) * 255
_IMAGENET_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32) * 255


class FrEngine:
    """RFB-320 detector, 68 landmarks, 512-d recogniser, passive presentation-attack model, head pose."""

    name = "fr"

    def __init__(self, data_dir: Path) -> None:
        """Load the models; raises ModelPackMissing, CalibrationInvalid."""
        self.calibration = load_calibration(self.name)
        paths = find_pack("fr", data_dir)
        self._detect = Model(paths["fr_detect.onnx"])
        self._landmark = Model(paths["fr_landmark.onnx"])
        self._feature = Model(paths["fr_feature.onnx"])
        self._liveness = Model(paths["fr_liveness.onnx"])
        self._pose = Model(paths["fr_pose.onnx"])

    def detect(self, picture: Picture, small: Picture) -> list[Box]:
        """See Engine. The model sees 320x240, so faces below about 5 % of the height are not found."""
        rows, columns = picture.shape[:2]
        scores, boxes = self._detect.run(blob(small))
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

    def landmarks(self, picture: Picture, box: Box) -> Points:
        """See Engine."""
        rows, columns = picture.shape[:2]
        x0, y0, x1, y1 = _fitted(rows, columns, box, 1.0)
        face = cv2.resize(picture[y0:y1, x0:x1], (_LANDMARK_SIDE, _LANDMARK_SIDE))
        grey = cv2.cvtColor(face, cv2.COLOR_BGR2GRAY).astype(np.float32)
        (output,) = self._landmark.run(np.asarray(grey, np.float32)[None, None] / np.float32(256))
        points = output.reshape(68, 2) * np.array([x1 - x0, y1 - y0], np.float32)
        return np.asarray(points + np.array([x0, y0], np.float32), np.float32)

    def embed(self, picture: Picture, box: Box, points: Points) -> Embedding:
        """See Engine; 512 values."""
        del box
        aligned = align(picture, points)
        (output,) = self._feature.run(blob(aligned))
        return normalised(output[0])

    def presentation(self, picture: Picture, box: Box) -> float:
        """See Engine. Prints were measured, screens and masks were not."""
        rows, columns = picture.shape[:2]
        x0, y0, x1, y1 = _fitted(rows, columns, box, _PRESENTATION_SCALE)
        face = cv2.resize(picture[y0:y1, x0:x1], (_PRESENTATION_SIDE, _PRESENTATION_SIDE))
        (output,) = self._liveness.run(np.asarray(cv2.dnn.blobFromImage(face), np.float32))
        return float(softmax(output[0])[0])

    def pose(self, picture: Picture, box: Box, points: Points) -> HeadPose:
        """See Engine."""
        del points
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
            float(softmax(output[0]) @ _POSE_BINS) * 3 - 99
            for output in self._pose.run(np.ascontiguousarray(tensor))
        )
        return HeadPose(yaw=yaw, pitch=pitch, roll=roll)


def blob(picture: Picture) -> Tensor:
    """BGR uint8 to RGB float32 of shape (1, 3, rows, columns), (x - 127) / 128."""
    return np.asarray(cv2.dnn.blobFromImage(picture, 1 / 128, mean=(127, 127, 127), swapRB=True), np.float32)


def softmax(values: Tensor) -> Tensor:
    """Softmax of a vector."""
    raised = np.exp(values - values.max())
    return np.asarray(raised / raised.sum(), np.float32)


def normalised(values: Tensor) -> Embedding:
    """The vector at L2 norm 1."""
    return np.asarray(values / max(float(np.linalg.norm(values)), 1e-12), np.float32)


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
