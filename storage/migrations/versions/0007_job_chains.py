"""The job that another one waits for: the stages of a chain."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up; there is no way down: a backup is."""
    with op.batch_alter_table("jobs") as table:
        table.add_column(sa.Column("after", sa.String(length=36), nullable=True))
        table.create_foreign_key(op.f("fk_jobs_after"), "jobs", ["after"], ["id"])
    op.create_index(op.f("ix_jobs_after"), "jobs", ["after"])
