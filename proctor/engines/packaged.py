"""The `face_recognition` engine: the package's own detector, landmarks and encodings; and the same with its
network under onnxruntime.

Selectable, and the yardstick for the default engine; about 25 times slower than it, and its usual distance
of 0.6 lets most Chinese faces pass for each other, hence the calibration file. Its 68-point model (iBUG
300-W) is not for commercial use.
"""

import warnings
from pathlib import Path

import cv2
import dlib
import numpy as np

from proctor.calibration import Calibration
from proctor.engines import Points
from proctor.engines.parts import normalised
from proctor.faces import Embedding, HeadPose
from proctor.frames import Picture
from proctor.geometry import Box
from proctor.models.exports.dlib_resnet import MEAN, SCALE, SIDE
from proctor.models.registry import find_pack
from proctor.models.session import Model

_MOST_FACES = 32

with warnings.catch_warnings():
    # The package's model loader uses a deprecated part of setuptools; nothing of ours.
    warnings.simplefilter("ignore")
    import face_recognition

Location = tuple[int, int, int, int]


class PackagedEngine:
    """HOG detector, 68 points, 128-d encodings brought to L2 norm 1 so that a cosine compares them."""

    name = "face_recognition"

    def __init__(self, calibration: Calibration) -> None:
        """The package has loaded its models on import."""
        self.calibration = calibration

    def detect(self, picture: Picture, small: Picture) -> list[Box]:
        """See Engine. The package gives no score, so every face has 1.0."""
        del small
        locations: list[Location] = face_recognition.face_locations(_rgb(picture))
        return [
            Box(x0=float(left), y0=float(top), x1=float(right), y1=float(bottom), score=1.0)
            for top, right, bottom, left in locations[:_MOST_FACES]
        ]

    def landmarks(self, picture: Picture, box: Box) -> Points:
        """See Engine."""
        parts = face_recognition.face_landmarks(_rgb(picture), [_location(box)])[0]
        ordered = [
            *parts["chin"],
            *parts["left_eyebrow"],
            *parts["right_eyebrow"],
            *parts["nose_bridge"],
            *parts["nose_tip"],
            *parts["left_eye"],
            *parts["right_eye"],
            # The package gives each lip as a closed outline (48-54, 64-60 and 54-59, 48, 60, 67-64).
            *parts["top_lip"][:7],
            *parts["bottom_lip"][1:6],
            *reversed(parts["top_lip"][7:]),
            *reversed(parts["bottom_lip"][8:11]),
        ]
        return np.asarray(ordered, np.float32)

    def embed(self, picture: Picture, box: Box, points: Points, *, quick: bool = False) -> Embedding:
        """See Engine; 128 values. The package aligns by its own five points."""
        del points, quick
        (encoding,) = face_recognition.face_encodings(_rgb(picture), [_location(box)])
        return normalised(np.asarray(encoding, np.float32))

    def presentation(self, picture: Picture, box: Box) -> None:
        """See Engine; the package has no such model."""
        del picture, box

    def pose(self, picture: Picture, box: Box, points: Points) -> HeadPose | None:
        """See Engine; the package has no such model."""
        del picture, box, points
        return None


class ExportedEngine(PackagedEngine):
    """The package's detector and landmarks; its network as ONNX, which does not hold the interpreter's lock.

    Embeddings agree with `PackagedEngine` to 1e-5 (tests); one takes 3 to 6 ms instead of 60.
    """

    name = "face_recognition_onnx"

    def __init__(self, calibration: Calibration, data_dir: Path) -> None:
        """Raises ModelPackMissing, ModelFileBroken."""
        super().__init__(calibration)
        self._network = Model(find_pack("face_recognition", data_dir)["face_recognition.onnx"])

    def embed(self, picture: Picture, box: Box, points: Points, *, quick: bool = False) -> Embedding:
        """See Engine; 128 values."""
        del points, quick
        rgb = _rgb(picture)
        top, right, bottom, left = _location(box)
        five = face_recognition.api.pose_predictor_5_point(rgb, dlib.rectangle(left, top, right, bottom))
        # Size and padding are those of dlib's compute_face_descriptor.
        chip = dlib.get_face_chip(rgb, five, size=SIDE, padding=0.25)
        values = (chip.astype(np.float32) - np.array(MEAN, np.float32)) / np.float32(SCALE)
        (output,) = self._network.run(np.ascontiguousarray(values.transpose(2, 0, 1)[None], np.float32))
        return normalised(output[0])


def _rgb(picture: Picture) -> Picture:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)


def _location(box: Box) -> Location:
    return int(box.y0), int(box.x1), int(box.y1), int(box.x0)
