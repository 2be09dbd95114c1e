"""What a series is like, in numbers and words: interval, gaps, repeats, constant and missing parts.

Pure: looks at the series alone and changes nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.series import TICKS_PER_SECOND, SeriesData, SeriesInfo

_GAP = 1.5  # a gap is a step longer than this many usual steps
_LISTED = 20
_EVEN = 0.01  # a step counts as regular within this share of the usual one
_CONSTANT = 10  # samples after which an unchanged value is a stretch worth telling


@dataclass(frozen=True)
class Gap:
    """A step that is longer than usual: the sample before it, and how long it lasts."""

    sample: int
    seconds: float


@dataclass(frozen=True)
class Stretch:
    """Samples `[start, stop)` in which a channel never changes its value."""

    start: int
    stop: int


@dataclass(frozen=True)
class ChannelReport:
    """One channel.

    Attributes:
        missing: share of missing samples, 0 to 1.
        stretches: how many stretches hold one value over `_CONSTANT` samples or more.
        longest: the longest of them, None when there is none.
        constant: the channel never changes at all.
    """

    name: str
    missing: float
    stretches: int
    longest: Stretch | None
    constant: bool


@dataclass(frozen=True)
class SeriesReport:
    """What a series is like.

    Attributes:
        interval: the usual step in words, or what stands for time.
        regular: share of steps that equal the usual one, 1 for a sample index.
        n_gaps, longest_gap, gaps: steps that are longer than usual; the first ones listed.
        duplicates: samples that have the time of the sample before.
        channels: one entry per channel.
        empty: names of channels without any value.
    """

    n_samples: int
    span: str
    interval: str
    regular: float
    n_gaps: int
    longest_gap: Gap | None
    gaps: tuple[Gap, ...]
    duplicates: int
    channels: tuple[ChannelReport, ...]
    empty: tuple[str, ...]

    def rows(self) -> list[tuple[str, str]]:
        """Return the report as a table of what and how much."""
        gap = self.longest_gap
        found = [
            ("Samples", f"{self.n_samples:,}"),
            ("Span", self.span),
            ("Interval", self.interval),
            ("Regular steps", f"{_share(self.regular)}"),
            (
                "Gaps",
                "none" if gap is None
                else f"{self.n_gaps:,}, the longest {duration(gap.seconds)} after sample "
                f"{gap.sample:,}",
            ),
            ("Repeated times", f"{self.duplicates:,}" if self.duplicates else "none"),
            ("Missing values", _listed([(c.name, c.missing) for c in self.channels])),
            ("Never changes", ", ".join(c.name for c in self.channels if c.constant) or "none"),
            ("Constant stretches", _stretches(self.channels)),
            ("Empty channels", ", ".join(self.empty) or "none"),
        ]  # fmt: skip
        return found


def report(data: SeriesData, info: SeriesInfo) -> SeriesReport:
    """Look at a series as a whole."""
    names = info.channel_names
    channels = tuple(
        _channel(name, column) for name, column in zip(names, data.values.T, strict=True)
    )
    empty = tuple(channel.name for channel in channels if channel.missing == 1)
    if data.time is None or data.n_samples < 2:
        what = "sample number (no time)" if data.time is None else "one sample"
        span = f"{data.n_samples:,} samples"
        return SeriesReport(data.n_samples, span, what, 1.0, 0, None, (), 0, channels, empty)
    ticks = TICKS_PER_SECOND[data.unit]
    steps = np.diff(data.time)
    moving = steps[steps > 0]
    usual = float(np.median(moving)) if len(moving) else 0.0
    even = np.abs(steps - usual) <= _EVEN * usual
    at = np.flatnonzero(steps > _GAP * usual) if usual else np.empty(0, np.int64)
    gaps = tuple(Gap(int(k), float(steps[k]) / ticks) for k in at[:_LISTED])
    widest = int(at[np.argmax(steps[at])]) if len(at) else -1
    regular = float(even.mean())
    return SeriesReport(
        n_samples=data.n_samples,
        span=duration(float(data.time[-1] - data.time[0]) / ticks),
        interval=_interval(usual / ticks, moving / ticks, regular),
        regular=regular,
        n_gaps=len(at),
        longest_gap=Gap(widest, float(steps[widest]) / ticks) if len(at) else None,
        gaps=gaps,
        duplicates=int((steps == 0).sum()),
        channels=channels,
        empty=empty,
    )


def duration(seconds: float) -> str:
    """Return a duration in its largest fitting unit: 90 s is 1.5 min."""
    if seconds == 0:
        return "0 s"
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"), (1e-3, "ms")):
        if seconds >= size:
            return f"{seconds / size:.4g} {name}"
    return f"{seconds * 1e6:.4g} µs"


def _interval(usual: float, moving: NDArray[np.float64], regular: float) -> str:
    """Say the usual step in words; months and years have no fixed length."""
    if not usual:
        return "all samples have one time"
    day = 86_400
    for low, high, word in ((28, 31, "1 month"), (90, 92, "3 months"), (365, 366, "1 year")):
        inside = (moving >= low * day) & (moving <= high * day)
        if inside.mean() > 0.9 and low * day <= usual <= high * day:
            return word
    if regular < 0.5:
        return f"irregular, mostly about {duration(usual)}"
    return duration(usual)


def _channel(name: str, values: NDArray[np.float64]) -> ChannelReport:
    missing = np.isnan(values)
    known = values[~missing]
    if not len(known):
        return ChannelReport(name, 1.0, 0, None, False)
    same = np.diff(values) == 0  # a missing sample ends a stretch: NaN equals nothing
    edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]]).astype(np.int8)))
    starts, stops = edges[0::2], edges[1::2] + 1
    lengths = stops - starts
    long = lengths >= _CONSTANT
    longest = None
    if long.any():
        k = int(np.argmax(lengths))
        longest = Stretch(int(starts[k]), int(stops[k]))
    constant = bool(known.min() == known.max())
    return ChannelReport(name, float(missing.mean()), int(long.sum()), longest, constant)


def _share(value: float) -> str:
    """Return a percentage that is 100 or 0 only when it is exactly that."""
    if value in (0.0, 1.0):
        return f"{value:.0%}"
    return f"{min(max(value * 100, 0.01), 99.99):.2f} %"


def _listed(shares: list[tuple[str, float]]) -> str:
    there = [f"{name} {_share(share)}" for name, share in shares if share]
    return (
        ", ".join(there[:6]) + (f" and {len(there) - 6} more" if len(there) > 6 else "") or "none"
    )


def _stretches(channels: tuple[ChannelReport, ...]) -> str:
    there = [
        f"{c.name}: {c.stretches:,}, the longest {c.longest.stop - c.longest.start:,} samples "
        f"from sample {c.longest.start:,}"
        for c in channels
        if c.longest and not c.constant
    ]
    return (
        "; ".join(there[:6]) + (f" and {len(there) - 6} more" if len(there) > 6 else "") or "none"
    )
