"""Windows as the series student reads them: filled, scaled, cut into patches. No answers here.

Irregular sampling is treated by sample index. A missing sample is filled in a straight line
between its neighbours and marked; a channel without any value is zero and all marked.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.series import WindowView

N_PATCHES = 128
GRID = 2048
"""Samples of the grid that patches are cut from; other lengths are read at the nearest sample."""
N_STATISTICS = 6
SLOPE_WINDOW = 7
"""Neighbouring patches whose median slope is taken: a sudden step moves only one or two of them."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """One window, one row per channel, each scaled by its own median and spread.

    Attributes:
        values: (channels, n) float32 without gaps.
        missing: (channels, n) bool, where a value was filled in.
    """

    values: NDArray[np.float32]
    missing: NDArray[np.bool_]

    @property
    def n_samples(self) -> int:
        """Samples of the window."""
        return self.values.shape[1]


def prepare(view: WindowView) -> Prepared:
    """Fill gaps and scale each channel; the result does not depend on unit or offset."""
    columns = np.asarray(view.values, np.float64).T
    missing = ~np.isfinite(columns)
    rows = [_scaled(_filled(row, bad)) for row, bad in zip(columns, missing, strict=True)]
    return Prepared(np.stack(rows).astype(np.float32), missing)


def _filled(row: NDArray[np.float64], missing: NDArray[np.bool_]) -> NDArray[np.float64]:
    if missing.all():
        return np.zeros_like(row)
    if not missing.any():
        return row
    at = np.arange(len(row))
    return np.interp(at, at[~missing], row[~missing])


def _scaled(row: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = row - np.median(row)
    low, high = np.percentile(centred, [5, 95])
    # A row that is constant but for a few spikes has no spread between its percentiles.
    scale = (high - low) / 3 or float(np.abs(centred).max()) or 1.0
    return np.clip(centred / scale, -1e4, 1e4)


def grid_index(n_samples: int) -> Tensor:
    """Return the (GRID,) samples of a window of `n_samples` that stand on the patch grid."""
    return (torch.arange(GRID) * n_samples + n_samples // 2).div(GRID, rounding_mode="floor")


def on_grid(values_R_n: Tensor) -> Tensor:
    """Read rows of any length on the patch grid: (rows, n) to (rows, GRID)."""
    n = values_R_n.shape[1]
    return values_R_n if n == GRID else values_R_n[:, grid_index(n)]


def patch_statistics(values_R_G: Tensor) -> Tensor:
    """Return (rows, N_STATISTICS, N_PATCHES): what the encoder reads.

    Median, mean, max - median and median - min of each patch; then the running median of the
    slope between patch medians and its sum, which is the course of the row without its sudden
    steps. Rows are scaled by the spread of their patch medians, which spikes do not move;
    distances to the extremes are compressed, because they have no upper limit.
    """
    patches = values_R_G.unflatten(1, (N_PATCHES, -1)).sort(dim=2).values
    width = patches.shape[2]
    median = (patches[:, :, (width - 1) // 2] + patches[:, :, width // 2]) / 2
    mean = patches.mean(dim=2)
    centre = median.mean(dim=1, keepdim=True)
    spread = median.std(dim=1, keepdim=True) + 0.01 * values_R_G.std(dim=1, keepdim=True) + 1e-6
    slopes = median.diff(dim=1, prepend=median[:, :1])
    half = SLOPE_WINDOW // 2
    around = torch.nn.functional.pad(slopes[:, None], (half, half), mode="reflect")[:, 0]
    slope = around.unfold(1, SLOPE_WINDOW, 1).median(dim=2).values
    course = slope.cumsum(dim=1)
    course = course - course.mean(dim=1, keepdim=True)
    return torch.stack(
        [
            (median - centre) / spread,
            ((mean - median) / spread).asinh(),
            ((patches[:, :, -1] - median) / spread).asinh(),
            ((median - patches[:, :, 0]) / spread).asinh(),
            (slope / (slope.std(dim=1, keepdim=True) + 1e-3 * spread)).clamp(-6, 6),
            course / (course.std(dim=1, keepdim=True) + 0.02 * spread),
        ],
        dim=1,
    )
