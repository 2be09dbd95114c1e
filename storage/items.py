"""Items: the units of review, one per (series, window, question version)."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session

from core.errors import StoreError
from core.ids import new_id, utc_now
from core.review import Item
from storage.database import Database, chunks
from storage.questions import all_versions
from storage.tables import ItemRow, QuestionRow, SeriesRow

Window = tuple[str, int, int, str]
"""(series_id, start, stop, question_id)"""

_COLUMNS = (
    ItemRow.id,
    ItemRow.project_id,
    ItemRow.series_id,
    ItemRow.start,
    ItemRow.stop,
    ItemRow.question_id,
)


class Items:
    """The items of a home."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add_many(self, project_id: str, windows: Sequence[Window]) -> list[Item]:
        """Make one item per (series_id, start, stop, question_id); existing ones are returned.

        Raises:
            StoreError: when a series or question is not of the project, or a window leaves its
                series; nothing is stored then.
        """
        with self._db.write() as session:
            _check(session, project_id, windows)
            there = _by_window(session, windows)
            new: dict[Window, Item] = {}
            for window in windows:
                if window not in there and window not in new:
                    new[window] = _new_item(project_id, window)
            if new:
                now = utc_now()
                session.execute(
                    insert(ItemRow),
                    [{**item.model_dump(), "created_at": now} for item in new.values()],
                )
            there |= new
            return [there[window] for window in windows]

    def get(self, project_id: str, item_id: str) -> Item:
        """Return an item of the project, or raise StoreError."""
        with self._db.read() as session:
            found = _items(session, ItemRow.id == item_id, ItemRow.project_id == project_id)
        if not found:
            raise StoreError(
                f"there is no item {item_id} in this project; the link is wrong or belongs to "
                "another project; open the item from the queue"
            )
        return found[0]

    def count(
        self, project_id: str, question_id: str | None = None, series_id: str | None = None
    ) -> int:
        """Return how many items `list` would give."""
        conditions = _conditions(project_id, question_id, series_id)
        query = select(func.count()).select_from(ItemRow).where(*conditions)
        key = ("items", project_id, question_id, series_id)
        return self._db.kept(key, lambda session: session.scalar(query) or 0)

    def list(
        self, project_id: str, question_id: str | None = None, series_id: str | None = None
    ) -> list[Item]:
        """Return items in the order they were made; of a question, those of all its versions."""
        with self._db.read() as session:
            return _items(session, *_conditions(project_id, question_id, series_id))


def _conditions(
    project_id: str, question_id: str | None, series_id: str | None
) -> tuple[ColumnElement[bool], ...]:
    conditions = [ItemRow.project_id == project_id]
    if question_id is not None:
        conditions.append(ItemRow.question_id.in_(all_versions(question_id)))
    if series_id is not None:
        conditions.append(ItemRow.series_id == series_id)
    return tuple(conditions)


def _items(session: Session, *conditions: ColumnElement[bool]) -> list[Item]:
    rows = session.execute(select(*_COLUMNS).where(*conditions).order_by(ItemRow.id))
    return [
        Item(
            id=item_id,
            project_id=project_id,
            series_id=series_id,
            start=start,
            stop=stop,
            question_id=question_id,
        )
        for item_id, project_id, series_id, start, stop, question_id in rows
    ]


def _by_window(session: Session, windows: Sequence[Window]) -> dict[Window, Item]:
    questions = {question_id for *_, question_id in windows}
    found: dict[Window, Item] = {}
    for some in chunks(list({series_id for series_id, *_ in windows})):
        for item in _items(
            session, ItemRow.series_id.in_(some), ItemRow.question_id.in_(questions)
        ):
            found[(item.series_id, item.start, item.stop, item.question_id)] = item
    return found


def _check(session: Session, project_id: str, windows: Sequence[Window]) -> None:
    questions = set(
        session.scalars(select(QuestionRow.id).where(QuestionRow.project_id == project_id))
    )
    lengths: dict[str, int] = {}
    for some in chunks(list({series_id for series_id, *_ in windows})):
        query = select(SeriesRow.id, SeriesRow.n_samples).where(
            SeriesRow.project_id == project_id, SeriesRow.id.in_(some)
        )
        lengths |= dict(session.execute(query).all())
    for series_id, start, stop, question_id in windows:
        if series_id not in lengths or question_id not in questions:
            what = "series" if series_id not in lengths else "question"
            raise StoreError(
                f"item ({series_id}, [{start}, {stop}), {question_id}) names a {what} that is not "
                "in this project, so it cannot be reviewed; store it first"
            )
        if not 0 <= start < stop <= lengths[series_id]:
            raise StoreError(
                f"window [{start}, {stop}) does not lie inside the series' {lengths[series_id]} "
                "samples, so nobody could be shown it; cut windows with core.series.cut_windows"
            )


def _new_item(project_id: str, window: Window) -> Item:
    series_id, start, stop, question_id = window
    return Item(
        id=new_id(),
        project_id=project_id,
        series_id=series_id,
        start=start,
        stop=stop,
        question_id=question_id,
    )
