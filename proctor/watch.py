"""A sitting, frame by frame: findings become flags. Pure: no clock, no I/O; `at` is passed in."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from proctor.calibration import Calibration
from proctor.errors import SnapshotInvalid
from proctor.faces import Embedding, FrameAnalysis, FrameRequest
from proctor.findings import Finding, SceneLimits, is_blocked, is_somebody_there, people
from proctor.flags import FlagEvent, FlagKind
from proctor.gaze import TurnBaseline
from proctor.identity import Gallery, IdentityTest, similarity
from proctor.phones import PhoneLook
from proctor.repeats import RepeatedFrames
from proctor.schedule import AnalysisSchedule, Pace
from proctor.spans import SpanRule, SpanTrack

SNAPSHOT_VERSION = 1

DEFAULT_RULES: Mapping[FlagKind, SpanRule] = {
    FlagKind.ANOTHER_PERSON: SpanRule(open_frames=3, open_seconds=0.5, close_seconds=8.0, gap_seconds=8.0),
    FlagKind.SEVERAL_FACES: SpanRule(open_frames=3, open_seconds=2.0, close_seconds=3.0),
    FlagKind.NO_FACE: SpanRule(open_frames=3, open_seconds=3.0, close_seconds=2.0),
    FlagKind.FACE_COVERED: SpanRule(open_frames=3, open_seconds=3.0, close_seconds=3.0),
    FlagKind.PRESENTATION_ATTACK: SpanRule(
        open_frames=8, open_seconds=3.0, close_seconds=12.0, gap_seconds=6.0
    ),
    FlagKind.CAMERA_BLOCKED: SpanRule(open_frames=3, open_seconds=3.0, close_seconds=2.0),
    FlagKind.CAMERA_FROZEN: SpanRule(
        open_frames=5, open_seconds=5.0, close_seconds=5.0, clear_frames=4, gap_seconds=10.0
    ),
    FlagKind.REPEATED_FEED: SpanRule(
        open_frames=4, open_seconds=2.0, close_seconds=20.0, clear_frames=4, gap_seconds=20.0
    ),
    FlagKind.TURNED_AWAY: SpanRule(open_frames=4, open_seconds=4.0, close_seconds=6.0),
    FlagKind.PHONE: SpanRule(
        open_frames=6,
        open_seconds=1.0,
        close_seconds=15.0,
        clear_frames=12,
        gap_seconds=15.0,
        within_frames=12,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchPolicy:
    """Settings of a watch; see the classes named for what each means.

    false_alarms_per_hour: flags of another person accepted per hour of a candidate who is the right one; the
    price of a lower one is a longer delay (`python -m proctor soak` tells both).
    """

    calibration: Calibration
    false_alarms_per_hour: float = 1e-3
    check_presentation: bool = True
    check_pose: bool = True
    check_objects: bool = True
    pace: Pace = field(default_factory=Pace)
    limits: SceneLimits = field(default_factory=SceneLimits)
    rules: Mapping[FlagKind, SpanRule] = field(default_factory=lambda: DEFAULT_RULES)
    turned_degrees: float = 35.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a frame (or the passing of time) led to. wanted_fps: pictures a second to ask the client for."""

    findings: tuple[Finding, ...]
    events: tuple[FlagEvent, ...]
    wanted_fps: float


