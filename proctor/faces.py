"""What one frame shows, as data. No pixels here: the decisions over time work on these alone."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from proctor.objects import ObjectFound

Embedding = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRequest:
    """What to compute beyond finding faces; what is not asked costs nothing.

    objects: people, telephones and screens. second_look: look for them in the mirrored picture, too, which
    finds half as many telephones again. quick: a quick embedding (see Engine.embed) is enough.
    """

    embed: bool = False
    presentation: bool = False
    pose: bool = False
    thumbnail: bool = False
    objects: bool = False
    second_look: bool = False
    quick: bool = False


class QualityReason(StrEnum):
    """Why the subject's face is not fit for a comparison."""

    TOO_SMALL = "too_small"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    LOW_CONTRAST = "low_contrast"
    BLURRED = "blurred"
    TURNED = "turned"
    CUT_OFF = "cut_off"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceFound:
    """One face. `box` is (x0, y0, x1, y1) in 0..1 of width and height; `score` is the detector's, 0..1.

    `eye_distance_px` is the distance between eye centres in pixels of the frame; 0.0 where landmarks were
    not computed (all but the subject's face).
    """

    box: tuple[float, float, float, float]
    score: float
    eye_distance_px: float

    @property
    def area(self) -> float:
        """Share of the frame the box covers, 0..1."""
        return (self.box[2] - self.box[0]) * (self.box[3] - self.box[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceQuality:
    """Whether the subject's face may be compared. An unusable face is no mismatch."""

    usable: bool
    reasons: tuple[QualityReason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadPose:
    """Degrees; 0, 0, 0 looks into the camera. Positive yaw: the head turned to the picture's right."""

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameAnalysis:
    """All that one frame tells.

    width, height: pixels. faces: the subject's first (see geometry.subject_first), then by size. brightness:
    mean luma 0..255; contrast: its standard deviation. sharpness: variance of the Laplacian of the
    subject's face scaled to 96x96 grey (of the frame
    at 160x120 where there is no face). fingerprint: 64-bit perceptual difference hash of the frame, near for
    pictures that look alike. digest: 64-bit hash of the decoded small picture, equal only for the same
    pixels. gist: the frame as 16x12 grey cells, row by row, 192 bytes. objects: best first, None when not
    asked for. quality, embedding (float32, L2 norm 1), presentation (0..1, 1 = bona fide) and pose
    belong to the subject's face and are None without one or when not asked for. eye_openness: height of the
    eyes' openings over their width, mean of both (Soukupova and Cech 2016), 0.0 without a face.
    milliseconds: wall time.
    """

    width: int
    height: int
    faces: tuple[FaceFound, ...]
    brightness: float
    contrast: float
    sharpness: float
    fingerprint: int
    digest: int
    gist: bytes
    quality: FaceQuality | None
    embedding: Embedding | None
    presentation: float | None
    pose: HeadPose | None
    thumbnail: bytes | None
    milliseconds: float
    objects: tuple[ObjectFound, ...] | None = None
    eye_openness: float = 0.0
