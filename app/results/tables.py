"""Table of results."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import Base, Instant


class ResultRow(Base):
    """The score of a sitting, in hundredths of a point."""

    __tablename__ = "result"

    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    points: Mapped[int]
    total_points: Mapped[int]
    passed: Mapped[bool]
    sections: Mapped[list[dict[str, object]]] = mapped_column(JSON)
    scored_at: Mapped[datetime] = mapped_column(Instant)
