"""Identity at the door: the registered photo against a few live frames. Pure: no clock, no I/O."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from statistics import median

from proctor.calibration import Calibration
from proctor.challenge import Challenge, ChallengeProgress, ChallengeStep, measurable
from proctor.faces import Embedding, FrameAnalysis, FrameRequest, QualityReason
from proctor.identity import best_similarity, similarity
from proctor.photos import ReferencePhoto
from proctor.registration import reference_from_photo

__all__ = [
    "Advice",
    "DoorCheck",
    "DoorOutcome",
    "DoorPolicy",
    "DoorReason",
    "DoorState",
    "FramingCheck",
    "FramingName",
    "ReferencePhoto",
    "reference_from_photo",
]


class FramingName(StrEnum):
    """The five named checks, in the order a candidate sees them."""

    CAMERA_OPEN = "camera_open"
    ONE_PERSON = "one_person"
    LIGHT = "light"
    DISTANCE = "distance"
    SHARPNESS = "sharpness"


class Advice(StrEnum):
    """What the candidate is asked to do now."""

    UNCOVER_CAMERA = "uncover_camera"
    NOBODY = "nobody"
    SEVERAL_PEOPLE = "several_people"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    COME_CLOSER = "come_closer"
    MOVE_BACK = "move_back"
    MOVE_TO_CENTRE = "move_to_centre"
    HOLD_STILL = "hold_still"
    LOOK_STRAIGHT = "look_straight"


class DoorOutcome(StrEnum):
    """match: identity agrees. look: a person must look. unusable: no decision could be made."""

    MATCH = "match"
    LOOK = "look"
    UNUSABLE = "unusable"


class DoorReason(StrEnum):
    """Why the outcome is not a match."""

    MISMATCH = "mismatch"
    PRESENTATION_ATTACK = "presentation_attack"
    CHALLENGE = "challenge"
    NO_REFERENCE = "no_reference"
    UNUSABLE_TIMEOUT = "unusable_timeout"


@dataclass(frozen=True, slots=True, kw_only=True)
class FramingCheck:
    """One named check; `advice` says what to do now where it is not ok, None where ok or not yet known."""

    name: FramingName
    ok: bool
    advice: Advice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorPolicy:
    """Settings of the check.

    frames: usable frames for a decision; twice as many where the score lies between both door thresholds.
    give_up_after_seconds: time from the first frame until `unusable`. face_height: smallest and largest
    share of the frame's height. bystander_share: a second face counts from this share of the largest
    face's area. dark, bright: mean luma of the frame, 0..255, beyond which a face is not even found well.
    covered_contrast: standard deviation of luma below which the camera is taken for covered. challenge: what
    the candidate may be asked to do once face and photo agree, in an order drawn at random by the caller; the
    first `challenge_steps` that the engine can tell are asked. Empty: nothing is.
    """

    calibration: Calibration
    check_presentation: bool = True
    frames: int = 5
    give_up_after_seconds: float = 45.0
    face_height: tuple[float, float] = (0.18, 0.85)
    bystander_share: float = 0.25
    dark: float = 35.0
    bright: float = 225.0
    covered_contrast: float = 8.0
    challenge: tuple[ChallengeStep, ...] = ()
    challenge_steps: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorState:
    """The check after a frame.

    score: median similarity of the frames used so far in the engine's scale, None without reference or
    frames; threshold: what a match needs; evidence: sequences of the frames used, then of those that showed a
    step of the challenge; gallery: embeddings of the former, for the watch that follows. challenge: None
    until it begins. advice: what most of the frames needed, None where all were in order.
    """

    framing: tuple[FramingCheck, ...]
    outcome: DoorOutcome | None
    reason: DoorReason | None
    score: float | None
    threshold: float
    presentation: float | None
    evidence: tuple[int, ...]
    gallery: tuple[Embedding, ...]
    challenge: ChallengeProgress | None = None
    advice: Advice | None = None

    @property
    def framed(self) -> bool:
        """All five checks are ok."""
        return all(check.ok for check in self.framing)


@dataclass(slots=True, kw_only=True)
class _Used:
    """The frames a decision is made of; one person only, else the count starts again."""

    sequences: list[int] = field(default_factory=list)
    embeddings: list[Embedding] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    presentations: list[float] = field(default_factory=list)
    analyses: list[FrameAnalysis] = field(default_factory=list)


class DoorCheck:
    """Feed it every frame of a candidate before the camera; it asks for what it needs next.

    A decision stays once made. A change of face between the frames used starts the count again, so that one
    person cannot be framed and another compared.
    """

    def __init__(self, reference: Embedding | None, policy: DoorPolicy) -> None:
        self._reference = reference
        self._policy = policy
        self._started_at: float | None = None
        self._framed = False
        self._used = _Used()
        self._challenge: Challenge | None = None
        self._advices: Counter[Advice] = Counter()
        self._state = self._undecided(waiting())
        # An engine without such a model has the threshold 0: nothing can be asked of it.
        self._checks_presentation = (
            policy.check_presentation and policy.calibration.presentation_sustained > 0
        )

    @property
    def state(self) -> DoorState:
        """The state after the last frame."""
        return self._state

    def request(self) -> FrameRequest:
        """What the next frame should be analysed for."""
        deciding = self._state.outcome is None and (self._framed or self._challenge is not None)
        return FrameRequest(
            embed=deciding,
            # The pictures that decide are whole; while something is asked it only has to be the same face.
            quick=self._challenge is not None,
            presentation=deciding and self._checks_presentation and self._challenge is None,
            pose=deciding and bool(self._policy.challenge),
        )

    def observe(self, at: float, sequence: int, analysis: FrameAnalysis) -> DoorState:
        """Take one frame. `at`: seconds on the server's clock, not decreasing; `sequence`: its number."""
        framing = check_framing(analysis, self._policy)
        if self._state.outcome is not None:
            self._state = replace(self._state, framing=framing)
            return self._state
        if self._started_at is None:
            self._started_at = at
        self._framed = all(check.ok for check in framing)
        if self._challenge is not None:
            if self._is_another(analysis):
                self._challenge, self._used = None, _Used()
                self._state = self._undecided(framing)
            else:
                self._state = self._challenged(self._challenge.observe(at, sequence, analysis), framing)
            return self._state
        self._advices.update(check.advice for check in framing if check.advice is not None)
        if self._framed:
            self._use(sequence, analysis)
        self._state = self._decide(at, framing)
        return self._state

    def _is_another(self, analysis: FrameAnalysis) -> bool:
        """A face fit for a comparison that is not the one the challenge began with."""
        if analysis.embedding is None or analysis.quality is None or not analysis.quality.usable:
            return False
        same_face = self._policy.calibration.gallery_threshold
        return best_similarity(analysis.embedding, self._used.embeddings) < same_face

    def _challenged(self, progress: ChallengeProgress, framing: tuple[FramingCheck, ...]) -> DoorState:
        state = replace(self._undecided(framing), challenge=progress)
        state = replace(state, evidence=(*state.evidence, *progress.shown))
        if progress.failed:
            return replace(state, outcome=DoorOutcome.LOOK, reason=DoorReason.CHALLENGE)
        return state if progress.step is not None else replace(state, outcome=DoorOutcome.MATCH)

    def _use(self, sequence: int, analysis: FrameAnalysis) -> None:
        embedding = analysis.embedding
        if embedding is None or (self._checks_presentation and analysis.presentation is None):
            return
        used = self._used
        same_face = self._policy.calibration.gallery_threshold
        if used.embeddings and best_similarity(embedding, used.embeddings) < same_face:
            used = self._used = _Used()
        used.sequences.append(sequence)
        used.embeddings.append(embedding)
        used.analyses.append(analysis)
        if self._reference is not None:
            used.scores.append(similarity(embedding, self._reference))
        if analysis.presentation is not None:
            used.presentations.append(analysis.presentation)

    def _decide(self, at: float, framing: tuple[FramingCheck, ...]) -> DoorState:
        state = self._undecided(framing)
        count = len(self._used.sequences)
        if count >= self._policy.frames:
            outcome, reason = self._verdict(state, count)
            if outcome is DoorOutcome.MATCH and self._policy.challenge:
                self._challenge = Challenge(self._steps(), self._used.analyses)
                return replace(state, challenge=self._challenge.progress)
            if outcome is not None:
                return replace(state, outcome=outcome, reason=reason)
        assert self._started_at is not None
        if at - self._started_at >= self._policy.give_up_after_seconds:
            return replace(state, outcome=DoorOutcome.UNUSABLE, reason=DoorReason.UNUSABLE_TIMEOUT)
        return state

    def _steps(self) -> list[ChallengeStep]:
        own = self._used.analyses
        told = [step for step in self._policy.challenge if measurable(step, own)]
        return told[: self._policy.challenge_steps]

    def _verdict(self, state: DoorState, count: int) -> tuple[DoorOutcome | None, DoorReason | None]:
        calibration = self._policy.calibration
        if state.presentation is not None and state.presentation < calibration.presentation_sustained:
            return DoorOutcome.LOOK, DoorReason.PRESENTATION_ATTACK
        if state.score is None:
            return DoorOutcome.LOOK, DoorReason.NO_REFERENCE
        if state.score >= calibration.door_threshold:
            return DoorOutcome.MATCH, None
        if state.score >= calibration.door_threshold_lenient and count < 2 * self._policy.frames:
            return None, None
        return DoorOutcome.LOOK, DoorReason.MISMATCH

    def _undecided(self, framing: tuple[FramingCheck, ...]) -> DoorState:
        used = self._used
        return DoorState(
            framing=framing,
            outcome=None,
            reason=None,
            score=median(used.scores) if used.scores else None,
            threshold=self._policy.calibration.door_threshold,
            presentation=median(used.presentations) if used.presentations else None,
            evidence=tuple(used.sequences),
            gallery=tuple(used.embeddings),
            advice=max(self._advices, key=self._advices.__getitem__, default=None),
        )


