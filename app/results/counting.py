"""Counting the items of administrations that are over, for the statistics of their bank."""

import asyncio
import logging
from collections import Counter

from app.accounts.service import OFFICE_STREAM
from app.banks.counts import CountedAdministration, ItemCount, marking_of
from app.banks.statistics import BankStatisticsService
from app.errors import NotAllowedNow
from app.kit.unit_of_work import Json, UnitOfWork
from app.results import repository
from app.results.closed import ClosedAdministration, ClosedAdministrations, current_run, hold
from app.results.statistics import marked_forms
from question_bank.statistics import ChoiceKeys
from question_bank.tallies import ItemTally, item_tallies

_log = logging.getLogger(__name__)
COUNTED_ENTRY = "statistics.counted"


class CountingService:
    """Counts each closed administration once for every confirmed scoring run."""

    def __init__(
        self, units: UnitOfWork, closed: ClosedAdministrations, statistics: BankStatisticsService
    ) -> None:
        self._units = units
        self._closed = closed
        self._statistics = statistics
        # How items stand is worked out before it is written: one administration after the other.
        self._turn = asyncio.Lock()

    async def count_due(self) -> int:
        """Count what is over and not counted as it is marked now. Returns how many administrations."""
        async with self._turn:
            counted = await self._statistics.counted_runs()
            async with self._units.database.read() as connection:
                current = await repository.confirmed_runs(connection)
            due = [found for found, run in sorted(current.items()) if counted.get(found) != run]
            return sum([await self._tried(administration_id) for administration_id in due])

    async def _tried(self, administration_id: str) -> bool:
        """Count one; what fails is logged and due again, and keeps no other from being counted."""
        try:
            return await self._count(administration_id)
        except Exception:
            _log.exception("counting failed", extra={"administration": administration_id})
            return False

    async def _count(self, administration_id: str) -> bool:
        """Count one, unless it is not over or its results change meanwhile."""
        if not await self._closed.is_due(administration_id):
            return False
        try:
            closed = await self._closed.load(administration_id)
        except NotAllowedNow:
            return False
        assert closed.current is not None
        snapshot_id = closed.administration.snapshot_id
        async with self._units.database.read() as connection:
            bank_id = await self._statistics.bank_of(connection, snapshot_id)
            versions = await self._statistics.version_numbers(connection, bank_id, closed.bank)
        administration, counts = await asyncio.to_thread(_counts, closed, bank_id, versions)
        prepared = await self._statistics.prepare(administration, counts)
        async with self._units.begin() as unit:
            current = current_run(await hold(unit.connection, closed))
            if current is None or current.number != administration.run:
                return False
            await self._statistics.keep(unit, prepared)
            data: dict[str, Json] = {"administration": administration_id, "run": administration.run}
            more: dict[str, Json] = {"bank": bank_id, "sittings": administration.sittings}
            unit.record(OFFICE_STREAM, COUNTED_ENTRY, "server", data | more)
        return True


def _counts(
    closed: ClosedAdministration, bank_id: str, versions: dict[str, int]
) -> tuple[CountedAdministration, list[ItemCount]]:
    assert closed.current is not None
    corrections, bank = closed.corrections, closed.bank
    forms = marked_forms(closed)
    tallies = item_tallies(bank.by_id, forms)
    shown = Counter(slot.item_id for form in closed.forms.values() for slot in form.slots)
    administration = CountedAdministration(
        id=closed.administration.id,
        bank_id=bank_id,
        run=closed.current.number,
        name=closed.administration.name,
        exam=closed.administration.exam,
        held_at=closed.administration.starts_at,
        forms=len(closed.forms),
        sittings=len(forms),
    )
    counts = [
        ItemCount(
            item_id=item_id,
            version=versions.get(item_id),
            marking=marking_of(corrections.keyed(bank, item_id)),
            asked=ChoiceKeys.of(corrections.keyed(bank, item_id)),
            shown=shown[item_id],
            voided=item_id in corrections.voided,
            tally=tallies.get(item_id) or ItemTally(),
        )
        for item_id in sorted(bank.by_id)
    ]
    return administration, counts
