"""Tables of screenings and leads."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import Base, Instant


class ScreeningRow(Base):
    """One screening of a closed administration by one version of the engine. Never changed.

    `run` is the scoring run whose keys it went by. JSON: `counts` (what was looked at), `exposure` (the
    ledger), `most_alike` ([sitting, sitting, items in both]).
    """

    __tablename__ = "screening"

    administration_id: Mapped[str] = mapped_column(ForeignKey("administration.id"), primary_key=True)
    engine: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run: Mapped[int]
    screened_at: Mapped[datetime] = mapped_column(Instant)
    counts: Mapped[str] = mapped_column(Text)
    exposure: Mapped[str] = mapped_column(Text)
    most_alike: Mapped[str] = mapped_column(Text)


class LeadRow(Base):
    """A reason for a person to look. Only the look changes, once: who, when, a coded reason and words.

    `number` counts the leads of a screening from 1, in the order of the list. `evidence` is JSON.
    """

    __tablename__ = "lead"
    __table_args__ = (
        ForeignKeyConstraint(
            ["administration_id", "engine"], ["screening.administration_id", "screening.engine"]
        ),
        Index("ix_lead_administration_id_engine", "administration_id", "engine"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    administration_id: Mapped[str] = mapped_column(String(32))
    engine: Mapped[int]
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    first_sitting_id: Mapped[str | None] = mapped_column(ForeignKey("sitting.id"))
    second_sitting_id: Mapped[str | None] = mapped_column(ForeignKey("sitting.id"))
    item_id: Mapped[str | None] = mapped_column(String(64))
    rate: Mapped[float] = mapped_column(Float)
    evidence: Mapped[str] = mapped_column(Text)
    looked_at: Mapped[datetime | None] = mapped_column(Instant)
    looked_by: Mapped[str | None] = mapped_column(String(64))
    looked_by_name: Mapped[str | None] = mapped_column(String(100))
    reason: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str | None] = mapped_column(String(2000))
