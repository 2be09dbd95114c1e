"""Trials: copies of a part of a series with events put in, whose places are therefore known.

After Goswami and others, "Unsupervised Model Selection for Time-series Anomaly Detection" (ICLR
2023), who rank detectors by how well they find such events. Sizes are relative to the series' own
spread; lengths to its period. An event is put into one channel, or into a few of many.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Array = NDArray[np.float64]
LENGTH = 4_096
"""Samples of a copy at most; the copies lie side by side over the series where it is longer."""
COPIES = 3
_EVENTS = 4  # of one copy, where they fit


@dataclass(frozen=True)
class TrialEvent:
    """An event that was put in: samples `[start, stop)` of the copy, and its group."""

    start: int
    stop: int
    group: str


@dataclass(frozen=True, eq=False)
class Trial:
    """A copy of samples `[first, first + len(values))` with events put in."""

    first: int
    values: Array
    events: tuple[TrialEvent, ...]

    def truth(self) -> NDArray[np.bool_]:
        """Return (n,) whether a sample lies in an event."""
        mask = np.zeros(len(self.values), np.bool_)
        for event in self.events:
            mask[event.start : event.stop] = True
        return mask


def trials(values: Array, period: int, seed: int = 0) -> list[Trial]:
    """Return the copies of (n, c) values, each with events of other kinds; deterministic.

    A series with fewer than 64 samples, or one that never varies, has none.
    """
    n = len(values)
    length = min(n, LENGTH)
    made: list[Trial] = []
    for copy in range(COPIES):
        rng = np.random.default_rng([seed, copy])
        first = round((n - length) * copy / (COPIES - 1))
        part = np.array(values[first : first + length], np.float64)
        kinds = [list(_KINDS)[k % len(_KINDS)] for k in range(copy * _EVENTS, (copy + 1) * _EVENTS)]
        events = _put_all(part, kinds, period, rng)
        if events:
            made.append(Trial(first, part, events))
    return made


def put_event(
    values: Array, kind: str, start: int, stop: int, rng: Generator, size: float = 1.0
) -> None:
    """Write an event into samples `[start, stop)` of (n, c) values, in place.

    It is put into `ceil(sqrt(v))` of the `v` channels that vary: into none where none does. Heights
    are drawn relative to a channel's spread times `size`.
    """
    _, put = _KINDS[kind]
    varying = _varying(values)
    for channel in rng.choice(varying, math.ceil(math.sqrt(len(varying))), replace=False):
        column = values[:, int(channel)]
        put(column, start, stop, size * _spread(column), rng)


def _varying(values: Array) -> list[int]:
    return [channel for channel, column in enumerate(values.T) if _spread(column) > 0]


def _put_all(part: Array, kinds: list[str], period: int, rng: Generator) -> tuple[TrialEvent, ...]:
    n = len(part)
    if n < 64 or not _varying(part):
        return ()
    events: list[TrialEvent] = []
    for kind in kinds:
        group, _ = _KINDS[kind]
        longest = max(8, n // 12)
        length = int(rng.integers(1, 4)) if kind == "spike" else round(period * rng.uniform(0.5, 2))
        length = length if kind == "spike" else min(max(8, length), longest)
        place = _free_place(n, length, events, rng)
        if place is None:
            continue
        put_event(part, kind, place, place + length, rng)
        events.append(TrialEvent(place, place + length, group))
    return tuple(sorted(events, key=lambda event: event.start))


def _free_place(n: int, length: int, taken: list[TrialEvent], rng: Generator) -> int | None:
    margin = max(8, n // 40)
    for _ in range(30):
        start = int(rng.integers(margin, n - margin - length))
        if all(start + length + margin <= e.start or e.stop + margin <= start for e in taken):
            return start
    return None


def _spread(column: Array) -> float:
    """Return half the distance of the 5th and the 95th percentile; the deviation where that is 0.

    Missing samples do not count.
    """
    there = column[np.isfinite(column)]
    if len(there) < 2:
        return 0.0
    low, high = np.quantile(there, [0.05, 0.95])
    return float(high - low) / 2 or float(np.std(there))


def _sign(rng: Generator) -> float:
    return 1.0 if rng.random() < 0.5 else -1.0


def _spike(column: Array, a: int, b: int, spread: float, rng: Generator) -> None:
    column[a:b] += _sign(rng) * spread * rng.uniform(1.5, 4)


def _level(column: Array, a: int, b: int, spread: float, rng: Generator) -> None:
    column[a:b] += _sign(rng) * spread * rng.uniform(0.5, 2)


def _scale(column: Array, a: int, b: int, spread: float, rng: Generator) -> None:
    del spread
    middle = float(np.nanmedian(column[a:b])) if np.isfinite(column[a:b]).any() else 0.0
    factor = rng.uniform(1.5, 3) if rng.random() < 0.5 else rng.uniform(0.1, 0.5)
    column[a:b] = middle + factor * (column[a:b] - middle)


def _stuck(column: Array, a: int, b: int, spread: float, rng: Generator) -> None:
    del spread, rng
    column[a:b] = column[a]


def _noise(column: Array, a: int, b: int, spread: float, rng: Generator) -> None:
    column[a:b] += rng.normal(0, spread * rng.uniform(0.2, 0.8), b - a)


def _flip(column: Array, a: int, b: int, spread: float, rng: Generator) -> None:
    del spread, rng
    column[a:b] = column[a:b][::-1].copy()


def _speed(column: Array, a: int, b: int, spread: float, rng: Generator) -> None:
    del spread, rng
    reach = column[a : min(len(column), a + 2 * (b - a))].copy()
    at = np.linspace(0, len(reach) - 1, b - a)
    column[a:b] = np.interp(at, np.arange(len(reach)), reach)


def _ramp(column: Array, a: int, b: int, spread: float, rng: Generator) -> None:
    column[a:b] += _sign(rng) * spread * rng.uniform(1, 3) * np.linspace(0, 1, b - a)


Put = Callable[[Array, int, int, float, Generator], None]
_KINDS: dict[str, tuple[str, Put]] = {
    "spike": ("point", _spike),
    "level": ("level", _level),
    "noise": ("shape", _noise),
    "flip": ("shape", _flip),
    "scale": ("level", _scale),
    "stuck": ("shape", _stuck),
    "speed": ("shape", _speed),
    "ramp": ("level", _ramp),
}
GROUPS = ("point", "level", "shape")
