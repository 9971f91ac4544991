"""Tables of flags, incidents and dispositions."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import Base, Instant


class FlagRow(Base):
    """A span of time that gives a reason to look. `evidence` are frame numbers."""

    __tablename__ = "flag"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    severity: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    peak_at: Mapped[datetime] = mapped_column(Instant)
    peak_frame: Mapped[int | None]
    evidence: Mapped[list[int]] = mapped_column(JSON)
    seen_by: Mapped[str | None] = mapped_column(String(64))
    seen_at: Mapped[datetime | None] = mapped_column(Instant)


class IncidentRow(Base):
    """A case for a human, opened by staff from flags or from what they saw. `moment`: what it is about."""

    __tablename__ = "incident"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    moment: Mapped[datetime] = mapped_column(Instant)
    opened_by: Mapped[str] = mapped_column(String(32))
    opened_by_name: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(String(500))
    flag_ids: Mapped[list[str]] = mapped_column(JSON)


class DispositionRow(Base):
    """What a person decided about an incident: dismissed, upheld or referred."""

    __tablename__ = "disposition"

    incident_id: Mapped[str] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    decision: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(String(2000))
    decided_by: Mapped[str] = mapped_column(String(32))
    decided_by_name: Mapped[str] = mapped_column(String(64))
    decided_at: Mapped[datetime] = mapped_column(Instant)
