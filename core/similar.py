"""Stretches that look like a given one: exact z-normalised matching.

Distance: D(a, b) = || (a - mean a) / std a - (b - mean b) / std b ||, the Euclidean distance of
both shapes; 0 for the same shape at any level and scale, about sqrt(2 m) for unrelated ones of m
samples. Shapes are compared sample by sample: series of another sampling step are compared too, and
what is found says its own length of time.

All stretches of a channel at once by one convolution (MASS, Mueen et al.). Computed here: stumpy,
which computes the same, compiles for 20 s in every new process.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from core.errors import DataError

Array = NDArray[np.float64]

LEAST, MOST = 8, 20_000


@dataclass(frozen=True)
class Match:
    """A stretch `[start, stop)` of a channel; `likeness` is the correlation with the query."""

    series_id: str
    channel: int
    start: int
    stop: int
    distance: float

    @property
    def likeness(self) -> float:
        """Return the Pearson correlation r: distance^2 = 2 m (1 - r) for m samples."""
        return 1 - self.distance**2 / (2 * (self.stop - self.start))


def check_query(query: Array) -> None:
    """Refuse a stretch that has no shape to look for.

    Raises:
        DataError: if it is too short, too long, has missing samples or never changes.
    """
    if not LEAST <= len(query) <= MOST:
        raise DataError(
            f"the selected stretch has {len(query):,} samples; similar ones are searched for "
            f"stretches of {LEAST} to {MOST:,}. Select a shorter or a longer one"
        )
    if not np.isfinite(query).all():
        missing = int((~np.isfinite(query)).sum())
        raise DataError(
            f"the selected stretch has {missing:,} missing samples, so its shape is not known. "
            "Select a stretch without gaps"
        )
    if np.ptp(query) == 0:
        raise DataError(
            "the selected stretch never changes its value, so it has no shape to look for. Select "
            "a stretch in which something happens"
        )


def find_similar(
    query: Array,
    channels: Iterable[tuple[str, int, Array]],
    *,
    own: tuple[str, int, int] | None = None,
    most: int = 12,
    report: Callable[[str], None] = lambda _: None,
) -> list[Match]:
    """Return the `most` stretches most like the query, nearest first.

    Matches of one channel lie more than a quarter of the query apart; missing samples and
    stretches that never change match nothing.

    Args:
        query: (m,) the shape looked for.
        channels: (series id, channel, (n,) values), read one after the other.
        own: (series id, channel, start) of the query itself, which is left out with all that
            overlaps it.
        report: is told the id of each series before it is searched.

    Raises:
        DataError: if the query has no shape, see `check_query`.
    """
    check_query(query)
    wanted = _shape(query)
    found: list[Match] = []
    for series_id, channel, values in channels:
        report(series_id)
        if len(values) < len(query) or np.isfinite(values).sum() < len(query):
            continue
        distances = _distances(wanted, values)
        if own is not None and own[:2] == (series_id, channel):
            _leave_out(distances, own[2], len(query) - 1)
        for _ in range(most):
            start = int(np.argmin(distances))
            if not np.isfinite(distances[start]):
                break
            stop = start + len(query)
            # By the definition: where two shapes are all but the same, 1 - r has few digits left.
            distance = float(np.linalg.norm(_shape(values[start:stop]) - wanted))
            found.append(Match(series_id, channel, start, stop, distance))
            _leave_out(distances, start, -(-len(query) // 4))
    return sorted(found, key=lambda match: match.distance)[:most]


def _distances(wanted: Array, values: Array) -> Array:
    """Return the distance of each stretch (n - m + 1,) to a shape (m,); inf where one has none."""
    length = len(wanted)
    # Windows in which a sample is missing have no spread, and so no distance.
    spread = pd.Series(values).rolling(length).std(ddof=0).to_numpy(np.float64)[length - 1 :]
    centred = np.nan_to_num(values - np.nanmean(values))
    products = fftconvolve(centred, wanted[::-1], mode="valid")
    flat = _flat(values, length) | ~(spread > 0)
    likeness = products / (length * np.where(flat, 1.0, spread))
    distances = np.sqrt(2 * length * np.maximum(0.0, 1 - likeness))
    distances[flat] = np.inf
    return distances


def _shape(stretch: Array) -> Array:
    return (stretch - stretch.mean()) / stretch.std()


def _leave_out(distances: Array, start: int, reach: int) -> None:
    distances[max(0, start - reach) : start + reach + 1] = np.inf


def _flat(values: Array, length: int) -> NDArray[np.bool_]:
    """Say of each stretch of `length` samples whether its value never changes."""
    changes = np.concatenate([[0], np.cumsum(values[1:] != values[:-1])])
    return changes[length - 1 :] == changes[: len(values) - length + 1]
