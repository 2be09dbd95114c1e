"""Which examples train and which choose when to stop. Pure; never looks at gold or at names.

By series, near-duplicates together; with fewer than 12 series by contiguous time blocks with a gap
of one window, which is the weaker test.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.review import Item
from core.series import SeriesData
from training.examples import Split, split_by_group

SplitKind = Literal["by series", "time blocks (weaker test)"]

FEW_SERIES = 12
VALIDATION_SHARE = 0.15
POINTS = 512
"""Places per channel that are compared when looking for near-duplicates."""
ALIKE = 0.98
"""Correlation of the bends above which two series count as one."""


def near_duplicates(
    series: Mapping[str, SeriesData], lengths: Mapping[str, Sequence[int]] | None = None
) -> dict[str, str]:
    """Return the group of each series: the first id (in sorted order) among its near-duplicates.

    Two series are near-duplicates when their bends from sample to sample, taken at 512 places,
    correlate above 0.98: copies that were scaled or shifted are found, while two clean trends of
    one shape, which differ in their noise, are not. Series with the same hash always are.

    Args:
        lengths: of the series that were continued, their samples by revision. A copy of what one
            was before is its near-duplicate still.
    """
    ids = sorted(series)
    parent = {one: one for one in ids}

    def root(one: str) -> str:
        while parent[one] != one:
            one = parent[one]
        return one

    first_with: dict[str, str] = {}
    for one in ids:
        same = first_with.setdefault(series[one].content_hash, one)
        parent[root(one)] = root(same)
    prints = [
        (one, _texture(series[one], n))
        for one, several in _compared_lengths(series, lengths or {}).items()
        for n in several
    ]
    known = [(one, texture) for one, texture in prints if texture is not None]
    matrix = np.array([texture for _, texture in known], dtype=np.float32)
    for row in range(len(known)):
        for match in np.flatnonzero(matrix[row + 1 :] @ matrix[row] > ALIKE):
            first, second = sorted((root(known[row][0]), root(known[row + 1 + int(match)][0])))
            parent[second] = first
    return {one: root(one) for one in ids}


def split_kind(n_series: int, n_groups: int) -> SplitKind:
    """Choose how to split: `n_series` of the project, `n_groups` of them with examples."""
    enough = n_series >= FEW_SERIES and n_groups >= 4
    return "by series" if enough else "time blocks (weaker test)"


def split_by_series(items: Sequence[Item], groups: Mapping[str, str], seed: int) -> list[Split]:
    """Assign whole groups of series to one side."""
    return split_by_group([groups[item.series_id] for item in items], VALIDATION_SHARE, seed)


def split_by_time(items: Sequence[Item]) -> list[Split | None]:
    """Give the end of each series to validation, after a gap of one window (None: unused).

    A series with fewer than four different windows trains whole.
    """
    result: list[Split | None] = ["train"] * len(items)
    for series_id in {item.series_id for item in items}:
        places = [i for i, item in enumerate(items) if item.series_id == series_id]
        windows = sorted({(items[i].start, items[i].stop) for i in places})
        if len(windows) < 4:
            continue
        held = max(1, round(VALIDATION_SHARE * len(windows)))
        border = windows[-held][0]
        gap = max(stop - start for start, stop in windows)
        for i in places:
            if items[i].start >= border:
                result[i] = "validation"
            elif items[i].stop > border - gap:
                result[i] = None
    return result


def _compared_lengths(
    series: Mapping[str, SeriesData], lengths: Mapping[str, Sequence[int]]
) -> dict[str, list[int]]:
    """Return the lengths at which each series is compared with the others, its own among them.

    A length of the past counts where another series has it now, or began with it too.
    """
    now = {one: data.n_samples for one, data in series.items()}
    began = Counter(lengths[one][0] if lengths.get(one) else n for one, n in now.items())
    held = Counter(now.values())
    found: dict[str, list[int]] = {}
    for one in sorted(series):
        past = [n for n in lengths.get(one, ()) if n < now[one]]
        found[one] = [now[one], *(n for n in past if held[n] or began[n] > 1)]
    return found


def _texture(data: SeriesData, n_samples: int) -> NDArray[np.float64] | None:
    """Return the unit-length vector of bends at `POINTS` places; None for a straight line.

    Of the series' first `n_samples` alone.

    A bend is the second difference of three neighbours: of any smooth shape hardly anything is
    left, so that what is compared is the noise, which no two recordings share.
    """
    if n_samples < 3:
        return None
    places = np.linspace(0, n_samples - 3, POINTS).astype(int)
    # the first and the last channel stand for many, so that every vector has the same length
    values = np.nan_to_num(data.values[:n_samples, [0, -1]])
    scale = values.std(axis=0)
    bends = values[places] - 2 * values[places + 1] + values[places + 2]
    bends = (bends / np.where(scale > 0, scale, 1.0)).ravel()
    norm = float(np.linalg.norm(bends))
    return bends / norm if norm > 1e-9 * POINTS else None
