"""Sentences that prompts of several kinds share. They speak of numbers alone, never of names."""

import numpy as np

from core.axis import Axis, axis_of
from core.questions.wire import channel_name
from core.render_layout import arranged
from core.series import WindowView
from core.shown import SHOWN, Shown

EVEN = 0.01
"""A step counts as even within this share of the usual one."""
_SIZES = ((86_400, "days"), (3_600, "hours"), (60, "minutes"))


def describe_window(view: WindowView, shown: Shown = SHOWN) -> str:
    """Say what the picture shows: samples, channels, units, spacing, and what else is sent."""
    n_samples, n_channels = view.values.shape
    axis = axis_of(shown.settings, view)
    if n_channels == 1:
        channels = f"one channel, {channel_name(0)}"
    else:
        last = channel_name(n_channels - 1)
        channels = f"{n_channels} channels, {channel_name(0)} to {last}, {_layout(view, shown)}"
    return " ".join(
        (
            f"The picture shows a window of {n_samples} samples of a time series with {channels}.",
            _counted(axis),
            *_spacing(view),
            *_units(shown, n_channels),
            *_left_out(shown),
            *_overview(shown),
        )
    )


def describe_positions(axis: Axis) -> str:
    """Say what a position in an answer is: what the x axis shows."""
    first, end = axis.to_wire(axis.start), axis.to_wire(axis.stop)
    if axis.kind == "window":
        what = "sample numbers as on the x axis, counted from 0 at the left edge"
        ends = "`start` (its first sample) and `stop` (the sample after its last one)"
    elif axis.kind == "sample":
        what = f"sample numbers as on the x axis, from {first} at the left edge"
        ends = (
            f"`start` (its first sample) and `stop` (the sample after its last one, {end} at most)"
        )
    else:
        form = "UTC times in full" if axis.origin_s is not None else "seconds"
        what = f'{form} as on the x axis, written as text like "{first}" (the left edge)'
        ends = (
            "`start` (the time of its first sample) and `stop` (the time of the sample after its "
            f'last one; "{end}" where it reaches the right edge)'
        )
    return (
        f"Positions are {what}. A range is {ends}. Positions outside the window make the answer "
        "invalid."
    )


def _counted(axis: Axis) -> str:
    if axis.kind == "time":
        what = "UTC times" if axis.origin_s is not None else "seconds"
        last = axis.to_wire(axis.stop - 1)
        return f"The x axis shows {what}, from {axis.to_wire(axis.start)} to {last}."
    whole = " of the whole series" if axis.kind == "sample" else ""
    first, last = axis.to_wire(axis.start), axis.to_wire(axis.stop - 1)
    return f"The x axis counts samples{whole} from {first} to {last}."


def _layout(view: WindowView, shown: Shown) -> str:
    arrangement = arranged(shown.settings, view.values.shape[1])
    if arrangement == "strips":
        return "one strip each, every strip with a scale of its own"
    return "in one panel with a legend" if arrangement == "overlaid" else "one panel each"


def _spacing(view: WindowView) -> list[str]:
    """Say how the samples lie in time, where that is known."""
    if view.seconds is None or len(view.seconds) < 2:
        return []
    steps = np.diff(view.seconds)
    usual = float(np.median(steps))
    lasts = f"The window lasts {_duration(float(view.seconds[-1]))}."
    if np.all(np.abs(steps - usual) <= EVEN * usual):
        return [lasts, f"There is one sample every {_duration(usual)}."]
    low, high = _duration(float(steps.min())), _duration(float(steps.max()))
    return [
        lasts,
        "The samples are not evenly spaced in time: from one to the next it is usually "
        f"{_duration(usual)}, at least {low}, at most {high}.",
    ]


def _units(shown: Shown, n_channels: int) -> list[str]:
    known = [(channel_name(channel), shown.unit(channel)) for channel in range(n_channels)]
    said = [f"{name} in {unit}" for name, unit in known if unit]
    return [f"Units: {', '.join(said)}."] if said else []


def _left_out(shown: Shown) -> list[str]:
    if shown.settings.y_range == "own":
        return []
    return ["A line that leaves the picture at the top or bottom goes on beyond it."]


def _overview(shown: Shown) -> list[str]:
    if not shown.overview:
        return []
    return [
        "A second picture shows the whole series with the window shaded, on the same x axis: it "
        "tells what is usual. The answer is about the window alone."
    ]


def _duration(seconds: float) -> str:
    """Return seconds, with a larger unit behind them where one helps."""
    for size, name in _SIZES:
        if seconds >= 2 * size:
            return f"{seconds:.6g} seconds ({seconds / size:.4g} {name})"
    return "1 second" if seconds == 1 else f"{seconds:.6g} seconds"


def rationale_hint(view: WindowView) -> str:
    """Say how a rationale is written so that its claims can be checked."""
    last = channel_name(view.values.shape[1] - 1)
    return (
        "`rationale` is a list of spans in reading order: `text`; `interval`, the number of the "
        "interval it speaks of (1 is the first in the list) or null; `claim` or null. A claim says "
        "something about samples `start` to `stop` of `channel` (ch1"
        + ("" if last == "ch1" else f" to {last}")
        + ") that the data can confirm: `kind` position (the `feature` maximum, minimum, change or "
        "midpoint lies there), level (the level differs from its surroundings by `value`), "
        "direction (the values go `direction` up, down or flat), spike (the largest excursion "
        "from the surroundings is `value`), change (the largest step there is `value`), trend (a "
        "straight line climbs by `value` or goes `direction`), period (a turn takes `value` "
        "samples), variance (the fluctuation is `value` times the rest's, or goes `direction`) or "
        "missing (`value` samples are missing). `unit` is null, or what `value` counts: % or x "
        "(times) of the surroundings, s for a period in seconds."
    )


def paragraphs(*parts: str) -> str:
    """Join the parts that say something, one paragraph each."""
    return "\n\n".join(part.strip() for part in parts if part.strip())
