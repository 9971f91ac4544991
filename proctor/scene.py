"""The frame as a whole: light, contrast, and two hashes. All from one 160x120 grey picture."""

from dataclasses import dataclass
from hashlib import blake2b

import cv2
import numpy as np

from proctor.frames import Picture
from proctor.quality import sharpness_of

_SMALL = (160, 120)
_BIT_WEIGHTS = 1 << np.arange(64, dtype=np.uint64)


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneLook:
    """Fields as in FrameAnalysis."""

    brightness: float
    contrast: float
    sharpness: float
    fingerprint: int
    digest: int


def look_at(picture: Picture) -> SceneLook:
    """Measure a BGR uint8 frame."""
    colour = cv2.resize(picture, _SMALL, interpolation=cv2.INTER_AREA)
    grey = np.asarray(cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY), np.uint8)
    mean, spread = cv2.meanStdDev(grey)
    # Difference hash: is each cell of an 8x8 grid darker than its right neighbour?
    tiny = cv2.resize(grey, (9, 8), interpolation=cv2.INTER_AREA)
    bits = (tiny[:, :-1] < tiny[:, 1:]).ravel()
    return SceneLook(
        brightness=float(mean[0, 0]),
        contrast=float(spread[0, 0]),
        sharpness=sharpness_of(grey),
        fingerprint=int(_BIT_WEIGHTS[bits].sum(dtype=np.uint64)),
        digest=int.from_bytes(blake2b(colour.tobytes(), digest_size=8).digest(), "little"),
    )
