"""Finding sittings: a read model, the one place that joins other features' tables (SELECT only)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.elements import ColumnElement

from app.administrations.tables import AdministrationRow, CandidateRow, ExamRow
from app.incidents.tables import FlagRow
from app.organisations.tables import SeatRow
from app.sittings.tables import SittingRow

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What to look for; empty fields do not restrict. `id_lookup` is the keyed hash of an ID number."""

    text: str = ""
    id_lookup: str | None = None
    administration_id: str | None = None
    state: str | None = None
    flag: str | None = None
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSitting:
    """A row of the list."""

    sitting_id: str
    name: str
    id_number_masked: str
    enterprise: str
    ticket: str
    administration: str
    exam: str
    seat: str
    started_at: datetime | None
    ended_at: datetime | None
    state: str
    ended_reason: str | None


async def search(connection: AsyncConnection, wanted: Search) -> tuple[int, list[FoundSitting]]:
    """How many sittings match, and one page of them, newest start first."""
    total = await connection.execute(_restricted(select(func.count(SittingRow.id)), wanted))
    query = _restricted(
        select(
            SittingRow.id.label("sitting_id"),
            CandidateRow.name,
            CandidateRow.id_number_masked,
            CandidateRow.enterprise,
            SittingRow.ticket,
            AdministrationRow.name.label("administration"),
            ExamRow.name.label("exam"),
            SeatRow.label.label("seat"),
            SittingRow.started_at,
            SittingRow.ended_at,
            SittingRow.state,
            SittingRow.ended_reason,
        ),
        wanted,
    )
    query = query.order_by(SittingRow.started_at.desc().nulls_last(), SittingRow.ticket)
    page = query.limit(PAGE_SIZE).offset((wanted.page - 1) * PAGE_SIZE)
    rows = [FoundSitting(**row._mapping) for row in await connection.execute(page)]
    return int(total.scalar() or 0), rows


def _restricted(query: Any, wanted: Search) -> Select[Any]:
    joined: Select[Any] = (
        query.select_from(SittingRow)
        .join(CandidateRow, CandidateRow.id == SittingRow.candidate_id)
        .join(AdministrationRow, AdministrationRow.id == SittingRow.administration_id)
        .join(ExamRow, ExamRow.id == AdministrationRow.exam_id)
        .join(SeatRow, SeatRow.id == SittingRow.seat_id)
    )
    if wanted.text:
        escaped = wanted.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        pattern = f"%{escaped}%"
        fits: list[ColumnElement[bool]] = [
            column.like(pattern, escape="\\")
            for column in (CandidateRow.name, CandidateRow.enterprise, SittingRow.ticket)
        ]
        if wanted.id_lookup is not None:
            fits.append(CandidateRow.id_number_lookup == wanted.id_lookup)
        joined = joined.where(or_(*fits))
    if wanted.administration_id:
        joined = joined.where(SittingRow.administration_id == wanted.administration_id)
    if wanted.state:
        joined = joined.where(SittingRow.state == wanted.state)
    if wanted.flag:
        flagged = select(FlagRow.sitting_id).where(FlagRow.kind == wanted.flag)
        joined = joined.where(SittingRow.id.in_(flagged))
    return joined
