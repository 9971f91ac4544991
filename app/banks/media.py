"""Pictures of items: stored once by content, listed by bank."""

import asyncio

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.banks import repository
from app.banks.service import STREAM
from app.banks.tables import MediaRow
from app.errors import Invalid, NotFound
from app.kit.blobs import Blobs
from app.kit.unit_of_work import Unit, UnitOfWork
from question_bank.errors import MediaRefused
from question_bank.media import Picture, picture_of


def blob_name(digest: str) -> str:
    """Where a picture lies in the blob store. Pre-condition: a checked digest."""
    return f"media/{digest[:2]}/{digest}"


class MediaService:
    """Pictures lie in the blob store before any row names them, so that no row is without its picture."""

    def __init__(self, units: UnitOfWork, blobs: Blobs) -> None:
        self._units = units
        self._blobs = blobs

    async def add(self, bank_id: str, data: bytes, actor: str) -> Picture:
        """Keep a picture for a bank. Raises NotFound; Invalid (`media.too_large`, `media.not_a_picture`)."""
        try:
            picture = await asyncio.to_thread(picture_of, data)
        except MediaRefused as error:
            raise Invalid(str(error), code=error.code) from error
        async with self._units.database.read() as connection:
            await repository.check_bank(connection, bank_id)
        await self.store(picture, data)
        async with self._units.begin() as unit:
            await repository.check_bank(unit.connection, bank_id, lock=True)
            if await list_pictures(unit, bank_id, [picture], actor):
                unit.record(STREAM, "media.added", actor, {"bank": bank_id, "digest": picture.digest})
        return picture

    async def store(self, picture: Picture, data: bytes) -> None:
        """Put the bytes into the blob store."""
        await self._blobs.put(blob_name(picture.digest), data)

    async def known(self, connection: AsyncConnection, bank_id: str) -> frozenset[str]:
        """The digests of all pictures of a bank."""
        query = select(MediaRow.digest).where(MediaRow.bank_id == bank_id)
        return frozenset((await connection.execute(query)).scalars())

    async def read(self, digest: str) -> tuple[str, bytes]:
        """Media type and bytes of a picture of any bank. Raises NotFound."""
        async with self._units.database.read() as connection:
            query = select(MediaRow.media_type).where(MediaRow.digest == digest).limit(1)
            media_type = (await connection.execute(query)).scalar()
        if media_type is None:
            raise NotFound("There is no such picture.")
        return media_type, await self.bytes_of(digest)

    async def bytes_of(self, digest: str) -> bytes:
        """The bytes of a picture that a bank lists. Raises NotFound."""
        return await self._blobs.get(blob_name(digest))


async def list_pictures(unit: Unit, bank_id: str, pictures: list[Picture], actor: str) -> int:
    """List stored pictures for a bank; how many were new to it. Pre-condition: the bank is locked."""
    query = select(MediaRow.digest).where(MediaRow.bank_id == bank_id)
    known = set((await unit.connection.execute(query)).scalars())
    rows = [
        {
            "bank_id": bank_id,
            "digest": picture.digest,
            "media_type": picture.media_type,
            "size": picture.size,
            "added_at": unit.now,
            "added_by": actor,
        }
        for picture in {picture.digest: picture for picture in pictures}.values()
        if picture.digest not in known
    ]
    if rows:
        await unit.connection.execute(insert(MediaRow), rows)
    return len(rows)
