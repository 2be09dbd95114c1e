"""Identifiers, shares of them drawn by hash, and clocks: UUIDv7 text and UTC now."""

import hashlib
from datetime import UTC, datetime

import uuid6


def new_id() -> str:
    """Return a fresh UUIDv7 as text; ids made later in one process sort later."""
    return str(uuid6.uuid7())


def utc_now() -> datetime:
    """Return the current time, aware, in UTC."""
    return datetime.now(UTC)


def in_share(purpose: str, key: str, share: float) -> bool:
    """Tell whether an id is one of a random `share` in [0, 1] that is drawn for a purpose.

    By a hash: the same ids whoever asks and whenever, and a larger share holds all of a smaller
    one. Shares of two purposes have nothing to do with each other.
    """
    digest = hashlib.sha256(f"{purpose}:{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64
