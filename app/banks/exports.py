"""Banks in other formats, with what each format could not hold."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.banks.media import MediaService
from app.banks.repository import Condition
from app.banks.rules import State
from app.banks.service import BanksService
from app.banks.tables import ItemVersionRow
from app.errors import Invalid
from app.kit.unit_of_work import UnitOfWork
from question_bank.bank import Bank
from question_bank.commands.exporting import PICTURE_WRITERS, WRITERS
from question_bank.formats.reports import Loss, Written

NATIVE = "json"
# What a format's files are called, where it is not the format's own name.
_SUFFIXES = {
    "moodlexml": "xml",
    "qti3": "zip",
    "package": "zip",
    "qti22": "zip",
    "gift": "gift.txt",
    "aiken": "txt",
}


class ExportState(StrEnum):
    """Which version of each item is exported: the published one, or the current one unless retired."""

    PUBLISHED = "published"
    CURRENT = "current"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    """A file for a person to keep. `items` went into the writer; `losses` as it reported them."""

    name: str
    suffix: str
    data: bytes
    items: int
    losses: tuple[Loss, ...]


def export_formats() -> tuple[str, ...]:
    """The names of all formats that a bank can be written in."""
    return (NATIVE, *WRITERS, *PICTURE_WRITERS)


def _write(bank: Bank, format_name: str, pictures: Mapping[str, bytes]) -> Written:
    if format_name in PICTURE_WRITERS:
        return PICTURE_WRITERS[format_name](bank, pictures)
    return WRITERS[format_name](bank) if format_name in WRITERS else Written(data=bank.to_json())


class ExportsService:
    """Writes files; keeps none."""

    def __init__(self, units: UnitOfWork, banks: BanksService, media: MediaService) -> None:
        self._units = units
        self._banks = banks
        self._media = media

    async def export(self, bank_id: str, format_name: str, state: ExportState) -> ExportFile:
        """A bank's items as a file. Raises NotFound; Invalid (`format_unknown`); NotAllowedNow."""
        if format_name not in export_formats():
            raise Invalid("There is no such format.", code="format_unknown")
        async with self._units.database.read() as connection:
            bank = await self._banks.collect(connection, bank_id, *_of(state))
        pictures = {}
        if format_name in PICTURE_WRITERS:
            pictures = {picture.digest: await self._media.bytes_of(picture.digest) for picture in bank.media}
        written = await asyncio.to_thread(_write, bank, format_name, pictures)
        return ExportFile(
            name=bank.name,
            suffix=_SUFFIXES.get(format_name, format_name),
            data=written.data,
            items=len(bank.items),
            losses=written.losses,
        )


def _of(state: ExportState) -> tuple[Condition, ...]:
    if state is ExportState.PUBLISHED:
        return (ItemVersionRow.state == State.PUBLISHED,)
    return (ItemVersionRow.is_current, ItemVersionRow.state != State.RETIRED)
