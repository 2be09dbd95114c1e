"""ChartData to the JSON the browser draws, and the browser's events back to samples.

Knows nothing of Streamlit. Raw series are never sent: above the limit they are downsampled.
"""

import base64
from collections.abc import Mapping
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.downsample import LIMIT, downsample
from core.intervals import Interval
from pages.components.chart.axis import Axis, axis_of
from pages.components.chart.data import ChartData, ChartEvent, Mark, Painted


def shown_range(data: ChartData) -> tuple[int, int]:
    """Return the samples that can be seen at all."""
    return data.shown or (0, data.series.n_samples)


def chart_axis(data: ChartData) -> Axis:
    """Return the axis of a chart."""
    return axis_of(data.series, data.zone, shown_range(data))


def chart_payload(data: ChartData) -> dict[str, Any]:
    """Return what is sent to the browser, ready for JSON."""
    axis = chart_axis(data)
    start, stop = window = data.window or shown_range(data)
    lanes = list(dict.fromkeys([*data.lanes, *((mark.lane, mark.colour) for mark in data.marks)]))
    return {
        "view": data.view,
        "heading": data.heading,
        "kind": axis.kind,
        "xtitle": axis.title,
        "extent": [axis.at(axis.start), axis.at(axis.stop - 1)],
        "window": None if data.window is None else [axis.edge(start), axis.edge(stop)],
        "samples": list(window),
        "rows": [_row(data, axis, c) for c in data.rows or range(data.series.n_channels)],
        "lanes": [{"label": label, "colour": colour} for label, colour in lanes],
        "marks": [_mark(mark, axis) for mark in data.marks if _in_sight(mark, axis)],
        "panels": [asdict(panel) for panel in data.panels],
        "actions": [asdict(action) for action in data.actions],
        "painted": asdict(data.painted),
        "mode": data.mode,
        "highlight": data.highlight,
        "height": data.height,
        "reserve": data.reserve,
        "compact": data.compact,
        "handled": data.handled,
        "resample": data.resample,
        "overview": data.overview,
        "layout": data.layout,
        "normalise": data.normalise,
        "editable": data.editable,
        "selected": data.selected,
        "goto": None if data.goto is None else [axis.edge(data.goto[0]), axis.edge(data.goto[1])],
        "goto_id": data.goto_id,
        "alt": data.alt,
        "types": [list(one) for one in data.types],
    }


def read_event(data: ChartData, raw: Mapping[str, Any]) -> ChartEvent:
    """Turn what the component holds (`event`, `visible`, `failed`) into a ChartEvent."""
    axis = chart_axis(data)
    visible: Mapping[str, Any] = raw.get("visible") or {}
    event: Mapping[str, Any] = raw.get("event") or {}
    painted: Mapping[str, Any] | None = event.get("painted")
    drawn = None
    if event.get("type") == "drawn":
        start, stop = axis.samples(float(event["low"]), float(event["high"]))
        drawn = Interval(start=start, stop=stop, channels=(int(event["channel"]),))
    return ChartEvent(
        visible=axis.samples(float(visible["low"]), float(visible["high"]))
        if visible.get("view") == data.view
        else None,
        drawn=drawn,
        moved=_moved(data, axis, event) if event.get("type") == "moved" else None,
        clicked=str(event.get("ref", "")) if event.get("type") == "clicked" else "",
        action=str(event.get("action", "")) if event.get("type") == "action" else "",
        painted=None
        if painted is None
        else Painted(
            str(painted["item_id"]),
            tuple(map(str, painted["answer_ids"])),
            int(painted.get("version", 0)),
        ),
        seconds=event.get("seconds"),
        nonce=str(event.get("nonce", "")),
        failed=str(raw.get("failed") or ""),
    )


def _moved(data: ChartData, axis: Axis, event: Mapping[str, Any]) -> tuple[str, int, int] | None:
    """Return the mark whose edge was dragged, at least one sample long."""
    sample = axis.nearest(float(event["at"]))
    for mark in data.marks:
        if mark.ref == event["ref"] and event["side"] == "low":
            return mark.ref, min(sample, mark.stop - 1), mark.stop
        if mark.ref == event["ref"]:
            return mark.ref, mark.start, max(sample, mark.start) + 1
    return None


def _in_sight(mark: Mark, axis: Axis) -> bool:
    return mark.start < axis.stop and mark.stop > axis.start


def _mark(mark: Mark, axis: Axis) -> dict[str, Any]:
    return {
        **asdict(mark),
        "low": axis.at(max(mark.start, axis.start)),
        "high": axis.at(min(mark.stop, axis.stop) - 1),
    }


def _row(data: ChartData, axis: Axis, channel: int) -> dict[str, Any]:
    """Return one channel's line: positions, values and sample numbers, NaN between stretches."""
    picked = _picked(data, axis, channel)
    values = data.series.values[picked, channel]
    breaks = np.flatnonzero(picked < 0)
    values[breaks] = np.nan
    described = data.channels[channel]
    return {
        "channel": channel,
        "name": described.name,
        "unit": described.unit,
        "x": _packed(axis.x[np.maximum(picked, axis.start) - axis.start]),
        "y": _packed(values),
        "i": np.maximum(picked, 0).tolist(),
    }


def _picked(data: ChartData, axis: Axis, channel: int) -> NDArray[np.int64]:
    """Return the samples to draw; -1 stands between two stretches and breaks the line."""
    cuts = [axis.start, axis.stop]
    if data.detail is not None and axis.stop - axis.start > LIMIT:
        low, high = data.detail
        cuts = sorted({axis.start, max(low, axis.start), min(high, axis.stop), axis.stop})
    seconds = data.series.seconds()
    stretches: list[NDArray[np.int64]] = []
    for start, stop in pairwise(cuts):
        part = downsample(
            data.series.values[start:stop, channel],
            None if seconds is None else seconds[start:stop],
        )
        for number, kept in enumerate(part):
            joined = number == 0 and stretches and stretches[-1][-1] == start - 1 and kept[0] == 0
            if stretches and not joined:
                stretches.append(np.array([-1]))
            stretches.append(kept + start)
    return np.concatenate([np.empty(0, np.int64), *stretches])


def _packed(values: NDArray[np.float64]) -> dict[str, str]:
    raw = np.ascontiguousarray(values, dtype="<f8").tobytes()
    return {"dtype": "f8", "bdata": base64.b64encode(raw).decode()}
