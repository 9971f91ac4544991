"""Scoring ended sittings."""

from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import NotAllowedNow, NotFound
from app.kit.unit_of_work import Json, UnitOfWork
from app.results import repository
from app.results.repository import Result
from app.results.rules import FIRST_RUN, may_pass
from app.sittings import repository as sittings_repository
from app.sittings.delivery import own_responses
from app.sittings.formbook import Formbook
from app.sittings.lifecycle import State
from app.sittings.records import Sitting, stream_of
from app.sittings.service import SittingsService
from question_bank.scoring import Score, score

SCORED = (State.SUBMITTED, State.EXPIRED, State.TERMINATED)


class ResultsService:
    """Scores each ended sitting once; `rescoring` does so again after a correction."""

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
            stored = await repository.current_results(unit.connection, [sitting_id])
            if stored:
                return stored[sitting_id]
            sitting, administration = await self._sittings.load(unit.connection, sitting_id)
            if sitting.state not in SCORED:
                raise NotAllowedNow("The sitting is not over.", code="not_ended")
            if sitting.started_at is None:
                raise NotAllowedNow("The sitting never started.", code="not_started")
            form, bank = await self._formbook.form(unit.connection, sitting, administration)
            given = (await sittings_repository.responses(unit.connection, [sitting_id]))[sitting_id]
            shown = {position: response for position, (response, _) in given.items()}
            scored = score(form, bank, own_responses(form, bank, shown))
            passed = scored.total >= administration.pass_points and may_pass(sitting.state)
            await repository.add_first_run(unit.connection, administration.id, unit.now)
            row = result_row(sitting, FIRST_RUN, scored, passed=passed) | {"scored_at": unit.now}
            await repository.add_results(unit.connection, [row])
            data: dict[str, Json] = {"points": scored.total, "total": scored.points, "passed": passed}
            unit.record(stream_of(sitting_id), "result.scored", "server", data)
            return (await repository.current_results(unit.connection, [sitting_id]))[sitting_id]

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
            done = await repository.scored_sittings(connection)
        missing = [sitting_id for sitting_id, _ in ended if sitting_id not in done]
        return sum([await self.score_started(sitting_id) for sitting_id in missing])

    async def result(self, sitting_id: str) -> Result:
        """The current result. Raises NotFound."""
        async with self._units.database.read() as connection:
            stored = await repository.current_results(connection, [sitting_id])
        if not stored:
            raise NotFound("There is no result yet.")
        return stored[sitting_id]

    async def results_of(self, connection: AsyncConnection, sitting_ids: list[str]) -> dict[str, Result]:
        """Current results by sitting."""
        return await repository.current_results(connection, sitting_ids)


def result_row(sitting: Sitting, run: int, scored: Score, *, passed: bool) -> dict[str, object]:
    """The columns of a result but for `scored_at`."""
    return {
        "sitting_id": sitting.id,
        "run": run,
        "administration_id": sitting.administration_id,
        "points": scored.total,
        "total_points": scored.points,
        "passed": passed,
        "sections": [
            {"title": part.title, "points": part.awarded, "total": part.points} for part in scored.sections
        ],
    }
