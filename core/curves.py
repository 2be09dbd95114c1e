"""Least-squares fits of the nine named curves to one channel, compared by BIC. Knows no question.

Each family is `a * shape(t; p) + c` with a > 0 and one or two shape parameters p. For given p the
best a and c have a closed form, so a grid over p and one finer grid around the best of it find
the fit without an iterative optimiser: 2,500 candidates are one matrix product.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.measure import LARGEST

Array = NDArray[np.float64]

MAX_BLOCKS = 256
_FLOOR = 1e-6  # of the variance: below it a misfit is rounding, not evidence


@dataclass(frozen=True, eq=False)
class CurveFit:
    """The best curve of one family.

    Attributes:
        key: the family, named as the default pattern options are.
        parameters: its shape parameters, positions in [0, 1] (see `FAMILIES`).
        fitted: (n,) the curve at the block times, in the data's unit.
        bic: Bayesian information criterion over the blocks; smaller is better.
    """

    key: str
    parameters: tuple[float, ...]
    fitted: Array
    bic: float


@dataclass(frozen=True)
class Blocks:
    """A channel averaged over at most `MAX_BLOCKS` runs of samples: times in [0, 1] and means."""

    t: Array
    means: Array


@dataclass(frozen=True)
class Family:
    """A curve family: shapes of (parameters, times), and the grid searched, one axis each."""

    shape: Callable[[Array, Array], Array]
    grid: tuple[Array, ...]


def _line(p: Array, t: Array) -> Array:
    return np.broadcast_to(t, (len(p), len(t)))


def _falling_line(p: Array, t: Array) -> Array:
    return np.broadcast_to(-t, (len(p), len(t)))


def _hill(p: Array, t: Array) -> Array:
    return -((t - p[:, :1]) ** 2)


def _valley(p: Array, t: Array) -> Array:
    return (t - p[:, :1]) ** 2


def _growth(p: Array, t: Array) -> Array:
    return np.exp(p[:, :1] * (t - 1))


def _decay(p: Array, t: Array) -> Array:
    return np.exp(-p[:, :1] * t)


def _sigmoid(p: Array, t: Array) -> Array:
    return 0.5 * (1 + np.tanh(0.5 * p[:, 1:] * (t - p[:, :1])))


def _cubic(p: Array, t: Array) -> Array:
    first, second = p[:, :1], p[:, 1:]
    return t**3 / 3 - (first + second) / 2 * t**2 + first * second * t


def _gaussian(p: Array, t: Array) -> Array:
    return np.exp(-(((t - p[:, :1]) / p[:, 1:]) ** 2))


# Wide on purpose: any vertex, turning point or centre inside the window, and steepness from almost
# straight to a jump. Nothing here is taken from the ranges that generated series are drawn from.
_INSIDE = np.linspace(0.04, 0.96, 47)
_RATES = np.geomspace(0.5, 40, 40)
FAMILIES: dict[str, Family] = {
    "linear_increase": Family(_line, ()),
    "linear_decrease": Family(_falling_line, ()),
    "concave": Family(_hill, (_INSIDE,)),
    "convex": Family(_valley, (_INSIDE,)),
    "exponential_growth": Family(_growth, (_RATES,)),
    "exponential_decay": Family(_decay, (_RATES,)),
    "sigmoid": Family(_sigmoid, (_INSIDE, np.geomspace(3, 200, 20))),
    "cubic": Family(_cubic, (_INSIDE[::2], _INSIDE[::2])),
    "gaussian": Family(_gaussian, (_INSIDE, np.geomspace(0.02, 1, 20))),
}


def block_means(column: Array, seconds: Array | None = None) -> Blocks:
    """Average a channel over blocks of equal sample counts; missing samples are left out.

    Values beyond `core.measure.LARGEST` count as missing: their squares leave the range of a float.
    """
    t = np.arange(len(column), dtype=np.float64) if seconds is None else seconds
    present = np.abs(column) < LARGEST
    t, values = t[present], column[present]
    if len(values) == 0:
        return Blocks(np.zeros(0), np.zeros(0))
    t = (t - t[0]) / (t[-1] - t[0]) if t[-1] > t[0] else np.zeros(len(t))
    n_blocks = min(MAX_BLOCKS, len(values))
    edges = np.linspace(0, len(values), n_blocks, endpoint=False).astype(np.int64)
    counts = np.diff(np.append(edges, len(values)))
    return Blocks(np.add.reduceat(t, edges) / counts, np.add.reduceat(values, edges) / counts)


def fit_curves(blocks: Blocks) -> list[CurveFit]:
    """Fit every family that the blocks can carry, best BIC first; empty for a constant channel.

    A family with as many parameters as there are blocks fits anything and is left out.
    """
    spread = float(np.std(blocks.means)) if len(blocks.means) else 0.0
    if len(blocks.means) < 4 or spread <= 1e-12 * (1 + float(np.abs(blocks.means).max())):
        return []
    y = (blocks.means - blocks.means.mean()) / spread
    fits = [
        _fit(key, family, blocks.t, y, spread, float(blocks.means.mean()))
        for key, family in FAMILIES.items()
        if len(family.grid) + 3 < len(y)
    ]
    return sorted(fits, key=lambda fit: fit.bic)


def effective_blocks(residual: Array) -> float:
    """Return how many independent values the residual is worth, by its lag-1 correlation."""
    centred = residual - residual.mean()
    power = float(centred @ centred)
    if power == 0 or len(residual) < 3:
        return float(len(residual))
    rho = min(0.99, max(0.0, float(centred[1:] @ centred[:-1]) / power))
    return max(1.0, len(residual) * (1 - rho) / (1 + rho))


def _fit(key: str, family: Family, t: Array, y: Array, spread: float, mean: float) -> CurveFit:
    grid = _grid_points(family.grid)
    index, rss, slope, centre = _best(_shapes(key, tuple(t.tolist())), y)
    point = grid[index]
    if family.grid:
        fine = _grid_points(
            tuple(_around(axis, p) for axis, p in zip(family.grid, point, strict=True))
        )
        shapes = family.shape(fine, t)
        index, rss, slope, centre = _best(shapes, y)
        point, shape = fine[index], shapes[index]
    else:
        shape = family.shape(grid, t)[0]
    n = len(y)
    # One parameter for each shape parameter, a, c, and the variance of the noise.
    bic = n * np.log(max(rss / n, _FLOOR)) + (len(family.grid) + 3) * np.log(n)
    fitted = mean + spread * slope * (shape - centre)
    return CurveFit(key, tuple(float(p) for p in point), fitted, float(bic))


@lru_cache(maxsize=32)
def _shapes(key: str, t: tuple[float, ...]) -> Array:
    """Return the shapes over a family's whole grid; regular windows share one set of times."""
    family = FAMILIES[key]
    return family.shape(_grid_points(family.grid), np.array(t))


def _best(shapes: Array, y: Array) -> tuple[int, float, float, float]:
    """Return the best row of `shapes`: its index, squared misfit, scale a > 0 and mean."""
    means = shapes.mean(axis=1)
    power = (shapes**2).sum(axis=1) - len(y) * means**2
    along = shapes @ y  # y has mean zero
    usable = power > 1e-12
    scale = np.where(usable, np.maximum(along, 0) / np.where(usable, power, 1), 0)
    gain = scale * along
    index = int(np.argmax(gain))
    return index, float(y @ y - gain[index]), float(scale[index]), float(means[index])


def _grid_points(axes: tuple[Array, ...]) -> Array:
    """Return (points, axes), every combination; one empty point without axes."""
    if not axes:
        return np.zeros((1, 0))
    return np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)


def _around(axis: Array, value: float) -> Array:
    """Return 9 values from one grid step below `value` to one above, inside the axis."""
    place = int(np.argmin(np.abs(axis - value)))
    low, high = axis[max(0, place - 1)], axis[min(len(axis) - 1, place + 1)]
    return np.linspace(float(low), float(high), 9)
