"""Zip archives from anywhere (workbooks, content packages): the directory is inspected before any part is.

Declared sizes bind: zipfile never unpacks more of a part than the directory declares. An archive that is not
read ends in FormatRefused.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import PurePosixPath

from question_bank.errors import FormatRefused

# More than any archive that is read may have.
MAX_PARTS = 60_000
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
# Real sheets of repeated text reach about 60:1; only parts beyond 1 MB are held to the ratio.
MAX_RATIO = 200
_RATIO_FROM_BYTES = 1024 * 1024
_MAX_PATH_CHARS = 500
# Far more than the directory of an archive needs for each part; zipfile reads all of a directory at once.
_BYTES_OF_ENTRY = 200
_END, _END_SIZE = b"PK\x05\x06", 22
_LOCATOR, _LOCATOR_SIZE, _END_64_SIZE = b"PK\x06\x07", 20, 56
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_FILE_MODE = 0o100644 << 16
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1

_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OSError,
    struct.error,
)


@contextmanager
def refusing_damage() -> Iterator[None]:
    """What zipfile raises for a damaged archive or part (bad checksum, unknown compression) is refused."""
    try:
        yield
    except _DAMAGE as error:
        raise FormatRefused("file.broken", "The file is damaged and cannot be read.") from error


@contextmanager
def opened(data: bytes, max_parts: int) -> Iterator[zipfile.ZipFile]:
    """The archive, once its directory is known to unpack to sensible sizes. Raises FormatRefused."""
    if _directory_bytes(data) > max_parts * _BYTES_OF_ENTRY:
        raise FormatRefused("file.unpacks_too_large", "The file has too many parts.")
    with refusing_damage():
        archive = zipfile.ZipFile(io.BytesIO(data))
    with archive:
        _check_sizes(archive.infolist(), max_parts)
        yield archive


def part_names(data: bytes) -> frozenset[str]:
    """The names of the parts, none of an archive that cannot be read."""
    try:
        with opened(data, MAX_PARTS) as archive:
            return frozenset(archive.namelist())
    except FormatRefused:
        return frozenset()


def paths(archive: zipfile.ZipFile) -> Mapping[str, zipfile.ZipInfo]:
    """The files by their path with "/" inside the archive, folders left out. Raises FormatRefused.

    Nothing here is ever written to a disk under such a path; absolute paths, "..", links and encrypted parts
    are refused all the same, because no honest packager makes them.
    """
    found: dict[str, zipfile.ZipInfo] = {}
    for part in archive.infolist():
        path = _path(part)
        if stat.S_ISLNK(part.external_attr >> 16) or part.flag_bits & _ENCRYPTED:
            raise FormatRefused("file.unsafe_part", f"{path[:80]} is a link or encrypted.")
        pure = PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts or ":" in path[:2] or len(path) > _MAX_PATH_CHARS:
            raise FormatRefused("file.unsafe_part", f"{path[:80]} is a path out of the archive.")
        if path.endswith("/"):
            continue
        if str(pure) in found:
            raise FormatRefused("file.unsafe_part", f"{path[:80]} is in the archive twice.")
        found[str(pure)] = part
    return found


def part_bytes(archive: zipfile.ZipFile, part: zipfile.ZipInfo, limit: int) -> bytes:
    """The bytes of a part of at most `limit` bytes. Raises FormatRefused."""
    if part.file_size > limit:
        raise FormatRefused("file.too_large", f"{_path(part)[:80]} is larger than {limit} bytes.")
    with refusing_damage():
        return archive.read(part)


def put(archive: zipfile.ZipFile, path: str, data: bytes, *, packed: bool = True) -> None:
    """Add a file without anything that differs from run to run; pictures are packed already."""
    part = zipfile.ZipInfo(path, date_time=_EPOCH)
    part.create_system = _UNIX
    part.external_attr = _FILE_MODE
    part.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    archive.writestr(part, data)


def _directory_bytes(data: bytes) -> int:
    """How long the directory says it is, by the places where zipfile looks; 0 when it says nothing."""
    sizes = [0]
    for end in (len(data) - _END_SIZE, data.rfind(_END)):
        if end < 0 or not data.startswith(_END, end) or end + _END_SIZE > len(data):
            continue
        sizes.append(struct.unpack_from("<L", data, end + 12)[0])
        locator = end - _LOCATOR_SIZE
        if locator >= _END_64_SIZE and data.startswith(_LOCATOR, locator):
            sizes.append(struct.unpack_from("<Q", data, locator - _END_64_SIZE + 40)[0])
    return max(sizes)


def _path(part: zipfile.ZipInfo) -> str:
    """The name as it was meant: Windows writes backslashes, and names in the code page of its language."""
    name = part.filename
    if not name.isascii() and not part.flag_bits & _UTF8_NAME:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _check_sizes(parts: list[zipfile.ZipInfo], max_parts: int) -> None:
    if len(parts) > max_parts or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise FormatRefused("file.unpacks_too_large", "The file unpacks to more than 200 MB.")
    for part in parts:
        if part.file_size > _RATIO_FROM_BYTES and part.file_size > MAX_RATIO * max(1, part.compress_size):
            raise FormatRefused("file.unpacks_too_large", "A part of the file is packed suspiciously.")
