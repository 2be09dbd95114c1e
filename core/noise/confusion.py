"""What a teacher says for each true label: estimated from corrections, and used to relabel.

Rows are true labels, columns what was said; each row sums to 1.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Labels = NDArray[np.int64]


def confusion_of_joint(joint_said_true: Array) -> Array:
    """Return P(said | true) of a joint by said and true label; an absent label is always right."""
    by_true = joint_said_true.T
    totals = by_true.sum(axis=1, keepdims=True)
    return np.where(totals > 0, by_true / np.where(totals > 0, totals, 1), np.eye(len(by_true)))


def estimate_confusion(said: Labels, true: Labels, prior: Array, strength: float) -> Array:
    """Return the confusion after corrections: counts on top of `strength` reviews of the prior.

        T[k, j] = (reviews with true k and said j + strength * prior[k, j])
                  / (reviews with true k + strength)

    Args:
        said: (reviews,) what the teacher had said.
        true: (reviews,) what people said instead, or confirmed.
        prior: (options, options) what is believed without reviews.
        strength: reviews per true label that the prior is worth; above 0.
    """
    counts = np.zeros_like(prior)
    np.add.at(counts, (true, said), 1)
    return (counts + strength * prior) / (counts.sum(axis=1, keepdims=True) + strength)


def posterior(probabilities: Array, said: Labels, confusion: Array) -> Array:
    """Return (n, options) what the true label is, by a student's view and what was said.

        P(k | window, said j)  is proportional to  P(k | window) * T[k, j]

    The student must not have learned the window's own label. A row of zeros, where the two
    exclude each other, keeps the student's view.
    """
    product = probabilities * confusion[:, said].T
    totals = product.sum(axis=1, keepdims=True)
    return np.where(totals > 0, product / np.where(totals > 0, totals, 1), probabilities)


def soften(probabilities: Array, temperature: float) -> Array:
    """Return probabilities with their logarithms divided by `temperature`, summing to 1."""
    logs = np.log(np.clip(probabilities, 1e-12, None)) / temperature
    odds = np.exp(logs - logs.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def with_corrections(shares: Array, true: Labels, corrected: NDArray[np.bool_]) -> Array:
    """Return the shares with each corrected row set to what the person said, and nothing else."""
    fixed = shares.copy()
    fixed[corrected] = np.eye(shares.shape[1])[true[corrected]]
    return fixed
