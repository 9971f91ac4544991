"""the moment of an incident."""

import sqlalchemy as sa
from alembic import op

import app.kit.database

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Incidents so far were opened while the sitting ran: they are about that moment."""
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.add_column(sa.Column("moment", app.kit.database.Instant(timezone=True), nullable=True))
    op.execute("UPDATE incident SET moment = opened_at")
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.alter_column("moment", nullable=False)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_column("moment")
