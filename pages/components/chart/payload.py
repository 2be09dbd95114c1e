"""ChartData to what the browser draws, and the browser's events back to samples.

Knows nothing of Streamlit. Raw series are never sent: above the limit they are downsampled.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from core.outline import outline_of
from pages.components.chart.axis import Axis, axis_of
from pages.components.chart.data import (
    ChartData,
    ChartEvent,
    LinkedChannel,
    Mark,
    Painted,
    PhraseTouch,
)
from pages.components.chart.edits import read_edit
from pages.components.chart.lines import (
    Sight,
    base_lines,
    drawn_channels,
    fine_lines,
    ghost_shift,
    long_gaps,
    sight_of,
    whole,
    wire_line,
)
from pages.components.chart.log import log_track
from pages.components.chart.score_track import score_tracks
from pages.components.words import with_unit, without_unit


def shown_range(data: ChartData) -> tuple[int, int]:
    """Return the samples that can be seen at all."""
    return data.shown or (0, data.series.n_samples)


def chart_axis(data: ChartData) -> Axis:
    """Return the axis of a chart."""
    return axis_of(data.series, data.zone, shown_range(data), data.zone_known)


def chart_payload(data: ChartData, seen: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what is sent to the browser; arrays are still arrays.

    Args:
        data: what to show.
        seen: the range in sight as the browser told it last, and which coarse lines it holds.
    """
    axis = chart_axis(data)
    start, stop = window = data.window or shown_range(data)
    lanes = list(dict.fromkeys([*data.lanes, *((mark.lane, mark.colour) for mark in data.marks)]))
    return {
        "view": data.view,
        "heading": data.heading,
        "kind": axis.kind,
        "xtitle": axis.title,
        "axis": _axis(axis),
        "extent": [axis.at(axis.start), axis.at(axis.stop - 1)],
        "window": None if data.window is None else [axis.edge(start), axis.edge(stop)],
        "samples": list(window),
        **_lines(data, axis, seen or {}),
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
        "instants": data.instants,
        "editable": data.editable,
        "selected": data.selected,
        "goto": None if data.goto is None else [axis.edge(data.goto[0]), axis.edge(data.goto[1])],
        "goto_id": data.goto_id,
        "alt": data.alt,
        "types": [list(one) for one in data.types],
        "told": asdict(data.told),
        "strip_names": [strip.name for strip in data.strips],
    }


def _axis(axis: Axis) -> dict[str, Any]:
    """Return what the browser needs to place samples itself; `step` is None on uneven axes."""
    return {
        "kind": axis.kind,
        "first": axis.start,
        "last": axis.stop - 1,
        "x0": axis.at(axis.start),
        "step": axis.step,
        "offset": axis.offset,
    }


def sight(data: ChartData, axis: Axis, seen: Mapping[str, Any]) -> Sight:
    """Return what is in sight: what the browser told last, a new goal of a jump, or everything."""
    if (told := _told(data, axis, seen)) is not None:
        return told
    if data.goto is not None:
        return sight_of(axis, axis.edge(data.goto[0]), axis.edge(data.goto[1]))
    if data.detail is not None:
        return sight_of(axis, axis.at(data.detail[0]), axis.at(data.detail[1] - 1))
    return whole(axis)


def _told(data: ChartData, axis: Axis, seen: Mapping[str, Any]) -> Sight | None:
    """Return what the browser had in sight; None when that was another view or before a jump."""
    if seen.get("view") != data.view or seen.get("goto_id", "") != data.goto_id:
        return None
    # It was told in the offset of the zone that the axis had then.
    shift = axis.offset - float(seen.get("offset", axis.offset))
    return sight_of(axis, float(seen["low"]) + shift, float(seen["high"]) + shift)


def _lines(data: ChartData, axis: Axis, seen: Mapping[str, Any]) -> dict[str, Any]:
    """Return rows and lines; the coarse ones only when the browser does not hold them."""
    here = sight(data, axis, seen)
    key = _base_key(data, axis)
    fine = fine_lines(data, axis, here) if data.resample or data.detail else None
    return {
        "rows": [
            {
                "channel": c,
                **_named(data.channels[c].name, data.channels[c].unit),
                "range": outline_of(data.series).channel(c).range,
            }
            for c in drawn_channels(data)
        ],
        "linked": [_linked(one) for one in data.linked],
        "ghosts": [{"label": g.label, "shift": ghost_shift(axis, g)} for g in data.ghosts],
        "base": key,
        "lines": None if key in seen.get("have", ()) else base_lines(data, axis),
        "fine": fine,
        "answer": seen.get("id", 0) if seen.get("view") == data.view else 0,
        "gaps": long_gaps(data, axis, here),
        "log": log_track(data.log, axis, here),
        "strips": score_tracks(data.strips, axis, here, seen.get("have", ())),
    }


