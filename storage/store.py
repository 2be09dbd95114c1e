"""The store of a home folder: one object that holds the sub-stores, and how it is opened."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from core.errors import StoreError
from core.ids import new_id, utc_now
from storage.actions import Actions
from storage.annotations import Annotations
from storage.answers import Answers
from storage.audit_log import AuditLog
from storage.audits import Audits
from storage.corrections import Corrections
from storage.database import Database
from storage.desk_events import DeskEvents
from storage.desk_rows import DeskRows
from storage.detections import Detections
from storage.drafts import Drafts
from storage.events import Events
from storage.failures import Failures
from storage.findings import Findings
from storage.gold import Gold
from storage.imports import Imports
from storage.items import Items
from storage.jobs import Jobs
from storage.leases import Leases
from storage.migrate import migrate
from storage.mutes import Mutes
from storage.people import People
from storage.policies import Policies
from storage.projects import Projects
from storage.questions import Questions, add_question
from storage.renders import Renders
from storage.selections import Selections
from storage.series import Series
from storage.settings import Settings
from storage.snapshots import Snapshots
from storage.tables import CalibrationRow, ContestedChoiceRow, ProbeRow, ProjectRow
from storage.teachers import Teachers
from storage.types import Types
from storage.undoing import Undoing
from storage.versions import Versions

DATABASE_NAME = "understudy.db"


@dataclass(frozen=True)
class Store:
    """Everything that is kept under `home`; safe to share between threads."""

    home: Path
    db: Database
    projects: Projects
    series: Series
    questions: Questions
    items: Items
    answers: Answers
    corrections: Corrections
    gold: Gold
    jobs: Jobs
    snapshots: Snapshots
    versions: Versions
    renders: Renders
    drafts: Drafts
    settings: Settings
    annotations: Annotations
    events: Events
    imports: Imports
    detections: Detections
    mutes: Mutes
    findings: Findings
    audits: Audits
    selections: Selections
    failures: Failures
    teachers: Teachers
    people: People
    policies: Policies
    desk_events: DeskEvents
    leases: Leases
    contested: Drafts
    probes: DeskRows
    calibrations: DeskRows
    actions: Actions
    undoing: Undoing
    audit_log: AuditLog
    types: Types

    def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        self.db.close()


def open_store(home: Path) -> Store:
    """Open the store in `home`: makes the folder, the tables and the default project if missing.

    Raises:
        StoreError: when the folder cannot be used, or its database is damaged or too new.
    """
    home = Path(home).expanduser().absolute()
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"the data folder {home} cannot be made ({error}); nothing can be stored without it; "
            "choose another one with UNDERSTUDY_HOME"
        ) from error
    migrate(home / DATABASE_NAME)
    db = Database(home / DATABASE_NAME)
    _make_default_project(db)
    corrections, desk_events = Corrections(db), DeskEvents(db)
    return Store(
        home=home,
        db=db,
        projects=Projects(db),
        series=Series(db, home),
        questions=Questions(db),
        items=Items(db),
        answers=Answers(db),
        corrections=corrections,
        gold=Gold(db),
        jobs=Jobs(db, home),
        snapshots=Snapshots(db, home),
        versions=Versions(db, home),
        renders=Renders(home),
        drafts=Drafts(db),
        settings=Settings(db),
        annotations=Annotations(db),
        events=Events(db),
        imports=Imports(db),
        detections=Detections(db),
        mutes=Mutes(db),
        findings=Findings(db),
        audits=Audits(db),
        selections=Selections(db),
        failures=Failures(db),
        teachers=Teachers(db),
        people=People(db),
        policies=Policies(db),
        desk_events=desk_events,
        leases=Leases(db),
        contested=Drafts(db, ContestedChoiceRow),
        probes=DeskRows(db, ProbeRow),
        calibrations=DeskRows(db, CalibrationRow),
        actions=Actions(db),
        undoing=Undoing(db, corrections, desk_events),
        audit_log=AuditLog(db),
        types=Types(db),
    )


def _make_default_project(db: Database) -> None:
    with db.write() as session:
        if session.scalar(select(ProjectRow.id).limit(1)) is not None:
            return
        # Needed once in a home's life, and it brings scipy along: half of the time to import us.
        from core.questions.defaults import default_anomaly_question, default_pattern_question

        project = ProjectRow(id=new_id(), name="Default", zone="UTC", created_at=utc_now())
        session.add(project)
        session.flush()
        for question in (default_anomaly_question(), default_pattern_question()):
            add_question(session, project.id, question)
