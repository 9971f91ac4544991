"""One table from domain errors to RFC 9457 problems, and the handlers that answer with them."""

from collections.abc import Callable

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, IntegrityError
from starlette.exceptions import HTTPException

from app import errors

# SQLSTATE character_not_in_repertoire and untranslatable_character.
UNSTORABLE_TEXT = ("22021", "22P05")
STATUS: dict[type[errors.KaochangError], int] = {
    errors.Invalid: 422,
    errors.NotAllowedNow: 409,
    errors.NotFound: 404,
    errors.NotSignedIn: 401,
    errors.SignInRefused: 401,
    errors.Forbidden: 403,
    errors.TooMany: 429,
    errors.TooLarge: 413,
    errors.Unavailable: 503,
}


def problem(status: int, code: str, detail: str, **more: object) -> JSONResponse:
    """An `application/problem+json` answer. `type` is a URN of the stable code."""
    body = {"type": f"urn:kaochang:problem:{code}", "title": code, "status": status, "code": code}
    return JSONResponse(
        body | {"detail": detail} | more, status_code=status, media_type="application/problem+json"
    )


async def _domain(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, errors.KaochangError)
    status = next(number for kind, number in STATUS.items() if isinstance(error, kind))
    return problem(status, error.code, error.detail, **_more(error))


def _more(error: errors.KaochangError) -> dict[str, object]:
    """What some refusals say besides code and sentence."""
    if isinstance(error, errors.Infeasible):
        return {"problems": error.problems}
    if isinstance(error, errors.FieldInvalid):
        return {"field": error.field, "problems": [{"code": error.code, **error.texts}]}
    return {}


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    codes = {400: "request_invalid", 404: "not_found", 405: "method_not_allowed"}
    return problem(error.status_code, codes.get(error.status_code, "http_error"), str(error.detail))


async def _validation(_request: Request, error: Exception) -> JSONResponse:
    """Field names and reasons only: the rejected values may be secrets or ID numbers."""
    assert isinstance(error, RequestValidationError)
    fields = [
        {"field": ".".join(str(part) for part in item["loc"]), "reason": item["type"]}
        for item in error.errors()[:20]
    ]
    return problem(422, "request_invalid", "The request does not have the expected fields.", fields=fields)


async def _database(_request: Request, error: Exception) -> JSONResponse:
    """Two at once, or text that the database cannot hold (PostgreSQL: a NUL); else a fault of ours."""
    if isinstance(error, IntegrityError):
        return problem(409, "conflict", "Somebody else changed the same thing just now. Please try again.")
    if getattr(getattr(error, "orig", None), "sqlstate", None) in UNSTORABLE_TEXT:
        return problem(422, "text_invalid", "A text holds characters that cannot be stored.")
    raise error


def install_problem_handlers(
    application: FastAPI, sign_in_page: Callable[[Request], Response | None]
) -> None:
    """Make every refusal a problem document; people without a session who open a page are led to sign in."""

    async def domain(request: Request, error: Exception) -> Response:
        if isinstance(error, errors.NotSignedIn) and (page := sign_in_page(request)) is not None:
            return page
        return await _domain(request, error)

    application.add_exception_handler(errors.KaochangError, domain)
    application.add_exception_handler(HTTPException, _http)
    application.add_exception_handler(DBAPIError, _database)
    application.add_exception_handler(RequestValidationError, _validation)
