"""What the service of administrations answers (pure)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamSummary:
    """An exam as listed."""

    id: str
    name: str
    snapshot_id: str
    minutes: int
    pass_points: int
    total_points: int
    slots: int
    result_shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What registering a known person did. `changed`: names of the fields that differ now.

    Digests are SHA-256 of the registered photo, in hex, before and after; None where there is none.
    """

    candidate_id: str
    changed: tuple[str, ...] = ()
    photo_before: str | None = None
    photo_after: str | None = None
