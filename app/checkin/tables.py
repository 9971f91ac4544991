"""Table of face templates, apart from identity data, encrypted."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import Base, Instant


class DuplicateSearchConsentRow(Base):
    """A candidate agreed, in one sitting, that the registered photo's template is kept and searched with.

    `text` is the version of the consent page that was agreed to (`rules.CONSENT_TEXT`).
    """

    __tablename__ = "duplicate_search_consent"

    sitting_id: Mapped[str] = mapped_column(ForeignKey("sitting.id"), primary_key=True)
    text: Mapped[int]
    given_at: Mapped[datetime] = mapped_column(Instant)


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
