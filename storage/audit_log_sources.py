"""Where the audit log comes from: one query per table, all with the same columns.

Every append-only table is a source, or stands in `NOT_LOGGED` with the reason. A query leaves out
what nobody may read: passphrases, even as hashes, and how long people took.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Label,
    Select,
    Text,
    case,
    cast,
    func,
    literal,
    null,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from storage.tables import (
    ActionRow,
    AnnotationRow,
    AuditDrawRow,
    CalibrationRow,
    CorrectionRow,
    DeskEventRow,
    GoldDrawRow,
    GoldLockRow,
    GoldRangeRow,
    ImportedLabelsRow,
    JobRow,
    LogEntryRow,
    ModelVersionRow,
    MuteEventRow,
    PersonVersionRow,
    PolicyVersionRow,
    ProbeRow,
    QuestionRow,
    SeriesRevisionRow,
    SnapshotRow,
    TeacherVersionRow,
    VersionEventRow,
)

NOT_LOGGED: dict[str, str] = {
    "answers": "what models said: their batch is logged as a job",
    "answer_intervals": "a projection of answers",
    "failed_answers": "tries of models: their batch is logged as a job",
    "detections": "what detectors saw: their run is logged as a job",
    "job_events": "what a run went through: its request is logged as a job",
    "selections": "which answer of several a program chose: its batch is logged as a job",
    "items": "which windows were asked: their batch is logged as a job",
    "event_types": "types come with the version of the question that has them",
    "findings_seen": "up to where a person has read a list: nothing was done",
}
"""Tables whose rows never change and that are no part of the log, each with the reason."""

Columns = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Source:
    """One table of the log: `query` gives its rows of all projects."""

    table: str
    query: Columns


def _source(
    row: Any,
    kind: str | ColumnElement[Any],
    *,
    at: InstrumentedAttribute[Any],
    key: ColumnElement[Any] | InstrumentedAttribute[Any],
    body: ColumnElement[Any] | InstrumentedAttribute[Any],
    person: ColumnElement[Any] | InstrumentedAttribute[Any] | str = "",
    identity: ColumnElement[Any] | InstrumentedAttribute[Any] | str = "",
    series_id: ColumnElement[Any] | InstrumentedAttribute[Any] | None = None,
    item_id: InstrumentedAttribute[Any] | None = None,
    position: ColumnElement[Any] | InstrumentedAttribute[Any] | None = None,
    project_id: InstrumentedAttribute[Any] | None = None,
) -> Source:
    """Name the columns; what a table does not know is empty."""
    table = str(row.__tablename__)
    return Source(
        table,
        select(
            literal(table).label("table"),
            (row.project_id if project_id is None else project_id).label("project_id"),
            at.label("at"),
            cast(0 if position is None else position, Integer).label("position"),
            # A number cannot be compared with keys of other tables; a cast id would find no index.
            (cast(key, Text) if isinstance(key.type, Integer) else key).label("key"),
            _text(person, "person"),
            _text(identity, "identity"),
            _text(kind, "kind"),
            (null() if series_id is None else series_id).label("series_id"),
            (null() if item_id is None else item_id).label("item_id"),
            cast(body, Text).label("body"),
        ),
    )


def _text(value: Any, name: str) -> Label[Any]:
    return (literal(value) if isinstance(value, str) else func.coalesce(value, "")).label(name)


def _json(**columns: Any) -> ColumnElement[Any]:
    return func.json_object(*(part for pair in columns.items() for part in pair))


def _with_standing(row: Any) -> ColumnElement[Any]:
    return func.json_set(
        row.body, "$.standing", func.json(case((row.standing, "true"), else_="false"))
    )


# A batch names thousands of windows: the log says how many.
_WITHOUT_ITEMS = func.json_set(
    func.json_remove(JobRow.params, "$.item_ids"),
    "$.n_items",
    func.json_array_length(JobRow.params, "$.item_ids"),
)
_DESK_KINDS = case((DeskEventRow.kind == "undo", "taken back"), else_=DeskEventRow.kind)


def _sources() -> tuple[Source, ...]:
    return (*_of_items(), *_of_series(), *_of_project())


def _of_items() -> tuple[Source, ...]:
    return (
        _source(
            CorrectionRow,
            "decision",
            at=CorrectionRow.created_at,
            position=CorrectionRow.position,
            key=CorrectionRow.id,
            person=CorrectionRow.person,
            identity=func.json_extract(CorrectionRow.body, "$.identity"),
            item_id=CorrectionRow.item_id,
            body=func.json_remove(CorrectionRow.body, "$.seconds"),
        ),
        _source(
            DeskEventRow,
            _DESK_KINDS,
            at=DeskEventRow.created_at,
            position=DeskEventRow.position,
            key=DeskEventRow.id,
            person=DeskEventRow.person,
            identity=func.json_extract(DeskEventRow.body, "$.identity"),
            item_id=DeskEventRow.item_id,
            body=DeskEventRow.body,
        ),
        *(
            _source(
                row,
                kind,
                at=row.created_at,
                position=row.position,
                key=row.id,
                person=row.person,
                item_id=row.item_id,
                body=func.json_remove(row.body, "$.seconds"),
            )
            for row, kind in ((ProbeRow, "probe"), (CalibrationRow, "calibration"))
        ),
        _drawn_together(),
    )


def _drawn_together() -> Source:
    """One entry for all windows that were drawn at one moment."""
    drawn = _source(
        GoldDrawRow,
        "gold",
        at=GoldDrawRow.created_at,
        position=func.min(GoldDrawRow.position),
        key=func.min(GoldDrawRow.position),
        body=_json(
            n=func.count(),
            n_gold=func.sum(GoldDrawRow.becomes_gold),
            item_ids=func.json_group_array(GoldDrawRow.item_id),
        ),
    )
    grouped = drawn.query.group_by(GoldDrawRow.project_id, GoldDrawRow.created_at)
    return Source(drawn.table, grouped)


def _of_series() -> tuple[Source, ...]:
    return (
        _source(
            AnnotationRow,
            "mark",
            at=AnnotationRow.created_at,
            position=AnnotationRow.position,
            key=AnnotationRow.id,
            person=AnnotationRow.person,
            series_id=AnnotationRow.series_id,
            body=AnnotationRow.body,
        ),
        _source(
            SeriesRevisionRow,
            "series",
            at=SeriesRevisionRow.created_at,
            position=SeriesRevisionRow.number,
            key=SeriesRevisionRow.content_hash,
            series_id=SeriesRevisionRow.series_id,
            body=_json(
                number=SeriesRevisionRow.number,
                source=SeriesRevisionRow.source,
                note=SeriesRevisionRow.note,
                n_samples=SeriesRevisionRow.n_samples,
                content_hash=SeriesRevisionRow.content_hash,
            ),
        ),
        _source(
            GoldRangeRow,
            "gold",
            at=GoldRangeRow.created_at,
            position=GoldRangeRow.position,
            key=GoldRangeRow.position,
            series_id=GoldRangeRow.series_id,
            body=_json(
                start=GoldRangeRow.start, stop=GoldRangeRow.stop, reason=GoldRangeRow.reason
            ),
        ),
        _source(
            ImportedLabelsRow,
            "import",
            at=ImportedLabelsRow.created_at,
            key=ImportedLabelsRow.id,
            series_id=ImportedLabelsRow.series_id,
            body=_json(
                source=ImportedLabelsRow.source,
                annotator=ImportedLabelsRow.annotator,
                kind=ImportedLabelsRow.kind,
                label_hash=ImportedLabelsRow.label_hash,
            ),
        ),
        _source(
            LogEntryRow,
            "event log",
            at=LogEntryRow.created_at,
            key=LogEntryRow.id,
            person=LogEntryRow.person,
            series_id=LogEntryRow.series_id,
            body=_json(
                tick=LogEntryRow.tick,
                end=LogEntryRow.end,
                text=LogEntryRow.text,
                kind=LogEntryRow.kind,
                source=LogEntryRow.source,
            ),
        ),
        _source(
            MuteEventRow,
            "mute",
            at=MuteEventRow.created_at,
            position=MuteEventRow.position,
            key=MuteEventRow.id,
            person=MuteEventRow.person,
            series_id=func.nullif(func.json_extract(MuteEventRow.body, "$.series_id"), ""),
            body=_with_standing(MuteEventRow),
        ),
    )


def _of_project() -> tuple[Source, ...]:
    version = VersionEventRow.__table__.join(
        ModelVersionRow.__table__, VersionEventRow.version_id == ModelVersionRow.id
    )
    models = _source(
        VersionEventRow,
        "model",
        at=VersionEventRow.created_at,
        position=VersionEventRow.position,
        key=VersionEventRow.position,
        person=VersionEventRow.person,
        body=_json(
            change=VersionEventRow.change,
            version_id=VersionEventRow.version_id,
            number=ModelVersionRow.number,
            student=ModelVersionRow.student,
            job_id=ModelVersionRow.job_id,
            reason=VersionEventRow.reason,
        ),
    )
    return (
        Source(models.table, models.query.select_from(version)),
        _source(
            PersonVersionRow,
            "people",
            at=PersonVersionRow.created_at,
            position=PersonVersionRow.position,
            key=PersonVersionRow.position,
            person=PersonVersionRow.by,
            body=func.json_remove(PersonVersionRow.body, "$.secret"),
        ),
        _source(
            PolicyVersionRow,
            "policy",
            at=PolicyVersionRow.created_at,
            position=PolicyVersionRow.position,
            key=PolicyVersionRow.version,
            person=PolicyVersionRow.person,
            body=PolicyVersionRow.body,
        ),
        _source(
            TeacherVersionRow,
            "teacher",
            at=TeacherVersionRow.created_at,
            position=TeacherVersionRow.position,
            key=TeacherVersionRow.position,
            person=TeacherVersionRow.person,
            body=_with_standing(TeacherVersionRow),
        ),
        _source(
            QuestionRow,
            "question",
            at=QuestionRow.created_at,
            key=QuestionRow.id,
            body=QuestionRow.body,
        ),
        _source(
            AuditDrawRow,
            "audit",
            at=AuditDrawRow.created_at,
            position=AuditDrawRow.position,
            key=AuditDrawRow.id,
            person=func.json_extract(AuditDrawRow.body, "$.person"),
            body=AuditDrawRow.body,
        ),
        _source(
            GoldLockRow,
            "gold",
            at=GoldLockRow.locked_at,
            key=GoldLockRow.project_id,
            body=literal("{}"),
        ),
        _source(
            JobRow,
            "run",
            at=JobRow.created_at,
            key=JobRow.id,
            person=func.json_extract(JobRow.params, "$.person"),
            body=_json(title=JobRow.title, kind=JobRow.kind, params=_WITHOUT_ITEMS),
        ),
        _source(
            SnapshotRow,
            "snapshot",
            at=SnapshotRow.created_at,
            key=SnapshotRow.id,
            body=_json(
                content_hash=SnapshotRow.content_hash,
                n_examples=func.json_extract(SnapshotRow.summary, "$.n_examples"),
            ),
        ),
        _source(
            ActionRow,
            "action",
            at=ActionRow.created_at,
            position=ActionRow.position,
            key=ActionRow.id,
            person=ActionRow.person,
            identity=ActionRow.identity,
            body=ActionRow.body,
        ),
    )


SOURCES: tuple[Source, ...] = _sources()
