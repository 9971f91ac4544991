"""Exam points, rooms and seats."""

from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import NotFound
from app.ids import new_id
from app.kit.unit_of_work import UnitOfWork
from app.organisations.tables import ExamPointRow, RoomRow, SeatRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A seat of a room. Row and column count from 1, seen from the invigilator's desk."""

    id: str
    label: str
    row: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room with its seats in order."""

    id: str
    name: str
    point: str
    seats: tuple[Seat, ...]


async def create_room(
    units: UnitOfWork, *, point: str, room: str, seats: int, columns: int, actor: str
) -> Room:
    """Add a room (and its point when it is new) with seats numbered row by row."""
    async with units.begin() as unit:
        query = select(ExamPointRow.id).where(ExamPointRow.name == point)
        point_id = (await unit.connection.execute(query)).scalar()
        if point_id is None:
            point_id = new_id()
            await unit.connection.execute(insert(ExamPointRow).values(id=point_id, name=point))
        room_id = new_id()
        await unit.connection.execute(insert(RoomRow).values(id=room_id, point_id=point_id, name=room))
        made = tuple(
            Seat(id=new_id(), label=str(n + 1), row=n // columns + 1, column=n % columns + 1)
            for n in range(seats)
        )
        await unit.connection.execute(
            insert(SeatRow),
            [
                {"id": s.id, "room_id": room_id, "label": s.label, "row": s.row, "column": s.column}
                for s in made
            ],
        )
        unit.record("office", "room.created", actor, {"room": room_id, "seats": seats})
    return Room(id=room_id, name=room, point=point, seats=made)


async def rooms(connection: AsyncConnection) -> list[Room]:
    """All rooms, by point and name."""
    query = select(RoomRow.id).join(ExamPointRow, ExamPointRow.id == RoomRow.point_id)
    ids = (await connection.execute(query.order_by(ExamPointRow.name, RoomRow.name))).scalars().all()
    return [await room(connection, room_id) for room_id in ids]


async def room(connection: AsyncConnection, room_id: str) -> Room:
    """One room. Raises NotFound."""
    query = (
        select(RoomRow.name, ExamPointRow.name.label("point"))
        .join(ExamPointRow, ExamPointRow.id == RoomRow.point_id)
        .where(RoomRow.id == room_id)
    )
    found = (await connection.execute(query)).first()
    if found is None:
        raise NotFound("There is no such room.")
    seat_query = (
        select(SeatRow.id, SeatRow.label, SeatRow.row, SeatRow.column)
        .where(SeatRow.room_id == room_id)
        .order_by(SeatRow.row, SeatRow.column)
    )
    seats = tuple(
        Seat(id=row.id, label=row.label, row=row.row, column=row.column)
        for row in await connection.execute(seat_query)
    )
    return Room(id=room_id, name=found.name, point=found.point, seats=seats)
