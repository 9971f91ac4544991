"""Face templates after an administration: which may be searched with, and when each is deleted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.checkin.service import PURPOSE
from app.checkin.tables import DuplicateSearchConsentRow, FaceTemplateRow
from app.kit.among import among
from app.kit.unit_of_work import Unit
from app.kit.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedTemplate:
    """The template of a registered photo of somebody who agreed to the search."""

    sitting_id: str
    size: int
    sealed: bytes = field(repr=False)


class KeptTemplates:
    """Reads and deletes what check-in stored."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def searchable(self, connection: AsyncConnection, made_by: str) -> list[SealedTemplate]:
        """Everything that may be searched with: of one engine and size (`fr/704`), with consent to it."""
        row = FaceTemplateRow
        query = (
            select(row.sitting_id, row.sealed)
            .join(DuplicateSearchConsentRow, DuplicateSearchConsentRow.sitting_id == row.sitting_id)
            .where(row.kind == "reference", row.engine == made_by)
            .order_by(row.stored_at, row.sitting_id)
        )
        size = int(made_by.rsplit("/", 1)[1])
        return [
            SealedTemplate(sitting_id=sitting_id, size=size, sealed=sealed)
            for sitting_id, sealed in await connection.execute(query)
        ]

    def open(self, found: Sequence[SealedTemplate]) -> NDArray[np.float32]:
        """The templates, one a row. Takes milliseconds each hundred: call it in a thread."""
        rows = [
            np.frombuffer(
                self._vault.open(PURPOSE, f"{one.sitting_id}/reference/{one.size}", one.sealed), "<f4"
            )
            for one in found
        ]
        return np.stack(rows).astype(np.float32)

    async def end(self, unit: Unit, sittings: Iterable[str]) -> int:
        """Delete all templates of sittings that are over but those which may be searched with; how many."""
        row = FaceTemplateRow
        agreed = select(DuplicateSearchConsentRow.sitting_id)
        kept = (row.kind == "reference") & row.sitting_id.in_(agreed)
        gone = await unit.connection.execute(
            delete(row).where(among(unit.connection, row.sitting_id, sittings), ~kept)
        )
        return gone.rowcount

    async def expire(self, unit: Unit, before: datetime) -> int:
        """Delete every template stored before this instant; how many."""
        gone = await unit.connection.execute(
            delete(FaceTemplateRow).where(FaceTemplateRow.stored_at < before)
        )
        return gone.rowcount
