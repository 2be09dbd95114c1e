"""Where the intervals of one label share samples of a channel, and what is left of the earlier one.

Intervals are half-open samples `[start, stop)`; an interval without channels is on all of them.
Of two intervals the later one is the one with the higher number.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

from core.answers import AnswerContent, FoundInterval

Range = tuple[int, int]


def shared(one: FoundInterval, other: FoundInterval) -> Range | None:
    """Return the samples that two intervals share on a channel; None when there are none."""
    start, stop = max(one.start, other.start), min(one.stop, other.stop)
    apart = one.channels and other.channels and set(one.channels).isdisjoint(other.channels)
    return None if start >= stop or apart else (start, stop)


def overlapping(
    intervals: Sequence[FoundInterval],
) -> list[tuple[FoundInterval, FoundInterval, Range]]:
    """Return every two intervals that share samples of a channel, with those samples."""
    return [
        (one, other, both)
        for one, other in combinations(intervals, 2)
        if (both := shared(one, other)) is not None
    ]


def replaced(content: AnswerContent, n_channels: int) -> tuple[AnswerContent, list[str]]:
    """Let the later of two overlapping intervals replace what it covers, channel by channel.

    What is left of an interval may be several pieces, or none. All are numbered anew by where they
    start; a phrase goes on pointing to the first piece of its interval, and to nothing when none is
    left: its words stay.

    Returns:
        The content without overlaps, and a sentence for each interval that changed. The very same
        content when none did.
    """
    left = [
        (one, _left_of(one, content.intervals[place + 1 :], n_channels))
        for place, one in enumerate(content.intervals)
    ]
    changes = [_told(one, pieces) for one, pieces in left if pieces != [one]]
    if not changes:
        return content, []
    pieces = sorted(
        ((piece, one.number) for one, rest in left for piece in rest),
        key=lambda pair: (pair[0].start, pair[0].stop, pair[1]),
    )
    numbers: dict[int, int] = {}
    for number, (_, was) in enumerate(pieces, start=1):
        numbers.setdefault(was, number)
    return content.model_copy(
        update={
            "intervals": tuple(
                piece.model_copy(update={"number": number})
                for number, (piece, _) in enumerate(pieces, start=1)
            ),
            "rationale": tuple(
                span.model_copy(update={"interval": numbers.get(span.interval or 0)})
                for span in content.rationale
            ),
        }
    ), changes


def _left_of(
    one: FoundInterval, later: Sequence[FoundInterval], n_channels: int
) -> list[FoundInterval]:
    if all(shared(one, other) is None for other in later):
        return [one]
    channels_of: dict[tuple[Range, ...], list[int]] = defaultdict(list)
    for channel in one.channels or range(n_channels):
        covers = [o for o in later if not o.channels or channel in o.channels]
        channels_of[_without(one, covers)].append(channel)
    everywhere = len(one.channels) or n_channels
    return [
        one.model_copy(
            update={
                "start": start,
                "stop": stop,
                "channels": one.channels if len(channels) == everywhere else tuple(channels),
            }
        )
        for ranges, channels in channels_of.items()
        for start, stop in ranges
    ]


def _without(one: FoundInterval, covers: Sequence[FoundInterval]) -> tuple[Range, ...]:
    """Return the samples of an interval that none of the others covers, in order."""
    ranges: list[Range] = []
    at = one.start
    for other in sorted(covers, key=lambda o: o.start):
        if other.start >= one.stop:
            break
        if other.start > at:
            ranges.append((at, other.start))
        at = max(at, other.stop)
    if at < one.stop:
        ranges.append((at, one.stop))
    return tuple(ranges)


def samples(start: int, stop: int) -> str:
    """Say a range of samples, first and last: `sample 7`, `samples 7 to 9`."""
    return f"sample {start:,}" if stop - start == 1 else f"samples {start:,} to {stop - 1:,}"


def _told(one: FoundInterval, pieces: Sequence[FoundInterval]) -> str:
    place = samples(one.start, one.stop)
    if not pieces:
        return f"the event at {place} was left out, because a later one covers all of it"
    rest = " and ".join(dict.fromkeys(samples(piece.start, piece.stop) for piece in pieces))
    return f"the event at {place} was cut where a later one covers it; {rest} are left"
