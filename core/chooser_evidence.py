"""What a series' values alone say about each detector: features, measured beside the chooser.

Per detector, over a part of at most `LONGEST` samples and `CHANNELS` channels:
    trial       mean VUS-PR on the trial copies (`core.chooser_trials`)
    point, level, shape   mean AUC-ROC of the put-in events of that group against what was left
    agreement   mean rank correlation with the other detectors' scores on the part itself
    contrast    log10 of how far the top 0.5 % of scores stand above the median, in units of how far
                the top 10 % do
No name, label or place of the series in a collection enters.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.chooser_trials import GROUPS, Trial, trials
from core.detectors.period import period_of
from core.metrics.ranking import auc_roc
from core.metrics.vus import vus

Array = NDArray[np.float64]
Score = Callable[[str, Array, Array | None], Array]
"""(detector, (n, c) values, (n,) seconds or None) -> (n,) scores."""

FEATURES = ("trial", *GROUPS, "agreement", "contrast")
LONGEST, CHANNELS = 20_000, 4
_RANKED = 4_000  # samples, evenly spread, that rank correlations are taken over


@dataclass(frozen=True, eq=False)
class Evidence:
    """Features by detector: (detectors, features) in the orders of `keys` and `FEATURES`."""

    keys: tuple[str, ...]
    table: Array

    def column(self, feature: str) -> Array:
        """Return one feature of all detectors."""
        return self.table[:, FEATURES.index(feature)]


def score_of(key: str, values: Array, seconds: Array | None) -> Array:
    """Score by the detector itself; a `Score`."""
    from core.detectors.scoring import score_series

    return score_series(key, values, seconds).values


def part_of(values: Array, around: tuple[int, int] | None = None) -> tuple[int, int]:
    """Return the samples `[start, stop)` that are looked at, around a range or in the middle."""
    n = len(values)
    middle = n // 2 if around is None else (around[0] + around[1]) // 2
    start = max(0, min(middle - LONGEST // 2, n - LONGEST))
    return start, min(n, start + LONGEST)


def few_channels(values: Array) -> Array:
    """Return at most `CHANNELS` channels that vary, evenly spread; all where none varies."""
    varying: list[int] = []
    for channel, column in enumerate(values.T):
        there = column[np.isfinite(column)]
        if len(there) and there.min() < there.max():
            varying.append(channel)
    wanted = varying or list(range(values.shape[1]))
    at = np.unique(np.linspace(0, len(wanted) - 1, min(CHANNELS, len(wanted))).round().astype(int))
    return values[:, [wanted[k] for k in at]]


def evidence_of(
    values: Array,
    seconds: Array | None = None,
    keys: Sequence[str] | None = None,
    score: Score = score_of,
) -> Evidence:
    """Gather the features of a series, (n, c) values with NaN where missing; deterministic."""
    from core.detectors import DETECTORS

    wanted = tuple(keys or DETECTORS)
    start, stop = part_of(values)
    part = few_channels(values[start:stop])
    when = None if seconds is None else seconds[start:stop]
    period = period_of(part)
    copies = trials(part, period)
    own = [score(key, part, when) for key in wanted]
    agreement = _agreement(own)
    table = np.full((len(wanted), len(FEATURES)), np.nan)
    for row, key in enumerate(wanted):
        table[row, : 1 + len(GROUPS)] = _on_trials(key, copies, when, period, score)
        table[row, -2:] = agreement[row], _contrast(own[row])
    return Evidence(wanted, table)


def _on_trials(
    key: str, copies: Sequence[Trial], when: Array | None, period: int, score: Score
) -> Array:
    """Return the trial's VUS-PR and the AUC by group; NaN for what no copy holds."""
    volumes: list[float] = []
    areas: dict[str, list[float]] = {group: [] for group in GROUPS}
    for copy in copies:
        end = copy.first + len(copy.values)
        scores = score(key, copy.values, None if when is None else when[copy.first : end])
        truth = copy.truth()
        volume = vus(scores, truth, period).pr
        volumes += [] if volume is None else [volume]
        for event in copy.events:
            inside = np.zeros(len(truth), np.bool_)
            inside[event.start : event.stop] = True
            kept = inside | ~truth
            area = auc_roc(scores[kept], inside[kept])
            areas[event.group] += [] if area is None else [area]
    means = [np.mean(found) if found else np.nan for found in (volumes, *areas.values())]
    return np.array(means, np.float64)


def _agreement(scores: Sequence[Array]) -> Array:
    """Return the mean rank correlation of each score with the others; 0 where one is constant."""
    from scipy.stats import rankdata

    step = max(1, len(scores[0]) // _RANKED)
    ranks = np.stack([np.asarray(rankdata(one[::step]), np.float64) for one in scores])
    ranks -= ranks.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(ranks, axis=1, keepdims=True)
    unit = np.divide(ranks, norms, out=np.zeros_like(ranks), where=norms > 0)
    if len(scores) < 2:
        return np.zeros(1)
    return ((unit @ unit.T).sum(axis=1) - (norms[:, 0] > 0)) / (len(scores) - 1)


def _contrast(scores: Array) -> float:
    middle, high, top = np.quantile(scores, [0.5, 0.9, 0.995])
    if top <= middle:
        return 0.0
    return float(np.log10((top - middle) / max(high - middle, 1e-3 * (top - middle))))
