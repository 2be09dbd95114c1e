"""Teachers behind endpoints, tries that gave no answer, selections, audits, and paused jobs."""

# pyright: reportUnknownArgumentType=false
# (sa.Double() leaves its number type open, which nothing here depends on)

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Rows of these are never changed or removed.
APPEND_ONLY = ("teacher_versions", "failed_answers", "selections", "audit_draws")


def upgrade() -> None:
    """Go one version up; there is no way down: a backup is."""
    # Plain ADD COLUMNs: rebuilding `answers` would mean to touch every row of a full home.
    op.add_column(
        "answers", sa.Column("sample", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column("answers", sa.Column("cost_usd", sa.Double(), nullable=True))
    op.add_column(
        "jobs",
        sa.Column("pause_requested", sa.Boolean(), server_default=sa.text("0"), nullable=False),
    )
    _create_teachers()
    _create_failed_answers()
    _create_selections()
    _create_audit_draws()
    for table in APPEND_ONLY:
        for change in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change} BEFORE {change.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: no {change}'); END"
            )


def _create_teachers() -> None:
    op.create_table(
        "teacher_versions",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("endpoint_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_teacher_versions_project_id")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_teacher_versions")),
        sa.UniqueConstraint(
            "project_id",
            "endpoint_id",
            "version",
            "standing",
            name=op.f("uq_teacher_versions_project_id_endpoint_id_version_standing"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "teacher_states",
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("endpoint_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_teacher_states_project_id")
        ),
        sa.PrimaryKeyConstraint("project_id", "endpoint_id", name=op.f("pk_teacher_states")),
    )


def _create_failed_answers() -> None:
    op.create_table(
        "failed_answers",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("author_kind", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_version", sa.Text(), nullable=False),
        sa.Column("sample", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("cost_usd", sa.Double(), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_failed_answers_project_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_failed_answers_item_id")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_failed_answers")),
        sa.UniqueConstraint("id", name=op.f("uq_failed_answers_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_failed_answers_item", "failed_answers", ["project_id", "item_id"])
    op.create_index("ix_failed_answers_job", "failed_answers", ["job_id"])


def _create_selections() -> None:
    op.create_table(
        "selections",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("chosen_answer_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_selections_project_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_selections_item_id")),
        sa.ForeignKeyConstraint(
            ["chosen_answer_id"], ["answers.id"], name=op.f("fk_selections_chosen_answer_id")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_selections")),
        sa.UniqueConstraint("id", name=op.f("uq_selections_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_selections_item", "selections", ["project_id", "item_id"])


def _create_audit_draws() -> None:
    op.create_table(
        "audit_draws",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_audit_draws_project_id")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_draws")),
        sa.UniqueConstraint("id", name=op.f("uq_audit_draws_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_draws_project", "audit_draws", ["project_id", "job_id"])
