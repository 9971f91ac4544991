"""revealed seeds."""

import sqlalchemy as sa
from alembic import op

import app.kit.database

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Seeds of administrations that are over are revealed soon after."""
    # Not in a batch: SQLite would make the table anew, which rows of other tables point to.
    op.add_column(
        "administration",
        sa.Column("seed_revealed_at", app.kit.database.Instant(timezone=True), nullable=True),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_column("administration", "seed_revealed_at")
