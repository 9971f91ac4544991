"""Scoring ended sittings."""

from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import NotAllowedNow, NotFound
from app.kit.unit_of_work import Json, UnitOfWork
from app.results.tables import ResultRow
from app.sittings import repository as sittings_repository
from app.sittings.delivery import own_responses
from app.sittings.formbook import Formbook
from app.sittings.lifecycle import State
from app.sittings.records import stream_of
from app.sittings.service import SittingsService
from question_bank.scoring import score

SCORED = (State.SUBMITTED, State.EXPIRED, State.TERMINATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A score in hundredths of a point."""

    points: int
    total_points: int
    passed: bool
    sections: list[dict[str, object]]


class ResultsService:
    """Scores each ended sitting once."""

    def __init__(self, units: UnitOfWork, sittings: SittingsService, formbook: Formbook) -> None:
        self._units = units
        self._sittings = sittings
        self._formbook = formbook

    async def score(self, sitting_id: str) -> Result:
        """Score an ended sitting and log it; the stored result when there is one already.

        Raises NotAllowedNow (`not_ended`, `not_started`).
        """
        async with self._units.begin() as unit:
            # The candidate's page and the scoring job ask in the same second: one after the other.
            await sittings_repository.by_id(unit.connection, sitting_id, lock=True)
            stored = await self._stored(unit.connection, sitting_id)
            if stored is not None:
                return stored
            sitting, administration = await self._sittings.load(unit.connection, sitting_id)
            if sitting.state not in SCORED:
                raise NotAllowedNow("The sitting is not over.", code="not_ended")
            if sitting.started_at is None:
                raise NotAllowedNow("The sitting never started.", code="not_started")
            form, bank = await self._formbook.form(unit.connection, sitting, administration)
            given = (await sittings_repository.responses(unit.connection, [sitting_id]))[sitting_id]
            shown = {position: response for position, (response, _) in given.items()}
            scored = score(form, bank, own_responses(form, bank, shown))
            passed = scored.total >= administration.pass_points and sitting.state is not State.TERMINATED
            sections: list[dict[str, object]] = [
                {"title": part.title, "points": part.awarded, "total": part.points}
                for part in scored.sections
            ]
            await unit.connection.execute(
                insert(ResultRow).values(
                    sitting_id=sitting_id,
                    points=scored.total,
                    total_points=scored.points,
                    passed=passed,
                    sections=sections,
                    scored_at=unit.now,
                )
            )
            data: dict[str, Json] = {"points": scored.total, "total": scored.points, "passed": passed}
            unit.record(stream_of(sitting_id), "result.scored", "server", data)
        return Result(points=scored.total, total_points=scored.points, passed=passed, sections=sections)

    async def score_started(self, sitting_id: str) -> bool:
        """Score an ended sitting; False for one that never started, which has nothing to score."""
        sitting, _ = await self._sittings.get(sitting_id)
        if sitting.started_at is not None:
            await self.score(sitting_id)
        return sitting.started_at is not None

    async def score_missing(self) -> int:
        """Score what ended without being scored (a crash between the two). Returns how many."""
        async with self._units.database.read() as connection:
            ended = await sittings_repository.ids_in_states(connection, SCORED)
            query = select(ResultRow.sitting_id)
            done = set((await connection.execute(query)).scalars())
        missing = [sitting_id for sitting_id, _ in ended if sitting_id not in done]
        return sum([await self.score_started(sitting_id) for sitting_id in missing])

    async def result(self, sitting_id: str) -> Result:
        """The stored result. Raises NotFound."""
        async with self._units.database.read() as connection:
            stored = await self._stored(connection, sitting_id)
        if stored is None:
            raise NotFound("There is no result yet.")
        return stored

    async def points_of(self, connection: AsyncConnection, sitting_ids: list[str]) -> dict[str, int]:
        """Scores by sitting, hundredths of a point."""
        query = select(ResultRow.sitting_id, ResultRow.points).where(ResultRow.sitting_id.in_(sitting_ids))
        return {row[0]: row[1] for row in await connection.execute(query)}

    async def _stored(self, connection: AsyncConnection, sitting_id: str) -> Result | None:
        query = select(ResultRow).where(ResultRow.sitting_id == sitting_id)
        row = (await connection.execute(query)).first()
        if row is None:
            return None
        return Result(
            points=row.points, total_points=row.total_points, passed=row.passed, sections=row.sections
        )
