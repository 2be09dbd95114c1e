"""How long a client keeps trying, and how one worker's bad news slows down all of them."""

import asyncio
import email.utils
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from core.answers import Problem

COSTLY: frozenset[Problem] = frozenset({"timeout", "empty"})
"""Problems whose every try has cost minutes or money."""


@dataclass(frozen=True)
class Patience:
    """When to try again after a failure that may pass.

    Before the k-th repetition a worker waits `first_wait_s * 2 ** (k - 1)`, at most `most_wait_s`,
    times a random factor from 0.5 to 1; an endpoint that names a longer time itself is obeyed.

    Attributes:
        tries: of one request, the first included.
        costly_tries: the same where every try costs minutes or money (`COSTLY`).
        most_asked_s: an endpoint that asks for a longer pause than this is not waited for.
    """

    tries: int = 6
    costly_tries: int = 3
    first_wait_s: float = 1.0
    most_wait_s: float = 30.0
    most_asked_s: float = 300.0

    def tries_of(self, problem: Problem) -> int:
        """Return how many tries a request gets that fails this way."""
        return self.costly_tries if problem in COSTLY else self.tries

    def wait_s(self, failures: int, asked_s: float | None) -> float:
        """Return the seconds to wait after this many failures of one request."""
        own = min(self.most_wait_s, self.first_wait_s * 2.0 ** (failures - 1))
        return max(own * random.uniform(0.5, 1.0), asked_s or 0.0)


class Gate:
    """What the workers of one client know of its endpoint together."""

    def __init__(self) -> None:
        self._opens_at = 0.0
        self._heard_at = 0.0

    async def passing(self) -> None:
        """Wait until requests may be sent."""
        while (left := self._opens_at - time.monotonic()) > 0:
            # Spread, so that the workers do not all come back in the same instant.
            await asyncio.sleep(left * random.uniform(1.0, 1.25))

    def shut(self, seconds: float) -> None:
        """Let no request pass for so many seconds from now."""
        self._opens_at = max(self._opens_at, time.monotonic() + seconds)

    def heard(self) -> None:
        """Note that the endpoint is there, whatever it said."""
        self._heard_at = time.monotonic()

    def silent_since(self, moment: float) -> bool:
        """Say whether nobody has heard the endpoint since `moment`, in monotonic seconds."""
        return self._heard_at < moment


def asked_wait_s(headers: Mapping[str, str]) -> float | None:
    """Return the pause that a response's headers ask for, in seconds; None when they name none.

    Reads `retry-after-ms`, then `retry-after` as seconds or as an HTTP date. Header names must be
    found in any case; a date in the past is no pause.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("retry-after", "")
    seconds = _number(text)
    if seconds is not None or not text:
        return seconds
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
