"""Suspected systematic errors: where corrections contradict a teacher, and what lies beside them.

An error at random is averaged out; one that a teacher makes on every window of a kind is learned.
Such windows lie together in a student's embedding. An unreviewed example is suspected when most of
its nearest reviewed examples with the same teacher's label were corrected to one other label.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Labels = NDArray[np.int64]

NEIGHBOURS = 3
FEWEST = 2
"""Reviews that must contradict a teacher in the same way before it counts as systematic."""


@dataclass(frozen=True)
class Cluster:
    """One way in which a teacher is wrong again and again.

    Attributes:
        said: what the teacher says.
        true: what people say instead.
        corrected: places of the reviews that say so, in order.
        confirmed: number of reviews that confirmed `said`.
        suspected: places of unreviewed examples beside them, the nearest first.
    """

    said: int
    true: int
    corrected: tuple[int, ...]
    confirmed: int
    suspected: tuple[int, ...]


def error_clusters(
    embedding: Array,
    said: Labels,
    true: Labels,
    reviewed: NDArray[np.bool_],
    neighbours: int = NEIGHBOURS,
    fewest: int = FEWEST,
) -> list[Cluster]:
    """Return the clusters, the one with the most suspected examples first.

    Args:
        embedding: (n, width) places of the examples; each column is scaled to unit spread.
        said: (n,) the teacher's labels.
        true: (n,) people's labels; read where `reviewed` alone.
        reviewed: (n,) who was looked at by a person.
    """
    spread = embedding.std(axis=0)
    scaled = embedding / np.where(spread > 0, spread, 1.0)
    found: list[Cluster] = []
    for option in np.unique(said[reviewed & (said != true)]).tolist():
        known = np.flatnonzero(reviewed & (said == option))
        open_ = np.flatnonzero(~reviewed & (said == option))
        nearest, distance = _nearest(scaled, open_, known, neighbours)
        for other in np.unique(true[known]).tolist():
            corrected = known[true[known] == other]
            if other == option or len(corrected) < fewest:
                continue
            votes = (true[nearest] == other).mean(axis=1)
            members = np.flatnonzero(votes > 0.5)
            order = members[np.argsort(distance[members], kind="stable")]
            found.append(
                Cluster(
                    said=option,
                    true=other,
                    corrected=tuple(corrected.tolist()),
                    confirmed=int((true[known] == option).sum()),
                    suspected=tuple(open_[order].tolist()),
                )
            )
    return sorted(found, key=lambda one: -len(one.suspected))


def _nearest(
    scaled: Array, asked: Labels, known: Labels, count: int
) -> tuple[NDArray[np.int64], Array]:
    """Return (asked, count) places of the nearest known examples, and the mean distance to them."""
    apart = np.linalg.norm(scaled[asked][:, None] - scaled[known][None], axis=2)
    order = np.argsort(apart, axis=1, kind="stable")[:, :count]
    return known[order], np.take_along_axis(apart, order, axis=1).mean(axis=1)
