"""Tables of staff and of everybody's sessions."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import Base, Instant


class StaffRow(Base):
    """A member of staff. `room_id` limits an invigilator to one room (None: all rooms)."""

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(32))
    password_hash: Mapped[str] = mapped_column(String(200))
    room_id: Mapped[str | None] = mapped_column(ForeignKey("room.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class SessionRow(Base):
    """A sign-in. `subject` is staff, or a candidate's sitting. Only the token's digest is kept."""

    __tablename__ = "session"
    __table_args__ = (Index("ix_session_subject", "subject"),)

    token_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    role: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
