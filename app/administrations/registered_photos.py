"""Judging a photo before it becomes a registered one: checked, decoded by a worker, re-encoded there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

MAX_PHOTO = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPhoto:
    """`jpeg` is the re-encoded picture (metadata dropped), None when it cannot be used; `reason` says why.

    A usable but poor photo has both.
    """

    jpeg: bytes | None
    reason: str | None


class PhotoJudge:
    """Asks the vision workers (injected, so that check-in does not depend on the camera side)."""

    def __init__(self, ask: Callable[[bytes], Awaitable[JudgedPhoto]]) -> None:
        self._ask = ask

    async def judge(self, picture: bytes) -> JudgedPhoto:
        """Judge a JPEG or PNG of at most `MAX_PHOTO` bytes."""
        return await self._ask(picture)
