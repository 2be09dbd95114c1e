"""How sure authors are of their findings, on one scale, and how many findings a slider lists.

The quantile of a finding is the share of its series that the same author scores lower, counted in
samples: 0.999 means that 99.9 % of the series looks less unusual to it. A detector scores every
sample. An author that names events with a confidence scores the samples of an event with it, those
outside of all its events lowest; an event counts as one sample of itself, so that a long one is not
taken for a common one. It is a rank within one series by one author, no probability: the top
finding of a series is near 1 also where nothing is wrong. Where a calibrated confidence of an
author is known it takes the quantile's place (`calibrated` of `event_quantiles`).

The level that the slider moves over is the quantile, and 1 more for what an author itself reports:
from the left, findings that are reported come in, the most unusual first; at `ALL_REPORTED` all of
them are in; beyond it come stretches that a detector saw but kept below its threshold. What a
person decided is listed wherever the slider stands.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]

SHARES = (0.9999, 0.9995, 0.999, 0.998, 0.995, 0.99, 0.98, 0.95, 0.9)
ALL_REPORTED = 1.0
STOPS: tuple[float, ...] = (
    *(1 + share for share in SHARES),
    ALL_REPORTED,
    *SHARES,
)
"""The slider's stops: the lowest level that is listed, from few findings to many."""

_UNITS = (
    ("hour", 3_600.0),
    ("day", 86_400.0),
    ("week", 604_800.0),
    ("month", 2_629_800.0),
    ("year", 31_557_600.0),
)
PER_SAMPLES = 10_000


def event_quantiles(
    confidences: Sequence[float | None],
    lengths: Sequence[int],
    covered: int,
    calibrated: Callable[[float], float] | None = None,
) -> list[float]:
    """Return the quantile of each event that one author named in one series, in [0, 1].

    Args:
        confidences: the author's own; None counts as the author's highest.
        lengths: samples of each event.
        covered: samples of the series that the author was asked about.
        calibrated: what turns a confidence of this author into the share of times it is right; it
            takes the quantile's place where a confidence was given.
    """
    given = np.array([np.inf if one is None else one for one in confidences], np.float64)
    n = np.asarray(lengths, np.int64)
    order = np.argsort(given, kind="stable")
    through = np.cumsum(n[order])  # samples of events scored at most this high
    ranked = given[order]
    below_events = np.concatenate([[0], through])[np.searchsorted(ranked, given, side="left")]
    quiet = np.maximum(0, covered - n.sum())
    lower = quiet + below_events
    others = np.maximum(covered, n.sum()) - n + 1
    found = (lower / np.maximum(others, 1)).tolist()
    if calibrated is None:
        return found
    return [
        quantile if one is None else calibrated(one)
        for one, quantile in zip(confidences, found, strict=True)
    ]


def listed(levels: Numbers, decided: Flags, stop: float) -> Flags:
    """Return which findings a stop of the slider lists."""
    return decided | (levels >= stop)


def counts(levels: Numbers, decided: Flags, kept: Flags) -> list[int]:
    """Return how many of the kept findings each of `STOPS` lists."""
    free = np.sort(levels[kept & ~decided])
    fixed = int((kept & decided).sum())
    return [fixed + len(free) - int(place) for place in np.searchsorted(free, STOPS)]


@dataclass(frozen=True)
class Reach:
    """How much of the world some series tell of.

    Attributes:
        seconds: time that at least one of the series with times covers.
        samples: samples of the series without times.
    """

    seconds: float
    samples: int


def reach_of(spans: Sequence[tuple[float, float]], samples: int) -> Reach:
    """Return the reach of series from their first and last times in seconds."""
    seconds, until = 0.0, -np.inf
    for first, last in sorted(spans):
        seconds += max(0.0, last - max(first, until))
        until = max(until, last)
    return Reach(seconds, samples)


def rate_words(n_timed: int, n_untimed: int, reach: Reach) -> str:
    """Say how often: `about 3 a week`, `2.1 per 10,000 samples`; "" when nothing can be said.

    The unit is no longer than the time that the series cover, so nothing is foretold.
    """
    parts: list[str] = []
    if n_timed and (words := _per_time(n_timed, reach.seconds)):
        parts.append(words)
    if n_untimed and reach.samples >= PER_SAMPLES:
        parts.append(
            f"{_short(n_untimed / reach.samples * PER_SAMPLES)} per {PER_SAMPLES:,} samples"
        )
    if len(parts) == 2:
        return f"{parts[0]}, and {parts[1]} without times"
    return "".join(parts)


def _per_time(n: int, seconds: float) -> str:
    fitting = [unit for unit in _UNITS if unit[1] <= seconds]
    if not fitting:
        return ""
    week = next((unit for unit in fitting if unit[0] == "week"), fitting[-1])
    name, size = week
    if n * size / seconds < 1:  # seldom: the shortest longer unit that has at least one
        name, size = next(
            (unit for unit in fitting if n * unit[1] / seconds >= 1 and unit[1] >= size),
            fitting[-1],
        )
    elif n * size / seconds > 100:  # often: the longest shorter unit that has at most a hundred
        fewer = [unit for unit in fitting if n * unit[1] / seconds <= 100]
        name, size = fewer[-1] if fewer else fitting[0]
    return f"about {_short(n * size / seconds)} {'an' if name == 'hour' else 'a'} {name}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 9.95 else f"{value:.2g}"
