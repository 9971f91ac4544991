"""searches for one face under two names."""

import sqlalchemy as sa
from alembic import op

import app.kit.database

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Administrations of before are closed without a search: nobody agreed to one."""
    _create_searches()
    _create_leads()


def _create_searches() -> None:
    op.create_table(
        "duplicate_search_consent",
        sa.Column("sitting_id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Integer(), nullable=False),
        sa.Column("given_at", app.kit.database.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sitting_id"], ["sitting.id"], name=op.f("fk_duplicate_search_consent_sitting_id_sitting")
        ),
        sa.PrimaryKeyConstraint("sitting_id", name=op.f("pk_duplicate_search_consent")),
    )
    op.create_table(
        "duplicate_search",
        sa.Column("administration_id", sa.String(length=32), nullable=False),
        sa.Column("engine", sa.String(length=64), nullable=False),
        sa.Column("searched_at", app.kit.database.Instant(timezone=True), nullable=False),
        sa.Column("registered", sa.Integer(), nullable=False),
        sa.Column("searched", sa.Integer(), nullable=False),
        sa.Column("against", sa.Integer(), nullable=False),
        sa.Column("comparisons", sa.BigInteger(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("fmr", sa.Float(), nullable=False),
        sa.Column("expected_false", sa.Float(), nullable=False),
        sa.Column("above", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["administration_id"],
            ["administration.id"],
            name=op.f("fk_duplicate_search_administration_id_administration"),
        ),
        sa.PrimaryKeyConstraint("administration_id", name=op.f("pk_duplicate_search")),
    )


def _create_leads() -> None:
    op.create_table(
        "face_lead",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("administration_id", sa.String(length=32), nullable=False),
        sa.Column("first_candidate_id", sa.String(length=32), nullable=False),
        sa.Column("second_candidate_id", sa.String(length=32), nullable=False),
        sa.Column("first_sitting_id", sa.String(length=32), nullable=False),
        sa.Column("second_sitting_id", sa.String(length=32), nullable=False),
        sa.Column("score_milli", sa.Integer(), nullable=False),
        sa.Column("looked_at", app.kit.database.Instant(timezone=True), nullable=True),
        sa.Column("looked_by", sa.String(length=64), nullable=True),
        sa.Column("looked_by_name", sa.String(length=100), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=True),
        sa.ForeignKeyConstraint(
            ["administration_id"],
            ["duplicate_search.administration_id"],
            name=op.f("fk_face_lead_administration_id_duplicate_search"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [f"{which}_{what}_id"], [f"{what}.id"], name=op.f(f"fk_face_lead_{which}_{what}_id_{what}")
            )
            for what in ("candidate", "sitting")
            for which in ("first", "second")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_face_lead")),
        sa.UniqueConstraint(
            "first_candidate_id",
            "second_candidate_id",
            name=op.f("uq_face_lead_first_candidate_id_second_candidate_id"),
        ),
    )
    op.create_index(op.f("ix_face_lead_administration_id"), "face_lead", ["administration_id"], unique=False)


def downgrade() -> None:
    """Undo. Who looked is in the log."""
    op.drop_index(op.f("ix_face_lead_administration_id"), table_name="face_lead")
    op.drop_table("face_lead")
    op.drop_table("duplicate_search")
    op.drop_table("duplicate_search_consent")
