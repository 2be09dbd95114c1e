"""What somebody who sees one window at a time says of a whole series.

The series is cut into windows that overlap, each is asked on its own, and an event that two windows
tell of is one interval afterwards:

1. Two intervals of the same type are one when they share a sample or touch, and share a channel (an
   interval without channels has them all).
2. The one interval reaches from the first start to the last end, has the channels of all, and the
   confidence of the surest; an interval that a window's edge cut in two is whole again.

Within one window nothing is joined: what its author kept apart there stays apart.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.answers import AnswerContent, FoundInterval
from core.series import WindowView, cut_windows

Array = NDArray[np.float64]
LONGEST = 4_096
"""Samples of the longest window that is shown at once."""
OVERLAP = LONGEST // 8


def windows_of(
    values: Array, seconds: Array | None, length: int = LONGEST, overlap: int = OVERLAP
) -> list[WindowView]:
    """Return the windows that cover a series of (n, channels) values, as a model may see them.

    Raises:
        DataError: if the length is below 1, or the overlap is not below it.
    """
    return [
        WindowView(
            values=values[start:stop],
            start=start,
            seconds=None if seconds is None else seconds[start:stop] - seconds[start],
        )
        for start, stop in cut_windows(len(values), length, overlap)
    ]


def answer_whole(
    values: Array,
    seconds: Array | None,
    ask: Callable[[WindowView], AnswerContent],
    window: int = LONGEST,
    overlap: int = OVERLAP,
) -> list[FoundInterval]:
    """Ask window by window; return the intervals of the whole series, by start, numbered from 1."""
    return joined([ask(view).intervals for view in windows_of(values, seconds, window, overlap)])


def joined(windows: Sequence[Sequence[FoundInterval]]) -> list[FoundInterval]:
    """Join the intervals of windows by the rule of this module."""
    return [found for found, _ in joined_parts(windows)]


def joined_parts(
    windows: Sequence[Sequence[FoundInterval]],
) -> list[tuple[FoundInterval, list[FoundInterval]]]:
    """Join the intervals of windows; return each with the intervals that it was made of."""
    events: list[list[tuple[int, FoundInterval]]] = []
    for window, intervals in enumerate(windows):
        for one in intervals:
            same = [
                event
                for event in events
                if any(other != window and _one_event(one, there) for other, there in event)
            ]
            events = [event for event in events if event not in same]
            events.append([*(member for event in same for member in event), (window, one)])
    parts = [[one for _, one in event] for event in events]
    found = sorted(
        ((_united(some), some) for some in parts),
        key=lambda pair: (pair[0].start, pair[0].stop, pair[0].sort or ""),
    )
    return [
        (one.model_copy(update={"number": place}), some)
        for place, (one, some) in enumerate(found, start=1)
    ]


def _one_event(a: FoundInterval, b: FoundInterval) -> bool:
    touch = max(a.start, b.start) <= min(a.stop, b.stop)
    on_one = not a.channels or not b.channels or bool(set(a.channels) & set(b.channels))
    return touch and on_one and a.sort == b.sort


def _united(parts: Sequence[FoundInterval]) -> FoundInterval:
    sure = [one.confidence for one in parts if one.confidence is not None]
    everywhere = any(not one.channels for one in parts)
    return parts[0].model_copy(
        update={
            "start": min(one.start for one in parts),
            "stop": max(one.stop for one in parts),
            "channels": ()
            if everywhere
            else tuple(sorted({channel for one in parts for channel in one.channels})),
            "confidence": max(sure) if sure else None,
        }
    )
