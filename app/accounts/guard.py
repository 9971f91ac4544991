"""Who is calling, and may they: the check that runs before every route and socket."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from app.accounts.rules import ACCESS, CANDIDATE, Principal, permits
from app.accounts.service import AccountsService
from app.errors import Forbidden, NotSignedIn
from app.kit.guards import check_origin, route_key, session_token
from app.kit.provided import Provided
from app.settings import Settings

STAFF_COOKIE = "kaochang-staff"
CANDIDATE_COOKIE = "kaochang-candidate"


def cookies_of(key: tuple[str, str]) -> tuple[str, ...]:
    """Candidates and staff have separate cookies, so that one browser can show both sides.

    What both may see is asked for by pages of either: then the staff's cookie comes first.
    """
    roles = ACCESS.get(key) or frozenset()
    if roles > CANDIDATE:
        return STAFF_COOKIE, CANDIDATE_COOKIE
    is_candidate = roles == CANDIDATE or key[1].startswith("/api/candidate/")
    return (CANDIDATE_COOKIE if is_candidate else STAFF_COOKIE,)


async def check_access(connection: HTTPConnection) -> None:
    """Origin, session, permission table. Raises Forbidden or NotSignedIn; sets `state.principal`."""
    registry: Provided = connection.app.state.provided
    check_origin(connection, registry.get(Settings).server.allowed_origins)
    key = route_key(connection)
    principal = None
    for cookie in cookies_of(key):
        token = session_token(connection, cookie)
        found = await registry.get(AccountsService).principal(token) if token else None
        principal = found or principal
        connection.state.principal = principal
        if permits(*key, found.role if found else None):
            return
    if principal is None:
        raise NotSignedIn("Please sign in.")
    raise Forbidden("Your role does not permit this.")


async def _principal(connection: HTTPConnection) -> Principal:
    # async although it waits for nothing: FastAPI sends plain functions through its thread pool.
    principal: Principal | None = connection.state.principal
    if principal is None:
        raise NotSignedIn("Please sign in.")
    return principal


Caller = Annotated[Principal, Depends(_principal)]
