"""What authors and reviewers have beside an item: repeats, item sets, the review queue."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.accounts.guard import Caller
from app.accounts.service import AccountsService
from app.banks.duplicates import DuplicatesService, Hint
from app.banks.item_sets import ItemSetsService
from app.banks.repository import PAGE_SIZE
from app.banks.reviews import ReviewsService
from app.banks.schemas import QueueQuery, WrittenItem, WrittenSet
from app.banks.version_bodies import version_body
from app.clock import instant_text
from app.kit.provided import provided
from question_bank.item_documents import item_set_document

router = APIRouter()
Duplicates = Annotated[DuplicatesService, provided(DuplicatesService)]
ItemSets = Annotated[ItemSetsService, provided(ItemSetsService)]
Reviews = Annotated[ReviewsService, provided(ReviewsService)]
Accounts = Annotated[AccountsService, provided(AccountsService)]


@router.post("/api/banks/{bank_id}/duplicates")
async def duplicates(bank_id: str, service: Duplicates, body: WrittenItem) -> dict[str, Any]:
    """What of the bank resembles this item, the gravest first. Changes nothing."""
    draft = await body.draft()
    return {"hints": [_hint(hint) for hint in await service.hints(bank_id, draft.item)]}


@router.get("/api/banks/{bank_id}/item-sets")
async def item_sets(bank_id: str, sets: ItemSets) -> dict[str, Any]:
    """The bank's item sets."""
    found = await sets.sets(bank_id)
    return {
        "sets": [
            item_set_document(one.item_set) | {"items": one.items, "stimuli": one.stimuli} for one in found
        ]
    }


@router.post("/api/banks/{bank_id}/item-sets/{set_id}")
async def write_item_set(
    bank_id: str, set_id: str, caller: Caller, sets: ItemSets, body: WrittenSet
) -> dict[str, Any]:
    """Give every item of the set this stimulus: a new draft of each that shows another one."""
    keys = await sets.write(bank_id, body.named(set_id), caller.actor)
    return {
        "versions": [{"item": key.item_id, "version": key.number} for key in keys[:100]],
        "count": len(keys),
    }


@router.get("/api/reviews")
async def queue(
    caller: Caller, reviews: Reviews, accounts: Accounts, query: Annotated[QueueQuery, Query()]
) -> dict[str, Any]:
    """One page of the review queue over all banks, the longest wait first."""
    found = await reviews.queue(query.wanted(), query.page)
    people = {*found.authors, *(one.version.written_by for one in found.waiting)}
    names = await accounts.names(people)
    return {
        "items": [
            version_body(one.version, caller.actor, names)
            | {"bank_id": one.bank_id, "bank": one.bank, "since": instant_text(one.since)}
            for one in found.waiting
        ],
        "total": found.total,
        "page": query.page,
        "page_size": PAGE_SIZE,
        "authors": [{"id": author, "name": names.get(author, "")} for author in found.authors],
        "banks": [{"id": bank_id, "name": name} for bank_id, name in found.banks],
    }


def _hint(hint: Hint) -> dict[str, Any]:
    return {
        "kind": hint.likeness.kind.value,
        "likeness": hint.likeness.likeness,
        "contradicts": hint.likeness.contradicts,
        "item": hint.version.item_id,
        "version": hint.version.number,
        "state": hint.version.state.value,
        "stem": hint.version.stem,
    }
