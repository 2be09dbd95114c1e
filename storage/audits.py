"""Random samples of batches that people review blind, to know how far a teacher can be trusted.

Append-only: a sample that could be drawn again until it flatters would measure nothing.
"""

import builtins
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.errors import StoreError
from core.ids import new_id, utc_now
from core.model import Frozen
from storage.database import Database, chunks
from storage.tables import AuditDrawRow, ItemRow


class AuditDraw(Frozen):
    """A random sample of a batch's answered items.

    Attributes:
        job_id: the batch.
        item_ids: in random order, fixed at the draw: whatever first part of it is reviewed is a
            random sample too.
        population: how many answered items it was drawn from.
        seed: of the draw.
    """

    id: str
    project_id: str
    job_id: str
    item_ids: tuple[str, ...]
    population: int
    seed: int
    person: str
    created_at: datetime


class Audits:
    """The audit draws of a home's projects."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def draw(
        self,
        project_id: str,
        job_id: str,
        item_ids: Sequence[str],
        population: int,
        seed: int,
        person: str,
    ) -> AuditDraw:
        """Store a draw as it fell: `item_ids` in their random order.

        Raises:
            StoreError: when it is empty, names an item twice or one that is not of the project, or
                is larger than its population.
        """
        drawn = AuditDraw(
            id=new_id(),
            project_id=project_id,
            job_id=job_id,
            item_ids=tuple(item_ids),
            population=population,
            seed=seed,
            person=person,
            created_at=utc_now(),
        )
        with self._db.write() as session:
            _check(session, drawn)
            session.add(
                AuditDrawRow(
                    id=drawn.id,
                    project_id=project_id,
                    job_id=job_id,
                    created_at=drawn.created_at,
                    body=drawn.model_dump_json(),
                )
            )
        return drawn

    def list(self, project_id: str) -> "builtins.list[AuditDraw]":
        """Return all draws, the oldest first."""
        ours = AuditDrawRow.project_id == project_id
        return [*self._db.kept(("audits", project_id), lambda session: _found(session, ours))]

    def for_job(self, project_id: str, job_id: str) -> AuditDraw | None:
        """Return the newest draw from a batch; None is a state: nobody has drawn from it yet."""
        ours = (AuditDrawRow.project_id == project_id) & (AuditDrawRow.job_id == job_id)
        with self._db.read() as session:
            found = _found(session, ours)
        return found[-1] if found else None

    def blind_items(self, project_id: str) -> dict[str, str]:
        """Return the items of all draws, with the id of the newest draw that holds each."""
        return {item_id: draw.id for draw in self.list(project_id) for item_id in draw.item_ids}


def _found(session: Session, which: ColumnElement[bool]) -> list[AuditDraw]:
    query = select(AuditDrawRow.body).where(which).order_by(AuditDrawRow.position)
    return [AuditDraw.model_validate_json(body) for body in session.scalars(query)]


def _check(session: Session, drawn: AuditDraw) -> None:
    distinct = {*drawn.item_ids}
    if not distinct or len(distinct) < len(drawn.item_ids) or len(distinct) > drawn.population:
        raise StoreError(
            f"{len(drawn.item_ids)} items ({len(distinct)} different ones) of {drawn.population} "
            "answered ones are no sample, so nothing was stored; draw at least one item, none "
            "twice, and no more than there are"
        )
    known: set[str] = set()
    for some in chunks(drawn.item_ids):
        query = select(ItemRow.id).where(
            ItemRow.project_id == drawn.project_id, ItemRow.id.in_(some)
        )
        known |= {*session.scalars(query)}
    if strangers := [item_id for item_id in drawn.item_ids if item_id not in known]:
        raise StoreError(
            f"{len(strangers)} of the drawn items ({strangers[0]}, ...) are not in this project, "
            "so nothing was stored; draw from the items that the batch answered"
        )
