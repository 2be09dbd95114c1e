"""The named statistics of the `features` baseline: of whole windows, and of short patches."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.series import WindowView

Array = NDArray[np.float64]

WINDOW_STATISTICS = (
    "trend",
    "bend",
    "wave",
    "start",
    "middle",
    "end",
    "place of maximum",
    "place of minimum",
    "skewness",
    "kurtosis",
    "share above the mean",
    "roughness",
    "largest jump",
)
PATCH_STATISTICS = (
    "level",
    "highest excursion",
    "lowest excursion",
    "spread",
    "roughness",
    "share of repeats",
    "step to the patch before",
    "step to the patch after",
)
PATCH, STRIDE = 16, 8
_BLOCKS = 64


def filled(row: Array) -> Array:
    """Return the row with missing samples on straight lines; zeros when there is none at all."""
    there = np.isfinite(row)
    if not there.any():
        return np.zeros_like(row)
    at = np.arange(len(row))
    return np.interp(at, at[there], row[there])


def window_statistics(view: WindowView) -> Array:
    """Return the (13,) WINDOW_STATISTICS of a window, averaged over its channels."""
    return np.mean([_of_row(filled(row)) for row in view.values.T], axis=0)


def _of_row(row: Array) -> Array:
    edges = np.linspace(0, len(row), _BLOCKS + 1)
    blocks = np.array(
        [np.median(row[int(a) : max(int(a) + 1, int(b))]) for a, b in pairwise(edges)]
    )
    spread = float(blocks.std())
    z = (blocks - blocks.mean()) / (spread or 1.0)
    t = np.linspace(-1, 1, _BLOCKS)
    polynomials = (t, 1.5 * t**2 - 0.5, 2.5 * t**3 - 1.5 * t)
    steps = np.diff(row)
    return np.array(
        [
            *(float(np.mean(z * p)) for p in polynomials),
            z[: _BLOCKS // 8].mean(),
            z[_BLOCKS * 7 // 16 : _BLOCKS * 9 // 16].mean(),
            z[-_BLOCKS // 8 :].mean(),
            z.argmax() / _BLOCKS,
            z.argmin() / _BLOCKS,
            np.mean(z**3),
            np.mean(z**4),
            np.mean(z > 0),
            np.arcsinh(steps.std() / (spread or 1.0)) if len(steps) else 0.0,
            np.abs(np.diff(z)).max(),
        ]
    )


def patch_starts(n: int) -> NDArray[np.int64]:
    """Return where the sliding patches of a window of `n` samples start."""
    return np.arange(0, max(1, n - PATCH + 1), STRIDE)


def patch_statistics(row: Array) -> Array:
    """Return (patches, 8) PATCH_STATISTICS of one channel, in units of its noise, compressed."""
    row = filled(row)
    steps = np.abs(np.diff(row, prepend=row[:1]))
    moving = steps[steps > 0]
    noise = float(np.median(moving)) if len(moving) else 1.0
    repeats = steps <= 1e-3 * noise
    starts = patch_starts(len(row))
    patches = np.array([_padded(row[start : start + PATCH]) for start in starts])
    levels = np.median(patches, axis=1)
    before = np.diff(levels, prepend=levels[:1])
    after = np.diff(levels, append=levels[-1:])
    return np.column_stack(
        [
            np.arcsinh(np.abs(levels - np.median(row)) / noise),
            np.arcsinh((patches.max(axis=1) - levels) / noise),
            np.arcsinh((levels - patches.min(axis=1)) / noise),
            np.arcsinh(patches.std(axis=1) / noise),
            np.arcsinh(np.abs(np.diff(patches, axis=1)).mean(axis=1) / noise),
            [repeats[start + 1 : start + PATCH].mean() if len(row) > 1 else 0 for start in starts],
            np.arcsinh(np.abs(before) / noise),
            np.arcsinh(np.abs(after) / noise),
        ]
    )


def _padded(patch: Array) -> Array:
    return np.pad(patch, (0, PATCH - len(patch)), mode="edge")
