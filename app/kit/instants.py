"""Instants as they come in over HTTP."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime


def _as_utc(at: datetime) -> datetime:
    if not 2000 <= at.year < 2200:
        raise ValueError("not a year of exams")
    return at.astimezone(UTC)


# Years apart from any exam are refused before they are converted: the first and last hours of the
# calendar have no instant in other time zones.
UtcInstant = Annotated[AwareDatetime, AfterValidator(_as_utc)]
