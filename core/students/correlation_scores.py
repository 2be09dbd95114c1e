"""Scores of change at each sample, from a graph over time and from what was predicted. No torch.

Correlation change: how much the graph differs between the samples before t and those from t on.
Independent change: predictions made before t miss what came from t on, all in the same direction.
One prediction that begins `b` samples before t and looks `h >= b` ahead crosses t; with `span` 5
there are 15. Their misses are added with weights that were learned from training series without
looking at labels: the inverse of the misses' covariance, so that a noisy start is averaged away and
a miss that others repeat counts once. T samples, N variables, M features, Q predictions across t.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.model import Frozen
from core.students.correlation_regimes import regime_parts, regimes

Array = NDArray[np.float64]
SHARES = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
"""Shares of training samples whose scores are kept, so that a score's rarity can be told."""
_TAIL = SHARES.index(0.01)
_CLIP = 4.0  # robust deviations, beyond which a miss does not count more for the covariance
_FAR = 400.0  # square of usual misses, beyond which a sample is as striking as can be
_EDGE = 5


class Norms(Frozen):
    """What the scores are measured against, from training.

    Attributes:
        weights: per feature, one weight for each prediction across t, in the order of `crossings`.
        usual: per feature, the median size of the weighted miss.
        correlation, independent: what the shares `SHARES` of training samples reach.
        threshold: the ensemble's value from which on a peak is a change point.
        regimes: median sizes of a channel's differences of level and of spread between the samples
            before t and from t on; empty where regimes are not compared (`span` 1).
    """

    weights: tuple[tuple[float, ...], ...]
    usual: tuple[float, ...]
    correlation: tuple[float, ...] = tuple(float(at) for at in range(len(SHARES)))
    independent: tuple[float, ...] = tuple(float(at) for at in range(len(SHARES)))
    threshold: float = 2.0
    regimes: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Strips:
    """Scores of one window at each sample; higher means a change is likelier there.

    Attributes:
        graph: (T, N, N) how probable a connection is on the way to each sample.
        correlation, independent: (T,) how rare: 2 where one training sample in 100 scores as high.
        ensemble: (T,) the higher one of the two.
        own: (T, N) each variable's part in the independent score, before its rarity is taken.
    """

    graph: NDArray[np.float32]
    correlation: Array
    independent: Array
    ensemble: Array
    own: Array


def crossings(horizon: int) -> list[tuple[int, int]]:
    """Return (samples before t that it begins, steps it looks ahead) for predictions across t."""
    return [
        (before, ahead) for before in range(1, horizon + 1) for ahead in range(before, horizon + 1)
    ]


def misses_across(errors_T_K_N_M: Array) -> Array:
    """Arrange errors by origin and horizon as (T, Q, N, M): those of predictions across each t.

    NaN where a prediction does not exist or its target is missing.
    """
    t, horizon = errors_T_K_N_M.shape[:2]
    pairs = crossings(horizon)
    out = np.full((t, len(pairs), *errors_T_K_N_M.shape[2:]), np.nan)
    for place, (before, ahead) in enumerate(pairs):
        out[before:, place] = errors_T_K_N_M[: t - before, ahead - 1]
    return out


def correlation_change(pairs_T_P: Array, span: int) -> Array:
    """Return (T,) the L1 distance of the mean graphs of `span` samples before t and from t on.

    `span` 1 is the thesis' score, the distance of neighbouring graphs. Nearer to an end than
    `span`, the score is 0.
    """
    t = len(pairs_T_P)
    score = np.zeros(t)
    if t >= 2 * span:
        sums = np.concatenate([np.zeros((1, pairs_T_P.shape[1])), np.cumsum(pairs_T_P, axis=0)])
        means = (sums[span:] - sums[:-span]) / span  # [s] is the mean of s, s + 1, ...
        score[span : t - span + 1] = np.abs(means[span:] - means[:-span]).sum(axis=1)
    return score


def graph_change(pairs_T_P: Array, n_variables: int, span: int) -> Array:
    """Return (T,) `correlation_change` in lines of one variable: 1 where one loses all of its own.

    So windows of few variables and of many are measured alike.
    """
    return correlation_change(pairs_T_P, span) / max(1, n_variables - 1)


