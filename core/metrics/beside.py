"""A figure that is only ever given beside what a random score of the same series gets.

Some figures flatter: on a series with long events a score of pure noise reaches 0.9 and more after
point adjustment (Kim et al., "Towards a rigorous evaluation of time-series anomaly detection",
AAAI 2022) and about 0.7 of affiliation F1. A figure of that kind says something only as a distance
from luck, so the functions that compute it return a `Beside` and there is no other way to get it.

Two kinds of luck, both drawn `DRAWS` times from a seed and averaged:
    a random score      every sample's score is drawn from the uniform distribution; what is
                        computed of it is computed exactly as of the score in question
    a random marking    such a score, cut so that it marks as many samples as the answer did
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from core.metrics.inputs import Array, Mask

DRAWS = 10


@dataclass(frozen=True)
class Beside:
    """A figure and the mean of what `DRAWS` random scores get on the same series.

    Either is None where it is undefined.
    """

    value: float | None
    random: float | None

    def __str__(self) -> str:
        """Say both."""
        value, luck = ("undefined" if x is None else f"{x:.3f}" for x in (self.value, self.random))
        return f"{value} (a random score gets {luck})"


def random_scores(n: int, seed: int) -> Iterable[Array]:
    """Yield `DRAWS` scores (n,), uniform in [0, 1), the same ones for the same seed."""
    generator = np.random.default_rng(seed)
    for _ in range(DRAWS):
        yield generator.random(n)


def random_marks(n: int, marked: int, seed: int) -> Iterable[Mask]:
    """Yield `DRAWS` masks (n,), each with exactly `marked` samples where the score is highest."""
    for scores in random_scores(n, seed):
        mask = np.zeros(n, np.bool_)
        if marked:
            mask[np.argpartition(scores, n - marked)[n - marked :]] = True
        yield mask


def mean_defined(values: Iterable[float | None]) -> float | None:
    """Return the mean of the defined values; None when there are none."""
    there = [value for value in values if value is not None]
    return float(np.mean(there)) if there else None


def beside_marking(figure: Callable[[Mask], float | None], mask: Mask, seed: int) -> Beside:
    """Return the figure of a marking (n,) beside its mean over random ones of the same size."""
    marks = random_marks(len(mask), int(mask.sum()), seed)
    return Beside(figure(mask), mean_defined(figure(mark) for mark in marks))
