"""Column types of our own: instants as sortable UTC text."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored as fixed-width UTC text so that text order is time order."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Write an aware datetime as UTC text; a naive one is a bug of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no zone; store aware datetimes only")
        return value.astimezone(UTC).strftime(_FORMAT)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Read UTC text as an aware datetime."""
        return None if value is None else datetime.fromisoformat(value)
