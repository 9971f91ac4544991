"""What the service thinks about one camera: at the door, during the sitting, or not at all (no I/O)."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from secrets import SystemRandom

from app.checkin.rules import ChallengeResult, Door, DoorResult
from app.ids import new_id
from app.incidents.service import Flag
from app.settings import VisionSettings
from app.sittings.lifecycle import State
from app.sittings.records import Sitting
from proctor.calibration import Calibration
from proctor.challenge import ChallengeProgress, ChallengeStep
from proctor.door import (
    DoorCheck,
    DoorOutcome,
    DoorPolicy,
    DoorReason,
    DoorState,
    FramingCheck,
    check_framing,
)
from proctor.faces import Embedding, FrameAnalysis, FrameRequest
from proctor.flags import Flag as SpanFlag
from proctor.flags import FlagEvent, FlagOpened
from proctor.watch import SittingWatch, WatchPolicy

# Of one attempt. Who begins a challenge again and again (the page loaded anew, another face) may wait for the
# steps that a recording shows: after so many a person looks.
CHALLENGES_AT_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Frames a second that a camera is asked for."""

    normal: float
    check_in: float
    challenge: float

    @classmethod
    def of(cls, settings: VisionSettings) -> "Rates":
        """As the operator has set them."""
        return cls(
            normal=settings.normal_fps, check_in=settings.check_in_fps, challenge=settings.challenge_fps
        )

    def resting(self, state: State) -> float:
        """What a sitting in this state needs while nothing else is going on."""
        return self.check_in if state in (State.SCHEDULED, State.CHECKING_IN) else self.normal


