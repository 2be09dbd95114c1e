"""Labels given by row or time to a series' samples: nothing is clipped or dropped in silence."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.intervals import Interval
from core.labels.model import LabelSet, Resolved, Span
from core.labels.moments import is_number, tick_of, ticks_of_numbers
from core.series import SeriesData, SeriesInfo


def resolve(labels: LabelSet, data: SeriesData, info: SeriesInfo) -> Resolved:
    """Place a label set on a series.

    Rows are rows of the source file; times are inclusive at both ends, and in the series' zone
    when they state no offset. Whole numbers none of which is a row are numbers on the time axis. A
    change point is the first sample at or after its time.
    """
    placer = _Placer(data, info, numbers_are_times=_beyond_rows(labels, data))
    found: list[tuple[Interval, str]] = []
    problems: list[str] = []
    all_placed = True
    for span in labels.spans:
        channels, note = _channels(span, info)
        place = placer.change_point if labels.kind == "change_point" else placer.stretch
        runs, reason = place(span)
        problems.extend(f"{span}: {text}" for text in (reason, note) if text)
        all_placed = all_placed and bool(runs)
        found.extend(
            (Interval(start=start, stop=stop, channels=channels), span.type) for start, stop in runs
        )
    found.sort(key=lambda pair: (pair[0].start, pair[0].stop))
    return Resolved(
        intervals=tuple(interval for interval, _ in found),
        types=tuple(kind for _, kind in found),
        problems=tuple(problems),
        complete=labels.complete and all_placed,
    )


def _beyond_rows(labels: LabelSet, data: SeriesData) -> bool:
    """Say whether no whole number is a row of the file, so that they may be times.

    All of a set decide together: read one by one, a set of rows with one beyond the file's end
    would be read in two ways.
    """
    ends = [span.whole for span in labels.spans if span.counts == "rows" and span.whole is not None]
    if data.time is None or not ends:
        return False
    first, last = int(data.source_row.min()), int(data.source_row.max())
    return all(start > last or end < first for start, end in ends)


class _Placer:
    """Places spans on one series; keeps its rows in order for looking them up."""

    def __init__(self, data: SeriesData, info: SeriesInfo, *, numbers_are_times: bool) -> None:
        self._data = data
        self._info = info
        self._numbers_are_times = numbers_are_times
        self._order: NDArray[np.int64] | None = None

    def stretch(self, span: Span) -> tuple[list[tuple[int, int]], str]:
        """Return the sample runs of a span, and what is wrong with it (or nothing)."""
        if span.whole is not None and not self._is_time(span):
            place = self._samples if span.counts == "samples" else self._rows
            return place(*span.whole)
        ticks = self._ticks(f"{span.start}", f"{span.end}")
        if isinstance(ticks, str):
            return self._as_rows(f"{span.start}", f"{span.end}", ticks)
        time = self._time()
        if ticks[1] < ticks[0]:
            return [], "it ends before it starts"
        first = int(np.searchsorted(time, ticks[0], side="left"))
        stop = int(np.searchsorted(time, ticks[1], side="right"))
        return self._run(first, stop, ticks)

    def change_point(self, span: Span) -> tuple[list[tuple[int, int]], str]:
        """Return the one sample at which the change is, and what is wrong (or nothing)."""
        if isinstance(span.start, int) and not self._is_time(span):
            runs, reason = self.stretch(span.model_copy(update={"end": span.start}))
            return runs[:1], reason
        at = f"{span.start}"
        ticks = self._ticks(at, at)
        if isinstance(ticks, str):
            first = f"{np.ceil(float(at)):.0f}" if is_number(at) else at
            return self._as_rows(first, first, ticks)
        time = self._time()
        first = int(np.searchsorted(time, ticks[0], side="left"))
        if first == len(time) or ticks[1] < time[0]:
            side = "after the last" if first == len(time) else "before the first"
            return [], f"it lies {side} sample of the series"
        return [(first, first + 1)], ""

    def _is_time(self, span: Span) -> bool:
        return span.counts == "rows" and self._numbers_are_times

    def _run(
        self, first: int, stop: int, ticks: tuple[int, int]
    ) -> tuple[list[tuple[int, int]], str]:
        time = self._time()
        if first >= stop:
            outside = ticks[1] < time[0] or ticks[0] > time[-1]
            where = "it lies outside the series' time" if outside else "it lies between two samples"
            return [], f"{where}, so no sample is marked"
        before, after = ticks[0] < time[0], ticks[1] > time[-1]
        ends = [text for text, yes in (("starts before", before), ("ends after", after)) if yes]
        reason = f"it {' and '.join(ends)} the series; only what overlaps is marked" if ends else ""
        return [(first, stop)], reason

    def _samples(self, start: int, end: int) -> tuple[list[tuple[int, int]], str]:
        n = self._data.n_samples
        first, stop = max(start, 0), min(end + 1, n)
        if first >= stop:
            return [], f"the series has samples 0 to {n - 1:,} only"
        cut = first != start or stop != end + 1
        return [(first, stop)], f"the series has samples 0 to {n - 1:,} only" if cut else ""

    def _rows(self, start: int, end: int) -> tuple[list[tuple[int, int]], str]:
        """Find the samples that came from these rows of the file."""
        rows = self._data.source_row
        if self._order is None:
            self._order = np.argsort(rows, kind="stable")
        ordered = rows[self._order]
        low = int(np.searchsorted(ordered, start, side="left"))
        high = int(np.searchsorted(ordered, end, side="right"))
        there = f"the series has rows {ordered[0]:,} to {ordered[-1]:,} of the file"
        if low >= high:
            inside = ordered[0] <= start and end <= ordered[-1]
            gap = "those rows of the file are not part of the series"
            return [], gap if inside else f"{there}, so no sample is marked"
        outside = start < ordered[0] or end > ordered[-1]
        runs = _runs(np.sort(self._order[low:high]))
        return runs, f"{there}; only what overlaps is marked" if outside else ""

    def _as_rows(self, start: str, end: str, reason: str) -> tuple[list[tuple[int, int]], str]:
        """Take numbers that are no times as rows; anything else stays a problem."""
        if not (is_number(start) and is_number(end)):
            return [], reason
        first, last = float(start), float(end)
        # Tools that let people draw give fractions of a row: a row counts if it lies inside.
        return self._rows(int(np.ceil(first)), int(np.floor(last)))

    def _ticks(self, start: str, end: str) -> tuple[int, int] | str:
        """Return both ends as ticks, or why that cannot be."""
        if self._data.time is None:
            return "the series has no time axis, so a time says no sample"
        if is_number(start) and is_number(end):
            found = ticks_of_numbers(start, end, self._data)
            return found or "neither a time nor a row of the series"
        first = tick_of(start, self._data, self._info.zone)
        last = tick_of(end, self._data, self._info.zone, late=start != end)
        if first is None or last is None:
            unread = start if first is None else end
            return f"'{unread}' is no time that can be read"
        return first, last

    def _time(self) -> NDArray[np.int64]:
        assert self._data.time is not None  # asked only after `_ticks` found ticks
        return self._data.time


def _runs(samples: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return sorted samples as half-open runs."""
    borders = np.flatnonzero(np.diff(samples) > 1) + 1
    return [(int(run[0]), int(run[-1]) + 1) for run in np.split(samples, borders)]


def _channels(span: Span, info: SeriesInfo) -> tuple[tuple[int, ...], str]:
    """Return the label's channels by number, and a sentence about those that are not there."""
    if not span.channels:
        return (), ""
    numbers = {name.lower(): k for k, name in enumerate(info.channel_names)}
    known = sorted({numbers[c.lower()] for c in span.channels if c.lower() in numbers})
    unknown = [channel for channel in span.channels if channel.lower() not in numbers]
    if not unknown:
        return (() if len(known) == len(numbers) else tuple(known)), ""
    listed = _listed(unknown)
    if known:
        return tuple(known), f"the series has no channel {listed}; the others are marked"
    return (), f"the series has no channel {listed}; all channels are marked"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names[:5]) + (", ..." if len(names) > 5 else "")
