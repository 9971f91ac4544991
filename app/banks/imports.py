"""Bringing files into a bank: read and report first, then confirm; undo as long as nobody wrote on."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.banks import repository
from app.banks.authoring import add_drafts
from app.banks.media import MediaService, list_pictures
from app.banks.proposals import Present, Proposal, propose
from app.banks.rules import (
    BatchEvent,
    BatchState,
    Cause,
    Event,
    State,
    advance,
    advance_batch,
)
from app.banks.service import STREAM
from app.banks.tables import ImportBatchRow, ItemVersionRow
from app.banks.versions import Authorship, Version, VersionKey, stored_item
from app.errors import Invalid, NotAllowedNow, NotFound
from app.ids import new_id
from app.kit.blobs import Blobs
from app.kit.unit_of_work import Json, Unit, UnitOfWork
from question_bank.budgets import Budget, within
from question_bank.errors import QuestionBankError
from question_bank.formats.numbered_lines import LineMeaning
from question_bank.formats.readers import BankFormat, detect, read_items
from question_bank.formats.rejected_rows import rejected_workbook
from question_bank.formats.reports import ImportResult, RowStatus
from question_bank.formats.sheet_columns import ROLES
from question_bank.formats.tabular import import_tables
from question_bank.media import picture_of

MAX_FILE_NAME = 200
MAX_CORRECTIONS = 100
# The formats whose columns a person may correct.
TABLES = frozenset({BankFormat.XLSX, BankFormat.CSV})
# What a person may say of numbered lines, instead of columns: fields of LineMeaning, yes or no.
_LINE_FIELDS = frozenset({"zero_is_true", "first_is_key"})
_WORDS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """An import batch. `report` is `ImportResult.document()`; `items` would come in, or came in."""

    id: str
    bank_id: str
    file_name: str
    format: str
    corrections: dict[str, str]
    report: dict[str, Any]
    items: int
    state: BatchState
    created_at: datetime
    created_by: str
    confirmed_at: datetime | None
    undone_at: datetime | None


class ImportsService:
    """Import batches of living banks. The file is kept as it came: mapping and confirming read it again."""

    def __init__(self, units: UnitOfWork, blobs: Blobs, media: MediaService) -> None:
        self._units = units
        self._blobs = blobs
        self._media = media

    async def propose(self, bank_id: str, file_name: str, data: bytes, actor: str) -> Batch:
        """Read a file and keep it with its report; nothing comes in. Raises NotFound; Invalid with the
        reader's code for a file that cannot be read at all.
        """
        proposal, bank_format = await self._read(bank_id, data, {})
        digest = hashlib.sha256(data).hexdigest()
        await self._blobs.put(_file_blob(digest), data)
        batch_id = new_id()
        async with self._units.begin() as unit:
            await repository.check_bank(unit.connection, bank_id, lock=True)
            await unit.connection.execute(
                insert(ImportBatchRow).values(
                    id=batch_id,
                    bank_id=bank_id,
                    file_name=_file_name(file_name),
                    file_digest=digest,
                    format=bank_format.value,
                    corrections="{}",
                    report=_report_text(proposal),
                    items=len(proposal.drafts),
                    state=BatchState.PROPOSED,
                    created_at=unit.now,
                    created_by=actor,
                )
            )
            entry: dict[str, Json] = {"bank": bank_id, "batch": batch_id, "file": digest}
            unit.record(STREAM, "import.proposed", actor, entry)
        return await self.batch(bank_id, batch_id)

    async def correct(self, bank_id: str, batch_id: str, corrections: Mapping[str, str], actor: str) -> Batch:
        """Read the file again with a person's roles for its columns (title to role, "" to leave it out);
        for numbered lines with what they mean (a field of LineMeaning to yes or no).

        Raises NotFound; NotAllowedNow unless it is only proposed; Invalid `column_role_unknown`,
        `line_meaning_unknown`, `columns_fixed` for a format without columns, or the reader's code.
        """
        batch = await self.batch(bank_id, batch_id)
        advance_batch(batch.state, BatchEvent.READ_AGAIN)
        _check_corrections(BankFormat(batch.format), corrections)
        proposal, _ = await self._read(bank_id, await self._file(batch_id), corrections)
        async with self._units.begin() as unit:
            await _lock(unit.connection, bank_id, batch_id, BatchEvent.READ_AGAIN)
            await _save(unit.connection, batch_id, proposal, corrections=json.dumps(dict(corrections)))
            unit.record(STREAM, "import.corrected", actor, {"bank": bank_id, "batch": batch_id})
        return await self.batch(bank_id, batch_id)

    async def confirm(self, bank_id: str, batch_id: str, actor: str) -> Batch:
        """Let the proposed items in, as drafts. Raises NotFound; NotAllowedNow `report_changed` (with the new
        report kept) when the bank has changed so that other items would come in than were reported.
        """
        batch = await self.batch(bank_id, batch_id)
        advance_batch(batch.state, BatchEvent.CONFIRM)
        data = await self._file(batch_id)
        async with self._units.database.read() as connection:
            seen = await repository.revision(connection, bank_id)
        proposal, _ = await self._read(bank_id, data, batch.corrections)
        pictures = await asyncio.to_thread(lambda: [picture_of(p) for p in proposal.result.media.values()])
        for picture in pictures:
            await self._media.store(picture, proposal.result.media[picture.digest])
        changed = _report_text(proposal) != json.dumps(batch.report, ensure_ascii=False)
        async with self._units.begin() as unit:
            await _lock(unit.connection, bank_id, batch_id, BatchEvent.CONFIRM)
            changed = changed or await repository.revision(unit.connection, bank_id) != seen
            if changed:
                await _save(unit.connection, batch_id, proposal)
            else:
                await list_pictures(unit, bank_id, pictures, actor)
                await _let_in(unit, bank_id, batch_id, proposal, actor)
        if changed:
            raise NotAllowedNow("The bank has changed since: look at the new report.", code="report_changed")
        return await self.batch(bank_id, batch_id)

    async def undo(self, bank_id: str, batch_id: str, actor: str) -> Batch:
        """Take a batch back: its drafts are retired, nothing is deleted. Raises NotFound; NotAllowedNow
        `batch_changed` when one of its items was written on, submitted or published since.
        """
        async with self._units.begin() as unit:
            state = await _lock(unit.connection, bank_id, batch_id, BatchEvent.UNDO)
            mine = await repository.versions(unit.connection, bank_id, ItemVersionRow.batch_id == batch_id)
            if any(version.state is not State.DRAFT for version in mine):
                raise NotAllowedNow("Somebody works on items of this import.", code="batch_changed")
            changes = [(_key(v), v.state, advance(v.state, Event.RETIRE, Cause.COLLEAGUE)) for v in mine]
            await repository.set_states(unit.connection, bank_id, changes)
            events = [(key, Event.RETIRE) for key, _, _ in changes]
            await repository.record_events(
                unit.connection, bank_id, events, actor=actor, comment="", at=unit.now
            )
            for version in mine:
                if version.number > 1:
                    await repository.choose_current(unit.connection, bank_id, version.item_id)
            values = {"state": state, "undone_at": unit.now}
            await _update(unit.connection, batch_id, values)
            data: dict[str, Json] = {"bank": bank_id, "batch": batch_id, "items": len(mine)}
            unit.record(STREAM, "import.undone", actor, data)
        return await self.batch(bank_id, batch_id)

    async def batch(self, bank_id: str, batch_id: str) -> Batch:
        """One batch with its report. Raises NotFound."""
        async with self._units.database.read() as connection:
            query = select(ImportBatchRow.__table__).where(
                ImportBatchRow.id == batch_id, ImportBatchRow.bank_id == bank_id
            )
            row = (await connection.execute(query)).first()
        if row is None:
            raise NotFound("There is no such import.")
        return _batch(dict(row._mapping))

    async def rejected(self, bank_id: str, batch_id: str, language: str) -> bytes:
        """The rows that did not come in, as a workbook with the reasons in `zh` or `en`, to be mended.

        Raises NotFound; Invalid `columns_fixed` for a format without columns.
        """
        batch = await self.batch(bank_id, batch_id)
        if BankFormat(batch.format) not in TABLES:
            raise Invalid("Only tables have rows to send again.", code="columns_fixed")
        data = await self._file(batch_id)
        reasons = {
            (row["sheet"], row["row"]): " ".join(
                f"{problem[f'message_{language}']} {problem[f'fix_{language}']}"
                for problem in row["problems"]
            )
            for row in batch.report["rows"]
            if row["status"] == RowStatus.REJECTED
        }
        return await asyncio.to_thread(rejected_workbook, data, reasons, batch.corrections)

    async def batches(self, bank_id: str) -> list[Batch]:
        """All batches of a bank, newest first. Raises NotFound."""
        async with self._units.database.read() as connection:
            await repository.check_bank(connection, bank_id)
            columns = [c for c in ImportBatchRow.__table__.c if c.name != "report"]
            query = select(*columns).where(ImportBatchRow.bank_id == bank_id)
            query = query.order_by(ImportBatchRow.created_at.desc(), ImportBatchRow.id.desc())
            return [_batch({**row._mapping, "report": "{}"}) for row in await connection.execute(query)]

    async def _file(self, batch_id: str) -> bytes:
        async with self._units.database.read() as connection:
            query = select(ImportBatchRow.file_digest).where(ImportBatchRow.id == batch_id)
            digest = (await connection.execute(query)).scalar_one()
        return await self._blobs.get(_file_blob(digest))

    async def _read(
        self, bank_id: str, data: bytes, corrections: Mapping[str, str]
    ) -> tuple[Proposal, BankFormat]:
        async with self._units.database.read() as connection:
            await repository.check_bank(connection, bank_id)
            found = await repository.documents(connection, bank_id, ItemVersionRow.is_current)
            sets = await repository.item_sets(connection, bank_id, (v.set_digest for v, _ in found))
            known = await self._media.known(connection, bank_id)

        def read() -> tuple[Proposal, BankFormat]:
            bank_format = detect(data)
            result = _result(data, bank_format, corrections)
            present = [
                Present(version=v, item=stored_item(text), item_set=sets.get(v.set_digest))
                for v, text in found
            ]
            return propose(result, present, known), bank_format

        try:
            return await asyncio.to_thread(read)
        except QuestionBankError as error:
            raise Invalid(str(error), code=error.code) from error


def _result(data: bytes, bank_format: BankFormat, corrections: Mapping[str, str]) -> ImportResult:
    if corrections and bank_format in TABLES:
        with within(Budget()):
            return import_tables(data, corrections)
    meaning = None
    if bank_format is BankFormat.LINES:
        said = {field: _WORDS.get(corrections.get(field, "")) for field in _LINE_FIELDS}
        meaning = LineMeaning(zero_is_true=said["zero_is_true"], first_is_key=bool(said["first_is_key"]))
    return read_items(data, bank_format, meaning)


def _check_corrections(bank_format: BankFormat, corrections: Mapping[str, str]) -> None:
    if bank_format in TABLES:
        if len(corrections) > MAX_CORRECTIONS or not set(corrections.values()) <= ROLES | {""}:
            raise Invalid("There is no such role of a column.", code="column_role_unknown")
    elif bank_format is BankFormat.LINES:
        if not (corrections.keys() <= _LINE_FIELDS and set(corrections.values()) <= _WORDS.keys() | {""}):
            raise Invalid("There is no such meaning of numbered lines.", code="line_meaning_unknown")
    else:
        raise Invalid("This format has no columns to choose.", code="columns_fixed")


def _file_blob(digest: str) -> str:
    return f"imports/{digest[:2]}/{digest}"


def _file_name(name: str) -> str:
    """The last part of what a browser calls the file, without what no name holds."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in last if sign.isprintable())
    return shown[-MAX_FILE_NAME:] or "?"


