"""Signals of which every event is known, for phrases that people write about them."""

import numpy as np
from numpy.typing import NDArray

from core.series import WindowView

Array = NDArray[np.float64]


def signals() -> dict[str, WindowView]:
    """Return the windows that `grounding_phrases.jsonl` speaks of, by name; always the same."""
    made = {
        "spikes": _spikes(),
        "shift": _shift(),
        "step": 10 + _noise(2, 600, 0.8) + np.where(np.arange(600) >= 300, 15.0, 0.0),
        "climb": np.minimum(np.arange(600) / 4, 100) + _noise(3, 600, 1),
        "cycle": _cycle(),
        "noisy": _noisy(),
        "gap": _gap(),
        "three": _three(),
        "valley": 20 + 60 * ((np.arange(500) - 250) / 250.0) ** 2 + _noise(8, 500, 0.6),
    }
    views = {
        name: WindowView(values if values.ndim == 2 else values[:, None])
        for name, values in made.items()
    }
    return views | {"hour": _hour()}


def _noise(seed: int, n: int, size: float) -> Array:
    return np.random.default_rng(seed).normal(0, size, n)


def _spikes() -> Array:
    """600 samples at 50: +40 at 340 and 341, -20 at 120, +15 at 480."""
    values = 50 + _noise(0, 600, 1)
    values[340:342] += 40
    values[120] -= 20
    values[480] += 15
    return values


def _shift() -> Array:
    """400 samples at 50, of which 200 to 259 lie 31 lower."""
    values = 50 + _noise(1, 400, 1)
    values[200:260] -= 31
    return values


def _cycle() -> Array:
    """600 samples around 20: a sine of amplitude 10, every 50 samples, from 400 on every 25."""
    at = np.arange(600)
    turns = np.where(at < 400, at / 50, 8 + (at - 400) / 25)
    return 20 + 10 * np.sin(2 * np.pi * turns) + _noise(4, 600, 0.5)


def _noisy() -> Array:
    """600 samples at 100 with noise 1: 4 from 250 to 349, 0.2 from 450 to 519."""
    noise = _noise(5, 600, 1)
    noise[250:350] *= 4
    noise[450:520] *= 0.2
    return 100 + noise


def _gap() -> Array:
    """500 samples: 30, nothing from 150 to 189, 42 from 190 on."""
    values = 30 + _noise(6, 500, 0.5) + np.where(np.arange(500) >= 190, 12.0, 0.0)
    values[150:190] = np.nan
    return values


def _three() -> Array:
    """400 samples: ch1 flat at 5, ch2 with -6 at 222, ch3 from 0 to 30 between 100 and 300."""
    noise = np.random.default_rng(7).normal(0, 0.3, (400, 3))
    noise[:, 0] += 5
    noise[222, 1] -= 6
    noise[:, 2] += 30 * np.clip((np.arange(400) - 100) / 200.0, 0, 1)
    return noise


def _hour() -> WindowView:
    """An hour in 360 samples from sample 5,000 on: 70, and 58 in minutes 20 to 25."""
    values = 70 + _noise(9, 360, 0.7)
    values[120:150] -= 12
    return WindowView(values[:, None], start=5000, seconds=10.0 * np.arange(360))
