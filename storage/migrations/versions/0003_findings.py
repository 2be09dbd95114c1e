"""What detectors saw in whole series, mutes of expected findings, and what people have seen."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Rows of these are never changed or removed.
APPEND_ONLY = ("detections", "mute_events", "findings_seen")


def upgrade() -> None:
    """Go one version up; there is no way down: a backup is."""
    _create_detections()
    _create_mute_events()
    _create_findings_seen()
    for table in APPEND_ONLY:
        for change in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change} BEFORE {change.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: no {change}'); END"
            )


def _create_detections() -> None:
    op.create_table(
        "detections",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("series_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_detections_project_id")
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_detections_series_id")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_detections")),
        sa.UniqueConstraint("id", name=op.f("uq_detections_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_detections_series", "detections", ["project_id", "series_id", "method"])


def _create_mute_events() -> None:
    op.create_table(
        "mute_events",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("mute_id", sa.String(length=36), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_mute_events_project_id")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_mute_events")),
        sa.UniqueConstraint("id", name=op.f("uq_mute_events_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mute_events_project", "mute_events", ["project_id", "position"])


def _create_findings_seen() -> None:
    op.create_table(
        "findings_seen",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_findings_seen_project_id")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_findings_seen")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_findings_seen_person", "findings_seen", ["project_id", "person", "position"]
    )
