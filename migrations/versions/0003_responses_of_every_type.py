"""responses of every type."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Letters ("AC") become a JSON list of strings, which holds responses of every type."""
    _convert("letters", "response", sa.Text(), lambda letters: _listed(list(letters)))


def downgrade() -> None:
    """Back to letters; responses of other types have no place there and are cleared."""

    def letters(response: str) -> str:
        given = json.loads(response)
        return "".join(given) if all(len(text) == 1 for text in given) else ""

    _convert("response", "letters", sa.String(length=16), letters)


def _listed(values: list[str]) -> str:
    return json.dumps(values, separators=(",", ":"))


def _convert(old, new, kind, converted) -> None:  # type: ignore[no-untyped-def]
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.add_column(sa.Column(new, kind, nullable=True))
    table = sa.table("response", sa.column(old, sa.Text()), sa.column(new, sa.Text()))
    connection = op.get_bind()
    # A handful of different values, whatever the number of rows.
    for (value,) in connection.execute(sa.select(table.c[old]).distinct()).all():
        connection.execute(sa.update(table).where(table.c[old] == value).values({new: converted(value)}))
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.alter_column(new, existing_type=kind, nullable=False)
        batch_op.drop_column(old)
