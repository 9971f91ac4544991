"""The pictures beside an item: found by the path that the item uses, checked once, named by content."""

from __future__ import annotations

import base64
import binascii
import posixpath
from collections.abc import Callable
from typing import Protocol
from urllib.parse import unquote

from question_bank.errors import FormatRefused, MediaRefused
from question_bank.media import MAX_PICTURE_BYTES, picture_of

_DATA = "data:"
_BASE64 = ";base64,"

# The bytes of a file of the package by its path, at most so many; None where there is none.
Files = Callable[[str, int], "bytes | None"]


def no_files(_path: str, _limit: int) -> bytes | None:
    """The files beside a lone item: none."""
    return None


class PictureSource(Protocol):
    """Where the pictures of a content are looked up."""

    def reference(self, path: str) -> str:
        """`media:<sha256>` of the picture, empty when there is none. Raises MediaRefused."""
        ...


class Pictures:
    """The pictures of a package as seen from one of its folders.

    `media` maps the SHA-256 of those that were asked for to their bytes; all folders share it.
    """

    def __init__(self, files: Files, folder: str = "") -> None:
        self.media: dict[str, bytes] = {}
        self._files = files
        self._folder = folder
        self._references: dict[str, str] = {}

    def beside(self, folder: str) -> Pictures:
        """The same pictures as seen from another folder."""
        seen = Pictures(self._files, folder)
        seen.media, seen._references = self.media, self._references
        return seen

    def reference(self, path: str) -> str:
        """`media:<sha256>` of the picture, empty when it is not in the package. Raises MediaRefused."""
        if path.startswith(_DATA):
            return self._taken(_inline(path))
        inside = resolved(self._folder, path)
        if inside not in self._references:
            try:
                data = self._files(inside, MAX_PICTURE_BYTES) if inside else None
            except FormatRefused as error:
                raise MediaRefused("media.too_large", str(error)) from error
            self._references[inside] = "" if data is None else self._taken(data)
        return self._references[inside]

    def _taken(self, data: bytes) -> str:
        picture = picture_of(data)
        self.media[picture.digest] = data
        return picture.reference


def resolved(folder: str, path: str) -> str:
    """The path inside the package of what a file in `folder` calls `path`; empty when it leads outside."""
    if "://" in path or path.startswith("/"):
        return ""
    plain_path = unquote(path.partition("?")[0].partition("#")[0]).replace("\\", "/")
    inside = posixpath.normpath(posixpath.join(folder, plain_path))
    return "" if inside.startswith("..") or inside == "." else inside


def _inline(address: str) -> bytes:
    """The bytes of a `data:` address. Raises MediaRefused."""
    head, found, encoded = address.partition(_BASE64)
    if not found or len(encoded) > MAX_PICTURE_BYTES * 3 // 2:
        raise MediaRefused("media.too_large" if found else "media.not_a_picture", f"{head[:40]} is refused.")
    try:
        return base64.b64decode(encoded, validate=False)
    except binascii.Error as error:
        raise MediaRefused("media.not_a_picture", "The picture inside the item is damaged.") from error
