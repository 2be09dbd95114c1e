"""What a person changed in the browser, as exact samples.

A place comes as `{sample, x, way, by}`. Where the browser knew the sample, `x` is null and the
sample stands; else it saw too few points, and the axis decides by `x`, plotted, and adds `by`.
Marks that are not movable are never changed, whatever the browser says. Knows no Streamlit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.intervals import Interval
from pages.components.chart.axis import Axis
from pages.components.chart.data import ChartData, Mark


@dataclass(frozen=True)
class Edit:
    """The parts of a ChartEvent that tell of an edit; see there."""

    drawn: Interval | None = None
    moved: tuple[str, int, int] | None = None
    deleted: str = ""
    split: tuple[str, int] | None = None
    merged: tuple[str, str] | None = None
    selected: str | None = None
    cursor: int | None = None


def read_edit(data: ChartData, axis: Axis, event: Mapping[str, Any]) -> Edit:
    """Read the edit in an event of the browser; one of a mark that is gone or read-only is none."""
    cursor = sample_of(axis, event["cursor"]) if event.get("cursor") else None
    mark = _movable(data, event.get("ref"))
    match event.get("type"):
        case "drawn":
            start, stop = _span(axis, event)
            channels = tuple(int(channel) for channel in event["channels"])
            drawn = Interval(start=start, stop=stop, channels=channels)
            return Edit(drawn=drawn, cursor=cursor)
        case "selected":
            return Edit(selected=str(event["ref"]), cursor=cursor)
        case "moved" if mark:
            return Edit(moved=(mark.ref, *_span(axis, event)), cursor=cursor)
        case "deleted" if mark:
            return Edit(deleted=mark.ref, cursor=cursor)
        case "split" if mark:
            at = sample_of(axis, event["at"])
            inside = mark.start < at < mark.stop
            return Edit(split=(mark.ref, at) if inside else None, cursor=cursor)
        case "merged" if mark:
            other = _movable(data, event.get("other"))
            return Edit(merged=(mark.ref, other.ref) if other else None, cursor=cursor)
        case _:
            return Edit(cursor=cursor)


def sample_of(axis: Axis, place: Mapping[str, Any]) -> int:
    """Return the sample a place stands for, inside the axis."""
    sample = int(place["sample"])
    if (x := place.get("x")) is not None:
        sample = _at(axis, float(x), str(place["way"])) + int(place["by"])
    return min(max(sample, axis.start), axis.stop - 1)


def _at(axis: Axis, x: float, way: str) -> int:
    if way == "nearest":
        return axis.nearest(x)
    first, last = axis.at(axis.start), axis.at(axis.stop - 1)
    if way == "from":
        return axis.samples(x, max(last, x))[0]
    return axis.samples(min(first, x), x)[1] - 1


def _span(axis: Axis, event: Mapping[str, Any]) -> tuple[int, int]:
    """Return `[start, stop)` of the first and last place; between two samples, the nearest one."""
    first, last = sample_of(axis, event["start"]), sample_of(axis, event["last"])
    if first > last:
        first = last = min(first, axis.stop - 1)
    return first, last + 1


def _movable(data: ChartData, ref: object) -> Mark | None:
    return next((mark for mark in data.marks if mark.ref == ref and mark.movable), None)
