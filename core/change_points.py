"""Change points of a series by published methods, without labels and without anything to tune.

Each channel is put on mean 0 and standard deviation 1 (as the Turing change point benchmark does,
van den Burg & Williams 2020), gaps are filled by straight lines. A method minimises the cost of the
segments plus a penalty per change:

pelt    cost: squared distances from each segment's mean; penalty 3 log n per channel, the leading
        term of the modified BIC (Zhang & Siegmund 2007) for changes of a mean at variance 1.
        Search: PELT (Killick, Fearnhead & Eckley 2012).
kernel  the same in the feature space of a Gaussian kernel, whose width is the median distance
        (Arlot, Celisse & Harchaoui 2019), so that changes of spread and shape count too; penalty
        3 v log n, where v is the variance of the whole series in that space: there it is what 1 is
        above.
none    no change at all. Annotators often see few, so this is a strong answer.

Both searches are those of the ruptures library (Truong, Oudre & Vayatis 2020).
"""
# pyright: basic
# ruptures ships no type stubs, so the strict rules about unknown types cannot hold here.

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError, DataError

Array = NDArray[np.float64]
LONGEST = 20_000
"""Samples beyond which the search, quadratic in the worst case, is refused."""
_PER_LOG_N = 3.0
_SHORTEST = 2  # samples of a segment
_PAIRED = 1_000  # samples, evenly spread, whose pairs give the kernel's width and variance


def find_changes(key: str, values: Array) -> tuple[int, ...]:
    """Return the samples at which new segments begin, ascending, sample 0 not among them.

    Args:
        key: one of `CHANGE_FINDERS`.
        values: (n, c), NaN where missing.

    Raises:
        ConfigError: if there is no such method.
        DataError: if the series is longer than `LONGEST`.
    """
    if key not in CHANGE_FINDERS:
        raise ConfigError(
            f"there is no method '{key}' for change points. Choose one of: "
            f"{', '.join(CHANGE_FINDERS)}"
        )
    if len(values) > LONGEST:
        raise DataError(
            f"the series has {len(values):,} samples; change points are searched in at most "
            f"{LONGEST:,}. Give fewer, or every n-th sample"
        )
    ready = _standard(values)
    if len(ready) < 2 * _SHORTEST or ready.shape[1] == 0:
        return ()
    return CHANGE_FINDERS[key](ready)


def _none(ready: Array) -> tuple[int, ...]:
    del ready
    return ()


def _pelt(ready: Array) -> tuple[int, ...]:
    # With the linear kernel the kernel's cost is the one of means, and its search is PELT in C.
    return _search("linear", ready, _PER_LOG_N * ready.shape[1] * np.log(len(ready)))


def _kernel(ready: Array) -> tuple[int, ...]:
    from scipy.spatial.distance import pdist

    some = ready[:: max(1, len(ready) // _PAIRED)]
    distances = pdist(some, "sqeuclidean")
    middle = float(np.median(distances))
    # A series that mostly stands still has a median distance of 0.
    gamma = 1.0 / middle if middle > 0 else 1.0
    n = len(some)
    # variance in feature space: 1 - mean of k(x, y) over all pairs, the n equal ones included
    variance = 1.0 - (n + 2 * float(np.exp(-gamma * distances).sum())) / n**2
    return _search("rbf", ready, _PER_LOG_N * variance * np.log(len(ready)), gamma)


def _search(kernel: str, ready: Array, penalty: float, gamma: float = 1.0) -> tuple[int, ...]:
    import ruptures

    params = {"gamma": gamma} if kernel == "rbf" else {}
    search = ruptures.KernelCPD(kernel=kernel, min_size=_SHORTEST, params=params)
    found: list[int] = search.fit(ready).predict(pen=penalty) or []
    return tuple(int(at) for at in found[:-1])  # the last one is the end of the series


def filled(column: Array) -> Array:
    """Return (n,) values with gaps bridged by straight lines; zeros where nothing is known."""
    there = np.isfinite(column)
    if not there.any():
        return np.zeros(len(column))
    at = np.arange(len(column))
    return np.interp(at, at[there], column[there])


def _standard(values: Array) -> Array:
    """Return the channels that vary, filled, with mean 0 and standard deviation 1."""
    columns: list[Array] = []
    for column in np.asarray(values, np.float64).T:
        if not np.isfinite(column).any():
            continue
        ready = filled(column)
        spread = float(np.std(ready))
        if spread > 1e-12 * float(np.abs(ready).max()):
            columns.append((ready - ready.mean()) / spread)
    return np.stack(columns, axis=1) if columns else np.zeros((len(values), 0))


CHANGE_FINDERS: dict[str, Callable[[Array], tuple[int, ...]]] = {
    "pelt": _pelt,
    "kernel": _kernel,
    "none": _none,
}
"""Methods by key. They get (n, c) standardised values without gaps."""
