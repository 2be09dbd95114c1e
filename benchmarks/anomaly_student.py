"""A student on pseudo-labels of other sources against the best single detector.

    python -m benchmarks.anomaly_student --data DIR --seed S [--cpu-minutes 10] [--cache FOLDER]

DIR as for `benchmarks.anomaly`. Long series are cut and averaged to at most `--longest` samples and
few channels, alike for every method, so figures are not those of `benchmarks.anomaly`.

Sources are dealt into folds. The `series` student that is tested on a fold has seen only the other
sources' series, with events put into them (`benchmarks.anomaly_pseudo`), and generated ones; its
per-sample head reads the detectors' scores. What was marked in a source chooses nothing for it:

    student      its surprise per sample, mixed with the mean of the detectors and smoothed by the
                 setting of `SETTINGS` that is best on the other sources
    student alone   the same, never mixed or smoothed: no mark of any source is used
    mean of detectors   the mean of all detectors' shares of their peaks, no student
    best single  the detector that is best on the other sources
    post hoc     the detector that is best on all of them, the tested one included: no method

The last line is JSON: per source and over sources VUS-PR, the ratio to the best single detector and
its 95 % interval from drawing series within sources, the same draws for both.
"""

import argparse
import json
import math
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from scipy import ndimage

from benchmarks.anomaly_pseudo import UNUSUAL, pseudo_labelled, reduced
from benchmarks.bench_table import print_table
from benchmarks.score_cache import ScoreCache
from core.bench import Given, Row, measure, summarise
from core.detectors import DETECTORS
from core.detectors.base import Array
from core.detectors.period import period_of
from core.labelled import LabelledSeries, read_labelled
from core.metrics.estimates import RESAMPLES
from core.metrics.vus import vus
from core.series import WindowView
from core.students.series import SeriesStudent
from core.students.series_detectors import score_rows
from training.recipes.pseudo_label import PseudoLabelConfig, fit

SETTINGS = tuple((share, width) for share in (1.0, 0.5, 0.25) for width in (0.0, 0.25))
"""Share of the student in the mix, and width of the smoothing in periods."""
CHANNELS = "robust_z stl spectral_residual sub_pca polynomial kmeans matrix_profile knn"
Key = TypeVar("Key")
Scores = Mapping[str, Array]  # by `LabelledSeries.path`


