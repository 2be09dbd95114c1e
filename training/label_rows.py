"""When an endpoint keeps failing though it can be reached: wait instead of burning through a batch.

Failures that tell of the endpoint, not of the window, are held back while they come in a row. An
answer, or a failure of another kind, shows that the endpoint works: then they are failures of their
windows and are written. A row that gets long ends the asking of that endpoint, and its windows stay
open: nothing is written of them, and a batch that goes on asks them again.
"""

from dataclasses import dataclass

from core.answers import FailedAnswer, Problem
from core.teachers.endpoint import Endpoint

LONGEST_ROW = 20
"""Failures in a row after which an endpoint is not asked any more."""
OF_ENDPOINT: frozenset[Problem] = frozenset(
    {"timeout", "rate_limit", "server", "connection", "not_json", "empty"}
)
"""Problems that may be the endpoint's and pass, so that a window is worth asking again."""


@dataclass(frozen=True)
class Failed:
    """A failure, of which endpoint, and the digests of what was asked on the way."""

    answer: FailedAnswer
    endpoint: Endpoint
    digests: tuple[str, ...]


class Row:
    """The failures of one endpoint since it last answered."""

    def __init__(self) -> None:
        self._held: list[Failed] = []

    def hold(self, failed: Failed) -> str:
        """Keep a failure back; says why to stop when the row has become too long."""
        self._held.append(failed)
        if len(self._held) < LONGEST_ROW:
            return ""
        return (
            f"{failed.answer.message}. The last {len(self._held)} windows failed in a row; they "
            "stay open, and are asked again when the batch is resumed"
        )

    def broken(self) -> list[Failed]:
        """Return the failures of a row that has ended, and begin a new one."""
        held, self._held = self._held, []
        return held
