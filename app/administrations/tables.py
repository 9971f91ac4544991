"""Tables of exams, administrations and candidates."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import Base, Instant


class ExamRow(Base):
    """An exam's definition. `blueprint` and `plan` are canonical JSON; points are hundredths of a point.

    `plan` is what forms are drawn from (`question_bank.plans`).
    """

    __tablename__ = "exam"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    snapshot_id: Mapped[str] = mapped_column(ForeignKey("bank_snapshot.id"))
    blueprint: Mapped[str] = mapped_column(Text)
    plan: Mapped[str] = mapped_column(Text, server_default="")
    minutes: Mapped[int]
    pass_points: Mapped[int]
    total_points: Mapped[int]
    result_shown: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Instant)


class AdministrationRow(Base):
    """One scheduled offering in one room. Sittings may start in [starts_at, closes_at).

    `master_seed` (hex) is secret until `seed_revealed_at`; its SHA-256 is in the log from the start.
    `liveness_challenge` is what new sittings of it begin with.
    """

    __tablename__ = "administration"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.id"))
    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"))
    starts_at: Mapped[datetime] = mapped_column(Instant, index=True)
    closes_at: Mapped[datetime] = mapped_column(Instant)
    master_seed: Mapped[str] = mapped_column(String(64))
    seed_revealed_at: Mapped[datetime | None] = mapped_column(Instant)
    photo_at_check_in: Mapped[bool]
    liveness_challenge: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[datetime] = mapped_column(Instant)


class CandidateRow(Base):
    """A person. The ID number is encrypted; it is looked up by its keyed hash."""

    __tablename__ = "candidate"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), index=True)
    id_number_lookup: Mapped[str] = mapped_column(String(64), unique=True)
    id_number_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    id_number_masked: Mapped[str] = mapped_column(String(32))
    enterprise: Mapped[str] = mapped_column(String(100), index=True)
    category: Mapped[str] = mapped_column(String(100))
    photo_key: Mapped[str | None] = mapped_column(String(200))
    photo_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
