"""The search after each administration: once each, in a process of its own, all or nothing."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from app.administrations.closing import closed_by
from app.checkin.kept_templates import KeptTemplates, SealedTemplate
from app.checkin.rules import TEMPLATE_KEPT
from app.enrolment import repository
from app.enrolment.repository import DuplicateSearch, FacePair
from app.kit.processes import run_aside
from app.kit.unit_of_work import Json, UnitOfWork
from app.sittings import repository as sittings_repository
from app.sittings.lifecycle import WATCHED
from proctor.calibration import Calibration
from proctor.duplicates import Search, SearchThreshold, comparisons_of, search, threshold_for

_log = logging.getLogger(__name__)
SEARCHED_ENTRY = "duplicates.searched"
DELETED_ENTRY = "templates.deleted"
EXPIRED_ENTRY = "templates.expired"
# What failed is not tried again at every turn.
RETRY_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The search that is under way: comparisons made and to be made."""

    administration_id: str
    done: int = 0
    whole: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    candidate_id: str
    template: SealedTemplate


@dataclass(frozen=True, slots=True, kw_only=True)
class _People:
    """Everybody once: `earlier` of administrations searched before, then `own`; `sittings` of the roster."""

    sittings: tuple[str, ...]
    earlier: tuple[_Person, ...] = ()
    own: tuple[_Person, ...] = ()
    known: frozenset[tuple[str, str]] = field(default=frozenset())


