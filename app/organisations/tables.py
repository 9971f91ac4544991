"""Tables of exam points, rooms and seats."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import Base


class ExamPointRow(Base):
    """An exam point."""

    __tablename__ = "exam_point"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)


class RoomRow(Base):
    """A room of an exam point."""

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("point_id", "name"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    point_id: Mapped[str] = mapped_column(ForeignKey("exam_point.id"))
    name: Mapped[str] = mapped_column(String(100))


class SeatRow(Base):
    """A seat: its label, and where it stands seen from the desk (row and column from 1)."""

    __tablename__ = "seat"
    __table_args__ = (UniqueConstraint("room_id", "label"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"))
    label: Mapped[str] = mapped_column(String(16))
    row: Mapped[int]
    column: Mapped[int]
