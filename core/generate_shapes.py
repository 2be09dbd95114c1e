"""The parts generated series are made of: trends, cycles and fluctuations. Knows no event.

Every base spans 1 from its lowest to its highest value; every other size is relative to that.
`docs/generate.md` publishes the ranges.
"""

import math
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Array = NDArray[np.float64]

PATTERNS: tuple[str, ...] = (
    "linear_increase",
    "linear_decrease",
    "concave",
    "convex",
    "exponential_growth",
    "exponential_decay",
    "sigmoid",
    "cubic",
    "gaussian",
)
Fluctuation = Literal[
    "clean", "smooth", "noisy", "positive_spiky", "negative_spiky", "both_spiky", "steppy"
]
FLUCTUATIONS: tuple[Fluctuation, ...] = (
    "clean",
    "smooth",
    "noisy",
    "positive_spiky",
    "negative_spiky",
    "both_spiky",
    "steppy",
)
Cycle = Literal["sine", "square", "sawtooth"]
CYCLES: tuple[Cycle, ...] = ("sine", "square", "sawtooth")


def trend(key: str, t: Array, rng: Generator, *, gentle: bool = False) -> Array:
    """Return a random trend of class `key` at the times `t` in [0, 1], spanning exactly 1.

    Args:
        key: one of `PATTERNS`.
        t: (n,) increasing times.
        rng: draws the shape's parameters.
        gentle: narrower ranges without sudden changes, so that the trend itself is no event.
    """
    match key:
        case "linear_increase":
            shape = t.copy()
        case "linear_decrease":
            shape = -t
        case "concave":
            shape = -((t - rng.uniform(0.22, 0.78)) ** 2)
        case "convex":
            shape = (t - rng.uniform(0.22, 0.78)) ** 2
        case "exponential_growth":
            shape = np.exp(log_uniform(rng, 2, 5 if gentle else 12) * (t - 1))
        case "exponential_decay":
            shape = np.exp(-log_uniform(rng, 2, 5 if gentle else 12) * t)
        case "sigmoid":
            steepness = rng.uniform(7, 14 if gentle else 60)
            shape = 1 / (1 + np.exp(-steepness * (t - rng.uniform(0.3, 0.7))))
        case "cubic":
            first, second = rng.uniform(0.1, 0.4), rng.uniform(0.6, 0.9)
            shape = t**3 / 3 - (first + second) / 2 * t**2 + first * second * t
        case "gaussian":
            width = rng.uniform(0.15 if gentle else 0.05, 0.38)
            shape = np.exp(-(((t - rng.uniform(0.3, 0.7)) / width) ** 2))
        case _:
            raise ValueError(f"{key!r} is no trend; use one of {', '.join(PATTERNS)}")
    return _spanning_one(shape)


def cycle(key: Cycle, phase: Array, sharpness: float) -> Array:
    """Return a cycle at `phase` (1 is a full turn), spanning about 1; `sharpness` is for square."""
    turn = 2 * np.pi * phase
    match key:
        case "sine":
            return np.sin(turn) / 2
        case "square":
            return np.tanh(sharpness * np.sin(turn)) / 2
        case "sawtooth":
            return np.mod(phase, 1.0) - 0.5


def fluctuate(n: int, name: Fluctuation, rng: Generator) -> Array:
    """Return (n,) of what class `name` adds to a base: noise, spikes of one sample, and steps.

    The named component is large, the others are small but there; `clean` adds nothing.
    """
    if name == "clean":
        return np.zeros(n)
    sigma = rng.uniform(0.12, 0.7) if name == "noisy" else rng.uniform(0.01, 0.04)
    added = rng.normal(0, sigma, n)
    for sign, large in (
        (1, name in ("positive_spiky", "both_spiky")),
        (-1, name in ("negative_spiky", "both_spiky")),
    ):
        count = min(int(rng.integers(4, 40)), n)
        at = rng.choice(n, count, replace=False)
        added[at] += sign * (
            rng.uniform(0.25, 1.5, count) if large else rng.uniform(0.02, 0.08, count)
        )
    steppy = name == "steppy"
    count = int(rng.integers(6, 22) if steppy else rng.integers(2, 10))
    size = rng.uniform(0.05, 0.25) if steppy else rng.uniform(0.004, 0.025)
    steps = np.zeros(n)
    np.add.at(steps, rng.integers(1, max(2, n), count) % n, rng.normal(0, size, count))
    return added + np.cumsum(steps)


def log_uniform(rng: Generator, low: float, high: float) -> float:
    """Draw from `[low, high]`, evenly in the logarithm."""
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def _spanning_one(shape: Array) -> Array:
    span = float(np.ptp(shape))
    return (shape - shape.min()) / span if span > 0 else np.zeros_like(shape)