def learn_weights(misses: list[Array]) -> Norms:
    """Learn weights and usual sizes from the (T, Q, N, M) misses of training windows."""
    n_features = misses[0].shape[3]
    weights: list[tuple[float, ...]] = []
    usual: list[float] = []
    for feature in range(n_features):
        rows = np.concatenate(
            [one[..., feature].transpose(0, 2, 1).reshape(-1, one.shape[1]) for one in misses]
        )
        rows = rows[np.isfinite(rows).all(axis=1)]
        size = np.maximum(1.4826 * np.median(np.abs(rows), axis=0), 1e-6)
        clipped = np.clip(rows / size, -_CLIP, _CLIP)
        covariance = clipped.T @ clipped / len(clipped) + 1e-3 * np.eye(len(size))
        weight = np.linalg.solve(covariance, 1 / size) / size
        weights.append(tuple(map(float, weight)))
        usual.append(float(max(np.median(np.abs(rows @ weight)), 1e-12)))
    return Norms(weights=tuple(weights), usual=tuple(usual))


def own_parts(misses_T_Q_N_M: Array, norms: Norms, span: int) -> Array:
    """Return (T, N) each variable's part in the independent score; with regimes where known."""
    jumps = independent_parts(misses_T_Q_N_M, norms)
    if len(norms.regimes) != 2:
        return jumps
    level, spread = norms.regimes
    return regime_parts(regimes(misses_T_Q_N_M[:, 0], span), jumps, (level, spread))


def independent_score(parts_T_N: Array, norms: Norms) -> Array:
    """Return (T,) of all variables: the mean part, or the largest one where regimes are compared.

    A regime begins in few channels; averaged over many it would drown.
    """
    return parts_T_N.max(axis=1) if norms.regimes else parts_T_N.mean(axis=1)


def independent_parts(misses_T_Q_N_M: Array, norms: Norms) -> Array:
    """Return (T, N): per variable the mean square, over features, of the weighted misses.

    A prediction whose target is missing says nothing.
    """
    weights = np.array(norms.weights).T  # (Q, M)
    summed = np.einsum("tqnm,qm->tnm", np.nan_to_num(misses_T_Q_N_M), weights)
    parts = np.minimum((summed / np.array(norms.usual)) ** 2, _FAR).mean(axis=2)
    return parts


def span_in(n: int, span: int) -> int:
    """Return how many samples on each side are compared in a window of `n`: a quarter at most."""
    return max(1, min(span, n // 4))


def edge(n: int) -> int:
    """Return how many samples at each end of a window get no score: there is too little before
    or after them, and the network has just begun to read."""
    return min(_EDGE, n // 4)


def without_ends(score: Array) -> Array:
    """Return (T, ...) scores with 0 at both ends."""
    out = score.copy()
    out[: edge(len(out))] = 0
    out[len(out) - edge(len(out)) :] = 0
    return out


def reached(scores: Array) -> tuple[float, ...]:
    """Return what the shares `SHARES` of all training samples reach, rising."""
    values = np.quantile(scores, 1 - np.array(SHARES))
    # a hair apart where many samples score alike, so that rarity rises with the score
    least = 1e-9 * max(1.0, float(np.abs(values).max())) * np.arange(len(values))
    return tuple(map(float, np.maximum.accumulate(values) + least))


def rarity(score: Array, of: tuple[float, ...]) -> Array:
    """Return minus the decimal logarithm of the share of training samples that score as high.

    Beyond what one sample in 1,000 reaches it goes on along the straight line from one in 100 to
    there, so that what was never seen can still be compared.
    """
    shares = -np.log10(np.array(SHARES))
    slope = (shares[-1] - shares[_TAIL]) / (of[-1] - of[_TAIL])
    beyond = shares[-1] + slope * (score - of[-1])
    return np.where(score > of[-1], beyond, np.interp(score, of, shares))


def peaks(score: Array, threshold: float, apart: int) -> list[int]:
    """Return where a score peaks: the largest of all samples less than `apart` away, from
    `threshold` on. Of equal neighbours the first counts."""
    found: list[int] = []
    for at in np.argsort(-score, kind="stable"):
        if score[at] < threshold:
            break
        # a flank that is far enough from its peak is no peak by itself
        largest = score[max(0, at - apart + 1) : at + apart].max() <= score[at]
        if largest and all(abs(int(at) - other) >= apart for other in found):
            found.append(int(at))
    return sorted(found)
