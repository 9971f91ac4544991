"""Leads about one face under two names, over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.accounts.guard import Caller
from app.clock import instant_text
from app.enrolment.repository import DuplicateSearch, FaceLead
from app.enrolment.service import EnrolmentService, FaceLeads, Registered
from app.kit.looks import Look
from app.kit.provided import provided

router = APIRouter(prefix="/api/face-leads")
Enrolment = Annotated[EnrolmentService, provided(EnrolmentService)]


class NewFaceLook(BaseModel):
    """That somebody looked: a coded reason, and words if there is more to say."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=32)
    note: str = Field(default="", max_length=2000)


@router.get("")
async def leads(enrolment: Enrolment) -> dict[str, Any]:
    """What to look at, and what was searched."""
    found = await enrolment.leads()
    return {
        "state": _state(found),
        "progress": _progress(found),
        "failed": [found.names[one] for one in found.failed],
        "total": found.total,
        "looked_at": found.looked_at,
        "leads": [_lead(one, found) for one in found.leads],
        "searches": [_search(one, found.names) for one in found.searches],
    }


@router.post("/{lead_id}/look", status_code=201)
async def look(lead_id: str, body: NewFaceLook, caller: Caller, enrolment: Enrolment) -> dict[str, Any]:
    """Note, once, that the caller looked at a lead."""
    stored = await enrolment.look(lead_id, caller, body.reason, body.note)
    return {"look": _look(stored.look)}


def _state(found: FaceLeads) -> str:
    if found.progress is not None:
        return "running"
    if found.failed:
        return "failed"
    return "done" if found.searches else "waiting"


def _progress(found: FaceLeads) -> dict[str, Any] | None:
    if found.progress is None:
        return None
    at = found.progress
    return {"name": found.names[at.administration_id], "done": at.done, "whole": at.whole}


def _lead(stored: FaceLead, found: FaceLeads) -> dict[str, Any]:
    return {
        "id": stored.id,
        "found_in": found.names[stored.found_in],
        "score_milli": stored.pair.score_milli,
        "people": [_person(found.people[end[1]]) for end in (stored.pair.first, stored.pair.second)],
        "look": _look(stored.look),
    }


def _person(one: Registered) -> dict[str, Any]:
    """The photos are fetched by the sitting; the picture of admission is there only for a machine's."""
    return {
        "sitting_id": one.sitting.id,
        "name": one.candidate.name,
        "id_number_masked": one.candidate.id_number_masked,
        "enterprise": one.candidate.enterprise,
        "administration": one.administration,
        "photo": one.candidate.photo_key is not None,
        "frame": one.sitting.admission_frame,
    }


def _search(one: DuplicateSearch, names: dict[str, str]) -> dict[str, Any]:
    return {
        "name": names[one.administration_id],
        "searched_at": instant_text(one.searched_at),
        "registered": one.registered,
        "searched": one.searched,
        "against": one.against,
        "comparisons": one.comparisons,
        "threshold_milli": round(1000 * one.threshold),
        "expected_false": round(one.expected_false, 4),
        "above": one.above,
    }


def _look(found: Look | None) -> dict[str, str] | None:
    if found is None:
        return None
    return {
        "at": instant_text(found.at),
        "by": found.by_name,
        "reason": found.reason,
        "note": found.note,
    }
