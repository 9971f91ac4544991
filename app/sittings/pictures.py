"""Pictures of items over HTTP: for those who write items, and for candidates whose form shows them."""

import re
from typing import Annotated

from fastapi import APIRouter, Response

from app.accounts.guard import Caller
from app.accounts.rules import Role
from app.banks.media import MediaService
from app.errors import NotFound
from app.kit.provided import provided
from app.sittings.service import SittingsService
from question_bank.content import MEDIA_PREFIX

router = APIRouter()
_DIGEST = re.compile(r"[0-9a-f]{64}")
# A picture's address names its content, so it never changes; opened by itself it may run nothing.
HEADERS = {
    "cache-control": "private, max-age=31536000, immutable",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "content-disposition": "inline",
}


@router.get("/api/media/{digest}")
async def picture(
    digest: str,
    caller: Caller,
    media: Annotated[MediaService, provided(MediaService)],
    sittings: Annotated[SittingsService, provided(SittingsService)],
) -> Response:
    """One picture. A candidate gets those of their own form only, while it is shown to them."""
    if not _DIGEST.fullmatch(digest):
        raise NotFound("There is no such picture.")
    if caller.role is Role.CANDIDATE:
        paper = await sittings.paper(caller.subject)
        # What they were sent names it: a picture of a rationale or of another form is not there.
        if f"{MEDIA_PREFIX}{digest}".encode() not in paper.rendered:
            raise NotFound("There is no such picture.")
    media_type, data = await media.read(digest)
    return Response(data, media_type=media_type, headers=HEADERS)
