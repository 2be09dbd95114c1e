"""The cause of a change point and the pairs of channels it is about, beside its place."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up; there is no way down: a backup is."""
    op.add_column("answer_intervals", sa.Column("cause", sa.Text(), nullable=True))
    op.add_column(
        "answer_intervals", sa.Column("pairs", sa.JSON(), server_default="[]", nullable=False)
    )