def waiting() -> tuple[FramingCheck, ...]:
    """The five checks before any frame has come: none ok, nothing advised."""
    return tuple(FramingCheck(name=name, ok=False) for name in FramingName)


def check_framing(analysis: FrameAnalysis, policy: DoorPolicy) -> tuple[FramingCheck, ...]:
    """The five checks in order. The first that fails gives advice; those after it are just not ok."""
    advices = (
        _camera(analysis, policy),
        _people(analysis, policy),
        _light(analysis, policy),
        _distance(analysis, policy),
        _sharpness(analysis),
    )
    checks: list[FramingCheck] = []
    failed = False
    for name, advice in zip(FramingName, advices, strict=True):
        ok = not failed and advice is None
        checks.append(FramingCheck(name=name, ok=ok, advice=None if failed else advice))
        failed = not ok
    return tuple(checks)


def _camera(analysis: FrameAnalysis, policy: DoorPolicy) -> Advice | None:
    covered = analysis.contrast < policy.covered_contrast and not analysis.faces
    return Advice.UNCOVER_CAMERA if covered else None


def _people(analysis: FrameAnalysis, policy: DoorPolicy) -> Advice | None:
    if not analysis.faces:
        if analysis.brightness < policy.dark:
            return Advice.TOO_DARK
        return Advice.NOBODY
    least = policy.bystander_share * analysis.faces[0].area
    return Advice.SEVERAL_PEOPLE if sum(face.area >= least for face in analysis.faces) > 1 else None


