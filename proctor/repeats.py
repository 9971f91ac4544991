"""Pictures that came before: a camera that stands still, and a feed that is played again. Pure."""

from collections import OrderedDict, deque
from collections.abc import Iterable
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
# Of the pictures of a streak. Two that alternate, as under a lamp that flickers, soon match at any lag.
_DISTINCT = 6
# A picture like so many earlier ones tells nothing about when it was shown.
_MOST_LIKE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """frozen, repeated: 1.0 shown, 0.0 not shown, None where the frame says nothing about it."""

    frozen: float | None
    repeated: float | None


class RepeatedFrames:
    """Remembers digests of the last 4,096 frames (over an hour at 1 fps) and gists of the last 600.

    frozen: the same pixels as the frame before; a sensor's noise makes live frames differ. repeated: the same
    pixels as an earlier frame, or moving pictures that follow each other as earlier ones did: eight in a row
    that moved, six of them different, each like an earlier one in 16x12 cells, all equally long ago. That
    sees a loop whose player adds noise or compresses anew; a loop longer than the memory, or one of somebody
    who never moves, is not seen by gists.
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
        # Lags (seconds) at which the last moving frames matched, and for how many frames in a row.
        self._lags: NDArray[np.float64] = np.empty(0)
        self._streaks: NDArray[np.int64] = np.empty(0, np.int64)
        self._moving: deque[NDArray[np.int16]] = deque(maxlen=_STREAK)

    def observe(self, at: float, digest: int, gist: bytes) -> Repeat:
        """Take the next frame; `at` in seconds, not decreasing."""
        frozen = digest == self._last_digest
        known = digest in self._seen
        self._remember(digest)
        follows = self._follow(at, gist)
        if frozen:
            return Repeat(frozen=1.0, repeated=None)
        repeated = None if follows is None and not known else float(known or bool(follows))
        return Repeat(frozen=0.0, repeated=repeated)

    def _remember(self, digest: int) -> None:
        self._last_digest = digest
        self._seen[digest] = None
        self._seen.move_to_end(digest)
        if len(self._seen) > self._memory:
            self._seen.popitem(last=False)

    def _follow(self, at: float, gist: bytes) -> bool | None:
        """Whether moving frames have come as earlier ones did; None when this one has not moved."""
        cells = np.frombuffer(gist, np.uint8).astype(np.int16)
        last, self._last_gist = self._last_gist, cells
        motion = 0.0 if last is None or last.size != cells.size else _difference(last[None], cells)[0]
        moved = motion >= _MOTION
        if moved:
            self._moving.append(cells)
            self._match(self._lags_of(at, cells, motion))
        self._keep(at, cells)
        if not moved:
            return None
        return self._streaks.max(initial=0) >= _STREAK and _distinct(self._moving) >= _DISTINCT

    def _match(self, lags: NDArray[np.float64]) -> None:
        """Go on with the streaks that this frame's lags continue; each keeps the lag it began with."""
        near = np.abs(lags[:, None] - self._lags[None]) <= _LAG_TOLERANCE_S
        before = np.where(near, self._streaks[None], 0)
        best = before.argmax(axis=1) if self._lags.size else np.zeros(lags.size, np.int64)
        streaks = before.max(axis=1, initial=0)
        self._lags = np.where(streaks > 0, self._lags[best], lags) if self._lags.size else lags
        self._streaks = np.asarray(streaks + 1, np.int64)

    def _lags_of(self, at: float, cells: NDArray[np.int16], motion: float) -> NDArray[np.float64]:
        """How long ago, in seconds, pictures like this one were shown."""
        if self._gists.shape[1] != cells.size:
            return np.empty(0)
        old = np.flatnonzero(at - self._times >= _LEAST_AGE_S)
        alike = old[_difference(self._gists[old], cells) <= _LIKENESS * motion]
        return np.empty(0) if alike.size > _MOST_LIKE else np.asarray(at - self._times[alike], np.float64)

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


def _distinct(gists: Iterable[NDArray[np.int16]]) -> int:
    """How many of the pictures differ from all before them as much as a movement does."""
    found: list[NDArray[np.int16]] = []
    for cells in gists:
        if not found or _difference(np.stack(found), cells).min() >= _MOTION:
            found.append(cells)
    return len(found)
