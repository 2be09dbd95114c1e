"""Methods measured on labelled series: rows, averages with intervals, wins and losses.

A row is one method on one series. A figure that a row does not have (no scores were given; recall
where nothing is marked) is None and left out of averages, never counted as 0. Beside each figure
stands what luck would get: the same figure of an answer that looks at nothing (`core.metrics`).

Averages: over the series of a source each series counts the same; over all, each source counts the
same, however many series it has. Intervals hold 95 % and come from drawing series with replacement
within their sources, `RESAMPLES` times from a fixed seed. A source of one series says nothing about
its spread: alone it has no interval, and in the average over sources it stands still, so that
interval is too narrow then.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.bench_figures import (
    FIGURES,
    FigureInfo,
    change_point_figures,
    event_figures,
    score_figures,
)
from core.bench_rows import Given, Row, Summary
from core.errors import DataError
from core.labelled import Kind, LabelledSeries
from core.metrics.estimates import RESAMPLES, Estimate

__all__ = [
    "FIGURES", "FigureInfo", "Given", "Row", "Summary", "differences", "failed", "macro",
    "measure", "summarise",
]  # fmt: skip

Array = NDArray[np.float64]


def measure(method: str, series: LabelledSeries, given: Given, kind: Kind = "anomaly") -> Row:
    """Measure what a method said about a series; deterministic.

    Raises:
        DataError: if the scores or intervals do not fit the series.
    """
    _check(method, series, given)
    figures: dict[str, float | None] = {}
    luck: dict[str, float | None] = {}
    looked = given.covered or ((0, series.n),)
    parts = [score_figures, event_figures] if kind == "anomaly" else [change_point_figures]
    for part in parts:
        found = part(series, given.scores, given.intervals, looked)
        figures |= found.figures
        luck |= found.luck
    truth = [(i.start, i.stop) for i in series.truth]
    if kind == "change_point":
        truth = [(at, at + 1) for points in series.change_points.values() for at in points]
    return Row(
        method=method,
        kind=kind,
        series=series.name,
        source=series.source,
        n_samples=sum(stop - start for start, stop in looked),
        n_events=sum(any(a < stop and start < b for a, b in looked) for start, stop in truth),
        figures=figures,
        luck=luck,
        cpu_s=given.cpu_s,
        intervals=tuple((i.start, i.stop) for i in given.intervals or ()),
        note=given.note,
    )


def failed(
    method: str, series: LabelledSeries, error: str, cpu_s: float = 0.0, kind: Kind = "anomaly"
) -> Row:
    """Return the row of a method that has no answer on a series, with the reason."""
    return Row(
        method=method, kind=kind, series=series.name, source=series.source, n_samples=series.n,
        n_events=0, figures={}, luck={}, cpu_s=cpu_s, error=error,
    )  # fmt: skip


def summarise(rows: Iterable[Row], seed: int = 0) -> list[Summary]:
    """Average the rows of each method, per source and over all sources (last, source "").

    In order of the methods' first rows. Give rows of one kind only.
    """
    by_method: dict[str, list[Row]] = {}
    for row in rows:
        by_method.setdefault(row.method, []).append(row)
    return [one for method, own in by_method.items() for one in _of_method(method, own, seed)]


def differences(rows: Iterable[Row], a: str, b: str, figure: str) -> list[tuple[str, float, float]]:
    """Return (series, value of a, value of b) where both have the figure, gains of `a` first.

    The largest comes first and counts in the figure's own direction: fewer false alarms are a gain.
    Series are named by `Row.path`.
    """
    if figure not in FIGURES:
        raise DataError(f"'{figure}' is no figure of the bench; choose one of {', '.join(FIGURES)}")
    values: dict[str, dict[str, float]] = {}
    for row in rows:
        value = row.figures.get(figure)
        if value is not None:
            values.setdefault(row.path, {})[row.method] = value
    both = [(path, own[a], own[b]) for path, own in values.items() if a in own and b in own]
    sign = 1 if FIGURES[figure].higher_is_better else -1
    return sorted(both, key=lambda one: (-sign * (one[1] - one[2]), one[0]))


def _check(method: str, series: LabelledSeries, given: Given) -> None:
    if given.scores is not None and (
        given.scores.shape != (series.n,) or not np.isfinite(given.scores).all()
    ):
        raise DataError(
            f"'{method}' gave scores of shape {given.scores.shape} for {series.n} samples, or some "
            "that are no finite number; one finite number per sample can be measured"
        )
    beyond = [one for one in given.intervals or () if one.stop > series.n]
    if beyond:
        raise DataError(
            f"'{method}' marked [{beyond[0].start}, {beyond[0].stop}) in a series of {series.n} "
            "samples; mark samples of the series only"
        )


def _of_method(method: str, rows: Sequence[Row], seed: int) -> list[Summary]:
    by_source: dict[str, list[Row]] = {}
    for row in rows:
        by_source.setdefault(row.source, []).append(row)
    keys = [key for key in FIGURES if any(key in row.figures for row in rows)]
    summaries = [
        _summary(method, source, by_source[source], keys, {source: by_source[source]}, seed)
        for source in sorted(by_source)
    ]
    return [*summaries, _summary(method, "", rows, keys, by_source, seed)]


def _summary(
    method: str,
    source: str,
    rows: Sequence[Row],
    keys: Sequence[str],
    groups: Mapping[str, Sequence[Row]],
    seed: int,
) -> Summary:
    figures: dict[str, Estimate] = {}
    luck: dict[str, float | None] = {}
    for key in keys:
        figures[key] = macro([_values(group, key) for group in groups.values()], seed)
        chance = [
            [row.luck.get(key) for row in group if row.figures.get(key) is not None]
            for group in groups.values()
        ]
        means = [np.mean(own) for group in chance if (own := [v for v in group if v is not None])]
        luck[key] = float(np.mean(means)) if means else None
    return Summary(
        method=method,
        source=source,
        n_series=sum(not row.error for row in rows),
        n_failed=sum(bool(row.error) for row in rows),
        figures=figures,
        luck=luck,
        cpu_s=sum(row.cpu_s for row in rows),
    )


def _values(rows: Sequence[Row], key: str) -> Array:
    found = [row.figures.get(key) for row in rows]
    return np.array([value for value in found if value is not None], np.float64)


def macro(groups: Sequence[Array], seed: int = 0) -> Estimate:
    """Return the mean of the groups' means, with an interval from drawing within the groups.

    Groups without a value are left out; no interval where no group has two.
    """
    there = [group for group in groups if len(group)]
    if not there:
        return Estimate()
    value = float(np.mean([group.mean() for group in there]))
    if all(len(group) < 2 for group in there):
        return Estimate(value=value)
    rng = np.random.default_rng(seed)
    means = [g[rng.integers(0, len(g), (RESAMPLES, len(g)))].mean(axis=1) for g in there]
    low, high = np.quantile(np.mean(means, axis=0), [0.025, 0.975])
    return Estimate(value=value, low=float(low), high=float(high))
