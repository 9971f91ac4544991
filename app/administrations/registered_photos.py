"""Judging a photo before it becomes a registered one: checked, decoded by a worker, re-encoded there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

MAX_PHOTO = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPhoto:
    """`jpeg` is the re-encoded picture (metadata dropped), None when it cannot be used; `reasons` say why.

    A usable but weak photo has both. `thumbnail` is a JPEG at most 96 px high, for finding a
    better one by; None where nothing could be decoded.
    """

    jpeg: bytes | None
    reasons: tuple[str, ...] = ()
    thumbnail: bytes | None = None


class PhotoJudge:
    """Asks the vision workers (injected, so that check-in does not depend on the camera side)."""

    def __init__(self, ask: Callable[[bytes], Awaitable[JudgedPhoto]]) -> None:
        self._ask = ask

    async def judge(self, picture: bytes) -> JudgedPhoto:
        """Judge a JPEG or PNG; one of more than `MAX_PHOTO` bytes is refused unread (`frame_too_large`)."""
        if len(picture) > MAX_PHOTO:
            return JudgedPhoto(jpeg=None, reasons=("frame_too_large",))
        return await self._ask(picture)
