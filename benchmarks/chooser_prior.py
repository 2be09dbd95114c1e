"""What the chooser's prior and its weight were chosen from: generated series alone.

    python -m benchmarks.chooser_prior [--n 200] [--seed 1] [--cache FOLDER] [--features]

Prints each detector's mean VUS-PR on the generated series with events (`core.chooser_prior.PRIOR`),
and what is chosen on each series from others of its texture when the prior (taken from the other
textures) weighs as much as so many of them. `--features` adds what the values alone say: prior plus
weights times trial and agreement, fitted by least squares on half of the series, on the other half.
The last line is JSON. The features take some seconds for each series.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.generated import generated
from benchmarks.score_cache import ScoreCache
from core.chooser_evidence import evidence_of
from core.detectors import DETECTORS
from core.detectors.base import Array
from core.labelled import LabelledSeries
from core.metrics.vus import vus

WEIGHTS = (0.0, 1.0, 3.0, 5.0, 10.0, 20.0)
OTHERS = (3, 5, 9)
DRAWS = 4


def main() -> None:
    """Read the arguments and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=200, help="series, every other one clean")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=None, metavar="FOLDER")
    parser.add_argument("--features", action="store_true")
    given = parser.parse_args()
    cache = ScoreCache(given.cache)
    series = [one for one in generated(given.n, given.seed) if one.truth]
    table = np.array([figures(one, cache) for one in series])
    textures = np.array([one.source for one in series])
    prior = dict(zip(DETECTORS, table.mean(axis=0).round(3).tolist(), strict=True))
    print(json.dumps(prior))
    found: dict[str, float] = {}
    for known in OTHERS:
        for weight in WEIGHTS:
            found[f"{known} others, weight {weight:g}"] = shrunk(table, textures, known, weight)
    found["prior of the other textures"] = shrunk(table, textures, 0, 1.0)
    if given.features:
        features = np.array([evidence_of(one.values, one.seconds).table for one in series])
        found["prior of one half, on the other"], found["with features"] = halves(table, features)
    for name, value in found.items():
        print(f"{name:32} {value:.3f}")
    print(json.dumps({"n": len(series), "prior": prior, "chosen": found}))


def figures(series: LabelledSeries, cache: ScoreCache) -> list[float]:
    """Return each detector's VUS-PR on a series with events."""
    found: list[float] = []
    for key in DETECTORS:
        scores = cache.scores(key, series.values, series.seconds)[0]
        found.append(vus(scores.values, series.truth_mask(), scores.period).pr or 0.0)
    return found


def shrunk(table: Array, textures: NDArray[np.str_], known: int, weight: float) -> float:
    """Return the mean figure of what is chosen from `known` series of the same texture."""
    rng = np.random.default_rng(0)
    got: list[float] = []
    for place, texture in enumerate(textures):
        same = np.setdiff1d(np.flatnonzero(textures == texture), [place])
        prior = table[textures != texture].mean(axis=0)
        for _ in range(DRAWS):
            drawn = rng.permutation(same)[:known]
            got.append(float(table[place][np.argmax(weight * prior + table[drawn].sum(axis=0))]))
    return float(np.mean(got))


def halves(table: Array, features: Array) -> tuple[float, float]:
    """Return what the prior and what prior plus features choose, learned on the other half."""
    centred = np.nan_to_num(features - np.nanmean(features, axis=1, keepdims=True))[:, :, [0, 4]]
    wanted = table - table.mean(axis=1, keepdims=True)
    half = np.arange(len(table)) < len(table) // 2
    plain: list[float] = []
    more: list[float] = []
    for learned in (half, ~half):
        prior = wanted[learned].mean(axis=0)
        rest = (wanted[learned] - prior).ravel()
        weights = np.linalg.lstsq(centred[learned].reshape(-1, 2), rest, rcond=None)[0]
        for row, told in zip(table[~learned], centred[~learned], strict=True):
            plain.append(float(row[np.argmax(prior)]))
            more.append(float(row[np.argmax(prior + told @ weights)]))
    return float(np.mean(plain)), float(np.mean(more))


if __name__ == "__main__":
    main()