class SittingWatch:
    """Feed it every analysed frame of one sitting, in order of time.

    `gallery`: embeddings of the frames used at the door, may be empty (admitted by hand): it is completed
    from the first usable frames. `reference`: the registered photo's embedding, a second opinion in favour of
    the candidate only. `phase`: see AnalysisSchedule.
    """

    def __init__(
        self,
        policy: WatchPolicy,
        gallery: Sequence[Embedding],
        reference: Embedding | None,
        phase: float = 0.0,
    ) -> None:
        self._policy = policy
        self._gallery = Gallery(policy.calibration, gallery)
        self._reference = reference
        self._identity = IdentityTest(
            policy.calibration,
            false_alarms_per_hour=policy.false_alarms_per_hour,
            comparisons_per_hour=3600.0 / policy.pace.embed_seconds,
        )
        self._tracks = {kind: SpanTrack(kind, policy.rules[kind]) for kind in FlagKind}
        self._schedule = AnalysisSchedule(policy.pace, phase)
        self._repeats = RepeatedFrames()
        self._phones = PhoneLook()
        # An analyser without an object detector gives none though it was asked: then a face missing is all.
        self._asked_objects = False
        self._turn = TurnBaseline(policy.turned_degrees)
        self._next_number = 1
        # An engine without such a model has the threshold 0: nothing can be asked of it.
        self._checks_presentation = (
            policy.check_presentation and policy.calibration.presentation_sustained > 0
        )

    @property
    def gallery(self) -> tuple[Embedding, ...]:
        """The sitting's own gallery: biometric templates, to be stored apart and deleted with the sitting."""
        return self._gallery.embeddings

    def keen(self, at: float) -> bool:
        """Something may be going on: no frame can be spared, and no interval is stretched."""
        return self._schedule.urgent(at) or any(
            track.is_open or track.is_gathering for track in self._tracks.values()
        )

    def request(self, at: float, stretch: float = 1.0) -> FrameRequest:
        """What the next frame should be analysed for; a keen watch ignores the stretch."""
        self._schedule.stretch = 1.0 if self.keen(at) else stretch
        objects = self._policy.check_objects and self._schedule.objects_due(at)
        self._asked_objects = objects
        return FrameRequest(
            embed=self._schedule.embed_due(at, gallery_complete=self._gallery.complete),
            # What may join the gallery has to be whole.
            quick=self._gallery.complete,
            presentation=self._checks_presentation and self._schedule.presentation_due(at),
            pose=self._policy.check_pose and self._schedule.pose_due(at),
            objects=objects,
            second_look=objects and self._schedule.looking(at),
        )

    def observe(self, at: float, sequence: int, analysis: FrameAnalysis) -> Observation:
        """Take one frame. `at` must not decrease; `sequence` names the frame in evidence."""
        self._schedule.seen(at, analysis)
        shown = self._scene(analysis)
        shown |= self._repeated(at, analysis)
        shown[FlagKind.PHONE] = self._phone(at, analysis)
        shown[FlagKind.TURNED_AWAY] = self._turned(analysis)
        shown[FlagKind.PRESENTATION_ATTACK] = self._presented(analysis)
        shown[FlagKind.ANOTHER_PERSON] = self._identified(at, analysis)
        findings: list[Finding] = []
        events: list[FlagEvent] = []
        for kind, strength in shown.items():
            if strength:
                findings.append(Finding(kind=kind, at=at, sequence=sequence, strength=strength))
            events += self._advance(kind, at, sequence, strength)
        return Observation(findings=tuple(findings), events=tuple(events), wanted_fps=self._wanted_fps(at))

    def tick(self, at: float) -> Observation:
        """Time passes without a frame: spans that nothing shows any more close."""
        events = [event for track in self._tracks.values() for event in track.tick(at)]
        return Observation(findings=(), events=tuple(events), wanted_fps=self._wanted_fps(at))

    def finish(self) -> Observation:
        """The sitting is over: every open span closes at the last frame that showed it."""
        return self.tick(math.inf)

    def snapshot(self) -> dict[str, object]:
        """JSON-able state of a few hundred bytes, without templates: keep `gallery` apart."""
        tracks = {kind.value: track.snapshot() for kind, track in self._tracks.items()}
        return {
            "version": SNAPSHOT_VERSION,
            "next_number": self._next_number,
            "identity": self._identity.level,
            "turn": self._turn.snapshot(),
            "tracks": {kind: state for kind, state in tracks.items() if state is not None},
        }

    def restore(self, state: Mapping[str, object]) -> None:
        """Go on from a snapshot, on a new watch made with the stored gallery; raises SnapshotInvalid."""
        tracks, number, level = state.get("tracks"), state.get("next_number"), state.get("identity")
        if state.get("version") != SNAPSHOT_VERSION or not isinstance(tracks, dict):
            raise SnapshotInvalid("not a snapshot of this version")
        if not isinstance(number, int) or not isinstance(level, int | float):
            raise SnapshotInvalid("snapshot fields missing")
        for kind, track in self._tracks.items():
            track.restore(tracks.get(kind.value))
        self._turn.restore(state.get("turn"))
        self._next_number = number
        self._identity.level = float(level)

    def _advance(self, kind: FlagKind, at: float, sequence: int, strength: float | None) -> list[FlagEvent]:
        """strength: None says nothing, 0 does not show it, more shows it."""
        track = self._tracks[kind]
        if strength is None:
            return track.tick(at)
        if strength == 0.0:
            return track.not_shown(at)
        was_open = track.is_open
        held_back = kind is FlagKind.ANOTHER_PERSON and not self._identity.alarmed
        events = track.shown(at, sequence, strength, number=self._next_number, may_open=not held_back)
        if track.is_open and not was_open:
            self._next_number += 1
        return events

    def _scene(self, analysis: FrameAnalysis) -> dict[FlagKind, float | None]:
        limits = self._policy.limits
        blocked = is_blocked(analysis, limits)
        count = len(people(analysis, limits))
        # Nobody there, or somebody whose face is not to be seen? Only a frame looked at for people can tell;
        # until one is, nobody is there.
        tells = self._asked_objects or not self._policy.check_objects or analysis.objects is not None
        somebody = is_somebody_there(analysis, limits)
        faceless = None if blocked else float(count == 0)
        covered = (1.0 if somebody else 0.0 if tells else None) if faceless else faceless
        return {
            FlagKind.CAMERA_BLOCKED: 1.0 if blocked else 0.0,
            FlagKind.NO_FACE: 0.0 if faceless and somebody else faceless,
            FlagKind.FACE_COVERED: covered,
            FlagKind.SEVERAL_FACES: min(1.0, max(0, count - 1) / 3) if count > 1 else 0.0,
        }

    def _repeated(self, at: float, analysis: FrameAnalysis) -> dict[FlagKind, float | None]:
        if is_blocked(analysis, self._policy.limits):
            return {FlagKind.CAMERA_FROZEN: None, FlagKind.REPEATED_FEED: None}
        repeat = self._repeats.observe(at, analysis.digest, analysis.gist)
        return {FlagKind.CAMERA_FROZEN: repeat.frozen, FlagKind.REPEATED_FEED: repeat.repeated}

    def _phone(self, at: float, analysis: FrameAnalysis) -> float | None:
        if analysis.objects is None:
            return None
        strength = self._phones.observe(analysis.objects)
        if strength:
            self._schedule.look(at)
        return strength

    def _turned(self, analysis: FrameAnalysis) -> float | None:
        if analysis.pose is None:
            return None
        return self._turn.observe(analysis.pose)

    def _presented(self, analysis: FrameAnalysis) -> float | None:
        threshold = self._policy.calibration.presentation_sustained
        if analysis.presentation is None or threshold <= 0:
            return None
        if analysis.quality is not None and not analysis.quality.usable:
            return None
        return max(0.0, 1.0 - analysis.presentation / threshold)

    def _identified(self, at: float, analysis: FrameAnalysis) -> float | None:
        if analysis.embedding is None or analysis.quality is None or not analysis.quality.usable:
            return None
        embedding = analysis.embedding
        if self._gallery.empty:
            self._gallery.offer(at, embedding)
            return None
        score = self._gallery.score(embedding)
        door = self._policy.calibration.door_threshold
        if self._reference is not None and similarity(embedding, self._reference) >= door:
            score = max(score, self._policy.calibration.gallery_mated)
        young = self._gallery.young
        self._identity.observe(at, score, young=young)
        if self._identity.weight(score, young=young) <= 0.0:
            self._gallery.offer(at, embedding)
            return 0.0
        return self._gallery.strangeness(score)

    def _wanted_fps(self, at: float) -> float:
        track = self._tracks[FlagKind.ANOTHER_PERSON]
        attack = self._tracks[FlagKind.PRESENTATION_ATTACK]
        doubt = (self._identity.in_doubt and not track.is_open) or attack.is_gathering
        self._schedule.doubt = doubt
        self._schedule.turning = self._tracks[FlagKind.TURNED_AWAY].is_gathering
        return self._schedule.wanted_fps(at)
