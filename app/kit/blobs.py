"""Blob store over obstore: a local folder now, S3-compatible stores by URL later."""

from pathlib import Path

import obstore
from obstore.store import LocalStore

from app.errors import NotFound


class Blobs:
    """Named, immutable byte strings. Names are made by us, never by a client."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._store = LocalStore(folder)

    async def put(self, name: str, data: bytes) -> None:
        """Store, atomically."""
        await obstore.put_async(self._store, name, data)

    async def remove(self, name: str) -> None:
        """Remove what nothing names."""
        await obstore.delete_async(self._store, name)

    async def get(self, name: str) -> bytes:
        """The whole blob. Raises NotFound."""
        try:
            return bytes(await (await obstore.get_async(self._store, name)).bytes_async())
        except FileNotFoundError as error:
            raise NotFound("The stored picture is not there any more.") from error

    async def get_range(self, name: str, start: int, length: int) -> bytes:
        """A part of a blob. Raises NotFound."""
        try:
            return bytes(await obstore.get_range_async(self._store, name, start=start, length=length))
        except FileNotFoundError as error:
            raise NotFound("The stored picture is not there any more.") from error
