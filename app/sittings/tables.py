"""Tables of sittings, forms and responses."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import Base, Instant


class SittingRow(Base):
    """One candidate in one administration. Durations are milliseconds.

    `deadline_at` follows from the start, the minutes, extra time and pauses (`timing.py`); it is kept
    so that the sweep finds what has run out. `answered`, `position` and `saved_at` repeat what the
    responses say, for the wall.
    """

    __tablename__ = "sitting"
    __table_args__ = (
        UniqueConstraint("administration_id", "candidate_id"),
        UniqueConstraint("administration_id", "seat_id"),
        Index("ix_sitting_state_deadline_at", "state", "deadline_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    administration_id: Mapped[str] = mapped_column(ForeignKey("administration.id"))
    candidate_id: Mapped[str] = mapped_column(ForeignKey("candidate.id"))
    seat_id: Mapped[str] = mapped_column(ForeignKey("seat.id"))
    ticket: Mapped[str] = mapped_column(String(32), unique=True)
    entry_code_digest: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(32))
    presentation_check: Mapped[bool]
    liveness_challenge: Mapped[bool] = mapped_column(server_default=false())
    recording_consent_at: Mapped[datetime | None] = mapped_column(Instant)
    face_comparison: Mapped[bool | None]
    waiting_since: Mapped[datetime | None] = mapped_column(Instant)
    waiting_reason: Mapped[str | None] = mapped_column(String(64))
    identity_outcome: Mapped[str | None] = mapped_column(String(32))
    identity_reason: Mapped[str | None] = mapped_column(String(64))
    identity_score_milli: Mapped[int | None]
    identity_threshold_milli: Mapped[int | None]
    identity_attempts: Mapped[int] = mapped_column(default=0)
    admitted_at: Mapped[datetime | None] = mapped_column(Instant)
    admitted_by: Mapped[str | None] = mapped_column(String(100))
    admission_frame: Mapped[int | None]
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    deadline_at: Mapped[datetime | None] = mapped_column(Instant)
    extra_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    paused_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    paused_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_reason: Mapped[str | None] = mapped_column(String(64))
    position: Mapped[int | None]
    answered: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime | None] = mapped_column(Instant)
    called_at: Mapped[datetime | None] = mapped_column(Instant)


class FormRow(Base):
    """The form of a sitting: its rebuild record (canonical JSON, no key in it)."""

    __tablename__ = "form"

    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    record: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(80))


class FormEpochRow(Base):
    """An epoch of an administration's forms: which items were closed for them (see `rosters`).

    `closed` is a JSON list of item ids; `forms` and `used` (JSON object, uses by item id) count all forms up
    to and with this epoch.
    """

    __tablename__ = "form_epoch"

    administration_id: Mapped[str] = mapped_column(ForeignKey("administration.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    closed: Mapped[str] = mapped_column(Text)
    forms: Mapped[int]
    used: Mapped[str] = mapped_column(Text)
    drawn_at: Mapped[datetime] = mapped_column(Instant)


class ResponseRow(Base):
    """The last response to a slot: a JSON list in shown letters (`["A","C"]`; `[]` when cleared)."""

    __tablename__ = "response"

    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    response: Mapped[str] = mapped_column(Text, default="[]")
    marked: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime] = mapped_column(Instant)


class WriterRow(Base):
    """One browser's outbox: the last number applied."""

    __tablename__ = "writer"

    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    writer: Mapped[str] = mapped_column(String(64), primary_key=True)
    last_seq: Mapped[int] = mapped_column(BigInteger)


class NoticeRow(Base):
    """A message or warning from the staff, kept until the candidate's page showed it."""

    __tablename__ = "notice"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(String(500))
    staff_name: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime] = mapped_column(Instant)
    shown_at: Mapped[datetime | None] = mapped_column(Instant)
