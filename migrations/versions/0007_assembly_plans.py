"""assembly plans."""

import sqlalchemy as sa
from alembic import op

import app.kit.database

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Exams from before have no plan: their forms are kept, new ones need a new exam."""
    # Not in a batch: SQLite would make the table anew, which rows of other tables point to.
    op.add_column("exam", sa.Column("plan", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "form_epoch",
        sa.Column("administration_id", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("closed", sa.Text(), nullable=False),
        sa.Column("forms", sa.Integer(), nullable=False),
        sa.Column("used", sa.Text(), nullable=False),
        sa.Column("drawn_at", app.kit.database.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id"],
            ["administration.id"],
            name=op.f("fk_form_epoch_administration_id_administration"),
        ),
        sa.PrimaryKeyConstraint("administration_id", "epoch", name=op.f("pk_form_epoch")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("form_epoch")
    op.drop_column("exam", "plan")
