"""Flags: one span of time with a kind and a severity. A flag is a reason to look, with its evidence."""

from dataclasses import dataclass
from enum import StrEnum


class FlagKind(StrEnum):
    """What a span shows; the values are persisted."""

    ANOTHER_PERSON = "another_person"
    SEVERAL_FACES = "several_faces"
    NO_FACE = "no_face"
    FACE_COVERED = "face_covered"
    PRESENTATION_ATTACK = "presentation_attack"
    CAMERA_BLOCKED = "camera_blocked"
    CAMERA_FROZEN = "camera_frozen"
    REPEATED_FEED = "repeated_feed"
    TURNED_AWAY = "turned_away"
    PHONE = "phone"


class Severity(StrEnum):
    """How soon a person should look; never how guilty somebody is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


SEVERITY: dict[FlagKind, Severity] = {
    FlagKind.ANOTHER_PERSON: Severity.HIGH,
    FlagKind.SEVERAL_FACES: Severity.MEDIUM,
    FlagKind.NO_FACE: Severity.MEDIUM,
    FlagKind.FACE_COVERED: Severity.MEDIUM,
    FlagKind.PRESENTATION_ATTACK: Severity.HIGH,
    FlagKind.CAMERA_BLOCKED: Severity.MEDIUM,
    FlagKind.CAMERA_FROZEN: Severity.MEDIUM,
    FlagKind.REPEATED_FEED: Severity.HIGH,
    FlagKind.TURNED_AWAY: Severity.LOW,
    # Missed in a third of the pictures that show one, and seen where none is: never more than "look here".
    FlagKind.PHONE: Severity.LOW,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One span. `number` counts from 1 within a sitting and names the span for ever.

    started_at, last_at, peak_at, ended_at: seconds on the server's clock; ended_at is None while open.
    strength: 0..1, how clearly the peak frame shows it (for sorting, not a probability).
    evidence: up to 6 frame sequences spread over the span, in order, the peak among them.
    """

    number: int
    kind: FlagKind
    severity: Severity
    started_at: float
    last_at: float
    peak_at: float
    strength: float
    evidence: tuple[int, ...]
    ended_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagOpened:
    """A span has begun; `flag.started_at` lies before now, at the first frame that showed it."""

    flag: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagUpdated:
    """An open span has new evidence or a new peak (at most one every few seconds)."""

    flag: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagClosed:
    """A span has ended; `flag.ended_at` is the last frame that showed it."""

    flag: Flag


FlagEvent = FlagOpened | FlagUpdated | FlagClosed
