"""Check-in over HTTP: what the candidate's page needs before the bell."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from app.accounts.guard import Caller
from app.administrations.registered_photos import MAX_PHOTO, PhotoJudge
from app.administrations.service import AdministrationsService
from app.checkin.overview import Overview
from app.checkin.rules import SelfRequest
from app.checkin.service import CheckinService
from app.kit.guards import read_limited
from app.kit.provided import provided
from app.sittings.service import SittingsService

router = APIRouter(prefix="/api/candidate")
Checkin = Annotated[CheckinService, provided(CheckinService)]


class Consent(BaseModel):
    """The separate points of the consent page. Recording is a rule of the exam, the others are choices."""

    model_config = ConfigDict(extra="forbid", strict=True)

    recording: Literal[True]
    face_comparison: bool
    duplicate_search: bool = False


class AdmissionRequest(BaseModel):
    """Why a person is asked for."""

    model_config = ConfigDict(extra="forbid")

    reason: Literal["no_camera", "help"]


@router.get("/sitting")
async def sitting(caller: Caller, overview: Annotated[Overview, provided(Overview)]) -> dict[str, object]:
    """Everything the page shows about the own sitting."""
    return await overview.of_candidate(caller.subject)


@router.post("/consent", status_code=204)
async def consent(body: Consent, caller: Caller, checkin: Checkin) -> None:
    """Record the consent."""
    await checkin.consent(
        caller.subject, face_comparison=body.face_comparison, duplicate_search=body.duplicate_search
    )


@router.post("/identity", status_code=204)
async def retry_identity(caller: Caller, checkin: Checkin) -> None:
    """Try the identity check again."""
    await checkin.retry(caller.subject)


@router.post("/admission-request", status_code=204)
async def request_admission(body: AdmissionRequest, caller: Caller, checkin: Checkin) -> None:
    """Ask for the invigilator instead of the camera."""
    await checkin.request_admission(caller.subject, SelfRequest(body.reason))


@router.get("/photo")
async def registered_photo(
    caller: Caller,
    sittings: Annotated[SittingsService, provided(SittingsService)],
    administrations: Annotated[AdministrationsService, provided(AdministrationsService)],
) -> Response:
    """The own registered photo."""
    own, _ = await sittings.get(caller.subject)
    candidate = await administrations.find_candidate(own.candidate_id)
    return Response(await administrations.photo(candidate), media_type="image/jpeg")


@router.post("/photo")
async def take_photo(
    request: Request,
    caller: Caller,
    checkin: Checkin,
    judge: Annotated[PhotoJudge, provided(PhotoJudge)],
) -> dict[str, object]:
    """Take the registered photo now, where the administration allows it (the demonstration does)."""
    await checkin.require_face_consent(caller.subject)
    picture = await read_limited(request, MAX_PHOTO)
    judged = await judge.judge(picture)
    if judged.jpeg is None:
        return {"accepted": False, "reason": next(iter(judged.reasons), None)}
    await checkin.take_photo(caller.subject, judged.jpeg)
    return {"accepted": True, "reason": None}
