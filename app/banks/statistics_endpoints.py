"""How the items of a bank performed, over HTTP: counts and figures, never people."""

from typing import Annotated, Any

from fastapi import APIRouter

from app.banks.figures import item_figures, use_figures
from app.banks.statistics import BankStatisticsService
from app.clock import instant_text
from app.kit.provided import provided

router = APIRouter(prefix="/api/banks/{bank_id}")
Statistics = Annotated[BankStatisticsService, provided(BankStatisticsService)]


@router.get("/statistics")
async def of_bank(bank_id: str, statistics: Statistics) -> dict[str, Any]:
    """The administrations that asked items of the bank, and how many items have each flag now."""
    return {
        "administrations": [
            {
                "id": found.id,
                "name": found.name,
                "exam": found.exam,
                "held_at": instant_text(found.held_at),
                "forms": found.forms,
                "sittings": found.sittings,
            }
            for found in await statistics.administrations(bank_id)
        ],
        "flags": await statistics.flag_counts(bank_id),
    }


@router.get("/items/{item_id}/statistics")
async def of_item(bank_id: str, item_id: str, statistics: Statistics) -> dict[str, Any]:
    """How an item stands (null: nobody was dealt it yet), and its part in each administration."""
    standing, uses = await statistics.of_item(bank_id, item_id)
    now = None
    if standing is not None:
        now = item_figures(standing.statistics, keys=True) | {"version": standing.version}
    return {"now": now, "uses": [use_figures(use, standing) for use in uses]}
