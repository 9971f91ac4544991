"""Tables of banks, item versions, stimuli, pictures, import batches and snapshots; nothing is deleted."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.database import Base, Instant

_PUBLISHED = text("state = 'published'")
_OPEN = text("state IN ('draft', 'in_review')")
_CURRENT = text("is_current")


class BankRow(Base):
    """A living bank."""

    __tablename__ = "bank"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    industry: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str] = mapped_column(String(100))


class SnapshotRow(Base):
    """An immutable snapshot of a bank. `document` is its canonical JSON, `digest` the hash of that.

    `bank_id` is null in no row; SQLite cannot add a column that is both a reference and not null.
    """

    __tablename__ = "bank_snapshot"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    bank_id: Mapped[str | None] = mapped_column(ForeignKey("bank.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    industry: Mapped[str] = mapped_column(String(100))
    digest: Mapped[str] = mapped_column(String(80), index=True)
    document: Mapped[str] = mapped_column(Text)
    items: Mapped[int]
    published_at: Mapped[datetime] = mapped_column(Instant)
    published_by: Mapped[str] = mapped_column(String(100))


class ItemSetVersionRow(Base):
    """A stimulus as it was once written; `document` is its JSON, `digest` the hash of that."""

    __tablename__ = "item_set_version"

    bank_id: Mapped[str] = mapped_column(ForeignKey("bank.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(80), primary_key=True)
    set_id: Mapped[str] = mapped_column(String(64))
    document: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(Instant)
    written_by: Mapped[str] = mapped_column(String(100))


class ItemVersionRow(Base):
    """One version of an item: `document` (canonical JSON) never changes, `digest` is its hash.

    `number` counts from 1. `is_current` marks the version that people see first: the open one, else the
    published one, else the last. The columns from `type` on repeat the document for searching; `words` is
    folded as `versions.folded` says. `set_digest` (empty: none) names the stimulus this version was written
    and reviewed with. `batch_id` is the import it came with.
    """

    __tablename__ = "item_version"

    bank_id: Mapped[str] = mapped_column(ForeignKey("bank.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(80))
    document: Mapped[str] = mapped_column(Text)
    set_digest: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(20))
    is_current: Mapped[bool]
    written_at: Mapped[datetime] = mapped_column(Instant)
    written_by: Mapped[str] = mapped_column(String(100))
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("import_batch.id"), index=True)
    type: Mapped[str] = mapped_column(String(20))
    topic: Mapped[str] = mapped_column(String(100))
    difficulty: Mapped[str] = mapped_column(String(20))
    must_know: Mapped[bool]
    stem: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        Index(
            "uq_item_version_published",
            "bank_id",
            "item_id",
            unique=True,
            sqlite_where=_PUBLISHED,
            postgresql_where=_PUBLISHED,
        ),
        Index(
            "uq_item_version_open",
            "bank_id",
            "item_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "uq_item_version_current",
            "bank_id",
            "item_id",
            unique=True,
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
    )


class ItemEventRow(Base):
    """What somebody did to a version, with their comment; `checks` names what they looked at, by spaces."""

    __tablename__ = "item_event"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    bank_id: Mapped[str] = mapped_column(String(32))
    item_id: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    event: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(100))
    comment: Mapped[str] = mapped_column(Text)
    checks: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        ForeignKeyConstraint(
            ["bank_id", "item_id", "number"],
            ["item_version.bank_id", "item_version.item_id", "item_version.number"],
        ),
        Index(None, "bank_id", "item_id"),
    )


class MediaRow(Base):
    """A picture of a bank: `digest` is the SHA-256 (hex) of its bytes, which lie once in the blob store."""

    __tablename__ = "media"

    bank_id: Mapped[str] = mapped_column(ForeignKey("bank.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(20))
    size: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(Instant)
    added_by: Mapped[str] = mapped_column(String(100))

    __table_args__ = (Index(None, "digest"),)


class ImportBatchRow(Base):
    """One import of a file. `file_digest` (SHA-256 hex) names the file in the blob store.

    `corrections` (JSON: column title to role) are what a person said of the columns or lines found.
    `report` is JSON as `ImportResult.document` makes it.
    """

    __tablename__ = "import_batch"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    bank_id: Mapped[str] = mapped_column(ForeignKey("bank.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    file_digest: Mapped[str] = mapped_column(String(64))
    format: Mapped[str] = mapped_column(String(20))
    corrections: Mapped[str] = mapped_column(Text)
    report: Mapped[str] = mapped_column(Text)
    items: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str] = mapped_column(String(100))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)


class CountedAdministrationRow(Base):
    """A closed administration whose items were counted, as of scoring run `run`; see `counts`.

    Derived from its results, and written anew when a correction of keys takes effect.
    """

    __tablename__ = "counted_administration"

    administration_id: Mapped[str] = mapped_column(ForeignKey("administration.id"), primary_key=True)
    bank_id: Mapped[str] = mapped_column(ForeignKey("bank.id"), index=True)
    run: Mapped[int]
    name: Mapped[str] = mapped_column(String(100))
    exam: Mapped[str] = mapped_column(String(100))
    held_at: Mapped[datetime] = mapped_column(Instant)
    forms: Mapped[int]
    sittings: Mapped[int]


class ItemCountRow(Base):
    """The counts of one item of the bank in one administration; none leads back to a person.

    `tally` is JSON as `question_bank.tallies` writes it, `asked` as `counts.asked_text` does.
    """

    __tablename__ = "item_count"

    bank_id: Mapped[str] = mapped_column(ForeignKey("bank.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    administration_id: Mapped[str] = mapped_column(
        ForeignKey("counted_administration.administration_id"), primary_key=True, index=True
    )
    version: Mapped[int | None]
    marking: Mapped[str] = mapped_column(String(80))
    asked: Mapped[str] = mapped_column(Text)
    shown: Mapped[int]
    voided: Mapped[bool]
    tally: Mapped[str] = mapped_column(Text)


class ItemStandingRow(Base):
    """How an item stands after all administrations counted: for listing and searching.

    `flags` are the codes of `ItemFlag` with spaces around each; `figures` is JSON as clients are sent it.
    """

    __tablename__ = "item_standing"

    bank_id: Mapped[str] = mapped_column(ForeignKey("bank.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    flags: Mapped[str] = mapped_column(String(200))
    figures: Mapped[str] = mapped_column(Text)
