"""Series that are continued, marks on series, an event log, and labels that came with files."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Rows of these are never changed or removed.
APPEND_ONLY = ("series_revisions", "annotations")
# Rows of these are hidden and shown again, and nothing else of them ever changes. The names are
# frozen here, like the tables: a later column belongs into a later script.
ONLY_ARCHIVED = {
    "log_entries": (
        "id",
        "project_id",
        "series_id",
        "tick",
        "end",
        "text",
        "kind",
        "source",
        "person",
        "created_at",
    ),
    "imported_labels": (
        "id",
        "project_id",
        "series_id",
        "label_hash",
        "kind",
        "annotator",
        "source",
        "complete",
        "revision",
        "body",
        "created_at",
    ),
}


def upgrade() -> None:
    """Go one version up; there is no way down: a backup is."""
    # A plain ADD COLUMN: rebuilding `series` would mean to touch every row of a full home.
    op.add_column(
        "series", sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False)
    )
    _create_series_revisions()
    _create_annotations()
    _create_log_entries()
    _create_imported_labels()
    op.execute(
        "INSERT INTO series_revisions (series_id, number, project_id, content_hash, rows_key, "
        "n_samples, unit, first_tick, last_tick, source, note, created_at) "
        "SELECT id, 1, project_id, content_hash, rows_key, n_samples, unit, first_tick, last_tick, "
        "'', '', created_at FROM series"
    )
    for table in APPEND_ONLY:
        _refuse(table, "update", f"UPDATE ON {table}")
        _refuse(table, "delete", f"DELETE ON {table}")
    for table, columns in ONLY_ARCHIVED.items():
        names = ", ".join(f'"{column}"' for column in columns)
        _refuse(table, "update", f"UPDATE OF {names} ON {table}")
        _refuse(table, "delete", f"DELETE ON {table}")


def _create_series_revisions() -> None:
    op.create_table(
        "series_revisions",
        sa.Column("series_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("rows_key", sa.String(length=64), nullable=False),
        sa.Column("n_samples", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=2), nullable=False),
        sa.Column("first_tick", sa.BigInteger(), nullable=True),
        sa.Column("last_tick", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_series_revisions_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_series_revisions_series_id")
        ),
        sa.PrimaryKeyConstraint("series_id", "number", name=op.f("pk_series_revisions")),
        sa.UniqueConstraint(
            "project_id", "content_hash", name=op.f("uq_series_revisions_project_id_content_hash")
        ),
    )


def _create_annotations() -> None:
    op.create_table(
        "annotations",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("series_id", sa.String(length=36), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("undoes", sa.String(length=36), nullable=True),
        sa.Column("mark_id", sa.String(length=36), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_annotations_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_annotations_series_id")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_annotations")),
        sa.UniqueConstraint("id", name=op.f("uq_annotations_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_annotations_series", "annotations", ["series_id", "position"])
    op.create_index("ix_annotations_mark", "annotations", ["mark_id", "position"])
    op.create_index("ix_annotations_project", "annotations", ["project_id", "position"])


def _create_log_entries() -> None:
    op.create_table(
        "log_entries",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("series_id", sa.String(length=36), nullable=True),
        sa.Column("tick", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.CheckConstraint('"end" IS NULL OR "end" >= tick', name=op.f("ck_log_entries_end")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_log_entries_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_log_entries_series_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_entries")),
    )
    op.create_index("ix_log_entries_tick", "log_entries", ["project_id", "tick"])
    op.create_index(
        "ix_log_entries_end",
        "log_entries",
        ["project_id", "end"],
        sqlite_where=sa.text('"end" IS NOT NULL'),
        postgresql_where=sa.text('"end" IS NOT NULL'),
    )


def _create_imported_labels() -> None:
    op.create_table(
        "imported_labels",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("series_id", sa.String(length=36), nullable=False),
        sa.Column("label_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("annotator", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_imported_labels_project_id")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_imported_labels_series_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_labels")),
        sa.UniqueConstraint(
            "series_id", "label_hash", name=op.f("uq_imported_labels_series_id_label_hash")
        ),
    )
    op.create_index("ix_imported_labels_project", "imported_labels", ["project_id", "series_id"])


def _refuse(table: str, change: str, when: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_no_{change} BEFORE {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: no {change}'); END"
    )
