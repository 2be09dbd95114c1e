"""Score strips for the browser: few cells, each with the highest score of its samples.

A peak of one sample is in some cell at any zoom. On even axes a cell has as many samples as the
next one, on uneven axes it lasts as long; where few samples are in sight each has its own.
"""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.outline import Samples, candidates
from pages.components.chart.axis import Axis
from pages.components.chart.lines import MARGIN, Sight, sight_of, whole
from pages.components.chart.scores import ScoreStrip
from pages.components.chart.wire import spread

COARSE, FINE = 600, 1_000
"""Cells of the whole axis, and of what is in sight with its margin, at most."""
BLOCKS_PER_CELL = 2


def score_tracks(
    strips: Sequence[ScoreStrip], axis: Axis, sight: Sight, held: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Return what is sent of each strip: the whole axis coarsely, what is in sight finely.

    Args:
        held: names of the coarse parts that the browser has, which are not sent again.
    """
    if not strips:
        return []
    pad = MARGIN * sight.span
    near = sight_of(axis, sight.low - pad, sight.high + pad)
    cells = _cells(axis, whole(axis), COARSE)
    fine = None if axis.stop - axis.start <= COARSE else _cells(axis, near, FINE)
    place = f"{axis.kind}{axis.start}-{axis.stop}{axis.offset}"
    return [
        {
            "name": f"{strip.name}{place}",
            "label": strip.label,
            "meaning": strip.meaning,
            "colour": strip.colour,
            "threshold": strip.threshold,
            "highest": strip.highest,
            "coarse": None if f"{strip.name}{place}" in held else _filled(strip, axis, cells),
            "fine": None if fine is None else _filled(strip, axis, fine),
        }
        for strip in strips
    ]


def _cells(axis: Axis, sight: Sight, most: int) -> Samples:
    """Return the first samples of the cells in sight, and the sample after the last one."""
    start, stop = sight.start, sight.stop
    if stop - start <= most:
        return np.arange(start, stop + 1, dtype=np.int64)
    if axis.ticks is None or axis.step is not None:
        edges = np.linspace(start, stop, most + 1)
        return np.unique(np.round(edges).astype(np.int64))
    low, high = axis.at(start), axis.at(stop - 1)
    moments = np.linspace(low, high, most + 1)[1:-1]
    ticks = (moments - axis.offset) * axis.per_unit + axis.origin
    inner = start + np.searchsorted(axis.ticks[start:stop], np.ceil(ticks).astype(np.int64))
    return np.unique(np.concatenate([[start], inner, [stop]])).astype(np.int64)


def _filled(strip: ScoreStrip, axis: Axis, cells: Samples) -> dict[str, Any]:
    """Return the cells with where each lies, and sample, score and quantile of its peak."""
    peaks = peaks_of(strip, cells)
    lows, highs = _places(axis, cells)
    return {
        "low": spread(lows),
        "high": spread(highs),
        "i": peaks.astype("<i4"),
        "y": strip.scores[peaks].astype("<f4"),
        "q": strip.quantiles[peaks].astype("<f4"),
    }


def peaks_of(strip: ScoreStrip, cells: Samples) -> Samples:
    """Return the sample with the highest score of every cell `[cells[k], cells[k + 1])`."""
    first, last = int(cells[0]), int(cells[-1])
    least = BLOCKS_PER_CELL * (len(cells) - 1)
    # Every cell's first sample is a candidate, too: no cell is without one.
    among = candidates(strip.outline, first, last, least)
    found = np.union1d(among, cells[:-1]) if len(among) < last - first else among
    starts = np.searchsorted(found, cells[:-1])
    values = strip.scores[found]
    highest = np.maximum.reduceat(values, starts)
    sizes = np.diff(np.append(starts, len(found)))
    hits = np.flatnonzero(values == np.repeat(highest, sizes))
    return found[hits[np.searchsorted(hits, starts)]]


def _places(axis: Axis, cells: Samples) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where cells begin and end: half-way to their neighbours, but never far into a gap."""
    first, last = axis.positions(cells[:-1]), axis.positions(cells[1:] - 1)
    before = axis.positions(np.maximum(cells[:-1] - 1, axis.start))
    after = axis.positions(np.minimum(cells[1:], axis.stop - 1))
    if axis.step is not None:
        reach = axis.step / 2
    else:
        steps = after - last
        reach = float(np.median(steps[steps > 0])) / 2 if np.any(steps > 0) else 0.0
    lows = np.maximum((before + first) / 2, first - reach)
    highs = np.minimum((last + after) / 2, last + reach)
    return lows, highs
