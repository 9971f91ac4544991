"""Table of item banks."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import Base, Instant


class BankRow(Base):
    """An immutable snapshot of a bank. `document` is its canonical JSON, `digest` the hash of that."""

    __tablename__ = "bank"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    industry: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(80), index=True)
    document: Mapped[str] = mapped_column(Text)
    items: Mapped[int]
    imported_at: Mapped[datetime] = mapped_column(Instant)
    imported_by: Mapped[str] = mapped_column(String(100))
