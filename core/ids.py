"""Identifiers and clocks: UUIDv7 text (sorts by creation) and UTC now."""

from datetime import UTC, datetime

import uuid6


def new_id() -> str:
    """Return a fresh UUIDv7 as text; ids made later in one process sort later."""
    return str(uuid6.uuid7())


def utc_now() -> datetime:
    """Return the current time, aware, in UTC."""
    return datetime.now(UTC)
