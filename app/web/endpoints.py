"""Pages and catalogues over HTTP. Who may open a page stands in the permission table like everything else."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.errors import NotFound
from app.web.pages import (
    LANGUAGE_COOKIE,
    LANGUAGES,
    LOCALES,
    PAGES,
    STATIC,
    Page,
    choose_language,
    render,
)

__all__ = ["STATIC", "router"]

router = APIRouter()


@router.get("/health")
async def health() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/locales/{lang}.json")
async def locale(lang: str) -> Response:
    """The catalogue of one language."""
    if lang not in LANGUAGES:
        raise NotFound("There is no such language.")
    return Response((LOCALES / f"{lang}.json").read_bytes(), media_type="application/json")
