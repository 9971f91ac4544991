"""Incidents and dispositions over HTTP."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.accounts.guard import Caller
from app.clock import instant_text
from app.incidents.rules import Decision
from app.incidents.service import IncidentsService, NewIncident
from app.kit.instants import UtcInstant
from app.kit.provided import provided
from app.sittings.commands import CommandsService

router = APIRouter()
Incidents = Annotated[IncidentsService, provided(IncidentsService)]


class IncidentReport(BaseModel):
    """A case opened from flags, or from what somebody saw. `moment` is what it is about; now if left out."""

    model_config = ConfigDict(extra="forbid")

    flag_ids: list[Annotated[str, Field(min_length=1, max_length=64)]] = Field(default=[], max_length=50)
    reason: str = Field(min_length=1, max_length=32)
    note: str = Field(default="", max_length=500)
    moment: UtcInstant | None = None


class NewDisposition(BaseModel):
    """What a person decided, and what they saw."""

    model_config = ConfigDict(extra="forbid")

    decision: Decision
    reason: str = Field(min_length=1, max_length=32)
    note: str = Field(max_length=2000)


@router.post("/api/sittings/{sitting_id}/incidents", status_code=201)
async def open_incident(
    sitting_id: str,
    body: IncidentReport,
    caller: Caller,
    incidents: Incidents,
    commands: Annotated[CommandsService, provided(CommandsService)],
) -> dict[str, str]:
    """Note an incident."""
    await commands.in_scope(sitting_id, caller)
    new = NewIncident(reason=body.reason, note=body.note, flag_ids=tuple(body.flag_ids), moment=body.moment)
    return {"id": await incidents.open_incident(sitting_id, caller, new)}


@router.post("/api/incidents/{incident_id}/disposition", status_code=201)
async def dispose(
    incident_id: str, body: NewDisposition, caller: Caller, incidents: Incidents
) -> dict[str, str]:
    """Decide an incident, once, and never one's own."""
    at = await incidents.dispose(incident_id, caller, body.decision, body.reason, body.note)
    return {"at": instant_text(at)}
