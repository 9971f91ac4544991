"""Items of a bank over HTTP: browse, write, review."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.accounts.guard import Caller
from app.banks.authoring import Acted, AuthoringService, ItemRecord
from app.banks.repository import PAGE_SIZE
from app.banks.rules import Cause, cause_of
from app.banks.schemas import Act, PageQuery, Written
from app.banks.statistics import BankStatisticsService
from app.banks.versions import Version, VersionKey
from app.clock import instant_text
from app.kit.provided import provided
from question_bank.comparison import changed_fields
from question_bank.item_documents import item_document, item_set_document

router = APIRouter(prefix="/api/banks/{bank_id}")
Authoring = Annotated[AuthoringService, provided(AuthoringService)]
Statistics = Annotated[BankStatisticsService, provided(BankStatisticsService)]


@router.get("/items")
async def listed(
    bank_id: str,
    caller: Caller,
    authoring: Authoring,
    statistics: Statistics,
    query: Annotated[PageQuery, Query()],
) -> dict[str, Any]:
    """One page of the items that fit, by id, each with how it performed (null: in no administration yet)."""
    found = await authoring.page(bank_id, query.filter(), query.page)
    figures = await statistics.of_items(bank_id, [version.item_id for version in found.versions])
    return {
        "items": [
            _version(version, caller.actor) | {"statistics": figures.get(version.item_id)}
            for version in found.versions
        ],
        "total": found.total,
        "page": query.page,
        "page_size": PAGE_SIZE,
    }


@router.post("/items")
async def create(bank_id: str, caller: Caller, authoring: Authoring, body: Written) -> dict[str, Any]:
    """Add an item, as a draft."""
    return _key(await authoring.write(bank_id, body.draft(), None, caller.actor))


@router.get("/items/{item_id}")
async def one(
    bank_id: str,
    item_id: str,
    caller: Caller,
    authoring: Authoring,
    version: Annotated[int | None, Query(ge=1)] = None,
) -> dict[str, Any]:
    """An item in one version (the current one unless asked), with its history."""
    return _record(await authoring.record(bank_id, item_id, version), caller.actor)


@router.post("/items/{item_id}")
async def write(
    bank_id: str, item_id: str, caller: Caller, authoring: Authoring, body: Written
) -> dict[str, Any]:
    """Write an item anew, as a draft over the version named as base."""
    return _key(await authoring.write(bank_id, body.draft(item_id), body.base or 0, caller.actor))


@router.get("/items/{item_id}/comparison")
async def comparison(bank_id: str, item_id: str, caller: Caller, authoring: Authoring) -> dict[str, Any]:
    """The current version beside the one before it: the published one if there is, else its predecessor.

    `old` is null for an item that has a single version.
    """
    new = await authoring.record(bank_id, item_id)
    earlier = [version for version in new.versions if version.number < new.version.number]
    published = [version for version in earlier if version.state == "published"]
    before = (published or earlier)[:1]
    if not before:
        return {"old": None, "new": _record(new, caller.actor), "fields": []}
    old = await authoring.record(bank_id, item_id, before[0].number)
    fields = list(changed_fields(old.item, new.item))
    if old.item_set != new.item_set:
        fields.append("stimulus")
    return {"old": _record(old, caller.actor), "new": _record(new, caller.actor), "fields": fields}


@router.post("/acts")
async def act(bank_id: str, caller: Caller, authoring: Authoring, body: Act) -> dict[str, Any]:
    """Submit, send back, approve or retire versions. Those that may not be are named with a code."""
    if body.every is None:
        acted = await authoring.act(bank_id, body.keys(), body.event, body.comment, caller.actor)
    else:
        acted = await authoring.act_on_all(
            bank_id, body.every.filter(), body.event, body.comment, caller.actor
        )
    return _acted(acted)


def _key(key: VersionKey) -> dict[str, Any]:
    return {"item": key.item_id, "version": key.number}


def _acted(acted: Acted) -> dict[str, Any]:
    refused = [_key(refusal.key) | {"code": refusal.code} for refusal in acted.refused[:100]]
    return {"done": acted.done, "refused": refused, "refused_count": len(acted.refused)}


def _version(version: Version, actor: str) -> dict[str, Any]:
    return {
        "item": version.item_id,
        "version": version.number,
        "state": version.state.value,
        "is_current": version.is_current,
        "type": version.type,
        "topic": version.topic,
        "difficulty": version.difficulty,
        "must_know": version.must_know,
        "stem": version.stem,
        "written_at": instant_text(version.written_at),
        "written_by": version.written_by,
        "own": cause_of(actor, version.written_by) is Cause.WRITER,
        "digest": version.digest,
    }


def _record(record: ItemRecord, actor: str) -> dict[str, Any]:
    return _version(record.version, actor) | {
        "document": item_document(record.item),
        "item_set": item_set_document(record.item_set) if record.item_set else None,
        "versions": [_version(version, actor) for version in record.versions],
        "events": [
            {
                "version": event.number,
                "event": event.event,
                "actor": event.actor,
                "comment": event.comment,
                "at": instant_text(event.at),
            }
            for event in record.events
        ],
    }
