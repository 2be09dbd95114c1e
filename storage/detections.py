"""What detectors saw in whole series. Append-only: of each series and method the newest counts."""

from collections.abc import Sequence

from sqlalchemy import func, insert, select

from core.errors import StoreError
from core.screening import Screened
from storage.database import Database, chunks
from storage.parsed import ParsedRows
from storage.tables import Base, DetectionsRow, SeriesRow

_TABLE = Base.metadata.tables[DetectionsRow.__tablename__]


class Detections:
    """The screenings of a home's series."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._parsed = ParsedRows(
            DetectionsRow.id, DetectionsRow.body, Screened.model_validate_json
        )

    def add_many(self, project_id: str, job_id: str, screened: Sequence[Screened]) -> int:
        """Store screenings and return how many were new: an id that is there is left alone.

        Raises:
            StoreError: when a series is not of the project; nothing is stored then.
        """
        given = {one.id: one for one in screened}
        with self._db.write() as session:
            there: set[str] = set()
            for some in chunks([*given]):
                there |= {*session.scalars(select(_TABLE.c.id).where(_TABLE.c.id.in_(some)))}
            new = [one for one in given.values() if one.id not in there]
            wanted = list({one.series_id for one in new})
            known: set[str] = set()
            for some in chunks(wanted):
                query = select(SeriesRow.id).where(
                    SeriesRow.project_id == project_id, SeriesRow.id.in_(some)
                )
                known |= {*session.scalars(query)}
            if strangers := sorted({*wanted} - known):
                raise StoreError(
                    f"{len(strangers)} of the screened series ({strangers[0]}, ...) are not in "
                    "this project, so nothing of this was stored; screen the series it has"
                )
            if new:
                session.execute(
                    insert(_TABLE),
                    [
                        {
                            "id": one.id,
                            "project_id": project_id,
                            "series_id": one.series_id,
                            "revision": one.revision,
                            "method": one.method,
                            "job_id": job_id,
                            "created_at": one.created_at,
                            "body": one.model_dump_json(),
                        }
                        for one in new
                    ],
                )
        return len(new)

    def newest(self, project_id: str) -> list[Screened]:
        """Return the newest screening per series and method, of series that are not hidden."""
        newest = (
            select(func.max(DetectionsRow.position))
            .where(DetectionsRow.project_id == project_id)
            .group_by(DetectionsRow.series_id, DetectionsRow.method)
        )
        query = (
            select(DetectionsRow.id)
            .join(SeriesRow, SeriesRow.id == DetectionsRow.series_id)
            .where(DetectionsRow.position.in_(newest), SeriesRow.archived.is_(False))
            .order_by(DetectionsRow.series_id, DetectionsRow.method)
        )
        with self._db.read() as session:
            return self._parsed.get(session, session.scalars(query).all())

    def revisions(self, project_id: str) -> dict[tuple[str, str], int]:
        """Return the highest revision that was screened, by (series id, method)."""
        query = (
            select(DetectionsRow.series_id, DetectionsRow.method, func.max(DetectionsRow.revision))
            .where(DetectionsRow.project_id == project_id)
            .group_by(DetectionsRow.series_id, DetectionsRow.method)
        )
        with self._db.read() as session:
            return {(series, method): n for series, method, n in session.execute(query)}
