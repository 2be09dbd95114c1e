"""Half-open sample ranges `[start, stop)`: how the project speaks of a stretch of a series."""

from collections.abc import Iterable
from typing import Self

from pydantic import model_validator

from core.model import Frozen


class Interval(Frozen):
    """Samples `start <= t < stop` of a set of channels (0-based); all channels when empty."""

    start: int
    stop: int
    channels: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.start < 0 or self.stop <= self.start:
            raise ValueError(
                f"interval [{self.start}, {self.stop}) is empty or starts before sample 0; "
                "give 0 <= start < stop"
            )
        return self

    @property
    def length(self) -> int:
        """Number of samples."""
        return self.stop - self.start

    def overlap(self, other: "Interval") -> int:
        """Return the number of samples both cover in time; channels are not compared."""
        return max(0, min(self.stop, other.stop) - max(self.start, other.start))

    def iou(self, other: "Interval") -> float:
        """Intersection over union in samples, in [0, 1]; channels are not compared."""
        shared = self.overlap(other)
        return shared / (self.length + other.length - shared)


def merge(intervals: Iterable[Interval], gap: int = 0) -> list[Interval]:
    """Join intervals that overlap, touch, or lie at most `gap` samples apart, in order of start.

    Channels are united; an interval of all channels (empty set) makes the union all channels.
    """
    merged: list[Interval] = []
    for interval in sorted(intervals, key=lambda i: (i.start, i.stop)):
        if merged and interval.start <= merged[-1].stop + gap:
            last = merged[-1]
            both = bool(last.channels) and bool(interval.channels)
            channels = tuple(sorted({*last.channels, *interval.channels})) if both else ()
            merged[-1] = Interval(
                start=last.start, stop=max(last.stop, interval.stop), channels=channels
            )
        else:
            merged.append(interval)
    return merged
