"""The screening of administrations that are over: once each, in a thread, all or nothing."""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from app.administrations.service import AdministrationsService
from app.audit.entries import Entry
from app.audit.service import read_kinds
from app.errors import NotAllowedNow
from app.forensics import repository
from app.forensics.evidence import answer_leads, item_leads, time_leads
from app.forensics.ledger import Dealt, OverlapLedger, overlap_ledger
from app.forensics.observations import counted_sittings, observations_of
from app.forensics.repository import Screening
from app.forensics.rules import ENGINE, MAX_LEADS, MIN_SITTINGS, RATE_PERMILLE, Counts, Lead
from app.kit.unit_of_work import Json, UnitOfWork
from app.results import repository as results_repository
from app.results.closed import ClosedAdministration, ClosedAdministrations
from app.sittings import repository as sittings_repository
from app.sittings.records import stream_of
from app.sittings.visits import KINDS, Moment, item_seconds
from question_bank.analysis.administration import Analysis, analyse
from question_bank.psychometrics.observations import Observations
from question_bank.psychometrics.settings import Model, Settings

_log = logging.getLogger(__name__)
SCREENED_ENTRY = "forensics.screened"
# Sittings whose logs are read at once.
_BATCH = 50
# What failed is not tried again at every turn.
RETRY_AFTER = timedelta(minutes=10)
# With few responses to each item only difficulties can be told, with the weak priors of the library.
_FEW_RESPONSES = Settings(model=Model.RASCH, min_responses=10)
_MANY_RESPONSES = Settings(model=Model.TWO_PL, min_responses=10)
_MANY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    counts: Counts
    ledger: OverlapLedger
    leads: list[Lead]


class ScreeningService:
    """Screens each closed administration once for every version of the engine.

    Nothing is kept of a screening that did not end: it is due again.
    """

    def __init__(
        self, units: UnitOfWork, closed: ClosedAdministrations, administrations: AdministrationsService
    ) -> None:
        self._units = units
        self._closed = closed
        self._administrations = administrations
        self._turn = asyncio.Lock()
        self._running: str | None = None
        self._failed: dict[str, datetime] = {}

    def is_running(self, administration_id: str) -> bool:
        """Whether this administration is being screened just now."""
        return self._running == administration_id

    def has_failed(self, administration_id: str) -> bool:
        """Whether the last attempt failed. It is tried again."""
        return administration_id in self._failed

    async def screen_due(self) -> int:
        """Screen what is over and was not screened by this engine. Returns how many administrations."""
        async with self._turn:
            async with self._units.database.read() as connection:
                done = await repository.screened(connection, ENGINE)
                scored = await results_repository.confirmed_runs(connection)
            due = sorted(scored.keys() - done)
            return sum([await self._tried(administration_id) for administration_id in due])

    async def _tried(self, administration_id: str) -> bool:
        """Screen one; what fails is logged and due again later, and keeps no other from its turn."""
        failed_at = self._failed.get(administration_id)
        if failed_at is not None and self._units.clock.now() < failed_at + RETRY_AFTER:
            return False
        if not await self._closed.is_due(administration_id):
            return False
        self._running = administration_id
        try:
            done = await self._screen(administration_id)
        except Exception:
            _log.exception("screening failed", extra={"administration": administration_id})
            self._failed[administration_id] = self._units.clock.now()
            return False
        finally:
            self._running = None
        self._failed.pop(administration_id, None)
        return done

    async def _screen(self, administration_id: str) -> bool:
        """Screen one, unless it is not over."""
        try:
            closed = await self._closed.load(administration_id)
        except NotAllowedNow:
            return False
        assert closed.current is not None
        seconds = await self._seconds(counted_sittings(closed))
        async with self._units.database.read() as connection:
            dealt = await self._dealt(connection, closed)
        found = await asyncio.to_thread(_found, closed, seconds, dealt)
        async with self._units.begin() as unit:
            if administration_id in await repository.screened(unit.connection, ENGINE):
                return False
            screening = Screening(
                administration_id=administration_id,
                engine=ENGINE,
                run=closed.current.number,
                screened_at=unit.now,
                counts=found.counts,
                exposure=found.ledger.document,
                most_alike=[tuple(row) for row in found.ledger.most_alike],
            )
            await repository.add(unit.connection, screening, found.leads)
            unit.record(
                f"administration:{administration_id}", SCREENED_ENTRY, "server", _said(screening, found)
            )
        return True

    async def _seconds(self, sittings: Sequence[str]) -> dict[str, dict[int, float]]:
        """Seconds by sitting and position, from the log."""
        found: dict[str, dict[int, float]] = {}
        for start in range(0, len(sittings), _BATCH):
            batch = {stream_of(sitting_id): sitting_id for sitting_id in sittings[start : start + _BATCH]}
            async with self._units.database.read() as connection:
                entries = await read_kinds(connection, list(batch), sorted(KINDS))
            times = await asyncio.to_thread(_times, entries)
            found |= {batch[stream]: of_sitting for stream, of_sitting in times.items()}
        return found

    async def _dealt(self, connection: AsyncConnection, closed: ClosedAdministration) -> Dealt:
        administration = closed.administration
        last = await sittings_repository.last_epoch(connection, administration.id)
        return Dealt(
            bank=closed.bank,
            blueprint=administration.blueprint,
            plan=await self._administrations.plan(connection, administration),
            seen=closed.forms,
            forms=last.forms if last else len(closed.forms),
        )


