"""Reading and writing scoring runs and results. Results are only ever added."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import NotFound
from app.results.rules import FIRST_RUN, RunState
from app.results.tables import ResultRow, ScoringRunRow
from question_bank.rescoring import Corrections


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A score in hundredths of a point, as run `run` gave it; `first_` is what run 1 gave."""

    points: int
    total_points: int
    passed: bool
    sections: list[dict[str, object]]
    run: int
    first_points: int
    first_passed: bool

    @property
    def corrected(self) -> bool:
        """Whether a correction of keys changed it."""
        return (self.points, self.passed) != (self.first_points, self.first_passed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringRun:
    """One scoring of an administration; `base` is the run it was compared with, None for the first."""

    administration_id: str
    number: int
    base: int | None
    state: RunState
    corrections: Corrections
    note: str
    proposed_by: str
    proposed_by_name: str
    proposed_at: datetime
    decided_by_name: str | None = None
    decided_at: datetime | None = None


async def add_first_run(connection: AsyncConnection, administration_id: str, now: datetime) -> None:
    """Add run 1 of an administration unless it is there."""
    insert_into: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    add = insert_into(ScoringRunRow).values(
        administration_id=administration_id,
        number=FIRST_RUN,
        state=RunState.CONFIRMED.value,
        corrections=Corrections().to_json().decode(),
        note="",
        proposed_by="server",
        proposed_by_name="",
        proposed_at=now,
    )
    await connection.execute(add.on_conflict_do_nothing())


async def add_run(connection: AsyncConnection, run: ScoringRun) -> None:
    """Add a proposed run."""
    await connection.execute(
        insert(ScoringRunRow).values(
            administration_id=run.administration_id,
            number=run.number,
            base=run.base,
            state=run.state.value,
            corrections=run.corrections.to_json().decode(),
            note=run.note,
            proposed_by=run.proposed_by,
            proposed_by_name=run.proposed_by_name,
            proposed_at=run.proposed_at,
        )
    )


async def add_results(connection: AsyncConnection, rows: Sequence[Mapping[str, object]]) -> None:
    """Add results."""
    await connection.execute(insert(ResultRow), list(rows))


async def runs(connection: AsyncConnection, administration_id: str) -> list[ScoringRun]:
    """All runs of an administration, the first one first."""
    query = select(ScoringRunRow).where(ScoringRunRow.administration_id == administration_id)
    return [_run(row) for row in await connection.execute(query.order_by(ScoringRunRow.number))]


async def confirmed_runs(connection: AsyncConnection) -> dict[str, int]:
    """The latest confirmed run of every administration that has one."""
    query = select(ScoringRunRow.administration_id, func.max(ScoringRunRow.number)).where(
        ScoringRunRow.state == RunState.CONFIRMED.value
    )
    rows = await connection.execute(query.group_by(ScoringRunRow.administration_id))
    return {row[0]: row[1] for row in rows}


async def run(
    connection: AsyncConnection, administration_id: str, number: int, *, lock: bool = False
) -> ScoringRun:
    """One run; `lock` keeps other writers of the row waiting (PostgreSQL). Raises NotFound."""
    query = select(ScoringRunRow).where(
        ScoringRunRow.administration_id == administration_id, ScoringRunRow.number == number
    )
    if lock and connection.dialect.name != "sqlite":
        query = query.with_for_update()
    row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound("There is no such scoring run.")
    return _run(row)


async def decide_run(connection: AsyncConnection, decided: ScoringRun, **values: object) -> None:
    """Set the state of a run and who decided it."""
    where = (
        ScoringRunRow.administration_id == decided.administration_id,
        ScoringRunRow.number == decided.number,
    )
    await connection.execute(update(ScoringRunRow).where(*where).values(**values))


async def current_results(connection: AsyncConnection, sitting_ids: Iterable[str]) -> dict[str, Result]:
    """The results of the latest confirmed run by sitting; sittings without any are left out."""
    return _latest(await connection.execute(_CONFIRMED.where(ResultRow.sitting_id.in_(sorted(sitting_ids)))))


async def current_of(connection: AsyncConnection, administration_id: str) -> dict[str, Result]:
    """The same for all sittings of an administration."""
    query = _CONFIRMED.where(ResultRow.administration_id == administration_id)
    return _latest(await connection.execute(query))


async def results_of_run(
    connection: AsyncConnection, administration_id: str, number: int
) -> dict[str, tuple[int, bool]]:
    """(points, passed) by sitting, as one run gave them."""
    query = select(ResultRow.sitting_id, ResultRow.points, ResultRow.passed).where(
        ResultRow.administration_id == administration_id, ResultRow.run == number
    )
    return {row.sitting_id: (row.points, row.passed) for row in await connection.execute(query)}


async def scored_sittings(connection: AsyncConnection) -> set[str]:
    """Every sitting with a result."""
    return set((await connection.execute(select(ResultRow.sitting_id))).scalars())


_CONFIRMED = (
    select(ResultRow)
    .join(
        ScoringRunRow,
        (ScoringRunRow.administration_id == ResultRow.administration_id)
        & (ScoringRunRow.number == ResultRow.run),
    )
    .where(ScoringRunRow.state == RunState.CONFIRMED.value)
    .order_by(ResultRow.run)
)


def _latest(rows: Iterable[Row[Any]]) -> dict[str, Result]:
    """The last of each sitting. Pre-condition: rows come by run."""
    found: dict[str, Result] = {}
    for row in rows:
        first = found.get(row.sitting_id)
        found[row.sitting_id] = Result(
            points=row.points,
            total_points=row.total_points,
            passed=row.passed,
            sections=row.sections,
            run=row.run,
            first_points=row.points if first is None else first.first_points,
            first_passed=row.passed if first is None else first.first_passed,
        )
    return found


def _run(row: Row[Any]) -> ScoringRun:
    return ScoringRun(
        administration_id=row.administration_id,
        number=row.number,
        base=row.base,
        state=RunState(row.state),
        corrections=Corrections.from_json(row.corrections),
        note=row.note,
        proposed_by=row.proposed_by,
        proposed_by_name=row.proposed_by_name,
        proposed_at=row.proposed_at,
        decided_by_name=row.decided_by_name,
        decided_at=row.decided_at,
    )
