"""The database's tables, nothing else: what the stores beside this file read and write.

Append-only tables (`corrections`, `version_events`, `gold_*`, ...) are guarded by triggers that the
migrations create, because a table definition cannot hold them. JSON written by `core` is kept as
the text it came as (`body`, `content`); columns beside it are projections of that text.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.columns import UtcDateTime

# Named constraints can be dropped by a later migration; unnamed ones cannot on SQLite.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        list[int]: JSON(),
        list[list[int]]: JSON(),
    }


class ProjectRow(Base):
    """A project owns everything else; the oldest one is the default."""

    __tablename__ = "projects"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    zone: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class SeriesRow(Base):
    """A project's series; its samples are a Parquet file found by `content_hash`."""

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("project_id", "content_hash"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    content_hash: Mapped[str] = mapped_column(String(64))
    rows_key: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Text)
    info: Mapped[dict[str, Any]]
    n_samples: Mapped[int]
    n_channels: Mapped[int]
    unit: Mapped[str] = mapped_column(String(2))
    first_tick: Mapped[int | None] = mapped_column(BigInteger)
    last_tick: Mapped[int | None] = mapped_column(BigInteger)
    origin: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    archived: Mapped[bool]
    created_at: Mapped[datetime]


class SeriesRevisionRow(Base):
    """The samples of a series from one continuation to the next; append-only.

    Every series has number 1; its own row repeats the newest. That the content is unique here keeps
    an earlier state of a continued series from being stored as a series of its own.
    """

    __tablename__ = "series_revisions"
    __table_args__ = (UniqueConstraint("project_id", "content_hash"),)
    series_id: Mapped[str] = mapped_column(ForeignKey("series.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    content_hash: Mapped[str] = mapped_column(String(64))
    rows_key: Mapped[str] = mapped_column(String(64))
    n_samples: Mapped[int]
    unit: Mapped[str] = mapped_column(String(2))
    first_tick: Mapped[int | None] = mapped_column(BigInteger)
    last_tick: Mapped[int | None] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class QuestionRow(Base):
    """One version of a question; `body` is canonical. Never changed."""

    __tablename__ = "questions"
    __table_args__ = (UniqueConstraint("project_id", "family_id", "version"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    family_id: Mapped[str] = mapped_column(String(36))
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class EventTypeRow(Base):
    """One version of an event type; questions carry copies of it. Never changed.

    `standing` is False in a version that retires the type.
    """

    __tablename__ = "event_types"
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    meaning: Mapped[str] = mapped_column(Text)
    standing: Mapped[bool] = mapped_column(server_default=text("1"))


class ItemRow(Base):
    """One (series, window, question). Never changed."""

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("series_id", "start", "stop", "question_id"),
        CheckConstraint("start >= 0 AND stop > start", name="window"),
        Index("ix_items_project_question", "project_id", "question_id"),
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    series_id: Mapped[str] = mapped_column(ForeignKey("series.id"))
    start: Mapped[int] = mapped_column(BigInteger)
    stop: Mapped[int] = mapped_column(BigInteger)
    question_id: Mapped[str] = mapped_column(ForeignKey("questions.id"))
    created_at: Mapped[datetime]


class AnswerRow(Base):
    """An answer; `body` is canonical. Never changed."""

    __tablename__ = "answers"
    __table_args__ = (
        Index("ix_answers_item", "item_id", "created_at"),
        Index("ix_answers_author", "project_id", "author_kind", "author_name", "author_version"),
        Index("ix_answers_job", "job_id"),
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"))
    author_kind: Mapped[str] = mapped_column(Text)
    author_name: Mapped[str] = mapped_column(Text)
    author_version: Mapped[str] = mapped_column(Text)
    job_id: Mapped[str] = mapped_column(Text)
    label: Mapped[str | None] = mapped_column(Text)
    confidence: Mapped[float | None]
    sample: Mapped[int] = mapped_column(server_default=text("0"))
    cost_usd: Mapped[float | None]
    created_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class AnswerIntervalRow(Base):
    """A projection: one event of an answer, for lists of events over all series."""

    __tablename__ = "answer_intervals"
    __table_args__ = (Index("ix_answer_intervals_series", "series_id", "start"),)
    answer_id: Mapped[str] = mapped_column(ForeignKey("answers.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    series_id: Mapped[str] = mapped_column(ForeignKey("series.id"))
    start: Mapped[int] = mapped_column(BigInteger)
    stop: Mapped[int] = mapped_column(BigInteger)
    channels: Mapped[list[int]]
    type_id: Mapped[str | None] = mapped_column(String(36))
    confidence: Mapped[float | None]
    cause: Mapped[str | None] = mapped_column(Text)
    pairs: Mapped[list[list[int]]] = mapped_column(server_default="[]")


class CorrectionRow(Base):
    """An event of review; append-only. `position` is the order of recording in this database."""

    __tablename__ = "corrections"
    __table_args__ = (
        UniqueConstraint("item_id", "sequence"),
        Index("ix_corrections_person", "project_id", "person"),
        {"sqlite_autoincrement": True},
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"))
    person: Mapped[str] = mapped_column(Text)
    decision: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int]
    undoes: Mapped[str | None] = mapped_column(ForeignKey("corrections.id"))
    created_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class GoldRangeRow(Base):
    """Samples of a series reserved for evaluation; append-only."""

    __tablename__ = "gold_ranges"
    __table_args__ = (
        UniqueConstraint("series_id", "start", "stop"),
        CheckConstraint("start >= 0 AND stop > start", name="range"),
        {"sqlite_autoincrement": True},
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    series_id: Mapped[str] = mapped_column(ForeignKey("series.id"))
    start: Mapped[int] = mapped_column(BigInteger)
    stop: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class GoldLockRow(Base):
    """A project's gold is complete; append-only."""

    __tablename__ = "gold_locks"
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    locked_at: Mapped[datetime]


class GoldDrawRow(Base):
    """The random draw of a project's first reviews; append-only."""

    __tablename__ = "gold_draws"
    __table_args__ = (UniqueConstraint("project_id", "item_id"),)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"))
    becomes_gold: Mapped[bool]
    created_at: Mapped[datetime]


class JobRow(Base):
    """A request for a run, and a cache of the run folder's state.

    `after` is the job whose end it waits for: the stage before it in a chain.
    """

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_state", "state", "created_at"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    params: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(Text)
    stop_requested: Mapped[bool]
    pause_requested: Mapped[bool] = mapped_column(server_default=text("0"))
    device: Mapped[str] = mapped_column(Text, server_default=text("''"))
    progress: Mapped[dict[str, Any]]
    message: Mapped[str] = mapped_column(Text)
    worker_id: Mapped[str | None] = mapped_column(Text)
    lease_until: Mapped[datetime | None]
    pid: Mapped[int | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    after: Mapped[str | None] = mapped_column(ForeignKey("jobs.id"), index=True)


class JobEventRow(Base):
    """A job's way from one state to another, and why; append-only.

    `trouble` names what the written policy answered by queueing the job again.
    """

    __tablename__ = "job_events"
    __table_args__ = ({"sqlite_autoincrement": True},)
    position: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"), index=True)
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    cause: Mapped[str] = mapped_column(Text)
    trouble: Mapped[str] = mapped_column(Text, server_default=text("''"))
    created_at: Mapped[datetime]


class WorkerRow(Base):
    """A worker process and its last sign of life."""

    __tablename__ = "workers"
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    pid: Mapped[int]
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]


class SnapshotRow(Base):
    """An immutable set of training examples, which is a folder."""

    __tablename__ = "snapshots"
    __table_args__ = (UniqueConstraint("project_id", "content_hash"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    content_hash: Mapped[str] = mapped_column(String(64))
    folder: Mapped[str] = mapped_column(Text)
    summary: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class ModelVersionRow(Base):
    """What a run produced. At most one version of a project serves (partial unique index)."""

    __tablename__ = "model_versions"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        UniqueConstraint("job_id", "author_version"),
        CheckConstraint("state IN ('candidate', 'serving', 'retired')", name="state"),
        Index(
            "uq_model_versions_serving",
            "project_id",
            unique=True,
            sqlite_where=text("state = 'serving'"),
            postgresql_where=text("state = 'serving'"),
        ),
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    number: Mapped[int]
    student: Mapped[str] = mapped_column(Text)
    job_id: Mapped[str] = mapped_column(Text)
    snapshot_hash: Mapped[str] = mapped_column(Text)
    folder: Mapped[str] = mapped_column(Text)
    author_version: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    evaluation: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]


class VersionEventRow(Base):
    """What happened to a version, and who did it; append-only."""

    __tablename__ = "version_events"
    __table_args__ = ({"sqlite_autoincrement": True},)
    position: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("model_versions.id"))
    change: Mapped[str] = mapped_column(Text)
    person: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, server_default=text("''"))
    created_at: Mapped[datetime]


class DraftRow(Base):
    """A person's unfinished edit of an item, so that a reload loses nothing."""

    __tablename__ = "drafts"
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    person: Mapped[str] = mapped_column(Text, primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"), primary_key=True)
    body: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class SettingRow(Base):
    """A project's setting."""

    __tablename__ = "settings"
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class AnnotationRow(Base):
    """One change of one mark on a series; `body` is canonical. Append-only.

    The changes of one action share `group_id` and lie side by side; `undoes` names the group that
    an undo, or a redo, takes back. `standing` is false where the mark was removed.
    """

    __tablename__ = "annotations"
    __table_args__ = (
        Index("ix_annotations_series", "series_id", "position"),
        Index("ix_annotations_mark", "mark_id", "position"),
        Index("ix_annotations_project", "project_id", "position"),
        {"sqlite_autoincrement": True},
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    series_id: Mapped[str] = mapped_column(ForeignKey("series.id"))
    person: Mapped[str] = mapped_column(Text)
    group_id: Mapped[str] = mapped_column(String(36))
    undoes: Mapped[str | None] = mapped_column(String(36))
    mark_id: Mapped[str] = mapped_column(String(36))
    standing: Mapped[bool]
    created_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class LogEntryRow(Base):
    """An entry of a project's event log; only `archived` ever changes."""

    __tablename__ = "log_entries"
    __table_args__ = (
        CheckConstraint('"end" IS NULL OR "end" >= tick', name="end"),
        Index("ix_log_entries_tick", "project_id", "tick"),
        Index(
            "ix_log_entries_end",
            "project_id",
            "end",
            sqlite_where=text('"end" IS NOT NULL'),
            postgresql_where=text('"end" IS NOT NULL'),
        ),
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    series_id: Mapped[str | None] = mapped_column(ForeignKey("series.id"))
    tick: Mapped[int] = mapped_column(BigInteger)
    end: Mapped[int | None] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    person: Mapped[str] = mapped_column(Text)
    archived: Mapped[bool]
    created_at: Mapped[datetime]


class ImportedLabelsRow(Base):
    """A set of labels that came with a file; only `archived` ever changes.

    `label_hash` says what is the same set: the source's name is no part of it.
    """

    __tablename__ = "imported_labels"
    __table_args__ = (
        UniqueConstraint("series_id", "label_hash"),
        Index("ix_imported_labels_project", "project_id", "series_id"),
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    series_id: Mapped[str] = mapped_column(ForeignKey("series.id"))
    label_hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(Text)
    annotator: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    complete: Mapped[bool]
    revision: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    archived: Mapped[bool]
    created_at: Mapped[datetime]


class DetectionsRow(Base):
    """What a detector saw in one revision of a series; `body` is canonical. Append-only.

    A later row of the same series and method takes an earlier one's place in lists.
    """

    __tablename__ = "detections"
    __table_args__ = (
        Index("ix_detections_series", "project_id", "series_id", "method"),
        {"sqlite_autoincrement": True},
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    series_id: Mapped[str] = mapped_column(ForeignKey("series.id"))
    revision: Mapped[int]
    method: Mapped[str] = mapped_column(Text)
    job_id: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class MuteEventRow(Base):
    """A mute was set, lifted or set again; `body` is the mute. Append-only."""

    __tablename__ = "mute_events"
    __table_args__ = (
        Index("ix_mute_events_project", "project_id", "position"),
        {"sqlite_autoincrement": True},
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    mute_id: Mapped[str] = mapped_column(String(36))
    person: Mapped[str] = mapped_column(Text)
    standing: Mapped[bool]
    created_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class FindingsSeenRow(Base):
    """A person has seen all findings up to a moment; append-only."""

    __tablename__ = "findings_seen"
    __table_args__ = (
        Index("ix_findings_seen_person", "project_id", "person", "position"),
        {"sqlite_autoincrement": True},
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    person: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[datetime]


class TeacherVersionRow(Base):
    """One version of an endpoint, or its removal (`standing` false); append-only.

    Nothing here holds a key: `body` names the variable that does.
    """

    __tablename__ = "teacher_versions"
    __table_args__ = (
        UniqueConstraint("project_id", "endpoint_id", "version", "standing"),
        {"sqlite_autoincrement": True},
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    endpoint_id: Mapped[str] = mapped_column(String(36))
    version: Mapped[int]
    standing: Mapped[bool]
    person: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class TeacherStateRow(Base):
    """What was last measured of an endpoint."""

    __tablename__ = "teacher_states"
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    endpoint_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    body: Mapped[str] = mapped_column(Text)


class FailedAnswerRow(Base):
    """A try at an item that gave no answer; `body` is canonical. Append-only."""

    __tablename__ = "failed_answers"
    __table_args__ = (
        Index("ix_failed_answers_item", "project_id", "item_id"),
        Index("ix_failed_answers_job", "job_id"),
        {"sqlite_autoincrement": True},
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"))
    author_kind: Mapped[str] = mapped_column(Text)
    author_name: Mapped[str] = mapped_column(Text)
    author_version: Mapped[str] = mapped_column(Text)
    sample: Mapped[int]
    job_id: Mapped[str] = mapped_column(Text)
    problem: Mapped[str] = mapped_column(Text)
    cost_usd: Mapped[float | None]
    created_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class SelectionRow(Base):
    """Which of an item's answers was chosen; `body` is canonical. Append-only."""

    __tablename__ = "selections"
    __table_args__ = (
        Index("ix_selections_item", "project_id", "item_id"),
        {"sqlite_autoincrement": True},
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"))
    chosen_answer_id: Mapped[str] = mapped_column(ForeignKey("answers.id"))
    created_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class AuditDrawRow(Base):
    """A random sample of a batch that people review blind; `body` is canonical. Append-only."""

    __tablename__ = "audit_draws"
    __table_args__ = (
        Index("ix_audit_draws_project", "project_id", "job_id"),
        {"sqlite_autoincrement": True},
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    job_id: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class PersonVersionRow(Base):
    """One version of a person of a project; `body` is canonical. Append-only."""

    __tablename__ = "person_versions"
    __table_args__ = (
        Index("ix_person_versions_name", "project_id", "name"),
        {"sqlite_autoincrement": True},
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class PolicyVersionRow(Base):
    """One version of a project's label policy; `body` is canonical. Append-only."""

    __tablename__ = "policy_versions"
    __table_args__ = (
        UniqueConstraint("project_id", "version"),
        {"sqlite_autoincrement": True},
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    version: Mapped[int]
    person: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class DeskEventRow(Base):
    """A phrase judged, a preference, a comment, a review, or an undo of one; `body` is canonical.

    Append-only.
    """

    __tablename__ = "desk_events"
    __table_args__ = (
        Index("ix_desk_events_item", "project_id", "item_id"),
        Index("ix_desk_events_person", "project_id", "person"),
        {"sqlite_autoincrement": True},
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"))
    person: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    undoes: Mapped[str | None] = mapped_column(ForeignKey("desk_events.id"))
    created_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class LeaseRow(Base):
    """Who has an item on the desk, and until when nobody else is given it."""

    __tablename__ = "leases"
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"), primary_key=True)
    person: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    until: Mapped[datetime]


class ContestedChoiceRow(Base):
    """A person's choice on an item that met somebody else's, until they choose between the two."""

    __tablename__ = "contested_choices"
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    person: Mapped[str] = mapped_column(Text, primary_key=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"), primary_key=True)
    body: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class ProbeRow(Base):
    """A counterfactual probe of an answer; `body` is canonical. Append-only; never trained on."""

    __tablename__ = "probes"
    __table_args__ = (
        Index("ix_probes_item", "project_id", "item_id"),
        {"sqlite_autoincrement": True},
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"))
    person: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class CalibrationRow(Base):
    """One item of a new annotator's calibration round, answered; `body` is canonical. Append-only.

    Practice: none of it is a label.
    """

    __tablename__ = "calibrations"
    __table_args__ = (
        Index("ix_calibrations_person", "project_id", "person"),
        {"sqlite_autoincrement": True},
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    item_id: Mapped[str] = mapped_column(ForeignKey("items.id"))
    person: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class ActionRow(Base):
    """Something done that no other table records, for the audit log. Append-only."""

    __tablename__ = "actions"
    __table_args__ = (
        Index("ix_actions_project", "project_id", "position"),
        {"sqlite_autoincrement": True},
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    person: Mapped[str] = mapped_column(Text)
    identity: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)
