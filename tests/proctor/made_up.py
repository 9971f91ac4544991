"""Made-up analyses and embeddings for the rules over time, which see no pixels."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from proctor.calibration import Calibration
from proctor.faces import Embedding, FaceFound, FaceQuality, FrameAnalysis, HeadPose, QualityReason
from proctor.objects import ObjectFound

CALIBRATION = Calibration(
    engine="made_up",
    measured_on="2026-01-01",
    data="made up",
    embedding_size=8,
    mated_pairs=100,
    non_mated_pairs=100,
    door_threshold=0.5,
    door_threshold_lenient=0.4,
    gallery_threshold=0.5,
    gallery_mated=0.9,
    gallery_non_mated=0.2,
    gallery_spread=0.1,
    presentation_threshold=0.9,
    presentation_sustained=0.2,
)

FACE = FaceFound(box=(0.3, 0.2, 0.6, 0.7), score=0.99, eye_distance_px=60.0)
BEHIND = FaceFound(box=(0.7, 0.2, 0.9, 0.55), score=0.95, eye_distance_px=0.0)
GOOD = FaceQuality(usable=True, reasons=())


def direction(*values: float) -> Embedding:
    """An embedding of L2 norm 1 along the given first values."""
    vector = np.zeros(8, np.float32)
    vector[: len(values)] = values
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


ANNA = direction(1.0)
BERT = direction(0.0, 1.0)


def unusable(*reasons: QualityReason) -> FaceQuality:
    """A quality with these reasons."""
    return FaceQuality(usable=False, reasons=reasons)


def frame(
    number: int,
    *,
    faces: Sequence[FaceFound] = (FACE,),
    embedding: Embedding | None = None,
    presentation: float | None = None,
    yaw: float | None = None,
    quality: FaceQuality = GOOD,
    objects: Sequence[ObjectFound] = (),
) -> FrameAnalysis:
    """A well-lit live frame; `number` makes its pixels its own."""
    return FrameAnalysis(
        width=640,
        height=480,
        faces=tuple(faces),
        brightness=120.0,
        contrast=50.0,
        sharpness=100.0,
        fingerprint=0,
        digest=1000 + number,
        gist=bytes(192),
        quality=quality if faces else None,
        embedding=embedding if faces else None,
        presentation=presentation if faces else None,
        pose=None if yaw is None else HeadPose(yaw=yaw, pitch=0.0, roll=0.0),
        thumbnail=None,
        milliseconds=1.0,
        objects=tuple(objects),
        eye_openness=0.3 if faces else 0.0,
    )


def covered(number: int) -> FrameAnalysis:
    """A frame from behind a hand on the lens."""
    return replace(frame(number, faces=()), brightness=3.0, contrast=1.0)