@dataclass(frozen=True, slots=True, kw_only=True)
class FramingSeen:
    """What the candidate should change, or that all is well; `progress` 0..1 of the identity check.

    `challenge`: what the candidate is asked to do now, None while nothing is.
    """

    sitting_id: str
    checks: tuple[FramingCheck, ...]
    face: tuple[float, float, float, float] | None
    progress: float
    challenge: ChallengeProgress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorDecided:
    """The identity check came to an outcome."""

    sitting_id: str
    result: DoorResult
    gallery: tuple[Embedding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagSeen:
    """A flag opened, grew or closed."""

    flag: Flag

    @property
    def sitting_id(self) -> str:
        """Whose flag it is."""
        return self.flag.sitting_id


@dataclass(frozen=True, slots=True, kw_only=True)
class RateWanted:
    """Frames a second that the camera should send now."""

    sitting_id: str
    fps: float


Effect = FramingSeen | DoorDecided | FlagSeen | RateWanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of the face: the registered photo's template and the gallery of the admission."""

    has_photo: bool
    photo_at_check_in: bool
    reference: Embedding | None
    gallery: tuple[Embedding, ...]


class CameraWatch:
    """One sitting's camera. Feed it analyses in order; it says what the next frame is needed for.

    What a candidate is asked to do at the door is drawn anew with each check, and kept nowhere: whoever
    leaves a challenge begins another, after a restart of the server too.
    """

    def __init__(
        self,
        sitting: Sitting,
        known: Known,
        calibration: Calibration,
        rates: Rates,
        random: Random | None = None,
    ) -> None:
        self.sitting = sitting
        self._known = known
        self._door_policy = DoorPolicy(calibration=calibration, check_presentation=sitting.presentation_check)
        self._watch_policy = WatchPolicy(
            calibration=calibration, check_presentation=sitting.presentation_check
        )
        self._rates = rates
        self._fps = rates.resting(sitting.state)
        self._random = random or SystemRandom()
        self._challenging = False
        self._challenges = 0
        self._flag_ids: dict[int, str] = {}
        self._frame_at: dict[int, float] = {}
        self._watch: SittingWatch | None = None
        self._door: DoorCheck | None = None
        self._choose()

    def update(self, sitting: Sitting, known: Known) -> list[Effect]:
        """The sitting or what is known of the face has changed. Flags of a watch that ends are closed."""
        before, was = self._facts(), self.sitting
        self.sitting, self._known = sitting, known
        if before == self._facts():
            return []
        if was.identity_attempts != sitting.identity_attempts:
            self._challenges = 0
        ended = self._choose()
        return ended if was.state is sitting.state else [*ended, *self._ask_rate(self._resting)]

    def reconnected(self) -> list[Effect]:
        """The page was loaded again, or lost its camera for a while: what was under way begins anew."""
        if self._challenging:
            self._open_door()
        self._fps = self._resting
        return [RateWanted(sitting_id=self.sitting.id, fps=self._fps)]

    @property
    def _resting(self) -> float:
        return self._rates.resting(self.sitting.state)

    def _ask_rate(self, fps: float) -> list[Effect]:
        if fps == self._fps:
            return []
        self._fps = fps
        return [RateWanted(sitting_id=self.sitting.id, fps=fps)]

    def _facts(self) -> tuple[object, ...]:
        """What decides between door, watch and nothing; a change of any of them chooses anew."""
        sitting, known = self.sitting, self._known
        outcome = (sitting.identity_attempts, sitting.identity_outcome)
        face = (sitting.face_comparison, known.has_photo, known.reference is None)
        return sitting.state, outcome, face

    @property
    def gallery(self) -> tuple[Embedding, ...]:
        """The watch's gallery (it grows during the first minutes)."""
        return self._watch.gallery if self._watch is not None else self._known.gallery

    def _choose(self) -> list[Effect]:
        sitting = self.sitting
        ended: list[Effect] = []
        self._door, self._challenging = None, False
        if sitting.state is State.CHECKING_IN and sitting.identity_outcome is None and self._may_compare():
            self._open_door()
        if sitting.state is State.IN_PROGRESS:
            if self._watch is None:
                reference = self._known.reference if sitting.face_comparison else None
                # The last hex digits of the id are random: sittings do not compare in the same second.
                phase = int(sitting.id[-4:], 16) / 0x10000
                self._watch = SittingWatch(self._watch_policy, self._known.gallery, reference, phase)
        elif self._watch is not None and sitting.state is not State.PAUSED:
            ended = self.close_open_flags()
            self._watch = None
        return ended

    def _open_door(self) -> None:
        steps = tuple(self._random.sample(list(ChallengeStep), len(ChallengeStep)))
        asked = steps if self.sitting.liveness_challenge else ()
        self._door = DoorCheck(self._known.reference, replace(self._door_policy, challenge=asked))
        self._challenging = False

    def _may_compare(self) -> bool:
        waits_for_photo = self._known.photo_at_check_in and not self._known.has_photo
        return self.sitting.face_comparison is True and not waits_for_photo

    def keen(self, at: float) -> bool:
        """Every frame is wanted: somebody stands at the door, or something may be going on."""
        return self._door is not None or (self._watch is not None and self._watch.keen(at))

    def request(self, at: float, stretch: float = 1.0) -> FrameRequest:
        """What to compute of the next frame. `at`: server seconds; stretch: see SittingWatch."""
        wanted = FrameRequest()
        if self._door is not None:
            wanted = self._door.request()
        elif self._watch is not None and self.sitting.state is State.IN_PROGRESS:
            wanted = self._watch.request(at, stretch)
        # Without consent to face comparison no template is ever made.
        return replace(wanted, embed=wanted.embed and self.sitting.face_comparison is True, thumbnail=True)

    def observe(self, at: float, number: int, analysis: FrameAnalysis) -> list[Effect]:
        """Take one analysed frame."""
        if self.sitting.state is State.CHECKING_IN:
            return self._observe_door(at, number, analysis)
        if self._watch is None or self.sitting.state is not State.IN_PROGRESS:
            return []
        self._frame_at[number] = at
        if len(self._frame_at) > 4096:
            self._frame_at.pop(next(iter(self._frame_at)))
        seen = self._watch.observe(at, number, analysis)
        effects: list[Effect] = [self._flag(event) for event in seen.events]
        return [*effects, *self._ask_rate(max(self._rates.normal, seen.wanted_fps))]

    def _observe_door(self, at: float, number: int, analysis: FrameAnalysis) -> list[Effect]:
        door = self._door
        if door is None:
            checks, progress, state = check_framing(analysis, self._door_policy), 0.0, None
        else:
            state = door.observe(at, number, analysis)
            checks = state.framing
            progress = min(1.0, len(state.evidence) / self._door_policy.frames)
        face = analysis.faces[0].box if analysis.faces else None
        effects: list[Effect] = [
            FramingSeen(
                sitting_id=self.sitting.id,
                checks=checks,
                face=face,
                progress=progress,
                challenge=state.challenge if state is not None else None,
            )
        ]
        if state is not None:
            state = self._follow_challenge(state)
            if state.outcome is not None:
                self._door, self._challenging = None, False
                effects.append(self._decided(state))
        return [*effects, *self._ask_rate(self._rates.challenge if self._challenging else self._resting)]

    def _follow_challenge(self, state: DoorState) -> DoorState:
        """Count the challenges begun; after another face the steps are drawn anew."""
        was, self._challenging = self._challenging, state.challenge is not None
        if was and not self._challenging:
            self._open_door()
        if not was and self._challenging:
            self._challenges += 1
            if self._challenges > CHALLENGES_AT_MOST:
                return replace(state, outcome=DoorOutcome.LOOK, reason=DoorReason.CHALLENGE)
        return state

    def _decided(self, state: DoorState) -> DoorDecided:
        assert state.outcome is not None
        result = DoorResult(
            outcome=Door(state.outcome.value),
            reason=_reason(state),
            score_milli=None if state.score is None else round(state.score * 1000),
            threshold_milli=round(state.threshold * 1000),
            # Of the frames compared, not one with the head turned or the eyes closed.
            frame=state.evidence[len(state.gallery) - 1] if state.gallery else None,
            challenge=_challenge(state),
        )
        return DoorDecided(sitting_id=self.sitting.id, result=result, gallery=state.gallery)

    def tick(self, at: float) -> list[Effect]:
        """No frame has come for a while: spans that nothing shows any more close."""
        if self._watch is None or self.sitting.state is not State.IN_PROGRESS:
            return []
        return [self._flag(event) for event in self._watch.tick(at).events]

    def close_open_flags(self) -> list[Effect]:
        """Close whatever is open (the sitting has ended): far in the future nothing shows them any more."""
        if self._watch is None or not self._frame_at:
            return []
        later = max(self._frame_at.values()) + 3600.0
        return [self._flag(event) for event in self._watch.tick(later).events]

    def _flag(self, event: FlagEvent) -> FlagSeen:
        span = event.flag
        if isinstance(event, FlagOpened):
            self._flag_ids[span.number] = new_id()
        return FlagSeen(flag=self._stored(span, self._flag_ids[span.number]))

    def _stored(self, span: SpanFlag, flag_id: str) -> Flag:
        distance = {number: abs(self._frame_at.get(number, 0.0) - span.peak_at) for number in span.evidence}
        return Flag(
            id=flag_id,
            sitting_id=self.sitting.id,
            kind=span.kind.value,
            severity=span.severity.value,
            started_at=datetime.fromtimestamp(span.started_at, UTC),
            ended_at=None if span.ended_at is None else datetime.fromtimestamp(span.ended_at, UTC),
            peak_at=datetime.fromtimestamp(span.peak_at, UTC),
            peak_frame=min(distance, key=lambda number: distance[number]) if distance else None,
            evidence=span.evidence,
        )


def _challenge(state: DoorState) -> ChallengeResult | None:
    if state.challenge is None:
        return None
    asked = tuple(step.value for step in state.challenge.steps)
    return ChallengeResult(asked=asked, frames=state.challenge.shown)


def _reason(state: DoorState) -> str | None:
    """Why it is no match; where no decision could be made, what the candidate should change most."""
    if state.outcome is DoorOutcome.UNUSABLE and state.advice is not None:
        return state.advice.value
    return state.reason.value if state.reason is not None else None
