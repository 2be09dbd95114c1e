"""Confident learning: which labels are suspected, by predictions made without them.

An own small implementation of the published formulas (Northcutt, Jiang and Chuang, 2021). The
threshold of an option is the mean probability of that option over the examples labelled with it:

    t_j = mean of p[i, j] over the i with given label j

Example i counts as truly j where p[i, j] >= t_j, j being the likeliest such option. The counts
C[given, true] are scaled so that each row sums to its number of labels, and divided by n. Within
each off-diagonal cell the round(n * Q[given, true]) examples with the largest p[true] - p[given]
are suspected ("prune by noise rate").

The probabilities must be out of fold: a net that has learned a wrong label by heart agrees with it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Suspicion:
    """What confident learning says of the labels.

    Attributes:
        joint: (options, options) share of examples by given label (row) and true label (column).
        suspected: (n,) True where a label is probably wrong.
        margin: (n,) p[given] minus the largest other probability; the lower, the more suspected.
    """

    joint: Array
    suspected: NDArray[np.bool_]
    margin: Array

    @property
    def wrong_share(self) -> float:
        """The share of labels that the joint takes to be wrong."""
        return float(1 - np.trace(self.joint))


def label_thresholds(probabilities: Array, given: Labels) -> Array:
    """Return (options,) t_j; infinity for an option that no example was given."""
    limits = np.full(probabilities.shape[1], np.inf)
    for option in np.unique(given):
        limits[option] = probabilities[given == option, option].mean()
    return limits


def confident_joint(probabilities: Array, given: Labels) -> Array:
    """Return (options, options) shares by given and true label; all of it sums to 1."""
    n, n_options = probabilities.shape
    reached = np.where(probabilities >= label_thresholds(probabilities, given), probabilities, -1.0)
    counts = np.zeros((n_options, n_options))
    sure = reached.max(axis=1) >= 0
    np.add.at(counts, (given[sure], reached[sure].argmax(axis=1)), 1)
    per_label = np.bincount(given, minlength=n_options)
    for option in range(n_options):
        if counts[option].sum() == 0:
            counts[option, option] = 1.0  # nobody contradicts this label
        counts[option] *= per_label[option] / counts[option].sum()
    return counts / n


def confident_learning(probabilities: Array, given: Labels) -> Suspicion:
    """Estimate the joint and suspect, per cell of it, as many labels as the cell says are wrong."""
    joint = confident_joint(probabilities, given)
    n, n_options = probabilities.shape
    suspected = np.zeros(n, bool)
    for said in range(n_options):
        own = np.flatnonzero(given == said)
        for true in range(n_options):
            count = round(n * joint[said, true])
            if said == true or count == 0:
                continue
            lead = probabilities[own, true] - probabilities[own, said]
            likeliest = own[np.argsort(-lead, kind="stable")[:count]]
            # a cell may expect more errors than there are labels that the net contradicts
            suspected[likeliest[probabilities[likeliest].argmax(axis=1) != said]] = True
    return Suspicion(joint, suspected, given_margin(probabilities, given))


def given_margin(probabilities: Array, given: Labels) -> Array:
    """Return (n,) the given label's probability minus the largest of the others."""
    rows = np.arange(len(given))
    others = probabilities.copy()
    others[rows, given] = -np.inf
    return probabilities[rows, given] - others.max(axis=1)
