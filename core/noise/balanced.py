"""GenCo's rule: a round of self-training learns from the surest examples of every label alike."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def balanced_selection(
    shares: Array, share: float, always: NDArray[np.bool_] | None = None
) -> NDArray[np.bool_]:
    """Return (n,) which examples to learn from: per label the surest, as many of each.

    Of every label the same number is taken, `share` of n divided by the labels, or all of a label
    that has fewer. A label is what the shares say; ties go to the earlier example.

    Args:
        shares: (n, options) what is believed of each example.
        share: of the examples, in (0, 1].
        always: (n,) examples taken in any case, and not counted.
    """
    n, n_options = shares.shape
    labels, sure = shares.argmax(axis=1), shares.max(axis=1)
    quota = max(1, round(share * n / n_options))
    chosen = np.zeros(n, bool)
    for option in range(n_options):
        own = np.flatnonzero(labels == option)
        chosen[own[np.argsort(-sure[own], kind="stable")[:quota]]] = True
    return chosen if always is None else chosen | always
