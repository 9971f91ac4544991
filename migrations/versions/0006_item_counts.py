"""counts of items by administration."""

import sqlalchemy as sa
from alembic import op

import app.kit.database

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. The service counts the administrations of before by itself."""
    op.create_table(
        "counted_administration",
        sa.Column("administration_id", sa.String(length=32), nullable=False),
        sa.Column("bank_id", sa.String(length=32), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("exam", sa.String(length=100), nullable=False),
        sa.Column("held_at", app.kit.database.Instant(timezone=True), nullable=False),
        sa.Column("forms", sa.Integer(), nullable=False),
        sa.Column("sittings", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id"],
            ["administration.id"],
            name=op.f("fk_counted_administration_administration_id_administration"),
        ),
        sa.ForeignKeyConstraint(
            ["bank_id"], ["bank.id"], name=op.f("fk_counted_administration_bank_id_bank")
        ),
        sa.PrimaryKeyConstraint("administration_id", name=op.f("pk_counted_administration")),
    )
    with op.batch_alter_table("counted_administration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_counted_administration_bank_id"), ["bank_id"], unique=False)
    op.create_table(
        "item_count",
        sa.Column("bank_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("administration_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("marking", sa.String(length=80), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("tally", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id"],
            ["counted_administration.administration_id"],
            name=op.f("fk_item_count_administration_id_counted_administration"),
        ),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_item_count_bank_id_bank")),
        sa.PrimaryKeyConstraint("bank_id", "item_id", "administration_id", name=op.f("pk_item_count")),
    )
    with op.batch_alter_table("item_count", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_item_count_administration_id"), ["administration_id"], unique=False
        )
    op.create_table(
        "item_standing",
        sa.Column("bank_id", sa.String(length=32), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("flags", sa.String(length=200), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_item_standing_bank_id_bank")),
        sa.PrimaryKeyConstraint("bank_id", "item_id", name=op.f("pk_item_standing")),
    )


def downgrade() -> None:
    """Undo. Counts can be made again from results."""
    op.drop_table("item_standing")
    op.drop_table("item_count")
    op.drop_table("counted_administration")
