"""Generated series of several channels with change points whose cause is known. No teacher here.

Every channel follows an autoregression of order 1 driven by steps of mean 0 and deviation 1. The
channels of a group share a part of their steps, so that they move together. At a change of
correlation one channel leaves the group or joins it: its steps are shared no longer, or from there
on. Alone each channel's steps stay what they were, independent draws of one distribution, before
and after: **no single channel shows the change**, whatever one looks at. An independent change
moves one channel's level, or its deviation, and leaves the shared steps as they are.

Deterministic by seed. `docs/generate.md` publishes the ranges. The springs of the published
benchmark are elsewhere; these series are small, and their truth includes the pairs.
"""

from typing import Literal

import numpy as np
from numpy.random import Generator

from core.answers import FoundInterval
from core.generate import Generated
from core.generate_shapes import Array
from core.series import SeriesData, SeriesInfo

Happening = Literal["lost", "gained", "level", "spread", "nothing"]
HAPPENINGS: tuple[Happening, ...] = ("lost", "gained", "level", "spread", "nothing")
_EDGE = 0.25
"""Share of the series kept free of changes at each end."""


def change_series(happening: Happening, seed: int, name: str = "") -> Generated:
    """Return a series of 3 to 6 channels in which one thing happens, or nothing.

    Its only question is `change_point`. The last channel, or one of the others, is what leaves or
    joins; an independent change is one channel's.
    """
    rng = np.random.default_rng([seed, HAPPENINGS.index(happening)])
    n, n_channels = int(rng.integers(600, 1201)), int(rng.integers(3, 7))
    at = int(rng.uniform(_EDGE, 1 - _EDGE) * n)
    one = int(rng.integers(n_channels))
    steps = _steps(n, n_channels, rng)
    if happening in ("lost", "gained"):
        own = rng.normal(size=n)
        alone = np.arange(n) >= at if happening == "lost" else np.arange(n) < at
        steps[:, one] = np.where(alone, own, steps[:, one])
    memory = rng.uniform(0.0, 0.6)
    values = _followed(steps, memory)
    if happening == "level":
        values[at:, one] += rng.choice([-1.0, 1.0]) * rng.uniform(2.5, 5)
    if happening == "spread":
        values[at:, one] *= rng.uniform(2.5, 4)
    found = _truth(happening, at, one, n_channels)
    return Generated(
        data=SeriesData(values * rng.uniform(0.1, 50, n_channels) + rng.uniform(-20, 20)),
        info=SeriesInfo(name, tuple(f"channel {k + 1}" for k in range(n_channels))),
        pattern=None,
        events=(),
        asked=("change_point",),
        changes=found,
    )


def generate_changes(n: int, seed: int) -> list[Generated]:
    """Return `n` series with neutral names, all happenings as often as each other, mixed."""
    kinds = [HAPPENINGS[k % len(HAPPENINGS)] for k in range(n)]
    order = np.random.default_rng([seed, n]).permutation(n).tolist()
    return [
        change_series(kinds[place], seed * 10_000 + number, f"machine {number:03d}")
        for number, place in enumerate(order, start=1)
    ]


def _steps(n: int, n_channels: int, rng: Generator) -> Array:
    """Return (n, channels) steps that correlate by .75 to .95; each channel's are N(0, 1)."""
    shared = rng.uniform(0.75, 0.95)
    common, own = rng.normal(size=(n, 1)), rng.normal(size=(n, n_channels))
    return np.sqrt(shared) * common + np.sqrt(1 - shared) * own


def _followed(steps: Array, memory: float) -> Array:
    """Return the autoregressions with these steps, begun in their usual spread."""
    values = np.empty_like(steps)
    values[0] = steps[0] / np.sqrt(1 - memory**2)
    for k in range(1, len(steps)):
        values[k] = memory * values[k - 1] + steps[k]
    return values


def _truth(happening: Happening, at: int, one: int, n_channels: int) -> tuple[FoundInterval, ...]:
    if happening == "nothing":
        return ()
    pairs = tuple((min(one, k), max(one, k)) for k in range(n_channels) if k != one)
    of_pairs = happening in ("lost", "gained")
    return (
        FoundInterval(
            number=1,
            start=at,
            stop=at + 1,
            channels=() if of_pairs else (one,),
            cause="correlation" if of_pairs else "independent",
            pairs=pairs if of_pairs else (),
        ),
    )
