"""How the items of a closed administration performed."""

import asyncio
from collections import Counter
from dataclasses import dataclass

from app.results.closed import ClosedAdministration, ClosedAdministrations
from app.sittings.lifecycle import State
from question_bank.items import Item
from question_bank.rescoring import Corrections
from question_bank.scoring import score
from question_bank.statistics import ItemStatistics, item_statistics
from question_bank.tallies import MarkedForm

# Sittings that staff ended or voided say nothing about items.
COUNTED = (State.SUBMITTED, State.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministrationStatistics:
    """The statistics of every item that was dealt, by the keys that hold now; `voided` items too."""

    closed: ClosedAdministration
    sittings: int
    items: tuple[ItemStatistics, ...]
    corrections: Corrections

    def item(self, item_id: str) -> Item:
        """An item as it is marked now."""
        return self.corrections.keyed(self.closed.bank, item_id)[0]

    @property
    def flag_counts(self) -> dict[str, int]:
        """How many items have each flag."""
        return dict(Counter(flag.value for found in self.items for flag in found.flags))


class StatisticsService:
    """Reads only."""

    def __init__(self, closed: ClosedAdministrations) -> None:
        self._closed = closed

    async def of_administration(self, administration_id: str) -> AdministrationStatistics:
        """Raises NotFound, NotAllowedNow (`administration_open`, `scoring_incomplete`)."""
        closed = await self._closed.load(administration_id)
        return await asyncio.to_thread(_statistics, closed)


def marked_forms(closed: ClosedAdministration) -> list[MarkedForm]:
    """The sittings that say something about items, marked by the keys that hold now."""
    forms = []
    for sitting_id, sitting in closed.sittings.items():
        if sitting.state not in COUNTED:
            continue
        sat = closed.sat_form(sitting_id)
        # Without the voids: full points for everybody would hide how the item did.
        marked = score(sat.form, closed.bank, sat.responses, closed.corrections.corrected)
        responses = {position: tuple(given) for position, given in sat.responses.items()}
        forms.append(MarkedForm(marks=marked.marks, responses=responses))
    return forms


def _statistics(closed: ClosedAdministration) -> AdministrationStatistics:
    forms, corrections = marked_forms(closed), closed.corrections
    items = {item_id: corrections.keyed(closed.bank, item_id) for item_id in closed.bank.by_id}
    return AdministrationStatistics(
        closed=closed,
        sittings=len(forms),
        items=item_statistics(items, forms),
        corrections=corrections,
    )
