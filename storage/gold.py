"""Gold: ranges reserved for evaluation, the random first draw, and the lock. Append-only."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import StoreError
from core.ids import utc_now
from core.review import Item
from storage.database import Database
from storage.revisions import revision_lengths
from storage.rows import DrawnItem, GoldRange, GoldReason
from storage.tables import GoldDrawRow, GoldLockRow, GoldRangeRow, ItemRow, SeriesRow

Range = tuple[str, int, int]
"""(series_id, start, stop)"""


class Gold:
    """The gold of a home's projects."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def reserve(self, project_id: str, ranges: Sequence[Range], reason: GoldReason) -> None:
        """Reserve sample ranges for evaluation; a range that is reserved already stays as it is.

        Raises:
            StoreError: when gold is locked, or a range does not lie inside a series of the project.
        """
        with self._db.write() as session:
            _reserve(session, project_id, ranges, reason)

    def ranges(self, project_id: str) -> list[GoldRange]:
        """Return the reserved ranges in the order in which they were reserved."""
        query = select(GoldRangeRow).where(GoldRangeRow.project_id == project_id)

        def read(session: Session) -> list[GoldRange]:
            return [
                GoldRange(
                    series_id=row.series_id,
                    start=row.start,
                    stop=row.stop,
                    reason=cast(GoldReason, row.reason),
                    created_at=row.created_at,
                )
                for row in session.scalars(query.order_by(GoldRangeRow.position))
            ]

        return [*self._db.kept(("gold", project_id), read)]

    def items(self, project_id: str) -> list[Item]:
        """Return the items that lie inside a gold range: what evaluation may ask."""
        return self._items(project_id, inside=True)

    def touched(self, project_id: str) -> list[Item]:
        """Return the items that share a sample with a gold range: what nothing may learn from."""
        return self._items(project_id, inside=False)

    def lock(self, project_id: str) -> None:
        """Refuse further gold from now on; locking twice changes nothing."""
        with self._db.write() as session:
            if session.get(GoldLockRow, project_id) is None:
                session.add(GoldLockRow(project_id=project_id, locked_at=utc_now()))

    def is_locked(self, project_id: str) -> bool:
        """Return whether gold is complete."""
        with self._db.read() as session:
            return session.get(GoldLockRow, project_id) is not None

    def add_to_draw(
        self,
        project_id: str,
        n_before: int,
        drawn: Sequence[tuple[str, bool]],
        ranges: Sequence[Range] = (),
        reason: GoldReason = "drawn",
    ) -> list[DrawnItem]:
        """Add to the random first draw and reserve its gold, both or neither; return all of it.

        The first one wins: when two browsers draw at once, both go on with the same draw. Once
        gold is locked nothing is added.

        Args:
            n_before: how many items were drawn when this one was made.
            drawn: [(item_id, becomes_gold)].
            ranges: what becomes gold with it, for `reason`.
        """
        with self._db.write() as session:
            held = _draw(session, project_id)
            if len(held) != n_before or session.get(GoldLockRow, project_id) is not None:
                return held
            _reserve(session, project_id, ranges, reason)
            now = utc_now()
            session.add_all(
                GoldDrawRow(
                    project_id=project_id,
                    position=position,
                    item_id=item_id,
                    becomes_gold=becomes_gold,
                    created_at=now,
                )
                for position, (item_id, becomes_gold) in enumerate(drawn, start=n_before)
            )
            session.flush()
            return _draw(session, project_id)

    def draw(self, project_id: str) -> list[DrawnItem]:
        """Return the random first draw in its order; empty when nothing was drawn."""
        with self._db.read() as session:
            return _draw(session, project_id)

    def _items(self, project_id: str, *, inside: bool) -> list[Item]:
        if inside:
            match = (GoldRangeRow.start <= ItemRow.start) & (ItemRow.stop <= GoldRangeRow.stop)
        else:
            match = (GoldRangeRow.start < ItemRow.stop) & (ItemRow.start < GoldRangeRow.stop)
        reserved = select(GoldRangeRow.position).where(
            GoldRangeRow.series_id == ItemRow.series_id, match
        )
        query = select(ItemRow).where(ItemRow.project_id == project_id, reserved.exists())
        with self._db.read() as session:
            return [_item(row) for row in session.scalars(query.order_by(ItemRow.id))]


def _draw(session: Session, project_id: str) -> list[DrawnItem]:
    query = select(GoldDrawRow).where(GoldDrawRow.project_id == project_id)
    rows = session.scalars(query.order_by(GoldDrawRow.position))
    return [DrawnItem(item_id=row.item_id, becomes_gold=row.becomes_gold) for row in rows]


def _reserve(
    session: Session, project_id: str, ranges: Sequence[Range], reason: GoldReason
) -> None:
    if reason != "time_block":
        ranges = _as_whole_now(session, project_id, ranges)
    query = select(GoldRangeRow).where(GoldRangeRow.project_id == project_id)
    there = {(row.series_id, row.start, row.stop) for row in session.scalars(query)}
    new = [one for one in dict.fromkeys(ranges) if one not in there]
    if not new:
        return
    _check_open(session, project_id)
    _check_inside(session, project_id, new)
    now = utc_now()
    session.add_all(
        GoldRangeRow(
            project_id=project_id,
            series_id=series_id,
            start=start,
            stop=stop,
            reason=reason,
            created_at=now,
        )
        for series_id, start, stop in new
    )


def _as_whole_now(session: Session, project_id: str, ranges: Sequence[Range]) -> list[Range]:
    """Let a range that was a whole series when it was chosen be the whole of what it is now.

    A file may continue the series in between; a student must not learn from its end.
    """
    lengths = revision_lengths(session, project_id)
    return [
        (one, start, lengths[one][-1] if start == 0 and stop in lengths.get(one, ()) else stop)
        for one, start, stop in ranges
    ]


def _check_open(session: Session, project_id: str) -> None:
    lock = session.get(GoldLockRow, project_id)
    if lock is not None:
        raise StoreError(
            f"gold was locked on {lock.locked_at:%Y-%m-%d %H:%M} UTC, before the first training; "
            "more of it could have been learned from, so none can be added; start another project "
            "to evaluate on other series"
        )


def _check_inside(session: Session, project_id: str, ranges: Sequence[Range]) -> None:
    query = select(SeriesRow.id, SeriesRow.n_samples).where(SeriesRow.project_id == project_id)
    lengths = dict(session.execute(query).all())
    for series_id, start, stop in ranges:
        if not 0 <= start < stop <= lengths.get(series_id, 0):
            raise StoreError(
                f"[{start}, {stop}) of series {series_id} cannot be gold: the series has "
                f"{lengths.get(series_id, 'no')} samples in this project; give a range inside it"
            )


def _item(row: ItemRow) -> Item:
    return Item(
        id=row.id,
        project_id=row.project_id,
        series_id=row.series_id,
        start=row.start,
        stop=row.stop,
        question_id=row.question_id,
    )
