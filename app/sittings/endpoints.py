"""The candidate's own sitting over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.accounts.guard import CANDIDATE_COOKIE, Caller
from app.accounts.service import AccountsService
from app.kit.attempts import Attempts
from app.kit.guards import clear_session_cookie, set_session_cookie
from app.kit.provided import provided
from app.sittings.papers import with_responses
from app.sittings.service import SittingsService

router = APIRouter()
Sittings = Annotated[SittingsService, provided(SittingsService)]


class CandidateSignIn(BaseModel):
    """Ticket number and one-time entry code, as printed on the ticket."""

    model_config = ConfigDict(extra="forbid")

    ticket: str = Field(min_length=1, max_length=32)
    code: str = Field(min_length=1, max_length=64)


@router.post("/api/candidate/session")
async def sign_in(
    body: CandidateSignIn,
    request: Request,
    response: Response,
    sittings: Sittings,
    attempts: Annotated[Attempts, provided(Attempts)],
) -> dict[str, str]:
    """Open the candidate's session."""
    ticket = body.ticket.strip()
    attempts.note(f"ticket:{ticket}", request.client.host if request.client else "")
    signed_in, sitting_id = await sittings.sign_in(ticket, body.code)
    attempts.forget(f"ticket:{ticket}")
    set_session_cookie(request, response, CANDIDATE_COOKIE, signed_in.token, signed_in.seconds)
    return {"sitting_id": sitting_id}


@router.delete("/api/candidate/session", status_code=204)
async def sign_out(
    request: Request,
    response: Response,
    accounts: Annotated[AccountsService, provided(AccountsService)],
) -> None:
    """End the session; harmless without one."""
    if request.state.principal is not None:
        await accounts.sign_out(request.state.principal)
    clear_session_cookie(request, response, CANDIDATE_COOKIE)


@router.get("/api/candidate/form")
async def form(caller: Caller, sittings: Sittings) -> Response:
    """The items of the own form, without keys, and what was answered."""
    paper = await sittings.paper(caller.subject)
    given = {
        "responses": {str(position): list(given) for position, given in paper.responses.items()},
        "marks": list(paper.marks),
        "position": paper.position,
    }
    return Response(with_responses(paper.rendered, given), media_type="application/json")
