"""What makes a student's confidence mean how often it is right: one temperature. No torch here.

Scores of options are divided by the temperature before they become probabilities, which changes no
label. It is learned on validation windows, whose labels are wrong now and then unless a person
decided them: a label that differs from a sure answer may be the label's fault. So the share of
wrong labels is fitted with it, taken to fall on all other options alike.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FEWEST_WINDOWS = 20
"""Validation windows below which a temperature would be luck."""
TEMPERATURES = np.geomspace(0.05, 5.0, 93)
WRONG_SHARES = np.linspace(0.0, 0.6, 31)


def fitted_temperature(
    scores_W_K: Array, labels_W: NDArray[np.int64], trusted_W: NDArray[np.bool_]
) -> float:
    """Return the temperature under which the labels given are the likeliest.

    Args:
        scores_W_K: (windows, options) scores, whose softmax would be the probabilities.
        labels_W: (windows,) places of the options given.
        trusted_W: (windows,) True where a person decided, so that the label is right.
    """
    others = max(1, scores_W_K.shape[1] - 1)
    best, best_fit = 1.0, -np.inf
    for temperature in TEMPERATURES:
        p = softmax(scores_W_K / temperature)[np.arange(len(labels_W)), labels_W]
        for wrong in WRONG_SHARES:
            share = np.where(trusted_W, 0.0, wrong)
            given = (1 - share) * p + share * (1 - p) / others
            fit = float(np.log(np.maximum(given, 1e-12)).sum())
            if fit > best_fit:
                best, best_fit = float(temperature), fit
    return best


def softmax(scores_W_K: Array) -> Array:
    """Return probabilities over the last axis."""
    odds = np.exp(scores_W_K - scores_W_K.max(axis=-1, keepdims=True))
    return odds / odds.sum(axis=-1, keepdims=True)


def calibration_error(confidence_W: Array, right_W: NDArray[np.bool_], bins: int = 10) -> float:
    """Return the expected calibration error, in [0, 1].

    Windows are put into `bins` bins of equal width by confidence; it is the mean distance between
    a bin's confidence and its share of right answers, weighted by its windows.
    """
    place = np.minimum((confidence_W * bins).astype(np.int64), bins - 1)
    error = 0.0
    for one in range(bins):
        inside = place == one
        if inside.any():
            distance = abs(float(confidence_W[inside].mean()) - float(right_W[inside].mean()))
            error += distance * float(inside.mean())
    return error
