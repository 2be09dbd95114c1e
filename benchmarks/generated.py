"""Generated series with known events, of many textures: what settings are chosen on.

Series of `core.generate_events` (spikes, level shifts, bursts, stuck values in trends and cycles),
every other one clean, each with one of `TEXTURES` added in turn. Deterministic by seed; nothing
real is read, so that what is chosen here can be measured there.
"""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.generate_events import event_series
from core.intervals import Interval
from core.labelled import LabelledSeries

Array = NDArray[np.float64]


def generated(n: int, seed: int) -> list[LabelledSeries]:
    """Return `n` series, odd ones clean; the source is the texture."""
    return [_one(place, seed) for place in range(n)]


def _one(place: int, seed: int) -> LabelledSeries:
    rng = np.random.default_rng([seed, place])
    made = event_series(place % 2 == 0, rng)
    texture = list(TEXTURES)[place // 2 % len(TEXTURES)]
    values = made.values + np.stack(
        [TEXTURES[texture](len(made.values), rng) for _ in range(made.values.shape[1])], axis=1
    )
    truth = tuple(
        Interval(start=event.start, stop=event.stop, channels=event.channels)
        for event in made.events
    )
    return LabelledSeries(f"{place}", texture, values, made.when, truth)


def _calm(n: int, rng: Generator) -> Array:
    del rng
    return np.zeros(n)


def _heavy(n: int, rng: Generator) -> Array:
    """Noise with a tail: Student's t of 2 to 5 degrees of freedom."""
    return 0.02 * rng.standard_t(rng.uniform(2, 5), n)


def _wandering(n: int, rng: Generator) -> Array:
    """Noise that remembers about ten samples."""
    noise = rng.normal(0, 1, n)
    kernel = 0.9 ** np.arange(60)
    return 0.04 * np.convolve(noise, kernel / np.linalg.norm(kernel))[:n]


def _pulses(n: int, rng: Generator) -> Array:
    """A short pulse every 30 to 150 samples, each of a size of its own, now and then late."""
    period = rng.uniform(30, 150)
    beats = np.arange(rng.uniform(0, period), n, period)
    beats = beats + rng.normal(0, 0.02 * period, len(beats))
    sizes = rng.normal(1, 0.08, len(beats))
    away = (np.arange(n)[:, None] - beats) / rng.uniform(1, period / 15)
    return np.asarray(np.exp(-(away**2) / 2) @ sizes, np.float64)


def _switch(n: int, rng: Generator) -> Array:
    """Two states, each held for 20 to 200 samples."""
    lengths = rng.integers(20, 200, n // 20 + 1)
    states = np.repeat(np.arange(len(lengths)) % 2.0, lengths)[:n]
    return np.asarray(states * rng.uniform(0.3, 1), np.float64)


TEXTURES: dict[str, Callable[[int, Generator], Array]] = {
    "calm": _calm,
    "heavy": _heavy,
    "wandering": _wandering,
    "pulses": _pulses,
    "switch": _switch,
}
"""What is added to a series: (samples, generator) -> values where the base spans about 1."""