class DuplicateSearches:
    """Searches what is over. Each pair of people is compared when the later one's administration is over."""

    def __init__(
        self,
        units: UnitOfWork,
        templates: KeptTemplates,
        calibration: Calibration,
    ) -> None:
        self._units = units
        self._templates = templates
        self._calibration = calibration
        self._turn = asyncio.Lock()
        self._failed: dict[str, datetime] = {}
        self.progress: Progress | None = None

    @property
    def failed(self) -> list[str]:
        """Administrations whose search failed and is due again."""
        return sorted(self._failed)

    async def search_due(self) -> int:
        """Delete what is kept no longer, then search what is over. Returns how many administrations."""
        async with self._turn:
            await self._expire()
            async with self._units.database.read() as connection:
                done = await repository.searched(connection)
                closed = await closed_by(connection, self._units.clock.now())
            return sum([await self._tried(one) for one in closed if one not in done])

    async def _expire(self) -> None:
        async with self._units.begin() as unit:
            gone = await self._templates.expire(unit, unit.now - TEMPLATE_KEPT)
            if gone:
                unit.record("office", EXPIRED_ENTRY, "server", {"deleted": gone})

    async def _tried(self, administration_id: str) -> bool:
        """Search one; what fails is logged and due again later, and keeps no other from its turn."""
        failed_at = self._failed.get(administration_id)
        if failed_at is not None and self._units.clock.now() < failed_at + RETRY_AFTER:
            return False
        try:
            done = await self._search(administration_id)
        except Exception:
            _log.exception("the search for duplicates failed", extra={"administration": administration_id})
            self._failed[administration_id] = self._units.clock.now()
            return False
        finally:
            self.progress = None
        self._failed.pop(administration_id, None)
        return done

    async def _search(self, administration_id: str) -> bool:
        people = await self._people(administration_id)
        if people is None:
            return False
        # Before the search: what nobody agreed to keep does not wait for one that may fail.
        await self._end(administration_id, people.sittings)
        comparisons = comparisons_of(len(people.earlier) + len(people.own), len(people.earlier))
        threshold = threshold_for(self._calibration, comparisons)
        self.progress = Progress(administration_id=administration_id, whole=comparisons)
        found = Search(pairs=(), above=0, comparisons=0)
        if comparisons:
            found = await self._compare(people, threshold)
        pairs = [pair for pair in _pairs(people, found) if pair.candidates not in people.known]
        await self._keep(administration_id, people, threshold, found, pairs)
        return True

    async def _end(self, administration_id: str, sittings: Sequence[str]) -> None:
        async with self._units.begin() as unit:
            gone = await self._templates.end(unit, sittings)
            if gone:
                unit.record(f"administration:{administration_id}", DELETED_ENTRY, "server", {"deleted": gone})

    async def _compare(self, people: _People, threshold: SearchThreshold) -> Search:
        everybody = [one.template for one in (*people.earlier, *people.own)]
        rows = await asyncio.to_thread(self._templates.open, everybody)
        return await run_aside(compare, self._tell, rows, threshold.score, len(people.earlier))

    def _tell(self, told: tuple[int, int]) -> None:
        if self.progress is not None:
            where = self.progress.administration_id
            self.progress = Progress(administration_id=where, done=told[0], whole=told[1])

    async def _people(self, administration_id: str) -> _People | None:
        """None while somebody still sits. The latest template of each person counts."""
        async with self._units.database.read() as connection:
            sittings = await sittings_repository.of_administration(connection, administration_id)
            if any(sitting.state in WATCHED for sitting in sittings):
                return None
            searched = await repository.searched(connection)
            made_by = f"{self._calibration.engine}/{self._calibration.embedding_size}"
            found = await self._templates.searchable(connection, made_by)
            owners = await sittings_repository.people_of(connection, [one.sitting_id for one in found])
            known = await repository.known_pairs(connection)
        earlier: dict[str, SealedTemplate] = {}
        own: dict[str, SealedTemplate] = {}
        for one in found:
            candidate_id, where = owners[one.sitting_id]
            if where == administration_id:
                own[candidate_id] = one
            elif where in searched:
                earlier[candidate_id] = one
        return _People(
            sittings=tuple(sitting.id for sitting in sittings),
            earlier=tuple(
                _Person(candidate_id=who, template=one) for who, one in earlier.items() if who not in own
            ),
            own=tuple(_Person(candidate_id=who, template=one) for who, one in own.items()),
            known=frozenset(known),
        )

    async def _keep(
        self,
        administration_id: str,
        people: _People,
        threshold: SearchThreshold,
        found: Search,
        pairs: Sequence[FacePair],
    ) -> None:
        """The search and its leads in one transaction, with one log entry."""
        async with self._units.begin() as unit:
            stored = DuplicateSearch(
                administration_id=administration_id,
                engine=self._calibration.engine,
                searched_at=unit.now,
                registered=len(people.sittings),
                searched=len(people.own),
                against=len(people.earlier),
                comparisons=found.comparisons,
                threshold=threshold.score,
                fmr=threshold.fmr,
                expected_false=threshold.expected_false,
                above=found.above,
            )
            await repository.add(unit.connection, stored, pairs)
            stream = f"administration:{administration_id}"
            unit.record(stream, SEARCHED_ENTRY, "server", _said(stored, len(pairs)))


def compare(
    send: Callable[[tuple[int, int]], None], rows: NDArray[np.float32], threshold: float, since: int
) -> Search:
    """The search itself, in its own process."""
    return search(rows, threshold, since=since, progress=lambda done, whole: send((done, whole)))


def _pairs(people: _People, found: Search) -> list[FacePair]:
    everybody = (*people.earlier, *people.own)
    pairs = []
    for one in found.pairs:
        ends = [everybody[one.first], everybody[one.second]]
        first, second = sorted((end.candidate_id, end.template.sitting_id) for end in ends)
        pairs.append(FacePair(first=first, second=second, score_milli=round(1000 * one.score)))
    return pairs


def _said(stored: DuplicateSearch, leads: int) -> dict[str, Json]:
    """What the log says: settings and counts, nobody."""
    return {
        "engine": stored.engine,
        "registered": stored.registered,
        "searched": stored.searched,
        "against": stored.against,
        "comparisons": stored.comparisons,
        "threshold_milli": round(1000 * stored.threshold),
        "leads": leads,
    }
