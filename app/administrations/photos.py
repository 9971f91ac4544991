"""Photo packages of a roster: a zip archive or a folder, looked at without unpacking it to disk.

Limits: 2,000 entries, 10 MB each, 500 MB together. Photos are told by their first bytes, never by their
name. Nothing is decoded here.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import BinaryIO, Protocol

from app.errors import Invalid

MAX_PHOTOS = 2_000
MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_TOTAL_BYTES = 500 * 1024 * 1024
_SNIFF_BYTES = 8
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_UTF8_FLAG = 0x800
_DRIVE = re.compile(r"[A-Za-z]:")
_JUNK = re.compile(r"(?:^|/)(?:__MACOSX/|\.|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OSError,
)


class PhotoSource(Protocol):
    """Photos by name, e.g. `photos/370882199001012914.jpg`."""

    @property
    def names(self) -> Sequence[str]:
        """The names of all files, junk of operating systems left out."""

    def is_photo(self, name: str) -> bool:
        """Whether the file begins as a JPEG or PNG."""

    def read(self, name: str) -> bytes:
        """The bytes of a file, at most 10 MB. Raises Invalid."""


class NoPhotos:
    """The source of a roster that came without photos."""

    names: Sequence[str] = ()

    def is_photo(self, name: str) -> bool:
        """There is none."""
        return False

    def read(self, name: str) -> bytes:
        """Raises Invalid: there is nothing to read."""
        raise Invalid("There is no such photo.", code="photos.unknown_name")


class ZipPhotos:
    """A zip archive of photos. The stream stays the caller's, who closes it after use.

    Raises Invalid: photos.broken, photos.too_many, photos.too_large, photos.unsafe_name.
    """

    def __init__(self, stream: BinaryIO) -> None:
        try:
            self._archive = zipfile.ZipFile(stream)
        except _ZIP_ERRORS as error:
            raise _broken() from error
        entries = [entry for entry in self._archive.infolist() if not entry.is_dir()]
        _check_totals(len(entries), sum(entry.file_size for entry in entries))
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            name = _entry_name(entry)
            _check_name(name)
            if not _JUNK.search(name):
                _check_size(entry.file_size)
                self._entries[name] = entry

    @property
    def names(self) -> Sequence[str]:
        """The names of all files, junk of operating systems left out."""
        return tuple(self._entries)

    def is_photo(self, name: str) -> bool:
        """Whether the file begins as a JPEG or PNG."""
        return self._take(name, _SNIFF_BYTES).startswith(_MAGIC)

    def read(self, name: str) -> bytes:
        """The bytes of a file, at most 10 MB. Raises Invalid."""
        return self._take(name, MAX_PHOTO_BYTES)

    def _take(self, name: str, count: int) -> bytes:
        if name not in self._entries:
            raise Invalid("There is no such photo.", code="photos.unknown_name")
        try:
            with self._archive.open(self._entries[name]) as stream:
                return stream.read(count)
        except _ZIP_ERRORS as error:
            raise _broken() from error


class UploadedPhotos:
    """The files of a folder that a browser sent one by one. Raises Invalid as ZipPhotos.

    `files` pairs each name, with or without folders before it, with its bytes.
    """

    def __init__(self, files: Sequence[tuple[str, bytes]]) -> None:
        kept = [(PurePosixPath(name).name, data) for name, data in files if not _JUNK.search(name)]
        _check_totals(len(kept), sum(len(data) for _, data in kept))
        for _, data in kept:
            _check_size(len(data))
        self._files = dict(kept)

    @property
    def names(self) -> Sequence[str]:
        """The names of all files, junk of operating systems left out."""
        return tuple(self._files)

    def is_photo(self, name: str) -> bool:
        """Whether the file begins as a JPEG or PNG."""
        return self.read(name).startswith(_MAGIC)

    def read(self, name: str) -> bytes:
        """The bytes of a file, at most 10 MB. Raises Invalid."""
        if name not in self._files:
            raise Invalid("There is no such photo.", code="photos.unknown_name")
        return self._files[name]


def uploaded_source(files: Sequence[tuple[str, bytes]]) -> PhotoSource:
    """What an upload holds: nothing, one zip archive, or the files of a folder. Raises Invalid."""
    if not files:
        return NoPhotos()
    if len(files) == 1 and files[0][1].startswith(b"PK"):
        return ZipPhotos(io.BytesIO(files[0][1]))
    return UploadedPhotos(files)


def _broken() -> Invalid:
    return Invalid("The photo package is damaged and cannot be read.", code="photos.broken")


def _check_totals(count: int, total: int) -> None:
    if count > MAX_PHOTOS:
        raise Invalid(f"The package holds more than {MAX_PHOTOS} files.", code="photos.too_many")
    if total > MAX_TOTAL_BYTES:
        raise Invalid("The photos together are larger than 500 MB.", code="photos.too_large")


def _check_size(size: int) -> None:
    if size > MAX_PHOTO_BYTES:
        raise Invalid("A photo is larger than 10 MB.", code="photos.too_large")


def _check_name(name: str) -> None:
    """Names are never used as paths here; one that climbs is refused because honest packers write none."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not parts or parts[0] == "/" or ".." in parts or "\0" in name or _DRIVE.match(name):
        raise Invalid("The package holds a file name that leaves it.", code="photos.unsafe_name")


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: Chinese Windows packers write GBK, some write UTF-8, without saying so."""
    if entry.flag_bits & _UTF8_FLAG:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename
