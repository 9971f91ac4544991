"""A sitting as the rest of the code sees it (pure)."""

from dataclasses import dataclass
from datetime import datetime

from app.sittings.lifecycle import State
from app.sittings.timing import Timing


def stream_of(sitting_id: str) -> str:
    """The log stream of a sitting."""
    return f"sitting:{sitting_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The few facts of a sitting that decide about an answer, read for every batch of the hot path."""

    id: str
    administration_id: str
    state: State
    deadline_at: datetime | None
    position: int | None
    saved_at: datetime | None
    called_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One row of the table `sitting`, typed. See `tables.SittingRow` for the meaning of the fields."""

    id: str
    administration_id: str
    candidate_id: str
    seat_id: str
    ticket: str
    state: State
    presentation_check: bool
    liveness_challenge: bool
    recording_consent_at: datetime | None
    face_comparison: bool | None
    waiting_since: datetime | None
    waiting_reason: str | None
    identity_outcome: str | None
    identity_reason: str | None
    identity_score_milli: int | None
    identity_threshold_milli: int | None
    identity_attempts: int
    admitted_at: datetime | None
    admitted_by: str | None
    admission_frame: int | None
    started_at: datetime | None
    deadline_at: datetime | None
    extra_ms: int
    paused_ms: int
    paused_at: datetime | None
    ended_at: datetime | None
    ended_reason: str | None
    position: int | None
    answered: int
    saved_at: datetime | None
    called_at: datetime | None

    def timing(self, minutes: int) -> Timing:
        """The inputs of the time rules."""
        return Timing(
            minutes=minutes,
            started_at=self.started_at,
            extra_ms=self.extra_ms,
            paused_ms=self.paused_ms,
            paused_at=self.paused_at,
            ended_at=self.ended_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """An epoch as stored: closed items (by id), forms and uses (by item id) up to and with it.

    `over_cap`: too few items were left under the exposure cap, so the epoch was drawn from all.
    """

    number: int
    closed: tuple[str, ...]
    closed_digest: str
    forms: int
    used: dict[str, int]
    over_cap: bool = False
