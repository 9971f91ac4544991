"""Pictures of items: what is let in, and their names by content."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image

from question_bank.budgets import current_budget
from question_bank.content import MEDIA_PREFIX
from question_bank.errors import MediaRefused

MAX_PICTURE_BYTES = 4 * 1024 * 1024
MAX_PICTURE_SIDE = 8_000
PICTURES_TOO_MANY = "media.too_many"
# Cameras write a little behind the end of a JPEG.
_TRAILER_BYTES = 4_096
MAX_PICTURE_PIXELS = 24_000_000
_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
_SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture as listed in a bank: `digest` is the SHA-256 (64 hexadecimal digits) of its bytes."""

    digest: str
    media_type: str
    size: int

    @property
    def reference(self) -> str:
        """What stands in `src`."""
        return MEDIA_PREFIX + self.digest

    @property
    def file_name(self) -> str:
        """A name for files and packages: the digest and the usual ending."""
        return self.digest + _SUFFIXES[self.media_type]


def picture_of(data: bytes) -> Picture:
    """Check a picture by its content (never its name) and decode it once.

    PNG, JPEG, GIF or WebP, at most 4 MiB and 24 megapixels, within the budget of what is being read. Raises
    MediaRefused.
    """
    if len(data) > MAX_PICTURE_BYTES:
        raise MediaRefused("media.too_large", "A picture is larger than 4 MiB.")
    try:
        with (
            warnings.catch_warnings(action="error"),
            Image.open(io.BytesIO(data), formats=tuple(_TYPES)) as image,
        ):
            if max(image.size) > MAX_PICTURE_SIDE or image.width * image.height > MAX_PICTURE_PIXELS:
                raise MediaRefused("media.too_large", "A picture has more than 24 megapixels.")
            budget = current_budget()
            if budget is not None and not budget.spend_picture(image.width * image.height):
                raise MediaRefused(PICTURES_TOO_MANY, "The file holds more pictures than are read.")
            image.load()
            media_type = _TYPES[str(image.format)]
            _check_end(media_type, data)
    except MediaRefused:
        raise
    except Exception as error:  # Pillow raises whatever a broken file leads it to
        raise MediaRefused("media.not_a_picture", "The file is no PNG, JPEG, GIF or WebP picture.") from error
    return Picture(digest=hashlib.sha256(data).hexdigest(), media_type=media_type, size=len(data))


def _check_end(media_type: str, data: bytes) -> None:
    """Whether the picture is there to its end: a process-wide switch can make Pillow decode cut ones."""
    whole = {
        "image/png": data.rstrip(b"\0").endswith(b"IEND\xaeB`\x82"),
        "image/jpeg": b"\xff\xd9" in data[-_TRAILER_BYTES:],
        "image/gif": data.rstrip(b"\0").endswith(b";"),
        "image/webp": len(data) >= int.from_bytes(data[4:8], "little") + 8,
    }
    if not whole[media_type]:
        raise MediaRefused("media.not_a_picture", "The picture is cut off.")


def check_listed(picture: Picture) -> None:
    """Whether a listed picture can be one. Raises MediaRefused."""
    hexadecimal = len(picture.digest) == 64 and not set(picture.digest) - set("0123456789abcdef")
    if not hexadecimal or picture.media_type not in _SUFFIXES or not 0 < picture.size <= MAX_PICTURE_BYTES:
        raise MediaRefused("media.listing_invalid", "A listed picture has no valid digest, type or size.")
