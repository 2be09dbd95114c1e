"""The figures of one series' scores, each beside what a random score of the same series gets."""

from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.metrics.beside import Beside, mean_defined, random_scores
from core.metrics.inputs import Array, Mask, checked
from core.metrics.ranking import auc_pr, auc_roc
from core.metrics.vus import vus


@dataclass(frozen=True)
class ScoreFigures:
    """Threshold-free figures of the scores of one series, in [0, 1]; see `vus` and `ranking`.

    Without an event in the truth all are undefined; when all samples are unusual VUS-ROC and
    AUC-ROC are.
    """

    vus_pr: Beside
    vus_roc: Beside
    auc_pr: Beside
    auc_roc: Beside

    def values(self) -> dict[str, float | None]:
        """Return what the scores get, by name of the figure."""
        return {field.name: getattr(self, field.name).value for field in fields(self)}

    def luck(self) -> dict[str, float | None]:
        """Return what random scores of the same series get, by name of the figure."""
        return {field.name: getattr(self, field.name).random for field in fields(self)}


def score_figures(
    scores: NDArray[np.floating], truth: NDArray[np.bool_], window: int, seed: int = 0
) -> ScoreFigures:
    """Return all figures of scores (n,) against the truth (n,).

    Args:
        window: the largest width of `vus` in samples, >= 0.
        seed: of the random scores; what they get is a mean over `DRAWS` of them.

    Raises:
        DataError: if scores are missing or infinite, lengths differ or the window is negative.
    """
    given, mask = checked(scores, truth)
    values = _values(given, mask, window)
    luck = _luck(np.packbits(mask).tobytes(), len(mask), window, seed)
    return ScoreFigures(
        *(Beside(value, chance) for value, chance in zip(values, luck, strict=True))
    )


Values = tuple[float | None, float | None, float | None, float | None]


def _values(scores: Array, truth: Mask, window: int) -> Values:
    volumes = vus(scores, truth, window)
    return volumes.pr, volumes.roc, auc_pr(scores, truth), auc_roc(scores, truth)


# A bench measures many methods on one series after the other: luck is the same for all of them.
@lru_cache(maxsize=64)
def _luck(packed: bytes, n: int, window: int, seed: int) -> Values:
    truth = np.unpackbits(np.frombuffer(packed, np.uint8), count=n).astype(np.bool_)
    draws = [_values(scores, truth, window) for scores in random_scores(n, seed)]
    pr, roc, sample_pr, sample_roc = (mean_defined(column) for column in zip(*draws, strict=True))
    return pr, roc, sample_pr, sample_roc
