"""Level shifts: a stretch at another level, with sharp edges, beside a smooth trend.

Every pair of edges on a coarse grid is scored by a likelihood ratio: how much better trend plus box
explains the channel than the trend alone. The trend is a polynomial, projected out of the boxes in
closed form: a plain piecewise-constant fit would take a slope for a stair. ruptures then places the
edges to the sample; they must be jumps, not drifts. What is off the usual level is an event.
"""

from itertools import pairwise

import numpy as np

from core.finders.base import Candidate
from core.finders.baseline import Baseline
from core.finders.cuts import best_cut
from core.finders.robust import Array, least_squares, legendre, running_median, scale_of

_GRID = 192  # blocks at most
_DEGREE = 6
_MAX_BOXES = 5
_MIN_LENGTH = 24
_MIN_SIZE = 2.5  # standard deviations of the noise
_MIN_GAIN = 40.0  # twice the log-likelihood ratio
_SIDE = 12  # samples compared on each side of an edge
_MAX_SHARE = 0.5


class LevelShiftFinder:
    """`size` is the signed difference to the usual level beside the trend, in data units."""

    key = "level_shift"
    meaning = "1: a step of 2.5 robust standard deviations that a smooth trend does not explain"

    def scores(self, baseline: Baseline) -> Array:
        """Return the strength of the stretch a sample lies in."""
        scores = np.zeros(len(baseline.values))
        for candidate in self.find(baseline):
            scores[candidate.start : candidate.stop] = candidate.strength
        return np.where(baseline.missing, 0.0, scores)

    def find(self, baseline: Baseline) -> list[Candidate]:
        """Return the stretches off the usual level, which is the one that lasts longest in all."""
        index = np.flatnonzero(baseline.usable)
        if baseline.sigma == 0 or len(index) < 4 * _MIN_LENGTH:
            return []
        flat, sigma = baseline.flat[index], baseline.sigma
        smooth = running_median(flat, 5)
        x = np.clip(flat, smooth - 3 * sigma, smooth + 3 * sigma)
        trend = legendre(baseline.when[index], _DEGREE)
        edges = _edges(x, trend, sigma)
        found: list[Candidate] = []
        for start, stop, size in _off_level(x, trend, edges):
            noise = max(sigma, scale_of(baseline.sharp[index][start:stop]))
            if stop - start >= _MIN_LENGTH and abs(size) >= _MIN_SIZE * noise:
                first, last = int(index[start]), int(index[stop - 1]) + 1
                found.append(Candidate(first, last, size, abs(size) / (_MIN_SIZE * noise)))
        covered = sum(candidate.stop - candidate.start for candidate in found)
        return found if covered <= _MAX_SHARE * len(baseline.values) else []


def _edges(x: Array, trend: Array, sigma: float) -> list[int]:
    """Pick boxes one after the other, each the best beside the ones before; return sharp edges."""
    n = len(x)
    block = max(2, -(-n // _GRID))
    columns: list[Array] = []
    edges: set[int] = set()
    usual = _usual_jump(x)
    for _ in range(_MAX_BOXES):
        basis, _ = np.linalg.qr(np.column_stack([trend, *columns]))
        residual = x - basis @ (basis.T @ x)
        found = _best_box(residual, basis, block)
        if found is None:
            break
        start, stop = (_placed(x, edge, block) for edge in found)
        if stop - start < _MIN_LENGTH:
            break
        column = np.zeros(n)
        column[start:stop] = 1
        free = column - basis @ (basis.T @ column)
        power = float(free @ free)
        size = float(free @ residual) / power if power > 1e-9 else 0.0
        noise = max(sigma, _block_noise(residual - size * free, block))
        if size**2 * power < _MIN_GAIN * noise**2 or abs(size) < 0.8 * _MIN_SIZE * sigma:
            break
        columns.append(column)
        least = max(0.5 * abs(size), 1.5 * sigma, 3 * usual)
        edges |= {edge for edge in (start, stop) if 0 < edge < n and _jump(x, edge) >= least}
    return sorted(edges)


def _off_level(x: Array, trend: Array, edges: list[int]) -> list[tuple[int, int, float]]:
    """Fit trend and one step per edge; return the stretches whose level is not the usual one."""
    n = len(x)
    edges = [edge for edge, after in pairwise([*edges, n + 8]) if after - edge >= 8]
    if not edges:
        return []
    steps = [(np.arange(n) >= edge).astype(np.float64) for edge in edges]
    weights = least_squares(np.column_stack([trend, *steps]), x)[trend.shape[1] :]
    bounds = list(zip([0, *edges], [*edges, n], strict=True))
    levels = np.concatenate([[0.0], np.cumsum(weights)])
    lengths = np.array([stop - start for start, stop in bounds])
    near = 0.4 * float(np.max(np.abs(weights)))
    together = np.abs(levels[:, None] - levels[None, :]) <= near
    usual = int(np.argmax(together @ lengths))
    level = float(np.average(levels[together[usual]], weights=lengths[together[usual]]))
    return [
        (start, stop, float(levels[place]) - level)
        for place, (start, stop) in enumerate(bounds)
        if not together[usual][place]
    ]


def _block_noise(residual: Array, block: int) -> float:
    """Noise of block means, in units of one sample: larger than sigma where noise is correlated."""
    width = 4 * block
    means = residual[: len(residual) // width * width].reshape(-1, width).mean(axis=1)
    return float(np.median(np.abs(means)) / 0.6745 * np.sqrt(width)) if len(means) >= 4 else 0.0


def _best_box(residual: Array, basis: Array, block: int) -> tuple[int, int] | None:
    """Return the grid edges `[start, stop)` with the largest likelihood gain."""
    n = len(residual)
    edges = np.append(np.arange(0, n - block // 2, block), n)
    sums = np.concatenate([[0.0], np.cumsum(residual)])[edges]
    parts = np.concatenate([np.zeros((1, basis.shape[1])), np.cumsum(basis, axis=0)])[edges]
    lengths = edges[None, :] - edges[:, None]
    overlap = (
        (parts**2).sum(axis=1)[None, :] + (parts**2).sum(axis=1)[:, None] - 2 * parts @ parts.T
    )
    power = lengths - overlap
    allowed = (lengths >= _MIN_LENGTH) & (lengths <= _MAX_SHARE * n) & (power > 0.05 * lengths)
    if not allowed.any():
        return None
    moved = sums[None, :] - sums[:, None]
    gain = np.where(allowed, moved**2 / np.where(allowed, power, 1), -1.0)
    first, last = np.unravel_index(int(np.argmax(gain)), gain.shape)
    return int(edges[first]), int(edges[last])


def _placed(x: Array, near: int, block: int) -> int:
    """Move an edge to the best single cut within a few blocks of it."""
    if near in (0, len(x)):
        return near
    reach = max(2 * block, 16)
    low, high = max(0, near - reach), min(len(x), near + reach)
    if high - low < 6:
        return near
    return low + best_cut(x[low:high])


def _jump(x: Array, edge: int) -> float:
    """The difference between the medians of the samples right after and right before an edge."""
    before, after = x[max(0, edge - _SIDE) : edge], x[edge : edge + _SIDE]
    return abs(float(np.median(after)) - float(np.median(before)))


def _usual_jump(x: Array) -> float:
    """How much the medians of neighbouring stretches usually differ, as a robust scale."""
    medians = running_median(x, _SIDE | 1)
    steps = np.abs(medians[_SIDE:] - medians[:-_SIDE])
    return float(np.median(steps)) / 0.6745 if len(steps) else 0.0
