"""Items of a bank over HTTP: browse, write, review."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from app.accounts.guard import Caller
from app.accounts.service import AccountsService
from app.banks.authoring import Acted, AuthoringService, ItemRecord
from app.banks.repository import PAGE_SIZE
from app.banks.schemas import Act, PageQuery, Written
from app.banks.statistics import BankStatisticsService
from app.banks.version_bodies import item_record_body, version_body
from app.banks.versions import VersionKey
from app.kit.provided import provided
from question_bank.comparison import changed_fields

router = APIRouter(prefix="/api/banks/{bank_id}")
Authoring = Annotated[AuthoringService, provided(AuthoringService)]
Statistics = Annotated[BankStatisticsService, provided(BankStatisticsService)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """Items, and the names of those who wrote them."""

    authoring: AuthoringService
    accounts: AccountsService

    async def record_body(self, record: ItemRecord, actor: str) -> dict[str, Any]:
        """An item with its history, as JSON."""
        people = {version.written_by for version in record.versions} | {e.actor for e in record.events}
        return item_record_body(record, actor, await self.accounts.names(people))


async def _desk(
    authoring: Authoring, accounts: Annotated[AccountsService, provided(AccountsService)]
) -> _Desk:
    return _Desk(authoring=authoring, accounts=accounts)


Desk = Annotated[_Desk, Depends(_desk)]


@router.get("/items")
async def listed(
    bank_id: str,
    caller: Caller,
    desk: Desk,
    statistics: Statistics,
    query: Annotated[PageQuery, Query()],
) -> dict[str, Any]:
    """One page of the items that fit, by id, each with how it performed (null: in no administration yet)."""
    found = await desk.authoring.page(bank_id, query.filter(), query.page)
    names = await desk.accounts.names({version.written_by for version in found.versions})
    figures = await statistics.of_items(bank_id, [version.item_id for version in found.versions])
    return {
        "items": [
            version_body(version, caller.actor, names) | {"statistics": figures.get(version.item_id)}
            for version in found.versions
        ],
        "total": found.total,
        "page": query.page,
        "page_size": PAGE_SIZE,
    }


@router.post("/items")
async def create(bank_id: str, caller: Caller, authoring: Authoring, body: Written) -> dict[str, Any]:
    """Add an item, as a draft."""
    return _key(await authoring.write(bank_id, await body.draft(), None, caller.actor))


@router.get("/items/{item_id}")
async def one(
    bank_id: str,
    item_id: str,
    caller: Caller,
    desk: Desk,
    version: Annotated[int | None, Query(ge=1)] = None,
) -> dict[str, Any]:
    """An item in one version (the current one unless asked), with its history."""
    return await desk.record_body(await desk.authoring.record(bank_id, item_id, version), caller.actor)


@router.post("/items/{item_id}")
async def write(
    bank_id: str, item_id: str, caller: Caller, authoring: Authoring, body: Written
) -> dict[str, Any]:
    """Write an item anew, as a draft over the version named as base."""
    return _key(await authoring.write(bank_id, await body.draft(item_id), body.base or 0, caller.actor))


@router.get("/items/{item_id}/comparison")
async def comparison(bank_id: str, item_id: str, caller: Caller, desk: Desk) -> dict[str, Any]:
    """The current version beside the one before it: the published one if there is, else its predecessor.

    `old` is null for an item that has a single version.
    """
    new = await desk.authoring.record(bank_id, item_id)
    earlier = [version for version in new.versions if version.number < new.version.number]
    published = [version for version in earlier if version.state == "published"]
    before = (published or earlier)[:1]
    if not before:
        return {"old": None, "new": await desk.record_body(new, caller.actor), "fields": []}
    old = await desk.authoring.record(bank_id, item_id, before[0].number)
    fields = list(changed_fields(old.item, new.item))
    if old.item_set != new.item_set:
        fields.append("stimulus")
    bodies = [await desk.record_body(record, caller.actor) for record in (old, new)]
    return {"old": bodies[0], "new": bodies[1], "fields": fields}


@router.post("/acts")
async def act(bank_id: str, caller: Caller, authoring: Authoring, body: Act) -> dict[str, Any]:
    """Submit, send back, approve or retire versions. Those that may not be are named with a code."""
    if body.every is None:
        acted = await authoring.act(bank_id, body.keys(), body.event, body.statement(), caller.actor)
    else:
        acted = await authoring.act_on_all(
            bank_id, body.every.filter(), body.event, body.statement(), caller.actor
        )
    return _acted(acted)


def _key(key: VersionKey) -> dict[str, Any]:
    return {"item": key.item_id, "version": key.number}


def _acted(acted: Acted) -> dict[str, Any]:
    refused = [_key(refusal.key) | {"code": refusal.code} for refusal in acted.refused[:100]]
    return {"done": acted.done, "refused": refused, "refused_count": len(acted.refused)}
