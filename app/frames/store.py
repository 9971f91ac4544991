"""Segments in the database; their opening and closing in the log."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from app.frames.tables import SegmentRow
from app.ids import new_id
from app.kit.unit_of_work import Json, UnitOfWork
from app.sittings.records import stream_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A segment; see `tables.SegmentRow`."""

    id: str
    sitting_id: str
    number: int
    started_at: datetime
    first_frame: int
    chain_before: str
    ended_at: datetime | None
    last_frame: int | None
    chain: str | None


_COLUMNS = tuple(getattr(SegmentRow, field.name) for field in fields(Segment))
_NAMES = tuple(field.name for field in fields(Segment))


class SegmentStore:
    """Rows of segments, written with their entries."""

    def __init__(self, units: UnitOfWork) -> None:
        self._units = units

    async def opened(self, sitting_id: str, *, number: int, first_frame: int, chain_before: str) -> Segment:
        """Add an open segment."""
        async with self._units.begin() as unit:
            segment = Segment(
                id=new_id(),
                sitting_id=sitting_id,
                number=number,
                started_at=unit.now,
                first_frame=first_frame,
                chain_before=chain_before,
                ended_at=None,
                last_frame=None,
                chain=None,
            )
            values = {name: getattr(segment, name) for name in _NAMES}
            await unit.connection.execute(insert(SegmentRow).values(**values))
            data: dict[str, Json] = {"segment": number, "first": first_frame, "before": chain_before}
            unit.record(stream_of(sitting_id), "frames.segment_opened", "server", data)
        return segment

    async def closed(
        self, segment: Segment, *, last_frame: int, chain: str, size: int, recovered: bool
    ) -> None:
        """Complete a segment's row."""
        async with self._units.begin() as unit:
            change = update(SegmentRow).where(SegmentRow.id == segment.id)
            await unit.connection.execute(
                change.values(ended_at=unit.now, last_frame=last_frame, chain=chain, size=size)
            )
            data: dict[str, Json] = {"segment": segment.number, "last": last_frame, "chain": chain}
            kind = "frames.segment_recovered" if recovered else "frames.segment_closed"
            unit.record(stream_of(segment.sitting_id), kind, "server", data)

    async def last(self, sitting_id: str) -> Segment | None:
        """The newest segment of a sitting."""
        found = await self._find(SegmentRow.sitting_id == sitting_id)
        return found[-1] if found else None

    async def of_sitting(self, sitting_id: str) -> list[Segment]:
        """All segments of a sitting, in order."""
        return await self._find(SegmentRow.sitting_id == sitting_id)

    async def left_open(self) -> list[Segment]:
        """Segments that a crash left open."""
        return await self._find(SegmentRow.ended_at.is_(None))

    async def _find(self, *where: ColumnElement[bool]) -> list[Segment]:
        query = select(*_COLUMNS).where(*where).order_by(SegmentRow.sitting_id, SegmentRow.number)
        async with self._units.database.read() as connection:
            rows: Sequence[Sequence[object]] = (await connection.execute(query)).all()
        return [Segment(**dict(zip(_NAMES, row, strict=True))) for row in rows]  # type: ignore[arg-type]
