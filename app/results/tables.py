"""Tables of scoring runs and results."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import Base, Instant


class ScoringRunRow(Base):
    """One scoring of an administration; `number` counts from 1, the scoring at the end of each sitting.

    `corrections` (canonical JSON, with keys) are all that hold in this run, `base` is the run that it was
    compared with. Rows are never removed; only `state` and the decision change, once.
    """

    __tablename__ = "scoring_run"

    administration_id: Mapped[str] = mapped_column(ForeignKey("administration.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    base: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(16))
    corrections: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(String(2000))
    proposed_by: Mapped[str] = mapped_column(String(64))
    proposed_by_name: Mapped[str] = mapped_column(String(100))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_by_name: Mapped[str | None] = mapped_column(String(100))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)


class ResultRow(Base):
    """The score of a sitting in one scoring run, in hundredths of a point. Never changed."""

    __tablename__ = "result"
    __table_args__ = (
        ForeignKeyConstraint(
            ["administration_id", "run"], ["scoring_run.administration_id", "scoring_run.number"]
        ),
    )

    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    run: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    administration_id: Mapped[str] = mapped_column(String(32), index=True)
    points: Mapped[int]
    total_points: Mapped[int]
    passed: Mapped[bool]
    sections: Mapped[list[dict[str, object]]] = mapped_column(JSON)
    scored_at: Mapped[datetime] = mapped_column(Instant)
