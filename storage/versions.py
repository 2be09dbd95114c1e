"""Model versions: candidates, the one that serves, and what happened to each of them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.errors import StoreError
from core.ids import new_id, utc_now
from storage.database import Database
from storage.files import relative_to_home
from storage.rows import ModelVersion, VersionChange, VersionEvent, VersionState
from storage.tables import ModelVersionRow, VersionEventRow


class Versions:
    """The model versions of a home."""

    def __init__(self, db: Database, home: Path) -> None:
        self._db = db
        self._home = home

    def add(
        self,
        project_id: str,
        *,
        student: str,
        job_id: str,
        snapshot_hash: str,
        folder: Path | str,
        author_version: str,
        person: str = "",
    ) -> ModelVersion:
        """Register a run's model as a candidate; the same job's same model again changes nothing.

        Args:
            author_version: the `version` of the author of this model's answers.
            person: who asked for the training, for the history.
        """
        query = select(ModelVersionRow).where(
            ModelVersionRow.job_id == job_id, ModelVersionRow.author_version == author_version
        )
        with self._db.write() as session:
            row = session.scalar(query)
            if row is None:
                row = ModelVersionRow(
                    id=new_id(),
                    project_id=project_id,
                    number=_last_number(session, project_id) + 1,
                    student=student,
                    job_id=job_id,
                    snapshot_hash=snapshot_hash,
                    folder=relative_to_home(self._home, folder),
                    author_version=author_version,
                    state="candidate",
                    created_at=utc_now(),
                )
                session.add(row)
                session.flush()
                _note(session, row, "registered", person)
            return self._version(row)

    def get(self, version_id: str) -> ModelVersion:
        """Return a version, or raise StoreError."""
        with self._db.read() as session:
            return self._version(_row(session, version_id))

    def set_evaluation(self, version_id: str, evaluation: Mapping[str, Any]) -> ModelVersion:
        """Store what the evaluation on gold measured, as JSON values."""
        with self._db.write() as session:
            row = _row(session, version_id)
            row.evaluation = json.dumps(evaluation)
            return self._version(row)

    def promote(self, version_id: str, person: str, reason: str = "") -> ModelVersion:
        """Let a version serve; the one that served until now is retired in the same moment.

        Args:
            reason: why, where the gate spoke against it.
        """
        with self._db.write() as session:
            row = _row(session, version_id)
            _serve(session, row, "promoted", person, reason)
            return self._version(row)

    def roll_back(self, project_id: str, person: str) -> ModelVersion:
        """Let the version serve again that served before the present one.

        Raises:
            StoreError: when no other version ever served.
        """
        with self._db.write() as session:
            before = _served_before(session, project_id)
            if before is None:
                raise StoreError(
                    "there is nothing to roll back to: no other version has served in this "
                    "project; promote another version, or retire this one"
                )
            _serve(session, before, "rolled_back", person)
            return self._version(before)

    def served_before(self, project_id: str) -> ModelVersion | None:
        """Return the version that a roll-back would let serve again; None when there is none."""
        with self._db.read() as session:
            before = _served_before(session, project_id)
            return None if before is None else self._version(before)

    def retire(self, version_id: str, person: str = "") -> ModelVersion:
        """Take a version out of service or out of the candidates."""
        with self._db.write() as session:
            row = _row(session, version_id)
            if row.state != "retired":
                row.state = "retired"
                _note(session, row, "retired", person)
            return self._version(row)

    def serving(self, project_id: str) -> ModelVersion | None:
        """Return the version that serves; None is a state: no student serves yet."""

        def read(session: Session) -> ModelVersion | None:
            row = session.scalar(_serving(project_id))
            return None if row is None else self._version(row)

        return self._db.kept(("serving", project_id), read)

    def history(self, project_id: str) -> list[VersionEvent]:
        """Return what happened to the project's versions, in order."""
        query = select(VersionEventRow).where(VersionEventRow.project_id == project_id)
        with self._db.read() as session:
            return [
                VersionEvent(
                    version_id=row.version_id,
                    change=cast(VersionChange, row.change),
                    person=row.person,
                    created_at=row.created_at,
                    reason=row.reason,
                )
                for row in session.scalars(query.order_by(VersionEventRow.position))
            ]

    def list(self, project_id: str) -> list[ModelVersion]:
        """Return versions, the newest first."""
        query = select(ModelVersionRow).where(ModelVersionRow.project_id == project_id)
        with self._db.read() as session:
            rows = session.scalars(query.order_by(ModelVersionRow.number.desc()))
            return [self._version(row) for row in rows]

    def _version(self, row: ModelVersionRow) -> ModelVersion:
        return ModelVersion(
            id=row.id,
            project_id=row.project_id,
            number=row.number,
            student=row.student,
            job_id=row.job_id,
            snapshot_hash=row.snapshot_hash,
            folder=self._home / row.folder,
            author_version=row.author_version,
            state=cast(VersionState, row.state),
            evaluation=None if row.evaluation is None else json.loads(row.evaluation),
            created_at=row.created_at,
        )


def _row(session: Session, version_id: str) -> ModelVersionRow:
    row = session.get(ModelVersionRow, version_id)
    if row is None:
        raise StoreError(
            f"there is no model version {version_id}; it is not in this database; "
            "pick one from the list of versions"
        )
    return row


def _serving(project_id: str) -> Select[ModelVersionRow]:
    return select(ModelVersionRow).where(
        ModelVersionRow.project_id == project_id, ModelVersionRow.state == "serving"
    )


def _last_number(session: Session, project_id: str) -> int:
    query = select(func.max(ModelVersionRow.number)).where(ModelVersionRow.project_id == project_id)
    return session.scalar(query) or 0


def _serve(
    session: Session, row: ModelVersionRow, change: VersionChange, person: str, reason: str = ""
) -> None:
    serving = session.scalar(_serving(row.project_id))
    if serving is row:
        return
    if serving is not None:
        serving.state = "retired"
        _note(session, serving, "retired", person)
        session.flush()  # the index allows one serving version at every moment
    row.state = "serving"
    _note(session, row, change, person, reason)


def _served_before(session: Session, project_id: str) -> ModelVersionRow | None:
    """Follow the history like an editor's undo: a roll-back steps down, a promotion steps up."""
    query = select(VersionEventRow).where(
        VersionEventRow.project_id == project_id,
        VersionEventRow.change.in_(("promoted", "rolled_back")),
    )
    stack: list[str] = []
    for event in session.scalars(query.order_by(VersionEventRow.position)):
        if event.change == "promoted":
            stack.append(event.version_id)
        else:
            while stack and stack[-1] != event.version_id:
                stack.pop()
    latest = stack[-1] if stack else None  # it serves, or was retired by hand
    while stack and stack[-1] == latest:
        stack.pop()
    return session.get(ModelVersionRow, stack[-1]) if stack else None


def _note(
    session: Session, row: ModelVersionRow, change: VersionChange, person: str, reason: str = ""
) -> None:
    session.add(
        VersionEventRow(
            project_id=row.project_id,
            version_id=row.id,
            change=change,
            person=person,
            reason=reason,
            created_at=utc_now(),
        )
    )
