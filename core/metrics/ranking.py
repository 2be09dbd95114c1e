"""How well scores put unusual samples before usual ones: the areas under both curves, by sample.

Ties count as ties: constant scores get AUC-ROC 0.5 and as AUC-PR the share of unusual samples.
"""

# pyright: basic
# (scikit-learn ships no types, so strict mode would only count its unknowns)

import numpy as np
from numpy.typing import NDArray

from core.metrics.inputs import checked


def auc_roc(scores: NDArray[np.floating], truth: NDArray[np.bool_]) -> float | None:
    """Return the area under the ROC curve: P(score of an unusual > score of a usual sample).

    Undefined (None) when all samples of the truth (n,) are alike.

    Raises:
        DataError: if scores (n,) are missing, infinite or of another length than the truth.
    """
    given, mask = checked(scores, truth)
    if mask.all() or not mask.any():
        return None
    # a page that shows stored figures never needs it, and it takes most of a second to load
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(mask, given))


def auc_pr(scores: NDArray[np.floating], truth: NDArray[np.bool_]) -> float | None:
    """Return the average precision: sum over thresholds of (R_k - R_k-1) * P_k.

    This is the step-wise area, as TSB-AD's AUC-PR; the trapezoid is too favourable (Davis &
    Goadrich 2006). Undefined (None) without an unusual sample, 1 when all are.

    Raises:
        DataError: if scores (n,) are missing, infinite or of another length than the truth.
    """
    given, mask = checked(scores, truth)
    if not mask.any():
        return None
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(mask, given))
