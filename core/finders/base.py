"""What a finder is: one kind of event, found in one channel. Nothing here knows a question."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.finders.baseline import Array, Baseline


@dataclass(frozen=True)
class Candidate:
    """A stretch `[start, stop)` of one channel that a finder found, in window samples.

    Attributes:
        start: first sample.
        stop: the sample after the last one.
        size: what was measured, in the meaning the finder documents (data units or a ratio).
        strength: how far beyond chance, in [0, inf); 1 is the finder's own threshold.
    """

    start: int
    stop: int
    size: float
    strength: float


class Finder(Protocol):
    """Finds one kind of event in one channel.

    `key` is the event type's key, `meaning` says what a score of 1 stands for. Any length from 1
    and any missing samples are fine; the same input gives the same output.
    """

    key: str
    meaning: str

    def scores(self, baseline: Baseline) -> Array:
        """Return (n,) scores >= 0, 0 where a sample is missing; 1 is the threshold."""
        ...

    def find(self, baseline: Baseline) -> Sequence[Candidate]:
        """Return the stretches found, in order of start, without overlap."""
        ...
