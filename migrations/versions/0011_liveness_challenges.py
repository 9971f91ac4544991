"""liveness challenges."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Administrations that exist keep the check-in they were announced with: none is asked to move."""
    # Not in a batch: SQLite would make the tables anew, which rows of other tables point to.
    for table in ("administration", "sitting"):
        op.add_column(
            table, sa.Column("liveness_challenge", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    """Undo."""
    for table in ("sitting", "administration"):
        op.drop_column(table, "liveness_challenge")
