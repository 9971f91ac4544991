"""What sittings tell the rest of the service after a commit."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingChanged:
    """State, time or check-in facts changed: look again."""

    sitting_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressSaved:
    """Numbered messages were committed."""

    sitting_id: str
    answered: int
    position: int | None
    saved_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSent:
    """The staff sent words to a candidate."""

    sitting_id: str
    notice_id: str
    kind: str
    text: str
    staff_name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterChanged:
    """People were registered for an administration."""

    administration_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingEnded:
    """The sitting reached one of the ended states."""

    sitting_id: str
