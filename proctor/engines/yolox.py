"""Finds people, telephones and screens: YOLOX-Nano (Ge et al. 2021) under onnxruntime, one thread."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from proctor.frames import Picture
from proctor.models.registry import find_pack
from proctor.models.session import Model, Tensor
from proctor.objects import ObjectFound, ObjectKind, shared_part

Kinds = NDArray[np.int64]

_SIDE = 416
_PAD = 114
_STRIDES = (8, 16, 32)
_NMS_OVERLAP = 0.45
_MOST = 24
# Classes of COCO by their number in the model's output.
_CLASSES = {0: ObjectKind.PERSON, 62: ObjectKind.SCREEN, 63: ObjectKind.LAPTOP, 67: ObjectKind.PHONE}
_COLUMNS = np.array([5 + number for number in _CLASSES])
_KINDS = tuple(_CLASSES.values())
# Below this nothing is told; the watch has its own, higher limits.
LEAST_SCORE = 0.15


class ObjectDetector:
    """Stateless; used by one thread at a time. About 9 ms a frame."""

    def __init__(self, data_dir: Path) -> None:
        """Load the model; raises ModelPackMissing."""
        self._model = Model(find_pack("objects", data_dir)["yolox_nano.onnx"])
        self._cells, self._steps = _grid()

    def find(self, picture: Picture, *, second_look: bool = False) -> tuple[ObjectFound, ...]:
        """What a BGR uint8 picture shows, best first, at most 24 things of score >= LEAST_SCORE.

        second_look: in the mirrored picture as well. It sees other telephones: in 11 of 17 pictures, not 9.
        """
        corners, scores, kinds = self._look(picture)
        if second_look:
            mirrored, more_scores, more_kinds = self._look(np.ascontiguousarray(picture[:, ::-1]))
            mirrored[:, [0, 2]] = 1.0 - mirrored[:, [2, 0]]
            corners = np.concatenate((corners, mirrored))
            scores = np.concatenate((scores, more_scores))
            kinds = np.concatenate((kinds, more_kinds))
        return _kept(corners, scores, kinds)

    def _look(self, picture: Picture) -> tuple[Tensor, Tensor, Kinds]:
        """Boxes in 0..1, shape (n, 4), scores (n,) and places in _KINDS (n,) before suppression."""
        rows, columns = picture.shape[:2]
        scale = min(_SIDE / rows, _SIDE / columns)
        (raw,) = self._model.run(_letterboxed(picture, scale))
        output = raw[0]
        every = output[:, 4:5] * output[:, _COLUMNS]
        places, kinds = np.nonzero(every >= LEAST_SCORE)
        centres = (output[places, :2] + self._cells[places]) * self._steps[places]
        halves = np.exp(output[places, 2:4]) * self._steps[places] / 2
        corners = np.concatenate((centres - halves, centres + halves), axis=1) / scale
        corners = np.clip(corners / np.array([columns, rows, columns, rows], np.float32), 0.0, 1.0)
        return np.asarray(corners, np.float32), every[places, kinds], kinds


def _letterboxed(picture: Picture, scale: float) -> Tensor:
    """The picture fitted top left into 416x416, BGR float32 0..255, shape (1, 3, 416, 416)."""
    rows, columns = picture.shape[:2]
    size = (min(_SIDE, round(columns * scale)), min(_SIDE, round(rows * scale)))
    square = np.full((_SIDE, _SIDE, 3), _PAD, np.uint8)
    square[: size[1], : size[0]] = cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.dnn.blobFromImage(square), np.float32)


def _grid() -> tuple[Tensor, Tensor]:
    """For each of the 3,549 rows of the output, its cell (x, y) and stride in pixels."""
    cells, steps = [], []
    for stride in _STRIDES:
        side = _SIDE // stride
        ys, xs = np.mgrid[:side, :side]
        cells.append(np.stack((xs.ravel(), ys.ravel()), axis=1))
        steps.append(np.full((side * side, 1), stride))
    return np.concatenate(cells).astype(np.float32), np.concatenate(steps).astype(np.float32)


def _kept(corners: Tensor, scores: Tensor, kinds: Kinds) -> tuple[ObjectFound, ...]:
    """Non-maximum suppression within each kind."""
    found: list[ObjectFound] = []
    for place in np.argsort(-scores):
        corner, kind = corners[place], _KINDS[int(kinds[place])]
        box = (float(corner[0]), float(corner[1]), float(corner[2]), float(corner[3]))
        if all(one.kind is not kind or shared_part(one.box, box) <= _NMS_OVERLAP for one in found):
            found.append(ObjectFound(kind=kind, box=box, score=float(scores[place])))
        if len(found) == _MOST:
            break
    return tuple(found)
