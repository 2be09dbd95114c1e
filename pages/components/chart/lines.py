"""The lines of a chart: the coarse whole, the fine part in sight, ghosts and gaps, few points each.

The work follows what is drawn, not the length of the series. Knows nothing of Streamlit.
"""

from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.downsample import downsample
from core.outline import ChannelOutline, Outline, outline_of
from pages.components.chart.axis import Axis, axis_beside
from pages.components.chart.data import ChartData, Ghost, LinkedChannel
from pages.components.chart.wire import compact, spread

LIMIT = 10_000
"""Samples of a channel that are all drawn when finer detail cannot be asked for."""
POINTS = 2_000
BUDGET = 7_000
LEAST_POINTS = 100
"""Points of a line at most, of all lines of an update together, and of a line at least."""
MARGIN = 0.1
"""Share of the range in sight that is drawn finely on either side of it."""
LONG_GAP = 0.004
MOST_GAPS = 120
GHOST_SHARE = 0.5


@dataclass(frozen=True)
class Sight:
    """The plotted range in sight and its samples `[start, stop)`."""

    low: float
    high: float
    start: int
    stop: int

    @property
    def span(self) -> float:
        """Plotted units from edge to edge."""
        return self.high - self.low


def sight_of(axis: Axis, low: float, high: float) -> Sight:
    """Return what is in sight between two positions."""
    return Sight(low, high, *axis.samples(low, high))


def whole(axis: Axis) -> Sight:
    """Return the whole axis as what is in sight."""
    return Sight(axis.at(axis.start), axis.at(axis.stop - 1), axis.start, axis.stop)


def drawn_channels(data: ChartData) -> tuple[int, ...]:
    """Return the channels drawn, in order."""
    return data.rows or tuple(range(data.series.n_channels))


def points_each(data: ChartData) -> int:
    """Return the points of each line, so that all together keep to the budget."""
    n = len(drawn_channels(data)) * (1 + GHOST_SHARE * len(data.ghosts)) + len(data.linked)
    return int(min(POINTS, max(LEAST_POINTS, BUDGET / n)))


def base_lines(data: ChartData, axis: Axis) -> list[list[dict[str, Any]]]:
    """Return the coarse lines of the whole axis.

    First those of the series, then those of each ghost, at last those of other series.
    """
    points = points_each(data)
    if not data.resample:
        points = max(points, LIMIT) if axis.stop - axis.start <= LIMIT else POINTS
    return _lines(data, axis, whole(axis), points)


def fine_lines(data: ChartData, axis: Axis, sight: Sight) -> dict[str, Any] | None:
    """Return the lines in sight and a margin around, None when the coarse ones are as good."""
    pad = MARGIN * sight.span
    wide = sight_of(axis, sight.low - pad, sight.high + pad)
    # The last and next samples outside: lines run on to the edges of the picture.
    start, stop = max(wide.start - 1, axis.start), min(wide.stop + 1, axis.stop)
    enough = points_each(data)
    if any(one.series.n_samples > enough for one in data.linked):
        # Another series may have many samples between two of this one.
        if wide.low <= axis.at(axis.start) and wide.high >= axis.at(axis.stop - 1):
            return None
    elif axis.stop - axis.start <= enough or (start, stop) == (axis.start, axis.stop):
        return None
    around = Sight(wide.low, wide.high, start, stop)
    lines = _lines(data, axis, around, enough)
    return {"start": start, "stop": stop, "low": wide.low, "high": wide.high, "lines": lines}


def _lines(data: ChartData, axis: Axis, sight: Sight, points: int) -> list[list[dict[str, Any]]]:
    outline = outline_of(data.series)
    channels = drawn_channels(data)
    own = [
        line_of(outline.channel(c), axis, sight.start, sight.stop, points, 0, 0.0) for c in channels
    ]
    ghosts = [_ghost(data, axis, sight, one, outline, points) for one in data.ghosts]
    linked = [_linked(data, axis, sight, one, points) for one in data.linked]
    return [own, *ghosts, *([linked] if linked else [])]


def _linked(
    data: ChartData, axis: Axis, sight: Sight, linked: LinkedChannel, points: int
) -> dict[str, Any]:
    """Return the line of another series between the same moments, with its own samples."""
    outline = outline_of(linked.series).channel(linked.channel)
    beside = axis_beside(axis, data.series, linked.series)
    if beside is None:
        return line_of(outline, axis, 0, 0, points, 0, 0.0)
    there = sight_of(beside, sight.low, sight.high)
    # One sample more on either side: the line runs on to the edges of the picture.
    start, stop = max(there.start - 1, 0), min(there.stop + 1, beside.stop)
    return line_of(outline, beside, start, stop, points, 0, 0.0)


