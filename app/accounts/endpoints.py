"""Staff sign-in over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.accounts.guard import STAFF_COOKIE, Caller
from app.accounts.rules import HOME
from app.accounts.service import AccountsService
from app.kit.attempts import Attempts
from app.kit.guards import clear_session_cookie, set_session_cookie
from app.kit.provided import provided

router = APIRouter()
Accounts = Annotated[AccountsService, provided(AccountsService)]


class StaffSignIn(BaseModel):
    """User name and password."""

    model_config = ConfigDict(extra="forbid")

    username: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=200)


@router.post("/api/staff/session")
async def sign_in(
    body: StaffSignIn,
    request: Request,
    response: Response,
    accounts: Accounts,
    attempts: Annotated[Attempts, provided(Attempts)],
) -> dict[str, str]:
    """Open a session; the cookie is HttpOnly."""
    attempts.note(f"staff:{body.username}", request.client.host if request.client else "")
    signed_in = await accounts.sign_in_staff(body.username, body.password)
    attempts.forget(f"staff:{body.username}")
    set_session_cookie(request, response, STAFF_COOKIE, signed_in.token, signed_in.seconds)
    return {"role": signed_in.role.value, "name": signed_in.name, "home": HOME[signed_in.role]}


@router.delete("/api/staff/session", status_code=204)
async def sign_out(request: Request, response: Response, accounts: Accounts) -> None:
    """End the session; harmless without one."""
    if request.state.principal is not None:
        await accounts.sign_out(request.state.principal)
    clear_session_cookie(request, response, STAFF_COOKIE)


@router.get("/api/staff/me")
async def me(caller: Caller) -> dict[str, str]:
    """Who is signed in."""
    return {"id": caller.subject, "name": caller.name, "role": caller.role.value}
