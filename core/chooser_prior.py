"""What to expect of a detector before anything of a series is known, and after other series.

The prior is the mean VUS-PR of each detector on generated series of five textures. Figures on other
series move it as observations do: it counts for `PRIOR_SERIES` of them.

Both were chosen on generated series alone (`python -m benchmarks.chooser_prior` prints them again).
What a series' own values say (`core.chooser_evidence`: events put into it, agreement of detectors)
did not make the choice better there, so it does not enter: seven pairs of weights for trial and
agreement, added to the prior of 50 series, chose on 50 others between 0.01 and 0.04 VUS-PR worse
than the prior alone (0.51).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
PRIOR: dict[str, float] = {
    "robust_z": 0.345,
    "stl": 0.491,
    "spectral_residual": 0.498,
    "sub_pca": 0.409,
    "pca_error": 0.550,
    "polynomial": 0.414,
    "isolation_forest": 0.444,
    "kmeans": 0.458,
    "matrix_profile": 0.477,
    "knn": 0.567,
}
"""Mean VUS-PR on the 100 series with events of `benchmarks.generated.generated(200, seed=1)`."""
PRIOR_SERIES = 10.0
"""How many other series weigh as much as the prior: of 0, 1, 3, 5, 10 and 20 the best choices from
3, 5 and 9 other series of the same texture (VUS-PR 0.57, 0.55, 0.55; without the prior 0.51, 0.53,
0.54; by the prior alone 0.54)."""


@dataclass(frozen=True, eq=False)
class Measured:
    """Another series: the VUS-PR of each detector on it."""

    figures: Mapping[str, float]


def expected_figures(
    keys: Sequence[str], others: Sequence[Measured], weight: float = PRIOR_SERIES
) -> tuple[Array, list[str]]:
    """Return the expected figure of each detector, and why, in words.

    Args:
        keys: the detectors; one that has no prior gets the mean of all priors.
        others: other series; one on which not all of `keys` were measured does not count.
        weight: how many other series the prior weighs as much as.
    """
    unknown = float(np.mean(list(PRIOR.values())))
    prior = np.array([PRIOR.get(key, unknown) for key in keys])
    said = [f"{one:.2f} on generated series" for one in prior]
    usable = [one.figures for one in others if set(keys) <= set(one.figures)]
    if not usable:
        return prior, said
    table = np.array([[figures[key] for key in keys] for figures in usable])
    expected = (weight * prior + table.sum(axis=0)) / (weight + len(table))
    here = f"{len(table)} other series"
    means = table.mean(axis=0)
    return expected, [f"{m:.2f} on {here}; {word}" for m, word in zip(means, said, strict=True)]
