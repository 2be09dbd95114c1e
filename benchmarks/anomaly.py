"""How well detectors, the chooser's pick and the rules find what people marked as unusual.

    python -m benchmarks.anomaly --data DIR [--methods stl rules chooser] [--sources nab ucr]
                                 [--longest 20000] [--cache FOLDER]

DIR holds `labels.json` anywhere below it: file -> [[start, end], ...], both ends inclusive. Per
method and source, and over all sources (each counts the same): VUS-PR, interval F1 by any overlap,
event recall, false alarms per 1,000 samples, and CPU seconds, with 95 % intervals from drawing
series within sources. Intervals come from the label-free threshold of `core.detectors.cutting`. No
method sees a mark, a file's or a channel's name.

The row `random`: random scores, and per figure of intervals the mean over the other methods of what
as many intervals at random places get. The last line is JSON. `--cache` keeps scores for later.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.bench_table import print_json, print_table
from benchmarks.score_cache import ScoreCache
from core.bench import Given, Row, failed, measure, summarise
from core.chooser import rank
from core.detectors import DETECTORS
from core.detectors.base import Array
from core.detectors.cutting import stretches
from core.errors import AppError
from core.intervals import Interval
from core.labelled import LabelledSeries, read_labelled
from core.questions.defaults import default_anomaly_question
from core.teachers.rules import rules_on
from core.whole_series import answer_whole

FIGURES = ("vus_pr", "interval_f1", "event_recall", "false_alarms")

Method = Callable[[LabelledSeries, ScoreCache], Given]


def main() -> None:
    """Read the arguments and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--methods", nargs="+", choices=list(METHODS), default=list(METHODS))
    parser.add_argument("--cache", type=Path, default=None, metavar="FOLDER")
    parser.add_argument("--sources", nargs="+", default=None)
    parser.add_argument("--longest", type=int, default=None, help="skip series with more samples")
    given = parser.parse_args()
    folder, cache = read_labelled(given.data, "anomaly"), ScoreCache(given.cache)
    for problem in folder.problems:
        print(f"not measured: {problem}")
    series = [
        one
        for one in folder.series
        if (given.longest is None or one.n <= given.longest)
        and (given.sources is None or one.source in given.sources)
    ]
    rows = [row_of(method, one, cache) for one in series for method in given.methods]
    rows.sort(key=lambda row: given.methods.index(row.method))
    rows += [_random(one, [row for row in rows if row.path == one.path]) for one in series]
    summaries = summarise(rows)
    print_table(summaries, FIGURES)
    print_json(rows, summaries, FIGURES)


def row_of(method: str, series: LabelledSeries, cache: ScoreCache) -> Row:
    """Measure one method on one series."""
    began = time.process_time()
    try:
        given = METHODS[method](series, cache)
    except AppError as error:
        return failed(method, series, f"{error}", time.process_time() - began)
    return measure(method, series, given)


def _random(series: LabelledSeries, rows: list[Row]) -> Row:
    """Return luck as a row: the mean of what stands beside the methods' figures."""
    figures: dict[str, float | None] = {}
    for key in FIGURES:
        found = [row.luck[key] for row in rows if row.luck.get(key) is not None]
        figures[key] = float(np.mean([value for value in found if value is not None] or [np.nan]))
        figures[key] = None if not found else figures[key]
    blank = failed("random", series, "")
    return blank.model_copy(update={"figures": figures, "luck": figures})


def _detect(key: str, series: LabelledSeries, cache: ScoreCache) -> Given:
    scores, took = cache.scores(key, series.values, series.seconds)
    marks = tuple(Interval(start=s.start, stop=s.stop) for s in stretches(scores))
    return Given(scores.values, marks, took, note=scores.note)


def _choose(series: LabelledSeries, cache: ScoreCache) -> Given:
    """Give the scores of the detector the chooser puts first, and the time of choosing too."""
    spent: list[float] = []

    def score(key: str, values: Array, seconds: Array | None) -> Array:
        found, took = cache.scores(key, values, seconds)
        spent.append(took)
        return found.values

    began = time.process_time()
    first = rank(series.values, series.seconds, score=score)[0]
    own = time.process_time() - began
    given = _detect(first.key, series, cache)
    # from the cache scoring takes no time, else it is part of the chooser's own
    took = max(own, sum(spent)) + given.cpu_s
    return Given(given.scores, given.intervals, took, note=f"chose {first.key}")


def _rules(series: LabelledSeries, cache: ScoreCache) -> Given:
    del cache
    began = time.process_time()
    found = answer_whole(series.values, series.seconds, rules_on(default_anomaly_question()))
    took = time.process_time() - began
    return Given(None, tuple(Interval(start=one.start, stop=one.stop) for one in found), took)


METHODS: dict[str, Method] = {
    **{key: lambda series, cache, key=key: _detect(key, series, cache) for key in DETECTORS},
    "chooser": _choose,
    "rules": _rules,
}


if __name__ == "__main__":
    main()
