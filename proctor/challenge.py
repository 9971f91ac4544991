"""A random challenge at the door: turn, close the eyes, come closer. Pure: no clock, no I/O.

It answers what a printed photo or a recording cannot: somebody does now, before this camera, what is asked
now. Each step is measured against the person's own pictures of a moment ago: no face has to be like others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from proctor.faces import FrameAnalysis


class ChallengeStep(StrEnum):
    """What the candidate is asked to do; left and right are the candidate's own."""

    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    CLOSE_EYES = "close_eyes"
    COME_CLOSER = "come_closer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeLimits:
    """When a step has been done.

    turned_degrees: yaw away from the own one. closed_share: openness of the eyes against the own one, at
    most; opened_share: at least, afterwards. closer_share: height of the face against the own one, at least.
    step_seconds: for each step; after that the challenge has failed. frames: in a row that show a step.
    """

    turned_degrees: float = 16.0
    closed_share: float = 0.78
    opened_share: float = 0.88
    closer_share: float = 1.2
    step_seconds: float = 12.0
    frames: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeProgress:
    """step: asked for now, None once all are done. steps: all of them, in order. failed: time ran out.

    shown: sequences of the frames that showed the steps done, one each. left_seconds: for the step asked for.
    """

    step: ChallengeStep | None
    steps: tuple[ChallengeStep, ...]
    failed: bool
    shown: tuple[int, ...]
    left_seconds: float

    @property
    def done(self) -> int:
        """How many of the steps are done."""
        return len(self.shown)


class Challenge:
    """Feed it frames after those that `own` was taken from; steps are done in their order.

    own: analyses of one person who looks into the camera. Pre-condition: `measurable` holds for each step.
    """

    def __init__(
        self,
        steps: Sequence[ChallengeStep],
        own: Sequence[FrameAnalysis],
        limits: ChallengeLimits | None = None,
    ) -> None:
        self._steps = tuple(steps)
        self._limits = limits or ChallengeLimits()
        yaws = [one.pose.yaw for one in own if one.pose is not None]
        self._yaw = median(yaws) if yaws else 0.0
        self._eyes = median(one.eye_openness for one in own)
        self._height = median(_height(one) for one in own)
        self._began_at: float | None = None
        self._left = self._limits.step_seconds
        self._showing: int | None = None
        self._run = 0
        self._closed = False
        self._failed = False
        self._shown: list[int] = []

    @property
    def progress(self) -> ChallengeProgress:
        """Where the challenge stands."""
        done = len(self._shown)
        return ChallengeProgress(
            step=self._steps[done] if done < len(self._steps) else None,
            steps=self._steps,
            failed=self._failed,
            shown=tuple(self._shown),
            left_seconds=self._left,
        )

    def observe(self, at: float, sequence: int, analysis: FrameAnalysis) -> ChallengeProgress:
        """Take one frame; `at` in seconds, not decreasing."""
        step = self.progress.step
        if step is None or self._failed:
            return self.progress
        self._began_at = at if self._began_at is None else self._began_at
        self._run = self._run + 1 if self._shows(step, analysis) else 0
        if self._run:
            self._showing = sequence
        if self._is_done(step, analysis):
            self._next(at, sequence)
        self._left = max(0.0, self._limits.step_seconds - (at - self._began_at))
        self._failed = self._left == 0.0
        return self.progress

    def _next(self, at: float, sequence: int) -> None:
        # Of closed eyes the frame to keep is the last one with them closed, not the one that ends the step.
        self._shown.append(sequence if self._showing is None else self._showing)
        self._began_at, self._run, self._showing, self._closed = at, 0, None, False

    def _shows(self, step: ChallengeStep, analysis: FrameAnalysis) -> bool:
        if not analysis.faces:
            return False
        limits = self._limits
        match step:
            case ChallengeStep.TURN_LEFT | ChallengeStep.TURN_RIGHT:
                # Positive yaw points to the right of the picture, which is the candidate's left.
                side = 1.0 if step is ChallengeStep.TURN_LEFT else -1.0
                pose = analysis.pose
                return pose is not None and side * (pose.yaw - self._yaw) >= limits.turned_degrees
            case ChallengeStep.CLOSE_EYES:
                return analysis.eye_openness <= limits.closed_share * self._eyes
            case ChallengeStep.COME_CLOSER:
                return _height(analysis) >= limits.closer_share * self._height

    def _is_done(self, step: ChallengeStep, analysis: FrameAnalysis) -> bool:
        if self._run >= self._limits.frames:
            self._closed = True
        if step is not ChallengeStep.CLOSE_EYES:
            return self._closed
        # A photo with closed eyes held up would do the first half only.
        opened = bool(analysis.faces) and analysis.eye_openness >= self._limits.opened_share * self._eyes
        return self._closed and opened


def measurable(step: ChallengeStep, own: Sequence[FrameAnalysis]) -> bool:
    """Whether a step can be told from a person's own frames: an engine may know no pose."""
    match step:
        case ChallengeStep.TURN_LEFT | ChallengeStep.TURN_RIGHT:
            return any(one.pose is not None for one in own)
        case ChallengeStep.CLOSE_EYES:
            return bool(own) and median(one.eye_openness for one in own) > 0
        case ChallengeStep.COME_CLOSER:
            return any(one.faces for one in own)


def _height(analysis: FrameAnalysis) -> float:
    """Of the largest face, as a share of the frame; 0.0 without one."""
    return analysis.faces[0].box[3] - analysis.faces[0].box[1] if analysis.faces else 0.0
