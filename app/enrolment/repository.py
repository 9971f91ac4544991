"""Reading and writing searches and leads."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.enrolment.tables import DuplicateSearchRow, FaceLeadRow
from app.errors import NotFound
from app.ids import new_id
from app.kit.looks import Look, look_of, look_values, only_row

_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateSearch:
    """One search; see `DuplicateSearchRow`."""

    administration_id: str
    engine: str
    searched_at: datetime
    registered: int
    searched: int
    against: int
    comparisons: int
    threshold: float
    fmr: float
    expected_false: float
    above: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FacePair:
    """(candidate, sitting) of two people, the smaller candidate id first; score in thousandths."""

    first: tuple[str, str]
    second: tuple[str, str]
    score_milli: int

    @property
    def candidates(self) -> tuple[str, str]:
        """Whom it is about."""
        return self.first[0], self.second[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceLead:
    """A stored lead; `look` None: nobody looked yet. `found_in`: the administration it was found after."""

    id: str
    found_in: str
    pair: FacePair
    look: Look | None


_COLUMNS = tuple(getattr(DuplicateSearchRow, field.name) for field in fields(DuplicateSearch))


async def searched(connection: AsyncConnection) -> set[str]:
    """The administrations that were searched."""
    return set((await connection.execute(select(DuplicateSearchRow.administration_id))).scalars())


async def searches(connection: AsyncConnection, most: int) -> list[DuplicateSearch]:
    """The latest searches."""
    query = select(*_COLUMNS).order_by(DuplicateSearchRow.searched_at.desc()).limit(most)
    return [DuplicateSearch(**row._mapping) for row in await connection.execute(query)]


async def add(connection: AsyncConnection, found: DuplicateSearch, pairs: Sequence[FacePair]) -> None:
    """Add a search with its leads."""
    await connection.execute(insert(DuplicateSearchRow).values(**asdict(found)))
    rows = [
        {
            "id": new_id(),
            "administration_id": found.administration_id,
            "first_candidate_id": pair.first[0],
            "second_candidate_id": pair.second[0],
            "first_sitting_id": pair.first[1],
            "second_sitting_id": pair.second[1],
            "score_milli": pair.score_milli,
        }
        for pair in pairs
    ]
    for start in range(0, len(rows), _ROWS):
        await connection.execute(insert(FaceLeadRow), rows[start : start + _ROWS])


async def known_pairs(connection: AsyncConnection) -> set[tuple[str, str]]:
    """Pairs of people of whom there is a lead."""
    query = select(FaceLeadRow.first_candidate_id, FaceLeadRow.second_candidate_id)
    return {(first, second) for first, second in await connection.execute(query)}


async def leads(connection: AsyncConnection, most: int) -> list[FaceLead]:
    """Leads, those that nobody looked at first, then the most alike first."""
    query = select(FaceLeadRow).order_by(
        FaceLeadRow.looked_at.is_not(None), FaceLeadRow.score_milli.desc(), FaceLeadRow.id
    )
    return [_lead(row) for row in await connection.execute(query.limit(most))]


async def count(connection: AsyncConnection) -> tuple[int, int]:
    """(leads, those of them that somebody looked at)."""
    query = select(func.count(), func.count(FaceLeadRow.looked_at))
    all_leads, looked_at = (await connection.execute(query)).one()
    return all_leads, looked_at


async def lead(connection: AsyncConnection, lead_id: str, *, lock: bool = False) -> FaceLead:
    """One lead; `lock` keeps other writers of the row waiting (PostgreSQL). Raises NotFound."""
    query = select(FaceLeadRow).where(FaceLeadRow.id == lead_id)
    row = await only_row(connection, query, lock=lock)
    if row is None:
        raise NotFound("There is no such lead.")
    return _lead(row)


async def note_look(connection: AsyncConnection, lead_id: str, look: Look) -> None:
    """Keep who looked."""
    await connection.execute(update(FaceLeadRow).where(FaceLeadRow.id == lead_id).values(**look_values(look)))


def _lead(row: Row[Any]) -> FaceLead:
    pair = FacePair(
        first=(row.first_candidate_id, row.first_sitting_id),
        second=(row.second_candidate_id, row.second_sitting_id),
        score_milli=row.score_milli,
    )
    return FaceLead(id=row.id, found_in=row.administration_id, pair=pair, look=look_of(row))
