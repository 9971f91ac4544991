"""scoring runs."""

import sqlalchemy as sa
from alembic import op

import app.kit.database

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NO_CORRECTIONS = '{"corrections":[],"format":"kaochang.corrections/1"}'


def upgrade() -> None:
    """Apply. Every result so far is of run 1 of its administration."""
    op.create_table(
        "scoring_run",
        sa.Column("administration_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("base", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("corrections", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("proposed_by_name", sa.String(length=100), nullable=False),
        sa.Column("proposed_at", app.kit.database.Instant(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_by_name", sa.String(length=100), nullable=True),
        sa.Column("decided_at", app.kit.database.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["administration_id"],
            ["administration.id"],
            name=op.f("fk_scoring_run_administration_id_administration"),
        ),
        sa.PrimaryKeyConstraint("administration_id", "number", name=op.f("pk_scoring_run")),
    )
    op.execute(
        sa.text(
            "INSERT INTO scoring_run (administration_id, number, state, corrections, note, proposed_by,"
            " proposed_by_name, proposed_at) SELECT sitting.administration_id, 1, 'confirmed', :none, '', 'server',"
            " '', MIN(result.scored_at) FROM result JOIN sitting ON sitting.id = result.sitting_id"
            " GROUP BY sitting.administration_id"
        ).bindparams(none=NO_CORRECTIONS)
    )
    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.add_column(sa.Column("run", sa.Integer(), autoincrement=False, nullable=True))
        batch_op.add_column(sa.Column("administration_id", sa.String(length=32), nullable=True))
    op.execute(
        "UPDATE result SET run = 1, administration_id ="
        " (SELECT sitting.administration_id FROM sitting WHERE sitting.id = result.sitting_id)"
    )
    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.alter_column("run", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("administration_id", existing_type=sa.String(length=32), nullable=False)
        batch_op.drop_constraint(op.f("pk_result"), type_="primary")
        batch_op.create_primary_key(op.f("pk_result"), ["sitting_id", "run"])
        batch_op.create_foreign_key(
            op.f("fk_result_administration_id_scoring_run"),
            "scoring_run",
            ["administration_id", "run"],
            ["administration_id", "number"],
        )
        batch_op.create_index(batch_op.f("ix_result_administration_id"), ["administration_id"], unique=False)


def downgrade() -> None:
    """Undo. Only the first scoring has a place there; later runs are lost."""
    op.execute("DELETE FROM result WHERE run > 1")
    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_result_administration_id"))
        batch_op.drop_constraint(op.f("fk_result_administration_id_scoring_run"), type_="foreignkey")
        batch_op.drop_constraint(op.f("pk_result"), type_="primary")
        batch_op.create_primary_key(op.f("pk_result"), ["sitting_id"])
        batch_op.drop_column("administration_id")
        batch_op.drop_column("run")
    op.drop_table("scoring_run")
