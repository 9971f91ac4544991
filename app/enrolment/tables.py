"""Tables of searches for one face under two names, and their leads."""

from datetime import datetime

from sqlalchemy import BigInteger, Float, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import Base, Instant


class DuplicateSearchRow(Base):
    """The search of a closed administration. Never changed.

    `registered`: everybody on the roster; `searched`: those of them who agreed and have a template;
    `against`: people of earlier administrations. `threshold`, `fmr` and `expected_false` as in
    `proctor.duplicates`. `above`: pairs that reach the threshold.
    """

    __tablename__ = "duplicate_search"

    administration_id: Mapped[str] = mapped_column(ForeignKey("administration.id"), primary_key=True)
    engine: Mapped[str] = mapped_column(String(64))
    searched_at: Mapped[datetime] = mapped_column(Instant)
    registered: Mapped[int]
    searched: Mapped[int]
    against: Mapped[int]
    comparisons: Mapped[int] = mapped_column(BigInteger)
    threshold: Mapped[float] = mapped_column(Float)
    fmr: Mapped[float] = mapped_column(Float)
    expected_false: Mapped[float] = mapped_column(Float)
    above: Mapped[int]


class FaceLeadRow(Base):
    """Two people whose registered photos are more alike than the threshold: for a person to look at.

    Only the look changes, once. Of two people there is one lead, whatever they sit later. The first candidate
    is the one with the smaller id; the sittings are those the templates were made in.
    """

    __tablename__ = "face_lead"
    __table_args__ = (
        UniqueConstraint("first_candidate_id", "second_candidate_id"),
        Index("ix_face_lead_administration_id", "administration_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    administration_id: Mapped[str] = mapped_column(ForeignKey("duplicate_search.administration_id"))
    first_candidate_id: Mapped[str] = mapped_column(ForeignKey("candidate.id"))
    second_candidate_id: Mapped[str] = mapped_column(ForeignKey("candidate.id"))
    first_sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"))
    second_sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"))
    score_milli: Mapped[int]
    looked_at: Mapped[datetime | None] = mapped_column(Instant)
    looked_by: Mapped[str | None] = mapped_column(String(64))
    looked_by_name: Mapped[str | None] = mapped_column(String(100))
    reason: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str | None] = mapped_column(String(2000))
