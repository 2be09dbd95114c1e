"""Teachers behind endpoints: every version of each, and what was last measured of it.

An endpoint names the variable that holds its key; the key itself never comes here.
"""

import builtins
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import ConflictError, StoreError
from core.ids import utc_now
from core.model import Frozen
from core.teachers.endpoint import Endpoint
from storage.database import Database
from storage.tables import TeacherStateRow, TeacherVersionRow


class TeacherState(Frozen):
    """What is known of an endpoint from having asked it; None and "" where it is not known.

    Attributes:
        endpoint_version: the version of the endpoint that all of this is about; 0 for none yet.
        form: how it takes the wish for structure: `schema`, `json` or `tags`.
        latency_s: of the last test.
        ok: how the last test went, at `tested_at`; `message` says it in words.
        tokens_in, tokens_out: mean tokens per answer, as measured.
    """

    endpoint_version: int = 0
    form: str = ""
    tested_at: datetime | None = None
    ok: bool | None = None
    message: str = ""
    latency_s: float | None = None
    tokens_in: float | None = None
    tokens_out: float | None = None


class Teachers:
    """The endpoints of a home's projects."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, project_id: str, endpoint: Endpoint, person: str) -> Endpoint:
        """Store a new endpoint as version 1.

        Raises:
            StoreError: when its id is known, or its name is that of another one.
        """
        first = endpoint.model_copy(update={"version": 1})
        with self._db.write() as session:
            if _last(session, project_id, endpoint.id) is not None:
                raise StoreError(
                    f"there is an endpoint {endpoint.id} already, so {endpoint.name!r} was not "
                    "added; edit that one, or give the new one a new id"
                )
            _check_name(session, project_id, endpoint)
            _append(session, project_id, first, person)
        return first

    def edit(
        self, project_id: str, endpoint: Endpoint, expected_version: int, person: str
    ) -> Endpoint:
        """Store the next version of an endpoint; returns it with its number.

        Raises:
            ConflictError: when its version is not `expected_version` any more, or it was removed.
            StoreError: when there is none, or its name is that of another one.
        """
        with self._db.write() as session:
            last = _standing(session, project_id, endpoint.id)
            if last.version != expected_version:
                raise ConflictError(
                    f"{endpoint.name!r} was changed by {last.person!r} in between: it is at "
                    f"version {last.version}, not {expected_version}; nothing was stored: load it "
                    "again and decide anew"
                )
            _check_name(session, project_id, endpoint)
            edited = endpoint.model_copy(update={"version": expected_version + 1})
            _append(session, project_id, edited, person)
        return edited

    def remove(self, project_id: str, endpoint_id: str, person: str) -> Endpoint:
        """Take an endpoint off the list; its history stays, and its name is free again.

        Raises:
            ConflictError: when somebody removed it in between.
        """
        with self._db.write() as session:
            last = _endpoint(_standing(session, project_id, endpoint_id))
            _append(session, project_id, last, person, standing=False)
        return last

    def list(self, project_id: str) -> "builtins.list[Endpoint]":
        """Return the standing endpoints at their newest versions, in the order of creation."""
        with self._db.read() as session:
            return [_endpoint(row) for row in _newest(session, project_id)]

    def get(self, project_id: str, endpoint_id: str) -> Endpoint:
        """Return an endpoint at its newest version, also a removed one: old answers name it."""
        with self._db.read() as session:
            return _endpoint(_known(session, project_id, endpoint_id))

    def remember(
        self, project_id: str, endpoint_id: str, **facts: str | float | bool | datetime | None
    ) -> TeacherState:
        """Add fields of `TeacherState` to what is known of an endpoint.

        They are about its newest version unless `endpoint_version` is among them. What was known
        of an earlier version is forgotten; news of an earlier one than is known changes nothing.
        """
        with self._db.write() as session:
            newest = _known(session, project_id, endpoint_id).version
            row = session.get(TeacherStateRow, (project_id, endpoint_id))
            before = _state(row)
            given = TeacherState.model_validate({"endpoint_version": newest, **facts})
            if given.endpoint_version < before.endpoint_version:
                return before
            if given.endpoint_version == before.endpoint_version:
                told = given.model_dump(exclude_unset=True)
                given = TeacherState.model_validate({**before.model_dump(), **told})
            body = given.model_dump_json()
            session.merge(
                TeacherStateRow(project_id=project_id, endpoint_id=endpoint_id, body=body)
            )
        return given

    def state(self, project_id: str, endpoint_id: str) -> TeacherState:
        """Return what is known of an endpoint; all of it is about `endpoint_version`."""
        with self._db.read() as session:
            return _state(session.get(TeacherStateRow, (project_id, endpoint_id)))


def _last(session: Session, project_id: str, endpoint_id: str) -> TeacherVersionRow | None:
    query = select(TeacherVersionRow).where(
        TeacherVersionRow.project_id == project_id, TeacherVersionRow.endpoint_id == endpoint_id
    )
    return session.scalars(query.order_by(TeacherVersionRow.position.desc()).limit(1)).first()


def _known(session: Session, project_id: str, endpoint_id: str) -> TeacherVersionRow:
    last = _last(session, project_id, endpoint_id)
    if last is None:
        raise StoreError(
            f"there is no endpoint {endpoint_id} in this project; it cannot be used or changed: "
            "pick one from the list of teachers"
        )
    return last


def _standing(session: Session, project_id: str, endpoint_id: str) -> TeacherVersionRow:
    last = _known(session, project_id, endpoint_id)
    if not last.standing:
        raise ConflictError(
            f"{_endpoint(last).name!r} was removed by {last.person!r}; nothing was changed: add it "
            "as a new teacher if it is to come back"
        )
    return last


def _newest(session: Session, project_id: str) -> list[TeacherVersionRow]:
    """Return the newest rows of the standing endpoints, in the order of their first versions."""
    ends = (
        select(
            func.min(TeacherVersionRow.position).label("first"),
            func.max(TeacherVersionRow.position).label("last"),
        )
        .where(TeacherVersionRow.project_id == project_id)
        .group_by(TeacherVersionRow.endpoint_id)
        .subquery()
    )
    query = (
        select(TeacherVersionRow)
        .join(ends, ends.c.last == TeacherVersionRow.position)
        .where(TeacherVersionRow.standing.is_(True))
        .order_by(ends.c.first)
    )
    return [*session.scalars(query)]


def _check_name(session: Session, project_id: str, endpoint: Endpoint) -> None:
    wanted = endpoint.name.strip().casefold()
    for row in _newest(session, project_id):
        other = _endpoint(row)
        if other.id != endpoint.id and other.name.strip().casefold() == wanted:
            raise StoreError(
                f"there is a teacher {other.name!r} already (at {other.host}), and answers are "
                "told apart by names; nothing was stored: choose another name"
            )


def _append(
    session: Session, project_id: str, endpoint: Endpoint, person: str, *, standing: bool = True
) -> None:
    if not person.strip():
        raise StoreError(
            "nobody was named who changes the teachers; nothing was changed: give the person's name"
        )
    session.add(
        TeacherVersionRow(
            project_id=project_id,
            endpoint_id=endpoint.id,
            version=endpoint.version,
            standing=standing,
            person=person,
            created_at=utc_now(),
            body=endpoint.model_dump_json(),
        )
    )


def _endpoint(row: TeacherVersionRow) -> Endpoint:
    return Endpoint.model_validate_json(row.body)


def _state(row: TeacherStateRow | None) -> TeacherState:
    return TeacherState() if row is None else TeacherState.model_validate_json(row.body)
