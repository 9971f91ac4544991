"""Leads and the ledger of exposure over HTTP."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.accounts.guard import Caller
from app.accounts.rules import Principal
from app.administrations.service import Administration
from app.clock import instant_text
from app.forensics.evidence import shown_evidence
from app.forensics.repository import Screening, StoredLead
from app.forensics.rules import MIN_SITTINGS, RATE_PERMILLE, LeadKind, ScreeningState
from app.forensics.service import ForensicsService, Leads, Seated
from app.kit.looks import Look
from app.kit.provided import provided
from app.results.rules import may_see_keys

router = APIRouter(prefix="/api/administrations/{administration_id}")
Forensics = Annotated[ForensicsService, provided(ForensicsService)]
# What a list has no room for; the lead itself has it.
_LONG = ("items", "options")


class NewLook(BaseModel):
    """That somebody looked: a coded reason, and words if there is more to say."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=32)
    note: str = Field(default="", max_length=2000)


@router.get("/exposure")
async def exposure(administration_id: str, forensics: Forensics) -> dict[str, Any]:
    """How often items were seen and what forms share. Nobody is named."""
    administration, state, screening = await forensics.exposure(administration_id)
    ledger = screening.exposure if screening else None
    return _head(administration, state, screening) | {"exposure": ledger}


@router.get("/leads")
async def leads(administration_id: str, caller: Caller, forensics: Forensics) -> dict[str, Any]:
    """What to look at, without the long part of the evidence, and the forms that share most."""
    found = await forensics.leads(administration_id)
    keys = _may_see_keys(caller, found.administration)
    most_alike = found.screening.most_alike if found.screening else []
    return _head(found.administration, found.state, found.screening) | {
        "counts": asdict(found.screening.counts) if found.screening else None,
        "kinds": [_kind(kind, found) for kind in LeadKind],
        "leads": [_listed(one, found.people, keys=keys) for one in found.leads],
        "most_alike": [
            {"sittings": [_person(found.people[one]) for one in (first, second)], "common": common}
            for first, second, common in most_alike
        ],
    }


@router.get("/leads/{lead_id}")
async def lead(administration_id: str, lead_id: str, caller: Caller, forensics: Forensics) -> dict[str, Any]:
    """One lead with all its evidence."""
    administration, stored, people = await forensics.lead(administration_id, lead_id)
    return _whole(stored, people, keys=_may_see_keys(caller, administration))


@router.post("/leads/{lead_id}/look", status_code=201)
async def look(
    administration_id: str, lead_id: str, body: NewLook, caller: Caller, forensics: Forensics
) -> dict[str, Any]:
    """Note, once, that the caller looked at a lead."""
    stored = await forensics.look(administration_id, lead_id, caller, body.reason, body.note)
    return {"look": _look(stored.look)}


def _may_see_keys(caller: Principal, administration: Administration) -> bool:
    return may_see_keys(caller.role, released=administration.result_shown)


def _head(
    administration: Administration, state: ScreeningState, screening: Screening | None
) -> dict[str, Any]:
    return {
        "id": administration.id,
        "name": administration.name,
        "exam": administration.exam,
        "state": state.value,
        "least_sittings": MIN_SITTINGS,
        "rate_permille": RATE_PERMILLE,
        "screened_at": instant_text(screening.screened_at) if screening else None,
        "engine": screening.engine if screening else None,
        "run": screening.run if screening else None,
    }


def _kind(kind: LeadKind, found: Leads) -> dict[str, Any]:
    """How many of a kind, how many of them looked at, how many are expected to be false at the most."""
    own = [one for one in found.leads if one.lead.kind is kind]
    return {
        "kind": kind.value,
        "leads": len(own),
        "looked_at": sum(one.look is not None for one in own),
        "expected_false": round(len(own) * RATE_PERMILLE / 1_000, 2),
    }


def _listed(stored: StoredLead, people: dict[str, Seated], *, keys: bool) -> dict[str, Any]:
    whole = _whole(stored, people, keys=keys)
    short = {name: value for name, value in whole["evidence"].items() if name not in _LONG}
    return whole | {"evidence": short}


def _whole(stored: StoredLead, people: dict[str, Seated], *, keys: bool) -> dict[str, Any]:
    found = stored.lead
    seated = [people[sitting_id] for sitting_id in found.sittings]
    return {
        "id": stored.id,
        "number": stored.number,
        "kind": found.kind.value,
        "sittings": [_person(one) for one in seated],
        "beside": len(seated) == 2 and seated[0].is_beside(seated[1]),
        "item_id": found.item_id,
        "rate": found.rate,
        "evidence": shown_evidence(found.kind, found.evidence, keys=keys),
        "look": _look(stored.look),
    }


def _person(seated: Seated) -> dict[str, str]:
    return {
        "sitting_id": seated.sitting_id,
        "name": seated.name,
        "enterprise": seated.enterprise,
        "seat": seated.seat,
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
