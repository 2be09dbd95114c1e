"""What the parts of Bench share: the chosen run, the figure looked at, numbers in words."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

import streamlit as st

from core.bench import FIGURES
from core.metrics import Estimate
from pages.components import marks, session
from pages.components.kept import keep, kept, kept_choice
from pages.components.page import Page
from pages.components.words import shorten
from pages.components.workflows.bench_results import (
    RUNTIME,
    SHOWN,
    Results,
    better_when_higher,
)
from pages.components.workflows.running import Run

COLOURS = {
    "rules": marks.RULES,
    "student": marks.STUDENT,
    "answers": marks.TEACHER,
}
RUNTIME_NAME = "Runtime"
RUNTIME_MEANING = (
    "CPU seconds per 10,000 samples (stored answers: by the clock, as they were given)"
)


@dataclass(frozen=True)
class Shown:
    """What of the results is looked at.

    Attributes:
        figure: key of the figure that sorts and is drawn.
        source: "" for the average over all sources.
        unlearned: series that a student knows are left out, for everyone.
        more: figures beside those that everybody sees.
    """

    figure: str
    source: str = ""
    unlearned: bool = False
    more: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The figures of the table, in order."""
        return (*SHOWN, *self.more, RUNTIME)


def choose_run(page: Page, runs: list[Run]) -> Run:
    """Let people pick a run; the newest one at first."""
    by_id = {run.job.id: run for run in runs}
    wanted = kept(session.BENCH_RUN)
    if wanted is not None and wanted not in by_id:
        st.warning("The address names a bench that is not here; the newest one is shown instead.")
    ids = list(by_id)
    zone = ZoneInfo(page.project.zone)

    def words(job_id: str) -> str:
        job = by_id[job_id].job
        # nothing that changes, such as the state: the browser would go on showing the old words
        return f"{shorten(job.title)} · {job.created_at.astimezone(zone):%d %b %H:%M}"

    chosen = st.selectbox(
        "Bench",
        ids,
        index=ids.index(wanted) if wanted in ids else 0,
        format_func=words,
        key=session.BENCH_RUN,
        label_visibility="collapsed",
    )
    keep(session.BENCH_RUN, chosen, default=ids[0])
    return by_id[chosen]


def what_is_shown(results: Results, *, one_method: bool, sources: bool) -> Shown:
    """Let people pick the figure, the source, and whether series that a student knows count.

    Args:
        one_method: each method stands on its own, with luck beside it; else two are compared, which
            the runtime and figures that flatter are left out of.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        place = st.container(width="content")
        more = _more(results, one_method)
        figures = (*SHOWN, *more, *([RUNTIME] if one_method else []))
        if session.get(session.BENCH_FIGURE) not in figures:  # chosen in another view
            session.drop(session.BENCH_FIGURE)
        with place:
            figure = kept_choice("Figure", list(figures), figure_name, session.BENCH_FIGURE)
        source = ""
        if len(results.sources) > 1 and sources:
            sizes = dict.fromkeys(results.sources, 0)
            for one in results.series:
                sizes[one.source] = sizes.get(one.source, 0) + 1
            options = ["", *(name for name in results.sources if name)]
            wanted = kept(session.BENCH_SOURCE)
            source = st.selectbox(
                "Source",
                options,
                index=options.index(wanted) if wanted in options else 0,
                format_func=lambda name: (
                    f"{name} ({sizes[name]})" if name else f"All {len(sizes)} sources"
                ),
                key=session.BENCH_SOURCE,
                label_visibility="collapsed",
                width=220,
            )
            keep(session.BENCH_SOURCE, source, default="")
        unlearned = False
        if results.learned_series:
            unlearned = st.toggle(
                f"Without {len(results.learned_series):,} series a student knows",
                key="bench_unlearned",
                help="A student that learned from a series is better on it than it will be on a "
                "new one. Left out, these series count for no method.",
            )
    return Shown(figure, source, unlearned, more)


def _more(results: Results, one_method: bool) -> tuple[str, ...]:
    """Let people add figures; each is told with its meaning."""
    there = [key for key in results.more if one_method or not FIGURES[key].flatters]
    if not there:
        return ()
    wanted = (kept(session.BENCH_MORE) or "").split(",")
    with st.popover("More figures", icon=":material/add:"):
        chosen = [
            key
            for key in there
            if st.checkbox(
                figure_name(key), key in wanted, key=f"bench_more_{key}", help=figure_meaning(key)
            )
        ]
    # those that this view does not offer stay chosen for the others
    hidden = [key for key in wanted if key in results.more and key not in there]
    keep(session.BENCH_MORE, ",".join([*chosen, *hidden]), default="")
    return tuple(chosen)


def figure_name(key: str) -> str:
    """Return what people call a figure."""
    return RUNTIME_NAME if key == RUNTIME else FIGURES[key].name


def figure_meaning(key: str) -> str:
    """Say in one line what a figure means and which way it is better."""
    if key == RUNTIME:
        return f"{RUNTIME_MEANING}; lower is better"
    info = FIGURES[key]
    unit = f", {info.unit}" if info.unit else ""
    return f"{info.meaning}{unit}; {'higher' if better_when_higher(key) else 'lower'} is better"


def number(value: float | None, figure: str) -> str:
    """Say a figure's value: shares with two digits, others with those that tell something."""
    if value is None:
        return "–"
    if figure not in (RUNTIME, "false_alarms", "clean_false_alarms", "boundary_error"):
        return f"{value:.2f}"
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    if size >= 1:
        return f"{value:.1f}"
    return f"{value:.2f}" if size >= 0.1 or size == 0 else f"{value:.2g}"


def interval(estimate: Estimate, figure: str) -> str:
    """Say the 95 % interval; "" where there is none."""
    if estimate.low is None or estimate.high is None:
        return ""
    between = " to " if estimate.low < 0 else "–"
    return f"{number(estimate.low, figure)}{between}{number(estimate.high, figure)}"


def colour_of(kind: str) -> str:
    """Return the hue of a method: its author's, grey for detectors."""
    return COLOURS.get(kind, marks.NEUTRAL)
