"""The frame as a whole: light, contrast, and two hashes. All from one small picture."""

from dataclasses import dataclass
from hashlib import blake2b

import cv2
import numpy as np
from numpy.typing import NDArray

from proctor.frames import Picture
from proctor.quality import sharpness_of

# Luma no pixel of a black bar exceeds, with what JPEG adds near its edge.
_BLACK = 24
LOOK_SIZE = (160, 120)
GIST_SIZE = (16, 12)
GIST_BYTES = GIST_SIZE[0] * GIST_SIZE[1]
_BIT_WEIGHTS = 1 << np.arange(64, dtype=np.uint64)


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneLook:
    """Fields as in FrameAnalysis; colour: the frame stretched to 160x120, BGR uint8.

    content: (x0, y0, x1, y1) in 0..1, the frame without black bars at its edges.
    """

    brightness: float
    contrast: float
    sharpness: float
    fingerprint: int
    digest: int
    gist: bytes
    colour: Picture
    content: tuple[float, float, float, float]


def look_at(small: Picture) -> SceneLook:
    """Measure a frame stretched to 320x240, BGR uint8."""
    colour = np.asarray(cv2.resize(small, LOOK_SIZE, interpolation=cv2.INTER_AREA), np.uint8)
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
        digest=int.from_bytes(blake2b(grey.tobytes(), digest_size=8).digest(), "little"),
        gist=cv2.resize(grey, GIST_SIZE, interpolation=cv2.INTER_AREA).tobytes(),
        colour=colour,
        content=_content(grey),
    )


def _content(grey: NDArray[np.uint8]) -> tuple[float, float, float, float]:
    rows, columns = grey.shape
    top, bottom = _lit_span(grey.max(axis=1))
    left, right = _lit_span(grey.max(axis=0))
    return left / columns, top / rows, right / columns, bottom / rows


def _lit_span(brightest: NDArray[np.uint8]) -> tuple[int, int]:
    """From the first to after the last line that is not black; all of them when everything is black."""
    lit = np.flatnonzero(brightest > _BLACK)
    return (int(lit[0]), int(lit[-1]) + 1) if lit.size else (0, brightest.size)