def main() -> None:
    """Read the arguments, train and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cpu-minutes", type=float, default=30, help="start no training after")
    parser.add_argument("--cache", type=Path, default=None, metavar="FOLDER")
    parser.add_argument("--cut", type=int, default=30_000, help="samples of a series at most")
    parser.add_argument("--longest", type=int, default=4_096, help="samples after averaging")
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--steps", type=int, default=150)
    parser.add_argument("--windows", type=int, default=10, help="training windows of each source")
    parser.add_argument("--detectors", default=CHANNELS, help="read by the student")
    given = parser.parse_args()
    series = [reduced(one, given.cut, given.longest) for one in read_labelled(given.data).series]
    cache = ScoreCache(given.cache)
    single = {
        key: {one.path: cache.scores(key, one.values, one.seconds)[0].values for one in series}
        for key in DETECTORS
    }
    print(f"{len(series)} series scored by {len(single)} detectors", flush=True)
    config = PseudoLabelConfig(
        seed=given.seed,
        steps=given.steps,
        event_batch_size=6,
        text_batch_size=0,
        mirror_events=True,
        detectors=given.detectors,
    )
    began = time.process_time()
    student: dict[str, Array] = {}
    for tested in folds([one.source for one in series], given.folds):
        if time.process_time() - began > 60 * given.cpu_minutes:
            print(f"out of CPU minutes: {', '.join(tested)} not measured")
            continue
        others = [one for one in series if one.source not in tested]
        trained = train(others, given.windows, config)
        student |= {one.path: surprise(trained, one) for one in series if one.source in tested}
        took = time.process_time() - began
        print(f"tested on {', '.join(tested)}: {took:.0f} CPU s so far", flush=True)
    measured = [one for one in series if one.path in student]
    rows, chosen = compare(measured, single, student)
    summaries = summarise(rows)
    print_table(summaries, ("vus_pr",))
    figures = {
        f"{one.method} | {one.source or 'ALL'}": [
            None if v is None else round(v, 4) for v in (e.value, e.low, e.high)
        ]
        for one in summaries
        if (e := one.figures.get("vus_pr")) is not None
    }
    ratios = {
        method: [round(v, 3) for v in ratio(rows, method, "best single")]
        for method in ("student", "student alone", "mean of detectors", "post hoc")
    }
    print(json.dumps({
        "benchmark": "anomaly_student", "seed": given.seed, "detectors": given.detectors,
        "ratio_to_best_single": ratios, "chosen": chosen, "vus_pr": figures,
        "n_series": len(measured), "cpu_seconds": round(time.process_time() - began, 1),
    }))  # fmt: skip


def folds(sources: Sequence[str], count: int) -> list[list[str]]:
    """Deal the sources, in order of their names, into folds; never all into one."""
    names = sorted(set(sources))
    count = max(2, min(count, len(names)))
    return [names[place::count] for place in range(count)]


def train(
    others: Sequence[LabelledSeries], windows: int, config: PseudoLabelConfig
) -> SeriesStudent:
    """Train a student on series with events put in."""
    examples = pseudo_labelled(others, windows, 2 * windows, config.seed)
    with tempfile.TemporaryDirectory() as folder:
        return fit(
            examples,
            [UNUSUAL],
            config,
            report=lambda progress: None,
            should_stop=lambda: False,
            checkpoint_dir=Path(folder),
        )


def surprise(student: SeriesStudent, series: LabelledSeries) -> Array:
    """Return (n,) -log P(background), the mean of the ceil(sqrt(channels)) highest channels."""
    view = WindowView(values=series.values, seconds=series.seconds)
    background = student.event_probabilities(0, view)[:, 0].astype(np.float64)
    channels = np.sort(-np.log(np.clip(background, 1e-12, 1.0)), axis=0)
    return channels[-math.ceil(math.sqrt(len(channels))) :].mean(axis=0)


def compare(
    series: Sequence[LabelledSeries], single: Mapping[str, Scores], student: Scores
) -> tuple[list[Row], dict[str, dict[str, object]]]:
    """Return the rows of all methods, and what was chosen for each source on the others."""
    mean = {
        one.path: np.mean([score_rows(own[one.path])[1] for own in single.values()], axis=0)
        for one in series
    }
    mixed: dict[tuple[float, float], dict[str, Array]] = {
        setting: {
            one.path: mix(student[one.path], mean[one.path], *setting, period_of(one.values))
            for one in series
        }
        for setting in SETTINGS
    }
    of_single = {key: by_source(series, own) for key, own in single.items()}
    of_mixed = {setting: by_source(series, own) for setting, own in mixed.items()}
    post_hoc = best(of_single, "")
    rows: list[Row] = []
    chosen: dict[str, dict[str, object]] = {}
    for one in series:
        key, setting = best(of_single, one.source), best(of_mixed, one.source)
        chosen[one.source] = {"single": key, "setting": setting}
        methods = {
            "student": mixed[setting][one.path],
            "student alone": student[one.path],
            "mean of detectors": mean[one.path],
            "best single": single[key][one.path],
            "post hoc": single[post_hoc][one.path],
            **single_rows(single, one),
        }
        rows += [measure(name, one, Given(scores=own)) for name, own in methods.items()]
    order = list(dict.fromkeys(row.method for row in rows))
    return sorted(rows, key=lambda row: order.index(row.method)), chosen


def single_rows(single: Mapping[str, Scores], one: LabelledSeries) -> dict[str, Array]:
    """Return every detector's scores of a series, by its key."""
    return {key: own[one.path] for key, own in single.items()}


def mix(student: Array, mean: Array, share: float, width: float, period: int) -> Array:
    """Return the student's share of its own peak, mixed with the detectors' mean and smoothed."""
    mixed = share * score_rows(student)[1] + (1 - share) * mean / max(float(mean.max()), 1e-12)
    if width == 0:
        # Below the median all are alike to the mix; the student's own order stays.
        return student if share == 1 else mixed
    return np.asarray(ndimage.gaussian_filter1d(mixed, width * period, mode="nearest"), np.float64)


def by_source(series: Sequence[LabelledSeries], scores: Scores) -> dict[str, float]:
    """Return the mean VUS-PR of each source that has marked series."""
    found: dict[str, list[float]] = {}
    for one in series:
        value = vus(scores[one.path], one.truth_mask(), period_of(one.values)).pr
        if value is not None:
            found.setdefault(one.source, []).append(value)
    return {source: float(np.mean(values)) for source, values in found.items()}


def best(figures: Mapping[Key, Mapping[str, float]], tested: str) -> Key:
    """Return what is best over the sources without the tested one; each source counts the same."""
    return max(
        figures, key=lambda key: np.mean([v for s, v in figures[key].items() if s != tested])
    )


def ratio(rows: Sequence[Row], method: str, against: str) -> tuple[float, float, float]:
    """Return the ratio of two methods' macro VUS-PR with its 95 % interval."""
    pairs: dict[str, dict[str, list[float]]] = {method: {}, against: {}}
    for row in rows:
        value = row.figures.get("vus_pr")
        if row.method in pairs and value is not None:
            pairs[row.method].setdefault(row.source, []).append(value)
    rng = np.random.default_rng(0)
    above, below = np.zeros(RESAMPLES + 1), np.zeros(RESAMPLES + 1)
    for source, own in pairs[method].items():
        drawn = rng.integers(0, len(own), (RESAMPLES, len(own)))
        for total, values in ((above, own), (below, pairs[against][source])):
            total[0] += np.mean(values)
            total[1:] += np.array(values)[drawn].mean(axis=1)
    low, high = np.quantile(above[1:] / below[1:], [0.025, 0.975])
    return float(above[0] / below[0]), float(low), float(high)


if __name__ == "__main__":
    main()
