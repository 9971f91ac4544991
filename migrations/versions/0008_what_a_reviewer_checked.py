"""what a reviewer checked."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Of earlier approvals nobody knows what was looked at: their checks are empty."""
    with op.batch_alter_table("item_event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("checks", sa.String(length=200), nullable=True))
    op.execute("UPDATE item_event SET checks = ''")
    with op.batch_alter_table("item_event", schema=None) as batch_op:
        batch_op.alter_column("checks", existing_type=sa.String(length=200), nullable=False)


def downgrade() -> None:
    """Undo. What reviewers checked is lost here; the log keeps it."""
    with op.batch_alter_table("item_event", schema=None) as batch_op:
        batch_op.drop_column("checks")
