"""Hysteresis: from findings frame by frame to one span of time. Pure; seconds on the server's clock."""

from collections import deque
from dataclasses import dataclass, replace

from proctor.errors import SnapshotInvalid
from proctor.flags import SEVERITY, Flag, FlagClosed, FlagEvent, FlagKind, FlagOpened, FlagUpdated

MAX_EVIDENCE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanRule:
    """When a span opens and closes.

    open_frames (>= 2) frames that show it, first and last at least open_seconds apart, open it. Before
    that, clear_frames frames in a row that do not show it, or gap_seconds without one that does, forget
    it. An open span closes when no frame has shown it for close_seconds. An update is told at most every
    update_seconds. within_frames (0: any): of the last so many frames that could have shown it, open_frames
    must have.
    """

    open_frames: int
    open_seconds: float
    close_seconds: float
    clear_frames: int = 1
    gap_seconds: float = 6.0
    update_seconds: float = 5.0
    within_frames: int = 0

    def __post_init__(self) -> None:
        if self.open_frames < 2:
            raise ValueError("a span is never opened by one frame")
        if 0 < self.within_frames < self.open_frames:
            raise ValueError("more frames are asked for than may count")


@dataclass(slots=True, kw_only=True)
class _Run:
    """Frames that show one kind, from the first on."""

    started_at: float
    last_at: float
    peak_at: float
    strength: float
    peak_sequence: int
    frames: int
    evidence: list[tuple[float, int]]

    def add(self, at: float, sequence: int, strength: float) -> None:
        self.last_at = at
        self.frames += 1
        if strength > self.strength:
            self.strength, self.peak_at, self.peak_sequence = strength, at, sequence
        self.evidence.append((at, sequence))
        if len(self.evidence) > MAX_EVIDENCE:
            self._thin()

    def _thin(self) -> None:
        """Drop the inner picture nearest to its neighbours, never the first, the last or the peak."""
        places = [
            place
            for place in range(1, len(self.evidence) - 1)
            if self.evidence[place][1] != self.peak_sequence
        ]
        del self.evidence[
            min(places, key=lambda place: self.evidence[place + 1][0] - self.evidence[place - 1][0])
        ]


class SpanTrack:
    """One kind of flag over a sitting."""

    def __init__(self, kind: FlagKind, rule: SpanRule) -> None:
        self.kind = kind
        self._rule = rule
        self._run: _Run | None = None
        self._clear = 0
        self._looks: deque[bool] = deque(maxlen=rule.within_frames)
        self._number: int | None = None
        self._told_at = 0.0

    @property
    def is_open(self) -> bool:
        """A span is open."""
        return self._number is not None

    @property
    def is_gathering(self) -> bool:
        """Frames have shown it, not yet enough to open."""
        return self._run is not None and not self.is_open

    def shown(
        self, at: float, sequence: int, strength: float, *, number: int, may_open: bool = True
    ) -> list[FlagEvent]:
        """A frame shows it. `number` is used if a span opens now; may_open=False holds it back."""
        rule = self._rule
        events = self.tick(at)
        if self._run is None:
            self._run = _Run(
                started_at=at,
                last_at=at,
                peak_at=at,
                strength=strength,
                peak_sequence=sequence,
                frames=1,
                evidence=[(at, sequence)],
            )
        else:
            self._run.add(at, sequence, strength)
        self._clear = 0
        self._looks.append(True)
        if self.is_open:
            if at - self._told_at >= rule.update_seconds:
                self._told_at = at
                events.append(FlagUpdated(flag=self._flag()))
        elif (
            may_open
            and (sum(self._looks) if rule.within_frames else self._run.frames) >= rule.open_frames
            and at - self._run.started_at >= rule.open_seconds
        ):
            self._number = number
            self._told_at = at
            events.append(FlagOpened(flag=self._flag()))
        return events

    def not_shown(self, at: float) -> list[FlagEvent]:
        """A frame that could have shown it does not."""
        events = self.tick(at)
        self._clear += 1
        self._looks.append(False)
        if self._run is not None and not self.is_open and self._clear >= self._rule.clear_frames:
            self._run = None
        return events

    def tick(self, at: float) -> list[FlagEvent]:
        """Time passes, with no frame or with one that says nothing about it."""
        if self._run is None:
            return []
        silent = at - self._run.last_at
        if not self.is_open:
            if silent > self._rule.gap_seconds:
                self._run = None
            return []
        if silent < self._rule.close_seconds:
            return []
        flag = replace(self._flag(), ended_at=self._run.last_at)
        self._run = None
        self._number = None
        return [FlagClosed(flag=flag)]

    def _flag(self) -> Flag:
        assert self._run is not None
        assert self._number is not None
        return Flag(
            number=self._number,
            kind=self.kind,
            severity=SEVERITY[self.kind],
            started_at=self._run.started_at,
            last_at=self._run.last_at,
            peak_at=self._run.peak_at,
            strength=self._run.strength,
            evidence=tuple(sequence for _, sequence in self._run.evidence),
        )

    def snapshot(self) -> dict[str, object] | None:
        """JSON-able state; None while nothing is going on."""
        run = self._run
        if run is None:
            return None
        return {
            "number": self._number,
            "told_at": self._told_at,
            "run": [run.started_at, run.last_at, run.peak_at, run.strength, run.peak_sequence, run.frames],
            "evidence": [[at, sequence] for at, sequence in run.evidence],
        }

    def restore(self, state: object) -> None:
        """Take up a snapshot; raises SnapshotInvalid."""
        if state is None:
            return
        try:
            assert isinstance(state, dict)
            started_at, last_at, peak_at, strength, peak_sequence, frames = state["run"]
            self._run = _Run(
                started_at=float(started_at),
                last_at=float(last_at),
                peak_at=float(peak_at),
                strength=float(strength),
                peak_sequence=int(peak_sequence),
                frames=int(frames),
                evidence=[(float(at), int(sequence)) for at, sequence in state["evidence"]],
            )
            self._number = None if state["number"] is None else int(state["number"])
            self._told_at = float(state["told_at"])
        except (AssertionError, KeyError, TypeError, ValueError) as error:
            raise SnapshotInvalid(f"span {self.kind.value} cannot be restored") from error
