"""What jobs went through, on which device they run, and why a version was promoted."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one version up; there is no way down: a backup is."""
    op.create_table(
        "job_events",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_job_events_job_id")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_job_events")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_job_events_job_id"), "job_events", ["job_id"])
    for change in ("update", "delete"):
        op.execute(
            f"CREATE TRIGGER job_events_no_{change} BEFORE {change.upper()} ON job_events "
            f"BEGIN SELECT RAISE(ABORT, 'job_events is append-only: no {change}'); END"
        )
    op.add_column("jobs", sa.Column("device", sa.Text(), server_default="", nullable=False))
    op.add_column(
        "version_events", sa.Column("reason", sa.Text(), server_default="", nullable=False)
    )
