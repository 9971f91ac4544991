"""Imports over HTTP: upload and dry run, columns, report, confirm, undo."""

from collections import Counter
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response, UploadFile

from app.accounts.guard import Caller
from app.banks.files import XLSX, file_response
from app.banks.imports import TABLES, Batch, ImportsService
from app.banks.schemas import Corrections, RowsQuery
from app.clock import instant_text
from app.kit.provided import provided
from app.kit.uploads import read_upload
from question_bank.formats.readers import MAX_FILE_BYTES, BankFormat
from question_bank.formats.reports import RowStatus
from question_bank.formats.sheet_columns import ROLES

router = APIRouter(prefix="/api/banks/{bank_id}/imports")
Imports = Annotated[ImportsService, provided(ImportsService)]
ROWS_SHOWN = 100


@router.get("")
async def listed(bank_id: str, imports: Imports) -> dict[str, Any]:
    """All imports of a bank, newest first."""
    return {"imports": [_head(batch) for batch in await imports.batches(bank_id)]}


@router.post("")
async def propose(bank_id: str, caller: Caller, imports: Imports, file: UploadFile) -> dict[str, Any]:
    """Read a file and report what would come in; nothing does yet."""
    data = await read_upload(file, MAX_FILE_BYTES)
    return _summary(await imports.propose(bank_id, file.filename or "", data, caller.actor))


@router.get("/{batch_id}")
async def one(bank_id: str, batch_id: str, imports: Imports) -> dict[str, Any]:
    """An import with the sums of its report."""
    return _summary(await imports.batch(bank_id, batch_id))


@router.get("/{batch_id}/rows")
async def rows(
    bank_id: str,
    batch_id: str,
    imports: Imports,
    query: Annotated[RowsQuery, Query()],
) -> dict[str, Any]:
    """One page of the report's rows; of those with this status or problem only, if asked."""
    batch = await imports.batch(bank_id, batch_id)
    found = [row for row in batch.report["rows"] if query.status in (None, row["status"])]
    if query.code:
        found = [row for row in found if any(problem["code"] == query.code for problem in row["problems"])]
    first = (query.page - 1) * ROWS_SHOWN
    return {"rows": found[first : first + ROWS_SHOWN], "total": len(found), "page_size": ROWS_SHOWN}


@router.get("/{batch_id}/rejected.xlsx")
async def rejected(
    bank_id: str, batch_id: str, imports: Imports, lang: Annotated[Literal["zh", "en"], Query()] = "zh"
) -> Response:
    """The rows that did not come in, with the reasons, to be mended and sent again."""
    return file_response(await imports.rejected(bank_id, batch_id, lang), XLSX, "rejected.xlsx")


@router.post("/{batch_id}/columns")
async def correct(
    bank_id: str, batch_id: str, caller: Caller, imports: Imports, body: Corrections
) -> dict[str, Any]:
    """Read the file again with other roles for its columns."""
    return _summary(await imports.correct(bank_id, batch_id, body.columns, caller.actor))


@router.post("/{batch_id}/confirm")
async def confirm(bank_id: str, batch_id: str, caller: Caller, imports: Imports) -> dict[str, Any]:
    """Let the items in, as drafts."""
    return _summary(await imports.confirm(bank_id, batch_id, caller.actor))


@router.post("/{batch_id}/undo")
async def undo(bank_id: str, batch_id: str, caller: Caller, imports: Imports) -> dict[str, Any]:
    """Take the items out again: they are retired, not deleted."""
    return _summary(await imports.undo(bank_id, batch_id, caller.actor))


def _head(batch: Batch) -> dict[str, Any]:
    return {
        "id": batch.id,
        "file_name": batch.file_name,
        "format": batch.format,
        "state": batch.state.value,
        "items": batch.items,
        "created_at": instant_text(batch.created_at),
        "confirmed_at": instant_text(batch.confirmed_at) if batch.confirmed_at else None,
        "undone_at": instant_text(batch.undone_at) if batch.undone_at else None,
    }


def _summary(batch: Batch) -> dict[str, Any]:
    report = batch.report
    codes = Counter(problem["code"] for row in report["rows"] for problem in row["problems"])
    return _head(batch) | {
        "counts": {status.value: report[status.value] for status in RowStatus},
        "rows": len(report["rows"]),
        "sheets": report["sheets"],
        "codes": _codes(report["rows"], codes),
        "has_columns": batch.format in TABLES,
        "has_lines": batch.format == BankFormat.LINES,
        "corrections": batch.corrections,
        "roles": sorted(ROLES),
    }


def _codes(rows: list[dict[str, Any]], codes: Counter[str]) -> list[dict[str, Any]]:
    """Every problem met with its number of rows and the words of the first, the most frequent first."""
    first = {problem["code"]: problem for row in reversed(rows) for problem in row["problems"]}
    return [
        {
            "code": code,
            "count": count,
            "message_zh": first[code]["message_zh"],
            "message_en": first[code]["message_en"],
        }
        for code, count in codes.most_common()
    ]
