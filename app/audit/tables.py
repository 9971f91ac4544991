"""Tables of the log."""

from datetime import datetime

from sqlalchemy import BigInteger, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import Base, Instant


class EntryRow(Base):
    """One entry, verbatim. `position` is the order of all entries of this database."""

    __tablename__ = "entry"
    __table_args__ = (UniqueConstraint("stream", "seq"),)

    position: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    stream: Mapped[str] = mapped_column(String(80))
    seq: Mapped[int]
    type: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)
    text: Mapped[str] = mapped_column(Text)
    leaf: Mapped[str] = mapped_column(String(64))


class ChainHeadRow(Base):
    """The end of each stream's chain, moved in the transaction that appends."""

    __tablename__ = "chain_head"

    stream: Mapped[str] = mapped_column(String(80), primary_key=True)
    seq: Mapped[int]
    leaf: Mapped[str] = mapped_column(String(64))
