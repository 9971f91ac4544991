"""Identity over time: similarity to a gallery, and a sequential test for a change of person. Pure."""

import math
from collections.abc import Sequence

import numpy as np

from proctor.calibration import Calibration
from proctor.faces import Embedding

# Pictures from which on a gallery scores nearly as one of six does.
_GROWN = 4


def similarity(probe: Embedding, reference: Embedding) -> float:
    """Cosine of two embeddings of L2 norm 1, -1..1; higher = more alike.

    A quick one is compared with the leading values of a whole one.
    """
    if probe.size == reference.size:
        return float(np.dot(probe, reference))
    shorter, longer = (probe, reference) if probe.size < reference.size else (reference, probe)
    leading = longer[: shorter.size]
    return float(np.dot(shorter, leading)) / max(float(np.linalg.norm(leading)), 1e-12)


def best_similarity(probe: Embedding, gallery: Sequence[Embedding]) -> float:
    """The best similarity to a gallery; pre-condition: it is not empty."""
    return max(similarity(probe, one) for one in gallery)


# Comparisons of one person nearer together than this tell half the same thing twice.
_MEMORY_S = 0.6


class IdentityTest:
    """One-sided CUSUM (Page 1954) of the log-likelihood ratio "another person" against "the same person".

    Both best-of-gallery scores are taken as normal with the pooled spread of the calibration, which makes the
    ratio a straight line in the score, 0 half-way between both means. Against a `young` gallery of a few
    pictures all scores are lower; the zero is then the gallery threshold (FMR 1e-2).

    false_alarms_per_hour: at most so many of one candidate are accepted, in the mean; the alarm level follows
    from it: the mean number of comparisons until a false alarm is at least exp(level) (Lorden 1971), with
    `comparisons_per_hour` of them. That holds for independent comparisons of a known distribution; so each
    one's weight is clipped to +-`clip`, whatever the score, which bounds what a hand before the face can do,
    and one that follows the last within 0.6 s weighs proportionally less. No single one can decide: three at
    the least are needed.
    """

    def __init__(
        self,
        calibration: Calibration,
        *,
        false_alarms_per_hour: float,
        comparisons_per_hour: float,
        clip: float = 5.0,
    ) -> None:
        spread = calibration.gallery_mated - calibration.gallery_non_mated
        self._slope = spread / calibration.gallery_spread**2
        self._middle = (calibration.gallery_mated + calibration.gallery_non_mated) / 2
        self._young_middle = min(self._middle, calibration.gallery_threshold)
        self._clip = clip
        self.alarm = max(2.1 * clip, math.log(comparisons_per_hour / false_alarms_per_hour))
        self.level = 0.0
        self._last_at: float | None = None

    def weight(self, score: float, *, young: bool = False) -> float:
        """Clipped log-likelihood ratio of one score; positive speaks for another person."""
        ratio = self._slope * ((self._young_middle if young else self._middle) - score)
        return max(-self._clip, min(self._clip, ratio))

    def observe(self, at: float, score: float, *, young: bool = False) -> float:
        """Take one usable comparison, `at` in seconds, not decreasing. The level: 0 to twice the alarm."""
        new = 1.0 if self._last_at is None else min(1.0, (at - self._last_at) / _MEMORY_S)
        self._last_at = at
        self.level = min(2 * self.alarm, max(0.0, self.level + new * self.weight(score, young=young)))
        return self.level

    @property
    def in_doubt(self) -> bool:
        """More frames are wanted: something has spoken against identity and was not taken back."""
        return self.level > 0.0

    @property
    def alarmed(self) -> bool:
        """The evidence suffices for a flag."""
        return self.level >= self.alarm


class Gallery:
    """A sitting's own pictures of its candidate: up to `size` embeddings, at least `apart` seconds apart.

    A frame joins only when it agrees with those already there, so one wrong frame cannot open the gallery to
    another person. An empty one (admitted by hand) takes the first usable frame. Of the embeddings given,
    those that repeat an earlier one are left out.
    """

    def __init__(
        self, calibration: Calibration, embeddings: Sequence[Embedding], *, size: int = 6, apart: float = 3.0
    ) -> None:
        self._calibration = calibration
        self._embeddings: list[Embedding] = []
        for embedding in embeddings:
            # Frames taken in a row at the door are one picture several times; that is no gallery.
            if not self._embeddings or self.score(embedding) < calibration.gallery_mated:
                self._embeddings.append(embedding)
        del self._embeddings[size:]
        self._size = size
        self._apart = apart
        self._last_at: float | None = None

    @property
    def embeddings(self) -> tuple[Embedding, ...]:
        """The templates, oldest first."""
        return tuple(self._embeddings)

    @property
    def empty(self) -> bool:
        """Nothing to compare with yet."""
        return not self._embeddings

    @property
    def young(self) -> bool:
        """Too few pictures for the scores the calibration was measured with."""
        return len(self._embeddings) < _GROWN

    @property
    def complete(self) -> bool:
        """No more frames are taken."""
        return len(self._embeddings) >= self._size

    def score(self, probe: Embedding) -> float:
        """Best similarity; pre-condition: not empty."""
        return best_similarity(probe, self._embeddings)

    def strangeness(self, score: float) -> float:
        """How far a score lies from mated towards non-mated, just above 0 up to 1."""
        mated, other = self._calibration.gallery_mated, self._calibration.gallery_non_mated
        return min(1.0, max(0.01, (mated - score) / (mated - other)))

    def offer(self, at: float, embedding: Embedding) -> bool:
        """Take a usable frame if there is room, time has passed and it agrees; says whether it was taken."""
        if self.complete or (self._last_at is not None and at - self._last_at < self._apart):
            return False
        if self._embeddings and self.score(embedding) < self._calibration.gallery_threshold:
            return False
        self._embeddings.append(embedding)
        self._last_at = at
        return True
