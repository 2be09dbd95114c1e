"""The event-log track: entries in sight as ticks; many of them as few. Knows no Streamlit."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from pages.components.chart.axis import Axis
from pages.components.chart.data import LogMark
from pages.components.chart.lines import Sight

MOST = 250
"""Entries sent one by one; more are sent by their share of the range in sight."""
CELLS = 120
NAMED = 4


def log_track(entries: Sequence[LogMark], axis: Axis, sight: Sight) -> list[dict[str, Any]]:
    """Return the ticks of the entries that lie on the axis; one tick may stand for several."""
    low, high = axis.at(axis.start), axis.at(axis.stop - 1)
    found = sorted(((_span(one, axis), one) for one in entries), key=lambda pair: pair[0])
    found = [(span, one) for span, one in found if span[1] >= low and span[0] <= high]
    if len(found) <= MOST:
        return [_tick(span, [one]) for span, one in found]
    # Only what is near is told apart; the rest comes with the next range in sight.
    low, high = sight.low - sight.span, sight.high + sight.span
    near = [(span, one) for span, one in found if span[1] >= low and span[0] <= high]
    if len(near) <= MOST:
        return [_tick(span, [one]) for span, one in near]
    cell = (sight.span or 1) / CELLS
    groups = [list(group) for _, group in groupby(near, key=lambda pair: pair[0][0] // cell)]
    return [_tick(group[0][0], [one for _, one in group]) for group in groups]


def _span(one: LogMark, axis: Axis) -> tuple[float, float]:
    start = axis.of_tick(one.tick)
    return start, start if one.end is None else axis.of_tick(one.end)


def _tick(span: tuple[float, float], entries: list[LogMark]) -> dict[str, Any]:
    texts = [f"{one.kind}: {one.text}" if one.kind else one.text for one in entries[:NAMED]]
    return {"low": span[0], "high": span[1], "n": len(entries), "texts": texts}