def _linked(one: LinkedChannel) -> dict[str, Any]:
    return {
        **_named(one.name, one.unit, f" · {one.source}"),
        "range": outline_of(one.series).channel(one.channel).range,
    }


def _named(name: str, unit: str, source: str = "") -> dict[str, str]:
    """Return how a row is called: as it is, with its unit, and where the unit stands beside it."""
    told = with_unit(name, unit) == name  # before the source stands behind it
    return {
        "name": f"{name}{source}",
        "title": with_unit(f"{name}{source}", "" if told else unit),
        "bare": f"{without_unit(name, unit)}{source}",
        "unit": unit,
    }


def _base_key(data: ChartData, axis: Axis) -> str:
    """Name the coarse lines: a browser that holds lines of this name is not sent them again."""
    ghosts = [(g.shift_seconds, g.shift_samples) for g in data.ghosts]
    linked = [(outline_of(one.series).name, one.channel) for one in data.linked]
    parts = (axis.kind, axis.start, axis.stop, axis.offset, drawn_channels(data), ghosts, linked)
    return f"{outline_of(data.series).name}{parts}{data.resample}"


def wire_payload(payload: dict[str, Any]) -> dict[str, Any]:
    """Return a payload whose lines are as short as the browser can do with."""
    regular, n_ghosts = payload["axis"]["step"] is not None, len(payload["ghosts"])
    fine = payload["fine"]

    def short(lines: list[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
        # After the ghosts come other series, whose samples are not those of this axis.
        return [
            [wire_line(line, regular and number <= n_ghosts) for line in group]
            for number, group in enumerate(lines)
        ]

    return {
        **payload,
        "lines": None if payload["lines"] is None else short(payload["lines"]),
        "fine": None if fine is None else {**fine, "lines": short(fine["lines"])},
    }


def read_event(data: ChartData, raw: Mapping[str, Any]) -> ChartEvent:
    """Turn what the component holds (`event`, `visible`, `failed`) into a ChartEvent.

    Of what was done in the picture of another view only the nonce is told: its samples are not
    those of this one.
    """
    axis = chart_axis(data)
    happened: Mapping[str, Any] = raw.get("event") or {}
    event = happened if happened.get("view", data.view) == data.view else {}
    # What was in sight when it happened: the state of the browser follows a moment later.
    seen = _told(data, axis, event.get("sight") or raw.get("visible") or {})
    painted: Mapping[str, Any] | None = event.get("painted")
    edit = read_edit(data, axis, event)
    return ChartEvent(
        visible=None if seen is None else (seen.start, seen.stop),
        drawn=edit.drawn,
        moved=edit.moved,
        deleted=edit.deleted,
        split=edit.split,
        merged=edit.merged,
        selected=edit.selected,
        cursor=edit.cursor,
        clicked=str(event.get("ref", "")) if event.get("type") == "clicked" else "",
        phrase=_touch(event) if event.get("type") == "phrase" else None,
        action=str(event.get("action", "")) if event.get("type") == "action" else "",
        on=str(event.get("ref", "")) if event.get("type") == "action" else "",
        rebound=(str(event["binding"]), str(event["key"]))
        if event.get("type") == "rebound"
        else None,
        painted=None
        if painted is None
        else Painted(
            str(painted["item_id"]),
            tuple(map(str, painted["answer_ids"])),
            int(painted.get("version", 0)),
        ),
        seconds=event.get("seconds"),
        nonce=str(happened.get("nonce", "")),
        failed=str(raw.get("failed") or ""),
    )


def _touch(event: Mapping[str, Any]) -> PhraseTouch:
    return PhraseTouch(str(event["phrase"]), str(event["verb"]), str(event.get("text", "")))


def _in_sight(mark: Mark, axis: Axis) -> bool:
    return mark.start < axis.stop and mark.stop > axis.start


def _mark(mark: Mark, axis: Axis) -> dict[str, Any]:
    return {
        **asdict(mark),
        "low": axis.at(max(mark.start, axis.start)),
        "high": axis.at(min(mark.stop, axis.stop) - 1),
    }
