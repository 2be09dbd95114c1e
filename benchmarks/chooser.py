"""How well the chooser picks a detector for a series that it never saw a label of.

    python -m benchmarks.chooser --data DIR [--cache FOLDER] [--sources nab ucr] [--least 6]

Each series in turn is left out within its source (sources of `--least` or more series with events).
A row is a way to choose; its figure the VUS-PR, on the left-out series, of the detector chosen:

    no labels          the chooser without any label: the same detector everywhere
    trial              the best one on events put into the series (`core.chooser_evidence`)
    others             the chooser with the other series' labels
    best single        the one detector that is best on the other series
    random choice      one seeded draw per series; `mean` is what draws get on average
    oracle             the best detector of each series, which nobody can know

Then the same on the rest of each series after its first k events, for those that have a later one:
`corrections` knows the labels up to halfway between event k and the next one, and only what lies
behind is measured; all other rows are measured on that rest too, without these labels. Averages
count each source the same; intervals (95 %) come from drawing series within sources; `against best`
is the paired difference to `best single`. The last line is JSON.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.bench_table import shown
from benchmarks.score_cache import ScoreCache
from core.bench import macro
from core.chooser import Known, Measured, rank
from core.chooser_evidence import Evidence, Score, evidence_of
from core.detectors import DETECTORS
from core.detectors.base import Array
from core.detectors.period import period_of
from core.labelled import LabelledSeries, read_labelled
from core.metrics.vus import vus

KS = (1, 2, 3)
Picks = dict[str, float]
"""A way to choose -> the figure of what it chose."""


@dataclass(frozen=True, eq=False)
class Looked:
    """A series with all that is needed to choose on it."""

    series: LabelledSeries
    scores: Mapping[str, Array]
    evidence: Evidence
    figures: dict[str, float]


def main() -> None:
    """Read the arguments and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--cache", type=Path, default=None, metavar="FOLDER")
    parser.add_argument("--sources", nargs="+", default=None)
    parser.add_argument("--least", type=int, default=6, help="series with events of a source")
    given = parser.parse_args()
    cache = ScoreCache(given.cache)

    def score(key: str, values: Array, seconds: Array | None) -> Array:
        return cache.scores(key, values, seconds)[0].values

    groups: dict[str, list[LabelledSeries]] = {}
    for one in read_labelled(given.data).series:
        if one.truth and (given.sources is None or one.source in given.sources):
            groups.setdefault(one.source, []).append(one)
    result: dict[str, object] = {}
    whole: dict[str, dict[str, Picks]] = {}
    after: dict[int, dict[str, dict[str, Picks]]] = {k: {} for k in KS}
    for source, series in groups.items():
        if len(series) < given.least:
            continue
        looked = [_look(one, score) for one in series]
        whole[source] = {one.series.name: _whole(one, _rest(looked, one)) for one in looked}
        for k in KS:
            found = {one.series.name: _after(one, _rest(looked, one), k, score) for one in looked}
            after[k][source] = {name: picks for name, picks in found.items() if picks}
    result["whole"] = _print("whole series, left out within their source", whole)
    for k in KS:
        result[f"after_{k}"] = _print(
            f"the rest of each series after its first {k} events", after[k]
        )
    print(json.dumps(result))


def _look(series: LabelledSeries, score: Score) -> Looked:
    scores = {key: score(key, series.values, series.seconds) for key in DETECTORS}
    evidence = evidence_of(series.values, series.seconds, score=score)
    return Looked(series, scores, evidence, _figures(series, scores, 0))


def _figures(series: LabelledSeries, scores: Mapping[str, Array], start: int) -> dict[str, float]:
    """Return each detector's VUS-PR from a sample on; the truth holds an event there."""
    truth, period = series.truth_mask()[start:], period_of(series.values)
    found = {key: vus(one[start:], truth, period).pr for key, one in scores.items()}
    return {key: value for key, value in found.items() if value is not None}


def _rest(looked: list[Looked], left_out: Looked) -> list[Looked]:
    return [one for one in looked if one is not left_out]


def _whole(one: Looked, others: list[Looked]) -> Picks:
    known = Known(others=tuple(Measured(o.figures) for o in others))
    return _ways(one, others, one.figures, known)


def _after(one: Looked, others: list[Looked], k: int, score: Score) -> Picks:
    """Return the ways on the rest after the first `k` events; empty where no event is left."""
    events = one.series.truth
    if len(events) <= k:
        return {}
    border = (events[k - 1].stop + events[k].start) // 2
    figures = _figures(one.series, one.scores, border)
    measured = tuple(Measured(o.figures) for o in others)
    picks = _ways(one, others, figures, Known(others=measured))
    own = Known(reviewed=((0, border),), events=events[:k])
    both = Known(reviewed=own.reviewed, events=own.events, others=measured)
    for name, known in (("corrections", own), ("corrections and others", both)):
        values, seconds = one.series.values, one.series.seconds
        first = rank(values, seconds, known, score=score)[0]
        picks[name] = figures[first.key]
    return picks


def _ways(one: Looked, others: list[Looked], figures: dict[str, float], known: Known) -> Picks:
    """Return what each way to choose gets; nothing of the left-out series' truth is in `known`."""
    values, seconds = one.series.values, one.series.seconds
    means = {key: float(np.mean([o.figures[key] for o in others])) for key in figures}
    trial = np.nan_to_num(one.evidence.column("trial"))
    seed = [len(values), *map(ord, one.series.name)]
    drawn = list(figures)[int(np.random.default_rng(seed).integers(len(figures)))]
    return {
        "no labels": figures[rank(values, seconds)[0].key],
        "trial": figures[one.evidence.keys[int(np.argmax(trial))]],
        "others": figures[rank(values, seconds, known)[0].key],
        "best single": figures[max(means, key=lambda key: means[key])],
        "mean": float(np.mean(list(figures.values()))),
        "random choice": figures[drawn],
        "oracle": max(figures.values()),
    }


def _print(title: str, found: Mapping[str, Mapping[str, Picks]]) -> dict[str, object]:
    """Print a table and the values of every series; return both as JSON."""
    found = {source: picks for source, picks in found.items() if picks}
    n = sum(len(picks) for picks in found.values())
    print(f"\n{title}: {n} series of {len(found)} sources ({', '.join(found)})")
    if not found:
        return {}
    ways = list(next(iter(next(iter(found.values())).values())))
    widths = "".join(f" {source:>22}" for source in found)
    print(f"{'':24} {'all sources':>22} {'against best':>24}{widths}")
    summary: dict[str, object] = {}
    for way in ways:
        columns = {s: np.array([p[way] for p in picks.values()]) for s, picks in found.items()}
        gains = {
            s: columns[s] - np.array([p["best single"] for p in picks.values()])
            for s, picks in found.items()
        }
        total, gain = macro(list(columns.values())), macro(list(gains.values()))
        cells = "".join(f" {shown(macro([column])):>22}" for column in columns.values())
        print(f"{way:24} {shown(total):>22} {shown(gain):>24}{cells}")
        summary[way] = {"figure": total.model_dump(), "against_best": gain.model_dump()}
    print(f"{'':4}{'series':58}" + "".join(f"{way[:11]:>12}" for way in ways))
    for source, picks in found.items():
        for name, values in picks.items():
            line = "".join(f"{values[way]:12.3f}" for way in ways)
            print(f"{'':4}{f'{source}/{name}'[-58:]:58}{line}")
    series = {f"{s}/{n}": p for s, picks in found.items() for n, p in picks.items()}
    return {"ways": summary, "series": series}


if __name__ == "__main__":
    main()
