"""Event series: a calm trend or cycle with none to three known events. Relative units throughout.

Sizes are multiples of the noise, so that an event is visible to a person, sometimes barely.
`docs/generate.md` publishes the ranges.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.generate_shapes import CYCLES, PATTERNS, Array, cycle, log_uniform, trend

EVENT_KEYS: tuple[str, ...] = ("spike", "level_shift", "variance", "stuck")
_MARGIN = 24  # samples kept free at both ends of a series and between two events


@dataclass(frozen=True)
class Event:
    """An event put into a series: samples `[start, stop)`; `channels` is empty for all of them."""

    start: int
    stop: int
    channels: tuple[int, ...]
    key: str


@dataclass(frozen=True, eq=False)
class EventSeries:
    """Relative values (n, channels), sample times in steps, and what was put in."""

    values: Array
    when: Array
    irregular: bool
    pattern: str | None
    events: tuple[Event, ...]


def event_series(with_events: bool, rng: Generator) -> EventSeries:
    """Make one event series of 512 to 2,048 samples and one or three channels."""
    n = int(rng.integers(512, 2049))
    n_channels = 3 if rng.random() < 0.25 else 1
    irregular = bool(rng.random() < 0.2)
    when = _irregular_times(n, rng) if irregular else np.arange(n, dtype=np.float64)
    bases, pattern = _bases(when, n_channels, rng)
    sigma = rng.uniform(0.015, 0.06, n_channels)
    noise = rng.normal(0, 1, (n, n_channels)) * sigma
    values = bases + noise
    events: list[Event] = []
    for key in rng.choice(EVENT_KEYS, int(rng.integers(1, 4)) if with_events else 0):
        event = _placed(str(key), n, n_channels, events, rng)
        if event is not None:
            for channel in event.channels or range(n_channels):
                _put(event, values[:, channel], noise[:, channel], float(sigma[channel]), rng)
            events.append(event)
    found = tuple(sorted(events, key=lambda event: event.start))
    return EventSeries(values, when, irregular, pattern if n_channels == 1 else None, found)


def _irregular_times(n: int, rng: Generator) -> Array:
    """Sample times in steps: up to 30 % jitter and one to three gaps of 20 to 150 steps."""
    steps = 1 + rng.uniform(-0.3, 0.3, n - 1)
    gaps = rng.choice(np.arange(n // 10, n - n // 10), int(rng.integers(1, 4)), replace=False)
    steps[gaps] += rng.uniform(20, 150, len(gaps))
    return np.concatenate([[0.0], np.cumsum(steps)])


def _bases(when: Array, n_channels: int, rng: Generator) -> tuple[Array, str | None]:
    """Return (n, channels) bases of one kind and, for a trend, the first channel's class."""
    if rng.random() < 0.5:
        keys = [str(key) for key in rng.choice(PATTERNS, n_channels)]
        t = when / when[-1]
        return np.stack([trend(key, t, rng, gentle=True) for key in keys], axis=1), keys[0]
    kind = CYCLES[int(rng.integers(len(CYCLES)))]
    period = rng.uniform(32, min(160, len(when) / 6))
    sharpness = rng.uniform(2, 6)
    phases = rng.uniform(0, 1, n_channels)
    columns = [cycle(kind, when / period + phase, sharpness) for phase in phases]
    return np.stack(columns, axis=1), None


def _placed(key: str, n: int, n_channels: int, taken: list[Event], rng: Generator) -> Event | None:
    """Find a free place for an event of class `key`; None when 50 draws found none."""
    for _ in range(50):
        length = _length(key, n, rng)
        start = int(rng.integers(_MARGIN, n - _MARGIN - length))
        # One level shift in four lasts to the end: it is then an event of the last third.
        if key == "level_shift" and rng.random() < 0.25:
            start = int(rng.integers(2 * n // 3, n - 60))
            length = n - start
        stop = start + length
        if all(stop + _MARGIN <= e.start or e.stop + _MARGIN <= start for e in taken):
            return Event(start, stop, _channels(n_channels, rng), key)
    return None


def _length(key: str, n: int, rng: Generator) -> int:
    match key:
        case "spike":
            return int(rng.integers(1, 5))
        case "level_shift":
            return int(rng.integers(60, n // 4))
        case "variance":
            return int(rng.integers(60, n // 4))
        case _:
            return int(rng.integers(24, n // 8))


def _channels(n_channels: int, rng: Generator) -> tuple[int, ...]:
    """Draw the channels an event is on; empty (all) for a single channel."""
    count = int(rng.integers(1, n_channels + 1))
    if count == n_channels:
        return ()
    return tuple(sorted(int(c) for c in rng.choice(n_channels, count, replace=False)))


def _put(
    event: Event,
    column: NDArray[np.float64],
    noise: NDArray[np.float64],
    sigma: float,
    rng: Generator,
) -> None:
    """Write the event into `column` in place; `noise` is the part of it that is noise."""
    inside = slice(event.start, event.stop)
    length = event.stop - event.start
    sign = 1.0 if rng.random() < 0.5 else -1.0
    match event.key:
        case "spike":
            height = log_uniform(rng, 7, 30)
            column[inside] += sign * sigma * height * rng.uniform(0.8, 1.0, length)
        case "level_shift":
            column[inside] += sign * sigma * log_uniform(rng, 4, 15)
        case "variance":
            calmer = rng.random() < 0.25
            factor = rng.uniform(0.1, 0.25) if calmer else rng.uniform(3, 6)
            column[inside] += noise[inside] * (factor - 1)
        case _:
            column[inside] = column[event.start]
