"""A memory of parsed rows that never change, so that a page does not parse 3,000 answers again."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.database import chunks

_CAPACITY = 50_000

Value = TypeVar("Value")


class ParsedRows(Generic[Value]):
    """Values by id, read from an `id` and a `body` column. Only for tables without updates."""

    def __init__(
        self,
        id_column: InstrumentedAttribute[str],
        body_column: InstrumentedAttribute[str],
        parse: Callable[[str], Value],
    ) -> None:
        self._id_column = id_column
        self._body_column = body_column
        self._parse = parse
        self._values: dict[str, Value] = {}

    def get(self, session: Session, ids: Sequence[str]) -> list[Value]:
        """Return the values of these ids, in order; every id is in the table."""
        values = self._values
        if len(values) + len(ids) > _CAPACITY:
            # Starting over is simple, and rare: the capacity is far above what a page shows.
            # A new dictionary, so that other threads keep theirs.
            values = self._values = {}
        missing = [one for one in ids if one not in values]
        for some in chunks(missing):
            query = select(self._id_column, self._body_column).where(self._id_column.in_(some))
            for row_id, body in session.execute(query):
                values[row_id] = self._parse(body)
        return [values[one] for one in ids]
