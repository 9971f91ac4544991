"""Engines: one set of models behind one Protocol, each with its own calibration."""

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from proctor.calibration import Calibration
from proctor.errors import UnknownEngine
from proctor.faces import Embedding, HeadPose
from proctor.frames import Picture
from proctor.geometry import Box

SMALL_SIZE = (320, 240)
ENGINE_NAMES = ("fr", "face_recognition")

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

    def embed(self, picture: Picture, box: Box, points: Points) -> Embedding:
        """The identity of the face with these points; L2 norm 1."""

    def presentation(self, picture: Picture, box: Box) -> float | None:
        """0..1, 1 = bona fide; None where the engine cannot tell."""

    def pose(self, picture: Picture, box: Box, points: Points) -> HeadPose | None:
        """Where the head points; None where the engine cannot tell."""


def load_engine(name: str, data_dir: Path) -> Engine:
    """Load an engine's models (about 0.3 s); raises UnknownEngine, ModelPackMissing, CalibrationInvalid."""
    if name == "fr":
        from proctor.engines.fr import FrEngine

        return FrEngine(data_dir)
    if name == "face_recognition":
        from proctor.engines.packaged import PackagedEngine

        return PackagedEngine()
    raise UnknownEngine(f"no engine {name!r}; there are {', '.join(ENGINE_NAMES)}")
