"""From evidence to an expected figure, learned from other series where there are any.

Within a series only the differences between detectors matter for a choice. So features and figures
are centred within each series, and a ridge regression predicts a detector's figure from
    its features (`core.chooser_evidence.FEATURES`), each with penalty `on_features`, and
    which detector it is, each with penalty `on_detectors`.
Without penalty on detectors, and an infinite one on features, this is the detector that was best on
the other series. Which penalties are used is decided by leaving out each of the other series in
turn: those whose choices got the highest mean figure, the first ones of equals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.chooser_evidence import FEATURES, Evidence

Array = NDArray[np.float64]
LEAST_OTHERS = 3
"""Other series from which on something is learned from them."""
_NEVER = 1e9
_AGREEMENT = 0.5
PENALTIES: tuple[tuple[float, float], ...] = (
    (0.1, _NEVER),  # the best single detector
    (0.1, 30.0),
    (3.0, 30.0),
    (_NEVER, 30.0),  # the features alone
)
"""(on detectors, on features)"""


@dataclass(frozen=True, eq=False)
class Measured:
    """Another series: its evidence, and the VUS-PR of each detector on it."""

    evidence: Evidence
    figures: Mapping[str, float]


def expected_figures(evidence: Evidence, others: Sequence[Measured]) -> tuple[Array, list[str]]:
    """Return the expected figure of each of the evidence's detectors, and why, in words."""
    trial = np.nan_to_num(evidence.column("trial"), nan=0.0)
    said = [f"{one:.2f} on events put into this series for a trial" for one in trial]
    usable = [one for one in others if set(evidence.keys) <= set(one.figures)]
    if len(usable) < LEAST_OTHERS:
        return unlabelled(evidence), said
    tables = [_rows(one.evidence, evidence.keys) for one in usable]
    figures = [np.array([one.figures[key] for key in evidence.keys]) for one in usable]
    expected = _predict(tables, figures, _rows(evidence, evidence.keys), _chosen(tables, figures))
    means = np.mean(figures, axis=0)
    words = [
        f"{mean:.2f} on {len(usable)} other series; {text}"
        for mean, text in zip(means, said, strict=True)
    ]
    return expected, words


def unlabelled(evidence: Evidence) -> Array:
    """Return what the values alone let expect: the trial, moved by how far the others agree.

    A detector whose scores agree with the others' by one standard deviation more than usual counts
    as if it had done half a standard deviation better in the trial (chosen on generated series).
    """
    trial = np.nan_to_num(evidence.column("trial"), nan=0.0)
    agreement = np.nan_to_num(evidence.column("agreement"), nan=0.0)
    spread = float(np.std(agreement))
    if spread == 0:
        return trial
    return trial + _AGREEMENT * np.std(trial) * (agreement - agreement.mean()) / spread


def _chosen(tables: Sequence[Array], figures: Sequence[Array]) -> tuple[float, float]:
    """Return the penalties whose choices were best on the series left out."""
    got: list[float] = []
    for penalties in PENALTIES:
        total = 0.0
        for k in range(len(tables)):
            rest = [*tables[:k], *tables[k + 1 :]], [*figures[:k], *figures[k + 1 :]]
            total += float(figures[k][np.argmax(_predict(*rest, tables[k], penalties))])
        got.append(total)
    return PENALTIES[int(np.argmax(np.round(got, 9)))]


def _predict(
    tables: Sequence[Array], figures: Sequence[Array], table: Array, penalties: tuple[float, float]
) -> Array:
    """Return the expected figures (d,) of the series with this table (d, f)."""
    n_detectors, n_features = table.shape
    scale = np.std(np.concatenate(list(tables)), axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    who = np.eye(n_detectors)
    x = np.concatenate([np.hstack([who, one / scale]) for one in tables])
    y = np.concatenate([one - one.mean() for one in figures])
    weights = np.repeat(np.array(penalties), [n_detectors, n_features])
    found = np.linalg.solve(x.T @ x + np.diag(weights), x.T @ y)
    level = float(np.mean([one.mean() for one in figures]))
    return level + np.hstack([who, table / scale]) @ found


def _rows(evidence: Evidence, keys: Sequence[str]) -> Array:
    """Return (d, f) features centred within the series; 0 where there is none."""
    places = [evidence.keys.index(key) for key in keys]
    table = evidence.table[places]
    known = np.isfinite(table)
    counts = np.maximum(known.sum(axis=0), 1)
    means = np.where(known, table, 0.0).sum(axis=0) / counts
    return np.where(known, table - means, 0.0).reshape(len(keys), len(FEATURES))
