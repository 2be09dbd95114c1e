"""The review desk: people, policy, what is said beside a label, leases, probes, actions."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Rows of these are never changed or removed.
APPEND_ONLY = (
    "person_versions",
    "policy_versions",
    "desk_events",
    "probes",
    "calibrations",
    "actions",
)


def upgrade() -> None:
    """Go one version up; there is no way down: a backup is."""
    op.add_column(
        "event_types",
        sa.Column("standing", sa.Boolean(), server_default=sa.text("1"), nullable=False),
    )
    _create_person_versions()
    _create_policy_versions()
    _create_desk_events()
    _create_leases()
    _create_contested_choices()
    _create_probes()
    _create_calibrations()
    _create_actions()
    for table in APPEND_ONLY:
        for change in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change} BEFORE {change.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: no {change}'); END"
            )


def _create_person_versions() -> None:
    op.create_table(
        "person_versions",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_person_versions_project_id")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_person_versions")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_person_versions_name", "person_versions", ["project_id", "name"])


def _create_policy_versions() -> None:
    op.create_table(
        "policy_versions",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_policy_versions_project_id")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_policy_versions")),
        sa.UniqueConstraint(
            "project_id", "version", name=op.f("uq_policy_versions_project_id_version")
        ),
        sqlite_autoincrement=True,
    )


def _create_desk_events() -> None:
    op.create_table(
        "desk_events",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("undoes", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_desk_events_item_id")),
        sa.ForeignKeyConstraint(["undoes"], ["desk_events.id"], name=op.f("fk_desk_events_undoes")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_desk_events_project_id")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_desk_events")),
        sa.UniqueConstraint("id", name=op.f("uq_desk_events_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_desk_events_item", "desk_events", ["project_id", "item_id"])
    op.create_index("ix_desk_events_person", "desk_events", ["project_id", "person"])


def _create_leases() -> None:
    op.create_table(
        "leases",
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("since", sa.String(length=27), nullable=False),
        sa.Column("until", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_leases_item_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_leases_project_id")),
        sa.PrimaryKeyConstraint("project_id", "item_id", name=op.f("pk_leases")),
    )


def _create_contested_choices() -> None:
    op.create_table(
        "contested_choices",
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_contested_choices_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_contested_choices_project_id")
        ),
        sa.PrimaryKeyConstraint(
            "project_id", "person", "item_id", name=op.f("pk_contested_choices")
        ),
    )


def _create_probes() -> None:
    op.create_table(
        "probes",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_probes_item_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_probes_project_id")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_probes")),
        sa.UniqueConstraint("id", name=op.f("uq_probes_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_probes_item", "probes", ["project_id", "item_id"])


def _create_calibrations() -> None:
    op.create_table(
        "calibrations",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("item_id", sa.String(length=36), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_calibrations_project_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_calibrations_item_id")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_calibrations")),
        sa.UniqueConstraint("id", name=op.f("uq_calibrations_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_calibrations_person", "calibrations", ["project_id", "person"])


def _create_actions() -> None:
    op.create_table(
        "actions",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_actions_project_id")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_actions")),
        sa.UniqueConstraint("id", name=op.f("uq_actions_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_actions_project", "actions", ["project_id", "position"])
