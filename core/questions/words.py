"""Sentences that prompts of several kinds share. They speak of numbers alone, never of names."""

from core.questions.wire import channel_name
from core.series import WindowView

AXES_OF_ANSWERS = (
    "Positions are sample numbers as on the x axis, counted from 0 at the left edge. A range is "
    "`start` (its first sample) and `stop` (the sample after its last one). Positions outside the "
    "window make the answer invalid."
)


def describe_window(view: WindowView) -> str:
    """Say what the picture shows: how many samples, which channels, and how they are spaced."""
    n_samples, n_channels = view.values.shape
    if n_channels == 1:
        channels = f"one channel, {channel_name(0)}"
    else:
        last = channel_name(n_channels - 1)
        channels = f"{n_channels} channels, {channel_name(0)} to {last}, one panel each"
    text = (
        f"The picture shows a window of {n_samples} samples of a time series with {channels}. "
        f"The x axis counts samples from 0 to {n_samples - 1}."
    )
    if view.seconds is not None and n_samples > 1:
        text += f" The window lasts {view.seconds[-1]:.6g} seconds."
    return text


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
