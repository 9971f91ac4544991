"""Banks as wholes over HTTP: list, make, publish, export; their pictures."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response, UploadFile

from app.accounts.guard import Caller
from app.banks.exports import ExportsService, ExportState, export_formats
from app.banks.files import XLSX, file_response
from app.banks.media import MediaService
from app.banks.schemas import NewBank
from app.banks.service import BanksService, BankSummary, SnapshotSummary
from app.clock import instant_text
from app.kit.provided import provided
from app.kit.uploads import read_upload
from question_bank.formats.export import template
from question_bank.formats.reports import Loss
from question_bank.media import MAX_PICTURE_BYTES
from question_bank.scoring_rules import RULES_OF, ScoringRule

router = APIRouter()
Banks = Annotated[BanksService, provided(BanksService)]
Media = Annotated[MediaService, provided(MediaService)]
Exports = Annotated[ExportsService, provided(ExportsService)]


@router.get("/api/banks")
async def listed(banks: Banks) -> dict[str, Any]:
    """All banks, newest first."""
    return {"banks": [_bank(found) for found in await banks.summaries()]}


@router.post("/api/banks")
async def create(caller: Caller, banks: Banks, body: NewBank) -> dict[str, str]:
    """Add an empty bank."""
    return {"bank_id": await banks.create(body.name, body.industry, caller.actor)}


@router.get("/api/banks/template.xlsx")
async def templatefile_response() -> Response:
    """The empty template for an office to fill in."""
    data = await asyncio.to_thread(template)
    return file_response(data, XLSX, "template.xlsx")


@router.get("/api/banks/{bank_id}")
async def one(bank_id: str, banks: Banks) -> dict[str, Any]:
    """One bank with its snapshots, what it can be exported as, and which scoring rules fit which type."""
    snapshots = [_snapshot(found) for found in await banks.snapshots(bank_id)]
    rules = {
        kind.value: [rule.value for rule in ScoringRule if rule in fit] for kind, fit in RULES_OF.items()
    }
    offered = {"snapshots": snapshots, "formats": list(export_formats()), "scoring_rules": rules}
    return _bank(await banks.summary(bank_id)) | offered


@router.post("/api/banks/{bank_id}/snapshots")
async def publish(bank_id: str, caller: Caller, banks: Banks) -> dict[str, str]:
    """Make a snapshot of the published items for exams to use."""
    return {"snapshot_id": await banks.publish(bank_id, caller.actor)}


@router.get("/api/snapshots")
async def snapshots(banks: Banks) -> dict[str, Any]:
    """What exams can be made from, newest first."""
    return {"snapshots": [_snapshot(found) for found in await banks.snapshots()]}


@router.get("/api/banks/{bank_id}/export")
async def export(
    bank_id: str,
    exports: Exports,
    format_name: Annotated[str, Query(alias="format", max_length=20)],
    state: ExportState = ExportState.PUBLISHED,
) -> Response:
    """The bank as a file of another format."""
    written = await exports.export(bank_id, format_name, state)
    return file_response(written.data, "application/octet-stream", f"{written.name}.{written.suffix}")


@router.get("/api/banks/{bank_id}/losses")
async def losses(
    bank_id: str,
    exports: Exports,
    format_name: Annotated[str, Query(alias="format", max_length=20)],
    state: ExportState = ExportState.PUBLISHED,
) -> dict[str, Any]:
    """What that file would not hold."""
    written = await exports.export(bank_id, format_name, state)
    left_out = {loss.item_id for loss in written.losses if loss.field == "item"}
    return {"items": written.items - len(left_out), "losses": [_loss(loss) for loss in written.losses]}


@router.post("/api/banks/{bank_id}/media")
async def add_picture(bank_id: str, caller: Caller, media: Media, file: UploadFile) -> dict[str, Any]:
    """Keep a picture for the bank's items."""
    picture = await media.add(bank_id, await read_upload(file, MAX_PICTURE_BYTES), caller.actor)
    return {"digest": picture.digest, "type": picture.media_type, "size": picture.size}


def _bank(bank: BankSummary) -> dict[str, Any]:
    return {
        "id": bank.id,
        "name": bank.name,
        "industry": bank.industry,
        "created_at": instant_text(bank.created_at),
        "items": sum(bank.facets["state"].values()),
        "published": bank.facets["published"]["items"],
        "facets": {name: counts for name, counts in bank.facets.items() if name != "published"},
    }


def _snapshot(snapshot: SnapshotSummary) -> dict[str, Any]:
    return {
        "id": snapshot.id,
        "bank_id": snapshot.bank_id,
        "name": snapshot.name,
        "industry": snapshot.industry,
        "items": snapshot.items,
        "by_type": snapshot.by_type,
        "by_topic": snapshot.by_topic,
        "must_know": snapshot.must_know,
        "published_at": instant_text(snapshot.published_at),
    }


def _loss(loss: Loss) -> dict[str, str]:
    return {
        "item": loss.item_id,
        "field": loss.field,
        "code": loss.code,
        "value": loss.value,
        "message_zh": loss.text("zh"),
        "message_en": loss.text("en"),
    }
