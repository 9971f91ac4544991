"""Table of recorded segments."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import Base, Instant


class SegmentRow(Base):
    """A run of frames in one file. While `ended_at` is null the file is still growing.

    `chain` is the hash chain after the segment's last frame (see `recorder.py`), the next segment
    goes on from it.
    """

    __tablename__ = "segment"
    __table_args__ = (UniqueConstraint("sitting_id", "number"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"))
    number: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(Instant)
    first_frame: Mapped[int]
    chain_before: Mapped[str] = mapped_column(String(64))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    last_frame: Mapped[int | None]
    chain: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None] = mapped_column(BigInteger)
