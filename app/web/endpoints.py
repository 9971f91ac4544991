"""Pages and catalogues over HTTP. Who may open a page stands in the permission table like everything else."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from app.errors import NotFound
from app.frames.analysis import Analyst
from app.kit.loops import Loops
from app.kit.provided import provided
from app.web.pages import LANGUAGE_COOKIE, LANGUAGES, LOCALES, PAGES, STATIC, Page, chosen_language, render

__all__ = ["STATIC", "router", "sign_in_page"]

router = APIRouter()
YEAR_S = 365 * 24 * 3600


@router.get("/health")
async def health(
    analyst: Annotated[Analyst, provided(Analyst)], loops: Annotated[Loops, provided(Loops)]
) -> Response:
    """200 while every background loop runs, else 503 with the dead ones; `vision`: starting, ready or off."""
    dead = loops.dead
    body = {"status": "failed" if dead else "ok", "vision": analyst.vision, "dead_loops": dead}
    return JSONResponse(body, status_code=503 if dead else 200)


@router.get("/locales/{lang}.json")
async def locale(lang: str) -> Response:
    """The catalogue of one language."""
    if lang not in LANGUAGES:
        raise NotFound("There is no such language.")
    return Response((LOCALES / f"{lang}.json").read_bytes(), media_type="application/json")


def _add(page: Page) -> None:
    async def show(request: Request) -> HTMLResponse:
        asked = request.query_params.get("lang")
        lang = chosen_language(
            asked, request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language")
        )
        response = HTMLResponse(render(page, lang), headers={"cache-control": "no-store"})
        if asked:
            response.set_cookie(LANGUAGE_COOKIE, lang, max_age=YEAR_S, samesite="lax")
        return response

    router.add_api_route(page.path, show, methods=["GET"], response_class=HTMLResponse, name=page.template)


for _page in PAGES:
    _add(_page)


def sign_in_page(request: Request) -> Response | None:
    """Where a person without a session is sent from a page; None for anything that is not a page."""
    if request.method != "GET" or "text/html" not in request.headers.get("accept", ""):
        return None
    if request.url.path.startswith(("/api/", "/static/", "/locales/")):
        return None
    if request.url.path.startswith("/candidate"):
        return RedirectResponse("/", status_code=303)
    return RedirectResponse(f"/staff?next={quote(request.url.path)}", status_code=303)
