"""Engines: one set of models behind one Protocol, each with its own calibration."""

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from proctor.calibration import Calibration, load_calibration, unmeasured
from proctor.errors import UnknownEngine
from proctor.faces import Embedding, HeadPose
from proctor.frames import Picture
from proctor.geometry import Box
from proctor.models.registry import operator_dir

SMALL_SIZE = (320, 240)
ENGINE_NAMES = ("fr", "face_recognition", "face_recognition_onnx")

Points = NDArray[np.float32]


class Engine(Protocol):
    """Models for faces. Pictures are BGR uint8; boxes and points are in pixels of that picture.

    An engine is used by one thread at a time.
    """

    name: str
    calibration: Calibration

    def detect(self, picture: Picture, small: Picture) -> list[Box]:
        """All faces, in no order; at most 32. small: the picture stretched to `SMALL_SIZE`, BGR uint8."""

    def landmarks(self, picture: Picture, box: Box) -> Points:
        """68 points (iBUG order), shape (68, 2), x then y."""

    def embed(self, picture: Picture, box: Box, points: Points, *, quick: bool = False) -> Embedding:
        """The identity of the face with these points; L2 norm 1.

        quick: by the first recogniser alone, without the mirror picture, where an engine has more; comparable
        with the leading values of a whole one (`identity.similarity`).
        """

    def presentation(self, picture: Picture, box: Box) -> float | None:
        """0..1, 1 = bona fide; None where the engine cannot tell."""

    def pose(self, picture: Picture, box: Box, points: Points) -> HeadPose | None:
        """Where the head points; None where the engine cannot tell."""


def load_engine(name: str, data_dir: Path, *, calibrated: bool = True) -> Engine:
    """Load an engine's models (about 0.5 s): one of ours, or an operator's own from the data folder.

    calibrated: False loads an engine that has no calibration yet, to make one; nothing matches with it.
    Raises UnknownEngine, ModelPackMissing, ModelFileBroken, EngineInvalid, CalibrationInvalid.
    """
    own = operator_dir(name, data_dir).is_dir() if name.isidentifier() else False
    if name not in ENGINE_NAMES and not own:
        raise UnknownEngine(
            f"no engine {name!r}; there are {', '.join(ENGINE_NAMES)} and what lies in {data_dir / 'engines'}"
        )
    calibration = load_calibration(name, data_dir) if calibrated else unmeasured(name)
    if name == "fr":
        from proctor.engines.fr import load_fr

        return load_fr(data_dir, calibration)
    if name == "face_recognition":
        from proctor.engines.packaged import PackagedEngine

        return PackagedEngine(calibration)
    if name == "face_recognition_onnx":
        from proctor.engines.packaged import ExportedEngine

        return ExportedEngine(calibration, data_dir)
    from proctor.engines.operators import load_operator_engine

    return load_operator_engine(name, data_dir, calibration)
