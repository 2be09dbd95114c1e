"""How well change points fit what several annotators marked.

    python -m benchmarks.change_point --data DIR [--methods pelt kernel none rules ...]
    python -m benchmarks.change_point --springs [--noise] [--cpu-minutes 10] [--seed 1] [--short]

DIR holds `changepoints.json` anywhere below it: file -> {annotator: [row, ...]}. Per method and
source, and over all sources (each counts the same): margin F1 (5 samples) and covering as in the
Turing change point benchmark, with 95 % intervals from drawing series within sources; beside them
what as many changes at random places get. No method sees a mark; nothing is tuned. The last line
is JSON.

`rules` are the built-in ones; `correlation` trains a student on each series of several channels,
half a minute each; `clasp` needs its package. The second form measures simulated springs
(`benchmarks.springs`).
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import springs
from benchmarks.bench_table import print_json, print_table
from benchmarks.change_point_methods import HAS_CLASP, by_clasp, by_rules, by_student
from core.bench import Given, Row, failed, measure, summarise
from core.change_points import CHANGE_FINDERS, find_changes
from core.errors import AppError
from core.intervals import Interval
from core.labelled import LabelledSeries, read_labelled

FIGURES = ("margin_f1", "covering")
METHODS: dict[str, Callable[[NDArray[np.float64]], tuple[int, ...]]] = {
    key: lambda values, key=key: find_changes(key, values) for key in CHANGE_FINDERS
}
QUICK = tuple(METHODS)
METHODS["rules"] = by_rules
METHODS["correlation"] = by_student
if HAS_CLASP:
    METHODS["clasp"] = by_clasp


def main() -> None:
    """Read the arguments and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--data", type=Path, metavar="DIR")
    what.add_argument("--springs", action="store_true", help="simulated springs instead of files")
    parser.add_argument("--methods", nargs="+", choices=list(METHODS), default=list(METHODS))
    springs.add_arguments(parser)
    given = parser.parse_args()
    if given.springs:
        springs.run(given)
        return
    folder = read_labelled(given.data, "change_point")
    for problem in folder.problems:
        print(f"not measured: {problem}")
    for method in set(given.methods) & set(QUICK):
        METHODS[method](np.arange(9.0)[:, None])  # loads its library, which is no time of a series
    rows = [row_of(method, series) for method in given.methods for series in folder.series]
    rows += [_random(row) for row in rows if row.method == "pelt" and not row.error]
    summaries = summarise(rows)
    print_table(summaries, FIGURES)
    print("random: as many changes as pelt finds, at random samples")
    print_json(rows, summaries, FIGURES)


def row_of(method: str, series: LabelledSeries) -> Row:
    """Measure one method on one series."""
    began = time.process_time()
    try:
        found = METHODS[method](series.values)
    except AppError as error:
        took = time.process_time() - began
        return failed(method, series, f"{error}", took, "change_point")
    took = time.process_time() - began
    marks = tuple(Interval(start=at, stop=at + 1) for at in found)
    return measure(method, series, Given(None, marks, took), "change_point")


def _random(row: Row) -> Row:
    """Return what as many changes as in `row` get at random places: its luck as a row."""
    return row.model_copy(
        update={"method": "random", "figures": row.luck, "cpu_s": 0.0, "intervals": ()}
    )


if __name__ == "__main__":
    main()