def _report_text(proposal: Proposal) -> str:
    return json.dumps(proposal.result.document(), ensure_ascii=False)


def _key(version: Version) -> VersionKey:
    return VersionKey(item_id=version.item_id, number=version.number)


def _batch(row: Mapping[str, Any]) -> Batch:
    kept = {name: value for name, value in row.items() if name != "file_digest"}
    for name in ("corrections", "report"):
        kept[name] = json.loads(row[name])
    return Batch(**{**kept, "state": BatchState(row["state"])})


async def _lock(connection: AsyncConnection, bank_id: str, batch_id: str, event: BatchEvent) -> BatchState:
    """Hold the bank and the batch; the batch's state after `event`. Raises NotFound, NotAllowedNow."""
    await repository.check_bank(connection, bank_id, lock=True)
    query = select(ImportBatchRow.state).where(
        ImportBatchRow.id == batch_id, ImportBatchRow.bank_id == bank_id
    )
    state = (await connection.execute(query)).scalar()
    if state is None:
        raise NotFound("There is no such import.")
    return advance_batch(BatchState(state), event)


async def _save(connection: AsyncConnection, batch_id: str, proposal: Proposal, **more: object) -> None:
    values = {"report": _report_text(proposal), "items": len(proposal.drafts), **more}
    await _update(connection, batch_id, values)


async def _update(connection: AsyncConnection, batch_id: str, values: Mapping[str, object]) -> None:
    await connection.execute(update(ImportBatchRow).where(ImportBatchRow.id == batch_id).values(**values))


async def _let_in(unit: Unit, bank_id: str, batch_id: str, proposal: Proposal, actor: str) -> None:
    ids = {draft.item.id for draft in proposal.drafts}
    before = [
        v for found in (await repository.all_of_items(unit.connection, bank_id, ids)).values() for v in found
    ]
    last: dict[str, int] = {}
    for version in before:
        last[version.item_id] = max(version.number, last.get(version.item_id, 0))
    rows = [(draft, last.get(draft.item.id, 0) + 1) for draft in proposal.drafts]
    await add_drafts(unit, bank_id, rows, before, Authorship(actor=actor, batch_id=batch_id))
    state = advance_batch(BatchState.PROPOSED, BatchEvent.CONFIRM)
    await _update(unit.connection, batch_id, {"state": state, "confirmed_at": unit.now})
    data: dict[str, Json] = {"bank": bank_id, "batch": batch_id, "items": len(rows)}
    unit.record(STREAM, "import.confirmed", actor, data)
