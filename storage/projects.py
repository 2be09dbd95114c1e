"""Projects: the owners of everything else."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from core.errors import StoreError
from core.ids import new_id, utc_now
from storage.database import Database
from storage.rows import Project
from storage.tables import ProjectRow


class Projects:
    """The projects of a home."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, name: str, zone: str = "UTC") -> Project:
        """Add an empty project: no questions, no series."""
        row = ProjectRow(id=new_id(), name=name, zone=zone, created_at=utc_now())
        project = _project(row)
        with self._db.write() as session:
            session.add(row)
        return project

    def default(self) -> Project:
        """Return the oldest project; `open_store` makes one with the default questions."""
        projects = self.list()
        if not projects:
            raise StoreError(
                "the database has no project, so nothing can be stored in it; "
                "open it with storage.open_store, which makes the default one"
            )
        return projects[0]

    def get(self, project_id: str) -> Project:
        """Return a project, or raise StoreError."""
        with self._db.read() as session:
            row = session.get(ProjectRow, project_id)
            if row is None:
                raise _no_project(project_id)
            return _project(row)

    def set_zone(self, project_id: str, zone: str) -> Project:
        """Set the zone that the project's times are shown in; nothing that is stored changes."""
        if not known_zone(zone):
            raise StoreError(
                f"{zone!r} is no time zone, so times cannot be shown in it; give an IANA name such "
                "as 'Europe/Berlin' or 'UTC'"
            )
        with self._db.write() as session:
            row = session.get(ProjectRow, project_id)
            if row is None:
                raise _no_project(project_id)
            row.zone = zone
            return _project(row)

    def list(self) -> list[Project]:
        """Return all projects, the oldest first."""
        with self._db.read() as session:
            rows = session.scalars(
                select(ProjectRow).order_by(ProjectRow.created_at, ProjectRow.id)
            )
            return [_project(row) for row in rows]


def known_zone(zone: str) -> bool:
    """Return whether the name is that of a time zone."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a path, a folder, an empty name
        return False
    return True


def _no_project(project_id: str) -> StoreError:
    return StoreError(
        f"there is no project {project_id}; it is not in this database; use one of projects.list()"
    )


def _project(row: ProjectRow) -> Project:
    return Project(id=row.id, name=row.name, zone=row.zone, created_at=row.created_at)
