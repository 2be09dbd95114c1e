"""What people say of an item beside its label: phrases, preferences, comments, reviews."""

from sqlalchemy.orm import Session

from core.desk_events import Body, DeskEvent
from core.errors import StoreError
from core.ids import new_id, utc_now
from core.people import Identity
from storage.database import Database
from storage.event_log import EventLog
from storage.tables import DeskEventRow, ItemRow


class DeskEvents:
    """The desk events of a home; append-only."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.log = EventLog(db, DeskEventRow, DeskEvent.model_validate_json)

    def record(
        self,
        project_id: str,
        item_id: str,
        person: str,
        body: Body | None,
        *,
        undoes: str | None = None,
        identity: Identity = "typed",
    ) -> DeskEvent:
        """Append an event; an undo has no body and names the event that it takes back.

        Raises:
            StoreError: when the project has no such item, or body and `undoes` do not fit.
        """
        if (body is None) == (undoes is None):
            raise StoreError(
                "an event says something or takes an event back, and this one does "
                f"{'neither' if body is None else 'both'}; give a body or the event to undo"
            )
        event = DeskEvent(
            id=new_id(),
            project_id=project_id,
            item_id=item_id,
            person=person,
            created_at=utc_now(),
            body=body,
            undoes=undoes,
            identity=identity,
        )
        with self._db.write() as session:
            item = session.get(ItemRow, item_id)
            if item is None or item.project_id != project_id:
                raise StoreError(
                    f"there is no item {item_id} in this project, so nothing can be said of it; "
                    "open the item from the queue"
                )
            session.add(_row(event))
        return event

    def take_back(self, session: Session, target: DeskEvent, identity: Identity) -> None:
        """Write an undo of an event in a transaction that holds the write lock."""
        undo = DeskEvent(
            id=new_id(),
            project_id=target.project_id,
            item_id=target.item_id,
            person=target.person,
            created_at=utc_now(),
            undoes=target.id,
            identity=identity,
        )
        session.add(_row(undo))
        session.flush()

    def list(self, project_id: str, item_id: str | None = None) -> list[DeskEvent]:
        """Return events in the order in which they were recorded, of one item or of all."""
        return self.log.events(project_id, item_id)


def _row(event: DeskEvent) -> DeskEventRow:
    return DeskEventRow(
        id=event.id,
        project_id=event.project_id,
        item_id=event.item_id,
        person=event.person,
        kind="undo" if event.body is None else event.body.kind,
        undoes=event.undoes,
        created_at=event.created_at,
        body=event.model_dump_json(),
    )