def _reasons(analysis: FrameAnalysis) -> Sequence[QualityReason]:
    return analysis.quality.reasons if analysis.quality is not None else ()


def _light(analysis: FrameAnalysis, policy: DoorPolicy) -> Advice | None:
    reasons = _reasons(analysis)
    if QualityReason.TOO_DARK in reasons or analysis.brightness < policy.dark:
        return Advice.TOO_DARK
    if QualityReason.TOO_BRIGHT in reasons or analysis.brightness > policy.bright:
        return Advice.TOO_BRIGHT
    return Advice.TOO_DARK if QualityReason.LOW_CONTRAST in reasons else None


def _distance(analysis: FrameAnalysis, policy: DoorPolicy) -> Advice | None:
    if not analysis.faces:
        return None
    _, top, _, bottom = analysis.faces[0].box
    if bottom - top < policy.face_height[0] or QualityReason.TOO_SMALL in _reasons(analysis):
        return Advice.COME_CLOSER
    if bottom - top > policy.face_height[1]:
        return Advice.MOVE_BACK
    return Advice.MOVE_TO_CENTRE if QualityReason.CUT_OFF in _reasons(analysis) else None


def _sharpness(analysis: FrameAnalysis) -> Advice | None:
    reasons = _reasons(analysis)
    if QualityReason.TURNED in reasons:
        return Advice.LOOK_STRAIGHT
    unclear = QualityReason.BLURRED in reasons or QualityReason.UNCERTAIN in reasons
    return Advice.HOLD_STILL if unclear else None