def _ghost(
    data: ChartData, axis: Axis, sight: Sight, ghost: Ghost, outline: Outline, points: int
) -> list[dict[str, Any]]:
    """Return the series' own lines, moved by the ghost's shift."""
    shift = ghost_shift(axis, ghost)
    full = axis.whole(data.series.n_samples)
    low, high = sight.low - shift, sight.high - shift
    start, stop = full.samples(low, high)
    if high < full.at(0) or low > full.at(full.stop - 1):
        start = stop = 0
    few = max(LEAST_POINTS, int(points * GHOST_SHARE))
    return [
        line_of(outline.channel(c), full, start, stop, few, 0, shift) for c in drawn_channels(data)
    ]


def ghost_shift(axis: Axis, ghost: Ghost) -> float:
    """Return a ghost's shift in plotted units."""
    if axis.kind == "samples":
        return float(ghost.shift_samples)
    if ghost.shift_seconds is None:
        return (axis.step or 0.0) * ghost.shift_samples
    return ghost.shift_seconds * (1000 if axis.kind == "time" else 1)


def line_of(
    channel: ChannelOutline,
    axis: Axis,
    start: int,
    stop: int,
    points: int,
    first: int,
    shift: float,
) -> dict[str, Any]:
    """Return one line: samples, positions and values; sample -1 breaks it."""
    picked = _with_breaks(downsample(channel, start, stop, points)) if stop > start else _NONE
    safe = np.maximum(picked, first)
    y = channel.values[safe]
    y[picked < 0] = np.nan
    return {"i": picked, "x": axis.positions(safe) + shift, "y": y}


_NONE = np.empty(0, np.int64)


def _with_breaks(stretches: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    parts = list(chain.from_iterable((np.array([-1]), kept) for kept in stretches))[1:]
    return np.concatenate(parts) if parts else _NONE


def wire_line(line: dict[str, Any], regular: bool) -> dict[str, Any]:
    """Return a line for the browser, which works out even positions from the samples itself."""
    sent: dict[str, Any] = {"i": line["i"].astype("<i4"), "y": compact(line["y"])}
    if not regular:
        sent["x"] = spread(line["x"])
    return sent


def long_gaps(data: ChartData, axis: Axis, sight: Sight) -> list[list[float]]:
    """Return `[row, low, high]` of gaps that can be seen; row -1 is time that all channels miss."""
    outline = outline_of(data.series)
    leaps = outline.gaps
    leaps = leaps[np.searchsorted(leaps, sight.start) : np.searchsorted(leaps, sight.stop, "right")]
    found = _spans(axis, leaps, leaps, -1)
    channels = drawn_channels(data)
    for row, number in enumerate(channels):
        found += _missing(outline.channel(number), axis, sight, row)
    for row, one in enumerate(data.linked, start=len(channels)):
        if (beside := axis_beside(axis, data.series, one.series)) is None:
            continue
        there = sight_of(beside, sight.low, sight.high)
        leaps = outline_of(one.series).gaps
        within = slice(*np.searchsorted(leaps, [there.start, there.stop + 1]))
        found += _spans(beside, leaps[within], leaps[within], row)
        found += _missing(outline_of(one.series).channel(one.channel), beside, there, row)
    long = [one for one in found if one[2] - one[1] > LONG_GAP * sight.span]
    return sorted(long, key=lambda one: one[1] - one[2])[:MOST_GAPS]


def _missing(channel: ChannelOutline, axis: Axis, sight: Sight, row: int) -> list[list[float]]:
    """Return where a channel has no value in sight."""
    first = int(np.searchsorted(channel.stops, sight.start, side="right"))
    last = int(np.searchsorted(channel.starts, sight.stop, side="left"))
    ends = np.concatenate([[axis.start], channel.stops[max(first - 1, 0) : last + 1]])
    nexts = np.append(channel.starts[max(first - 1, 0) : last + 1], axis.stop)
    if first > 0:
        ends, nexts = ends[1:], nexts[1:]
    if last + 1 < len(channel.starts):
        ends, nexts = ends[:-1], nexts[:-1]
    missing = nexts > ends
    return _spans(axis, ends[missing], nexts[missing], row)


def _spans(
    axis: Axis, ends: NDArray[np.int64], nexts: NDArray[np.int64], row: int
) -> list[list[float]]:
    """Return the stretches from the last sample before `ends` to the samples `nexts`."""
    if not len(ends):
        return []
    lows = axis.positions(np.clip(ends - 1, axis.start, axis.stop - 1))
    highs = axis.positions(np.clip(nexts, axis.start, axis.stop - 1))
    longest = np.argsort(lows - highs)[:MOST_GAPS]
    return [[float(row), float(lows[k]), float(highs[k])] for k in longest]
