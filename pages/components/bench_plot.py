"""A series of a bench with its true events, what two methods marked, and their scores."""

from dataclasses import replace

import streamlit as st

from core.detectors.cutting import quantiles, threshold_of
from core.series import SeriesData
from pages.components import marks, session
from pages.components.bench_parts import colour_of
from pages.components.chart import Channel, ChartData, Mark, ScoreStrip, chart
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import count, plain
from pages.components.workflows.bench_results import Results, row_of
from pages.components.workflows.running import Run
from training.bench_records import BenchFolder, BenchSeries

TRUTH, LOOKED = "truth", "looked at"
PLOT_PX = 420
MOST_ROWS = 6


@st.fragment
def show_series(
    page: Page, run: Run, results: Results, series: str, methods: tuple[str, str]
) -> None:
    """Draw a series; zooming brings finer detail."""
    one = results.by_key[series]
    place = next(i for i, other in enumerate(results.series) if other.key == series)
    with errors_shown():
        data = _data(run.job.id, place, results.folder, one)
        strips = tuple(
            strip
            for key in methods
            if (strip := _strip(run.job.id, place, key, results.names[key], results)) is not None
        )
        seen: dict[str, tuple[int, int]] = session.get(session.BENCH_CHART + "_seen", {})
        event = chart(
            ChartData(
                series=data,
                channels=_channels(one),
                view=f"{run.job.id}-{place}",
                heading=_heading(results, one, methods),
                zone=one.zone,
                zone_known=one.zone_known,
                detail=seen.get(series),
                rows=_rows(one, results, methods),
                marks=_marks(results, one, methods),
                lanes=(
                    (TRUTH, marks.PEOPLE),
                    *((results.names[key], colour_of(results.kinds[key])) for key in methods),
                ),
                height=PLOT_PX,
                resample=True,
                overview=True,
                strips=strips,
                alt=f"{one.key} with {count(len(one.truth), 'true event')}",
            ),
            key=session.BENCH_CHART,
        )
        if event.visible is not None and event.visible != seen.get(series):
            session.put(session.BENCH_CHART + "_seen", {series: event.visible})
            st.rerun(scope="fragment")
    for key in methods:
        if said := _said(results, one, key):
            st.caption(said)
    if one.series_id:
        st.page_link(
            "pages/explore.py",
            label="Open in Explore",
            icon=":material/query_stats:",
            query_params={"series": one.series_id},
        )


# Not `cache_data`, which copies what it returns; nobody writes to what all share.
@st.cache_resource(max_entries=8, show_spinner=False)
def _data(job_id: str, place: int, _folder: BenchFolder, _series: BenchSeries) -> SeriesData:
    data = _folder.read(_series)
    if data.n_samples == _series.n_samples:
        return data
    n = _series.n_samples  # it was continued since
    return replace(
        data,
        values=data.values[:n],
        time=None if data.time is None else data.time[:n],
        source_row=data.source_row[:n],
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _strip(
    job_id: str, place: int, method: str, _name: str, _results: Results
) -> ScoreStrip | None:
    scores = _results.folder.scores(place, method)
    if scores is None:
        return None
    kind = _results.kinds[method]
    # a student's events follow rules of their own, no line through its scores
    by_line = kind != "student"
    return ScoreStrip(
        label=_name,
        meaning=(
            "higher is more unusual; the line is where its events begin"
            if by_line
            else "the probability of an event at the sample; higher is more unusual"
        ),
        scores=scores,
        quantiles=quantiles(scores),
        threshold=threshold_of(scores) if by_line else None,
        colour=colour_of(kind),
    )


def _channels(series: BenchSeries) -> tuple[Channel, ...]:
    units = series.units or ("",) * len(series.channels)
    return tuple(Channel(name, unit) for name, unit in zip(series.channels, units, strict=True))


def _rows(series: BenchSeries, results: Results, methods: tuple[str, str]) -> tuple[int, ...]:
    """Return the channels drawn: all of few, else those of the true events first."""
    n = len(series.channels)
    if n <= MOST_ROWS:
        return tuple(range(n))
    named = sorted({c for one in series.truth for c in one.channels})
    return tuple([*named, *(c for c in range(n) if c not in named)][:MOST_ROWS])


def _marks(results: Results, series: BenchSeries, methods: tuple[str, str]) -> tuple[Mark, ...]:
    found = [
        Mark(f"{TRUTH}:{number}", number, one.start, one.stop, TRUTH, marks.PEOPLE, one.channels)
        for number, one in enumerate(series.truth, start=1)
    ]
    for key in methods:
        row = row_of(results, key, series.key)
        found += [
            Mark(
                f"{key}:{number}", number, start, stop, results.names[key],
                colour_of(results.kinds[key]),
            )
            for number, (start, stop) in enumerate(row.intervals if row else (), start=1)
        ]  # fmt: skip
    return tuple(
        found
        + [
            Mark(f"{LOOKED}:{number}", number, start, stop, LOOKED, marks.NEUTRAL)
            for number, (start, stop) in enumerate(series.looked or (), start=1)
        ]
    )


def _heading(results: Results, series: BenchSeries, methods: tuple[str, str]) -> str:
    parts = [count(len(series.truth), "true event"), f"{series.n_samples:,} samples"]
    if series.looked is not None:
        parts.append(f"{series.n_looked:,} of them looked at")
    if len(series.channels) > MOST_ROWS:
        parts.append(f"{MOST_ROWS} of {len(series.channels)} channels drawn")
    if series.gold:
        parts.append("gold: no student learned from it")
    return " · ".join([*parts, series.key])


def _said(results: Results, series: BenchSeries, method: str) -> str:
    """Say what is to be known of a method here: a caution, a note, or why there is no answer."""
    row = row_of(results, method, series.key)
    parts = [series.cautions.get(method, "")]
    if row is not None:
        parts += [row.note, row.error and f"no answer: {row.error}"]
    said = "; ".join(part for part in parts if part)
    return f"**{plain(results.names[method])}**: {plain(said)}." if said else ""