def _times(entries: Mapping[str, Sequence[Entry]]) -> dict[str, dict[int, float]]:
    return {
        stream: item_seconds(
            [Moment(kind=entry.type, at=entry.at, data=json.loads(entry.text)["data"]) for entry in found]
        )
        for stream, found in entries.items()
    }


def _found(closed: ClosedAdministration, seconds: Mapping[str, Mapping[int, float]], dealt: Dealt) -> _Found:
    """Everything, in a thread of its own."""
    ledger = overlap_ledger(dealt, closed.administration.id)
    observations = observations_of(closed, seconds)
    sittings = len(observations.candidates)
    if sittings < MIN_SITTINGS:
        counts = Counts(
            sittings=sittings, timed=0, answer_pairs=0, form_pairs=ledger.pairs, items=len(observations.items)
        )
        return _Found(counts=counts, ledger=ledger, leads=[])
    analysis = analyse(observations, settings_for(observations))
    stems = {item.id: item.plain_stem for item in closed.bank.items}
    leads = [
        *answer_leads(analysis),
        *time_leads(analysis),
        *item_leads(analysis, stems),
        *ledger.leads[:MAX_LEADS],
    ]
    return _Found(counts=_counts(analysis, ledger), ledger=ledger, leads=leads)


def settings_for(observations: Observations) -> Settings:
    """How to calibrate: slopes of their own for items with 200 responses on average, else one for all."""
    mean = len(observations.person) / max(len(observations.items), 1)
    return _MANY_RESPONSES if mean >= _MANY else _FEW_RESPONSES


def _counts(analysis: Analysis, ledger: OverlapLedger) -> Counts:
    rows = analysis.observations
    return Counts(
        sittings=len(rows.candidates),
        timed=len(set(rows.person[analysis.speed.timed].tolist())),
        answer_pairs=analysis.similarity.compared,
        form_pairs=ledger.pairs,
        items=len(rows.items),
    )


def _said(screening: Screening, found: _Found) -> dict[str, Json]:
    """What the log says: settings and counts, no item and nobody."""
    kinds = Counter(lead.kind.value for lead in found.leads)
    return {
        "engine": screening.engine,
        "run": screening.run,
        "false_discovery_permille": RATE_PERMILLE,
        "sittings": found.counts.sittings,
        "timed": found.counts.timed,
        "answer_pairs": found.counts.answer_pairs,
        "form_pairs": found.counts.form_pairs,
        "items": found.counts.items,
        "leads": dict(sorted(kinds.items())),
    }
