"""screenings and leads."""

import sqlalchemy as sa
from alembic import op

import app.kit.database

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. The service screens the administrations of before by itself."""
    op.create_table(
        "screening",
        sa.Column("administration_id", sa.String(length=32), nullable=False),
        sa.Column("engine", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("screened_at", app.kit.database.Instant(timezone=True), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("exposure", sa.Text(), nullable=False),
        sa.Column("most_alike", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id"],
            ["administration.id"],
            name=op.f("fk_screening_administration_id_administration"),
        ),
        sa.PrimaryKeyConstraint("administration_id", "engine", name=op.f("pk_screening")),
    )
    op.create_table(
        "lead",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("administration_id", sa.String(length=32), nullable=False),
        sa.Column("engine", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("first_sitting_id", sa.String(length=32), nullable=True),
        sa.Column("second_sitting_id", sa.String(length=32), nullable=True),
        sa.Column("item_id", sa.String(length=64), nullable=True),
        sa.Column("rate", sa.Float(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("looked_at", app.kit.database.Instant(timezone=True), nullable=True),
        sa.Column("looked_by", sa.String(length=64), nullable=True),
        sa.Column("looked_by_name", sa.String(length=100), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=True),
        sa.ForeignKeyConstraint(
            ["administration_id", "engine"],
            ["screening.administration_id", "screening.engine"],
            name=op.f("fk_lead_administration_id_screening"),
        ),
        sa.ForeignKeyConstraint(
            ["first_sitting_id"], ["sitting.id"], name=op.f("fk_lead_first_sitting_id_sitting")
        ),
        sa.ForeignKeyConstraint(
            ["second_sitting_id"], ["sitting.id"], name=op.f("fk_lead_second_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
    )
    op.create_index(
        op.f("ix_lead_administration_id_engine"), "lead", ["administration_id", "engine"], unique=False
    )


def downgrade() -> None:
    """Undo. Screenings can be made again; who looked is in the log."""
    op.drop_index(op.f("ix_lead_administration_id_engine"), table_name="lead")
    op.drop_table("lead")
    op.drop_table("screening")
