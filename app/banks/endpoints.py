"""Item banks over HTTP: list, import with a dry run."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Form, UploadFile

from app.accounts.guard import Caller
from app.banks.service import BanksService
from app.clock import instant_text
from app.errors import Invalid
from app.kit.provided import provided
from app.kit.uploads import read_upload
from question_bank.bank import Bank
from question_bank.errors import QuestionBankError
from question_bank.formats.reports import ImportResult, RowReport, RowStatus
from question_bank.formats.tabular import import_tables

router = APIRouter(prefix="/api/banks")
Banks = Annotated[BanksService, provided(BanksService)]
BANK_LIMIT = 20 * 1024 * 1024


@router.get("")
async def listed(banks: Banks) -> dict[str, Any]:
    """All banks, newest first."""
    return {
        "banks": [
            {
                "id": bank.id,
                "name": bank.name,
                "industry": bank.industry,
                "items": bank.items,
                "by_type": bank.by_type,
                "by_topic": bank.by_topic,
                "must_know": bank.must_know,
                "imported_at": instant_text(bank.imported_at),
            }
            for bank in await banks.summaries()
        ]
    }


@router.post("/import")
async def import_bank(
    caller: Caller,
    banks: Banks,
    file: UploadFile,
    name: Annotated[str, Form(min_length=1, max_length=100)],
    industry: Annotated[str, Form(min_length=1, max_length=100)],
    dry_run: bool = True,
) -> dict[str, Any]:
    """Read a table of items; store it unless `dry_run`. Rows with problems are left out and named."""
    data = await read_upload(file, BANK_LIMIT)
    try:
        read = await asyncio.to_thread(import_tables, data)
        bank = Bank(name=name.strip(), industry=industry.strip(), items=read.items)
    except QuestionBankError as error:
        raise Invalid(str(error), code=error.code) from error
    report = _report(read)
    if dry_run or not read.items:
        return report | {"bank_id": None}
    return report | {"bank_id": await banks.keep(bank, caller.actor)}


def _report(read: ImportResult) -> dict[str, Any]:
    return {
        "accepted": read.count(RowStatus.IMPORTED) + read.count(RowStatus.WARNED),
        "warnings": read.count(RowStatus.WARNED),
        "rejected": read.count(RowStatus.REJECTED),
        "columns": {role: title for sheet in read.sheets for role, title in sheet.columns},
        "rows": [line for row in read.rows for line in _lines(row)],
    }


def _lines(row: RowReport) -> list[dict[str, Any]]:
    return [
        {
            "sheet": row.sheet,
            "row": row.row,
            "status": row.status.value,
            "code": problem.code,
            "field": problem.field,
            "value": problem.value,
            "message_zh": problem.text("zh"),
            "message_en": problem.text("en"),
            "fix_zh": problem.fix("zh"),
            "fix_en": problem.fix("en"),
        }
        for problem in row.problems
    ]
