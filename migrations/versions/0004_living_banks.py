"""living banks."""

import json

import sqlalchemy as sa
from alembic import op

import app.kit.database
from app.banks.versions import Draft
from question_bank.item_documents import item_from_document, item_set_from_document

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_RENAMED = (("imported_at", "published_at"), ("imported_by", "published_by"))


def _instant() -> app.kit.database.Instant:
    return app.kit.database.Instant(timezone=True)


def upgrade() -> None:
    """Apply. Banks so far become snapshots, each of a living bank whose items are all published."""
    op.drop_index("ix_bank_digest", "bank")
    op.rename_table("bank", "bank_snapshot")
    for old, new in _RENAMED:
        _rename_column("bank_snapshot", old, new)
    _rename_column("exam", "bank_id", "snapshot_id")
    if op.get_bind().dialect.name == "postgresql":
        _rename_constraint("bank_snapshot", "pk_bank", "pk_bank_snapshot")
        _rename_constraint("exam", "fk_exam_bank_id_bank", "fk_exam_snapshot_id_bank_snapshot")
    op.create_table(
        "bank",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("industry", sa.String(length=100), nullable=False),
        sa.Column("created_at", _instant(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank")),
    )
    _add_reference()
    op.create_index(op.f("ix_bank_snapshot_digest"), "bank_snapshot", ["digest"])
    op.create_index(op.f("ix_bank_snapshot_bank_id"), "bank_snapshot", ["bank_id"])
    _create_import_batch()
    _create_item_set_version()
    _create_item_version()
    _create_item_event()
    _create_media()
    _bring_to_life()


def _rename_column(table: str, old: str, new: str) -> None:
    """In place: a batch copies the table, and SQLite loses what refers to it."""
    op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")


def _rename_constraint(table: str, old: str, new: str) -> None:
    op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new}")


def _add_reference() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("ALTER TABLE bank_snapshot ADD COLUMN bank_id VARCHAR(32) REFERENCES bank (id)")
        return
    op.add_column("bank_snapshot", sa.Column("bank_id", sa.String(length=32), nullable=True))
    name = op.f("fk_bank_snapshot_bank_id_bank")
    op.create_foreign_key(name, "bank_snapshot", "bank", ["bank_id"], ["id"])


def _create_import_batch() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("bank_id", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("corrections", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", _instant(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.Column("confirmed_at", _instant(), nullable=True),
        sa.Column("undone_at", _instant(), nullable=True),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_import_batch_bank_id_bank")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_index(op.f("ix_import_batch_bank_id"), "import_batch", ["bank_id"])


def _create_item_set_version() -> None:
    op.create_table(
        "item_set_version",
        sa.Column("bank_id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("set_id", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("written_at", _instant(), nullable=False),
        sa.Column("written_by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_item_set_version_bank_id_bank")),
        sa.PrimaryKeyConstraint("bank_id", "digest", name=op.f("pk_item_set_version")),
    )


def _create_item_version() -> None:
    op.create_table(
        "item_version",
        sa.Column("bank_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("set_digest", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("written_at", _instant(), nullable=False),
        sa.Column("written_by", sa.String(length=100), nullable=False),
        sa.Column("batch_id", sa.String(length=32), nullable=True),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("difficulty", sa.String(length=20), nullable=False),
        sa.Column("must_know", sa.Boolean(), nullable=False),
        sa.Column("stem", sa.String(length=200), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_item_version_bank_id_bank")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_item_version_batch_id_import_batch")
        ),
        sa.PrimaryKeyConstraint("bank_id", "item_id", "number", name=op.f("pk_item_version")),
    )
    op.create_index(op.f("ix_item_version_batch_id"), "item_version", ["batch_id"])
    alone = {
        "published": sa.text("state = 'published'"),
        "open": sa.text("state IN ('draft', 'in_review')"),
        "current": sa.text("is_current"),
    }
    for name, where in alone.items():
        op.create_index(
            f"uq_item_version_{name}",
            "item_version",
            ["bank_id", "item_id"],
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )


def _create_item_event() -> None:
    op.create_table(
        "item_event",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("bank_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", _instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_id", "item_id", "number"],
            ["item_version.bank_id", "item_version.item_id", "item_version.number"],
            name=op.f("fk_item_event_bank_id_item_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_event")),
    )
    op.create_index(op.f("ix_item_event_bank_id"), "item_event", ["bank_id", "item_id"])


def _create_media() -> None:
    op.create_table(
        "media",
        sa.Column("bank_id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", _instant(), nullable=False),
        sa.Column("added_by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_media_bank_id_bank")),
        sa.PrimaryKeyConstraint("bank_id", "digest", name=op.f("pk_media")),
    )
    op.create_index(op.f("ix_media_digest"), "media", ["digest"])


def _bring_to_life() -> None:
    connection = op.get_bind()
    tables = sa.MetaData()
    tables.reflect(connection, only=("bank", "bank_snapshot", "item_version", "item_set_version"))
    banks, snapshots = tables.tables["bank"], tables.tables["bank_snapshot"]
    for snapshot in connection.execute(sa.select(snapshots)).mappings().all():
        document = json.loads(snapshot["document"])
        written = {"written_at": snapshot["published_at"], "written_by": snapshot["published_by"]}
        common = {"bank_id": snapshot["id"], "number": 1, "state": "published", "is_current": True, **written}
        connection.execute(
            sa.insert(banks).values(
                id=snapshot["id"],
                name=snapshot["name"],
                industry=snapshot["industry"],
                created_at=snapshot["published_at"],
                created_by=snapshot["published_by"],
            )
        )
        same = snapshots.c.id == snapshot["id"]
        connection.execute(sa.update(snapshots).where(same).values(bank_id=snapshot["id"]))
        sets = {found["id"]: item_set_from_document(found) for found in document.get("sets", [])}
        items = [item_from_document(found) for found in document["items"]]
        rows = [Draft(item=item, item_set=sets.get(item.item_set)).columns() | common for item in items]
        if rows:
            connection.execute(sa.insert(tables.tables["item_version"]), rows)


def downgrade() -> None:
    """Undo. Snapshots stay; what is only in living banks is lost."""
    for table in ("media", "item_event", "item_version", "item_set_version", "import_batch"):
        op.drop_table(table)
    op.drop_index("ix_bank_snapshot_bank_id", "bank_snapshot")
    op.drop_index("ix_bank_snapshot_digest", "bank_snapshot")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("fk_bank_snapshot_bank_id_bank", "bank_snapshot", type_="foreignkey")
    op.drop_column("bank_snapshot", "bank_id")
    op.drop_table("bank")
    op.rename_table("bank_snapshot", "bank")
    for old, new in _RENAMED:
        _rename_column("bank", new, old)
    _rename_column("exam", "snapshot_id", "bank_id")
    if op.get_bind().dialect.name == "postgresql":
        _rename_constraint("bank", "pk_bank_snapshot", "pk_bank")
        _rename_constraint("exam", "fk_exam_snapshot_id_bank_snapshot", "fk_exam_bank_id_bank")
    op.create_index(op.f("ix_bank_digest"), "bank", ["digest"])
