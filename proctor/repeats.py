"""Pictures that came before: a camera that stands still, and a feed that is played again. Pure."""

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MEMORY = 4096
_GISTS = 600
# Frames younger than this say nothing: somebody who sits still looks like a moment ago.
_LEAST_AGE_S = 8.0
# Mean difference of gists, grey levels, from which on a picture has moved; whoever sits still proves nothing.
_MOTION = 2.0
# A frame played again differs from its first showing by less than this share of its own motion.
_LIKENESS = 0.2
_LAG_TOLERANCE_S = 0.35
_STREAK = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """frozen, repeated: 1.0 shown, 0.0 not shown, None where the frame says nothing about it."""

    frozen: float | None
    repeated: float | None


class RepeatedFrames:
    """Remembers digests of the last 4,096 frames (over an hour at 1 fps) and gists of the last 600.

    frozen: the same pixels as the frame before; a sensor's noise makes live frames differ. repeated: the same
    pixels as an earlier frame, or moving pictures that follow each other as earlier ones did: eight in a row
    that moved, each like an earlier one in 16x12 cells, all equally long ago. That sees a loop whose player
    adds noise or compresses anew; a loop longer than the memory, or one of somebody who never moves, is not
    seen by gists.
    """

    def __init__(self, memory: int = MEMORY) -> None:
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._memory = memory
        self._last_digest: int | None = None
        # Rings: the row a new gist goes to follows from how many have been seen.
        self._gists: NDArray[np.int16] = np.zeros((_GISTS, 0), np.int16)
        self._times: NDArray[np.float64] = np.full(_GISTS, np.inf)
        self._count = 0
        self._last_gist: NDArray[np.int16] | None = None
        self._lags: NDArray[np.float64] = np.empty(0)
        self._streak = 0

    def observe(self, at: float, digest: int, gist: bytes) -> Repeat:
        """Take the next frame; `at` in seconds, not decreasing."""
        frozen = digest == self._last_digest
        known = digest in self._seen
        self._remember(digest)
        streak = self._follow(at, gist)
        if frozen:
            return Repeat(frozen=1.0, repeated=None)
        repeated = None if streak is None and not known else float(known or (streak or 0) >= _STREAK)
        return Repeat(frozen=0.0, repeated=repeated)

    def _remember(self, digest: int) -> None:
        self._last_digest = digest
        self._seen[digest] = None
        self._seen.move_to_end(digest)
        if len(self._seen) > self._memory:
            self._seen.popitem(last=False)

    def _follow(self, at: float, gist: bytes) -> int | None:
        """How many moving frames in a row have come as earlier ones did; None when this one has not moved."""
        cells = np.frombuffer(gist, np.uint8).astype(np.int16)
        last, self._last_gist = self._last_gist, cells
        motion = 0.0 if last is None or last.size != cells.size else _difference(last[None], cells)[0]
        moved = motion >= _MOTION
        if moved:
            lags = self._lags_of(at, cells, motion)
            follows = any(np.abs(self._lags - lag).min(initial=np.inf) <= _LAG_TOLERANCE_S for lag in lags)
            self._streak = self._streak + 1 if follows else 0
            self._lags = lags
        self._keep(at, cells)
        return self._streak if moved else None

    def _lags_of(self, at: float, cells: NDArray[np.int16], motion: float) -> NDArray[np.float64]:
        """How long ago, in seconds, pictures like this one were shown."""
        if self._gists.shape[1] != cells.size:
            return np.empty(0)
        old = np.flatnonzero(at - self._times >= _LEAST_AGE_S)
        near = _difference(self._gists[old], cells) <= _LIKENESS * motion
        return np.asarray(at - self._times[old[near]], np.float64)

    def _keep(self, at: float, cells: NDArray[np.int16]) -> None:
        if self._gists.shape[1] != cells.size:
            self._gists = np.zeros((_GISTS, cells.size), np.int16)
            self._times[:] = np.inf
        row = self._count % _GISTS
        self._gists[row], self._times[row] = cells, at
        self._count += 1


def _difference(gists: NDArray[np.int16], cells: NDArray[np.int16]) -> NDArray[np.float64]:
    """Mean absolute difference of each gist to one, grey levels."""
    return np.asarray(np.abs(gists - cells).mean(axis=1), np.float64)
