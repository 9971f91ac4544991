"""Rules of incidents (pure). Two people stand between a flag and a sanction; no machine decides."""

from datetime import datetime
from enum import StrEnum

MIN_NOTE = 20


class Decision(StrEnum):
    """What a person may decide about an incident. Values are stored."""

    DISMISSED = "dismissed"
    UPHELD = "upheld"
    REFERRED = "referred"


def may_decide(*, opened_by: str, decider: str, already_decided: bool) -> str | None:
    """None, or the code of why not: nobody decides what they opened, nothing is decided twice."""
    if already_decided:
        return "already_decided"
    return "own_incident" if opened_by == decider else None


def moment_fits(moment: datetime, *, began_at: datetime | None, now: datetime) -> bool:
    """Whether an incident may be about this moment: within the sitting's records, and not to come."""
    return (began_at is None or began_at <= moment) and moment <= now
