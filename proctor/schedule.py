"""What to compute when: the dear models run every few seconds, and at once when something changes."""

from dataclasses import dataclass

from proctor.faces import FaceFound, FrameAnalysis
from proctor.findings import overlap

_CUT_BITS = 18
_SAME_PLACE = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds between analyses of each kind, and pictures a second wanted normally and in doubt.

    gallery_seconds: between comparisons until the gallery is complete. look_seconds: a hint of a telephone is
    looked into at doubt_fps for as long, at most once in look_every_seconds. break_seconds: how long after a
    track break frames are compared at once and asked for faster, even if none is usable.
    """

    embed_seconds: float = 5.0
    gallery_seconds: float = 1.0
    presentation_seconds: float = 8.0
    pose_seconds: float = 8.0
    objects_seconds: float = 10.0
    look_seconds: float = 4.0
    look_every_seconds: float = 30.0
    break_seconds: float = 3.0
    normal_fps: float = 1.0
    doubt_fps: float = 4.0


class AnalysisSchedule:
    """Keeps when each kind was last computed, and whether the track of the face broke.

    A track breaks when a face comes back after none, jumps to another place, or the whole picture changes at
    once (a cut). The watch sets `doubt` (everything is compared, faster) and `turning` (every pose is taken).

    phase, 0..1: where in its interval a kind is due for the first time. Sittings start together at the bell;
    with one phase for all, their comparisons would come in waves. stretch, >= 1: by how much all intervals
    are longer while the machine cannot do everything.
    """

    def __init__(self, pace: Pace, phase: float = 0.0) -> None:
        self._pace = pace
        self._phase = phase
        self._first_at: float | None = None
        self.stretch = 1.0
        self._embedded_at: float | None = None
        self._presented_at: float | None = None
        self._posed_at: float | None = None
        self._broken_at: float | None = None
        self._face: FaceFound | None = None
        self._fingerprint: int | None = None
        self._objects_at: float | None = None
        self._look_began_at: float | None = None
        self.doubt = False
        self.turning = False

    def embed_due(self, at: float, *, gallery_complete: bool) -> bool:
        """A comparison is wanted from the next frame."""
        every = self._pace.embed_seconds if gallery_complete else self._pace.gallery_seconds
        return self.urgent(at) or self._due(self._embedded_at, at, every)

    def presentation_due(self, at: float) -> bool:
        """The presentation-attack model is wanted for the next frame."""
        return self.urgent(at) or self._due(self._presented_at, at, self._pace.presentation_seconds)

    def pose_due(self, at: float) -> bool:
        """The head's pose is wanted from the next frame."""
        return self.turning or self._due(self._posed_at, at, self._pace.pose_seconds)

    def objects_due(self, at: float) -> bool:
        """People, telephones and screens are wanted from the next frame.

        Also while there is no face: whether somebody sits there is then the question.
        """
        faceless = self._fingerprint is not None and self._face is None
        return faceless or self.looking(at) or self._due(self._objects_at, at, self._pace.objects_seconds)

    def look(self, at: float) -> None:
        """There was a hint of a telephone: look closer for a while, unless that was just done."""
        began = self._look_began_at
        if began is None or at - began >= self._pace.look_every_seconds:
            self._look_began_at = at

    def looking(self, at: float) -> bool:
        """A hint is being looked into."""
        return self._look_began_at is not None and at - self._look_began_at < self._pace.look_seconds

    def wanted_fps(self, at: float) -> float:
        """Pictures a second to ask for now."""
        return self._pace.doubt_fps if self.urgent(at) or self.looking(at) else self._pace.normal_fps

    def seen(self, at: float, analysis: FrameAnalysis) -> None:
        """Note a frame: what it was analysed for, and whether the track broke at it."""
        face = analysis.faces[0] if analysis.faces else None
        if face is not None and self._broke(face, analysis.fingerprint):
            self._broken_at = at
        elif analysis.embedding is not None and analysis.quality is not None and analysis.quality.usable:
            self._broken_at = None
        if analysis.embedding is not None:
            self._embedded_at = at
        if analysis.presentation is not None:
            self._presented_at = at
        if analysis.pose is not None:
            self._posed_at = at
        if analysis.objects is not None:
            self._objects_at = at
        self._face, self._fingerprint = face, analysis.fingerprint

    def _broke(self, face: FaceFound, fingerprint: int) -> bool:
        if self._fingerprint is None:
            return False
        cut = (fingerprint ^ self._fingerprint).bit_count() >= _CUT_BITS
        return cut or self._face is None or overlap(face, self._face) < _SAME_PLACE

    def urgent(self, at: float) -> bool:
        """The track has just broken, or the watch is in doubt."""
        broken = self._broken_at is not None and at - self._broken_at < self._pace.break_seconds
        return self.doubt or broken

    def _due(self, last: float | None, at: float, every: float) -> bool:
        self._first_at = at if self._first_at is None else self._first_at
        since = self._first_at - (1.0 - self._phase) * every if last is None else last
        # A tenth of a second's grace: frames at 1 fps never come exactly one second apart.
        return at - since >= (every if last is None else every * self.stretch) - 0.1
