"""The default engine, and the way every engine of ONNX models works: under onnxruntime, one thread."""

from dataclasses import dataclass
from pathlib import Path

from proctor.calibration import Calibration
from proctor.engines import Points
from proctor.engines.parts import (
    Detector,
    InputScale,
    Landmarks,
    PoseEstimator,
    PresentationCheck,
    PresentationInput,
    Recogniser,
    fused,
)
from proctor.faces import Embedding, HeadPose
from proctor.frames import Picture
from proctor.geometry import Box, align
from proctor.models.registry import find_pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an engine is put together from; recognisers are fused."""

    detector: Detector
    landmarks: Landmarks
    recognisers: tuple[Recogniser, ...]
    presentation: PresentationCheck | None
    pose: PoseEstimator | None


class OnnxEngine:
    """An Engine of ONNX models."""

    def __init__(self, name: str, calibration: Calibration, parts: Parts) -> None:
        self.name = name
        self.calibration = calibration
        self._parts = parts

    def detect(self, picture: Picture, small: Picture) -> list[Box]:
        """See Engine."""
        return self._parts.detector.detect(picture, small)

    def landmarks(self, picture: Picture, box: Box) -> Points:
        """See Engine."""
        return self._parts.landmarks.find(picture, box)

    def embed(self, picture: Picture, box: Box, points: Points, *, quick: bool = False) -> Embedding:
        """See Engine."""
        del box
        recognisers = self._parts.recognisers
        if quick:
            return recognisers[0].glimpse(align(picture, points))
        return fused(recognisers, picture, points)

    def presentation(self, picture: Picture, box: Box) -> float | None:
        """See Engine."""
        check = self._parts.presentation
        return None if check is None else check.score(picture, box)

    def pose(self, picture: Picture, box: Box, points: Points) -> HeadPose | None:
        """See Engine."""
        del points
        estimator = self._parts.pose
        return None if estimator is None else estimator.estimate(picture, box)


def load_fr(data_dir: Path, calibration: Calibration) -> OnnxEngine:
    """RFB-320, 68 points, two recognisers fused (512 and 192 values), presentation attack, head pose.

    Presentation: prints were measured, screens and masks were not. Raises ModelPackMissing, ModelFileBroken.
    """
    files = find_pack("fr", data_dir) | find_pack("mobilefacenet", data_dir)
    return OnnxEngine(
        "fr",
        calibration,
        Parts(
            detector=Detector(files["fr_detect.onnx"]),
            landmarks=Landmarks(files["fr_landmark.onnx"]),
            recognisers=(
                Recogniser(files["fr_feature.onnx"], InputScale(mean=127.0, divisor=128.0, rgb=True)),
                Recogniser(files["mobilefacenet.onnx"], InputScale(mean=127.5, divisor=128.0, rgb=True)),
            ),
            presentation=PresentationCheck(
                files["fr_liveness.onnx"],
                InputScale(mean=0.0, divisor=1.0, rgb=False),
                PresentationInput(side=128, around=2.7, bona_fide=0),
            ),
            pose=PoseEstimator(files["fr_pose.onnx"]),
        ),
    )
