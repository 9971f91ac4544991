"""Table of face templates, apart from identity data, encrypted."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import Base, Instant


class FaceTemplateRow(Base):
    """Templates of one sitting (float32 vectors, AES-256-GCM). `kind`: reference or gallery.

    `stored_at` of a reference is when its photo was read.
    """

    __tablename__ = "face_template"

    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    engine: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime] = mapped_column(Instant)
