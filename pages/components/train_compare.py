"""Runs over each other: curves, final figures, verdicts on gold, and the settings that differ."""

import pandas as pd
import streamlit as st

from pages.components import figures, session
from pages.components.job_panel import duration
from pages.components.model_verdict import ICONS
from pages.components.page import Page
from pages.components.words import plain, shorten
from pages.components.workflows.run_comparing import MOST, Compared, Comparison, compare_runs
from pages.components.workflows.running import read_run, runs

NOT_SAID = "–"
VALIDATION_HELP = (
    "Validation scores are comparable only where the runs learned from the same snapshot: another "
    "snapshot holds back other windows. What is right is said by gold alone."
)


@st.fragment
def show_comparison(page: Page) -> None:
    """Let people choose up to four runs and show them side by side; folded until it is opened."""
    found = [run for run in runs(page.store, page.project.id, whole=False) if run.total]
    if len(found) < 2:
        return
    part = st.expander("Compare runs", icon=":material/stacked_line_chart:", on_change="rerun")
    if not part.open:
        return
    with part:
        names = {run.job.id: run.job.title for run in found}
        chosen = st.multiselect(
            "Runs",
            list(names),
            default=list(names)[:2],
            max_selections=MOST,
            format_func=names.__getitem__,
            key=session.TRAIN_COMPARED,
        )
        if len(chosen) < 2:
            st.caption("Choose two runs or more.")
            return
        jobs = {run.job.id: run.job for run in found}
        picked = [read_run(jobs[one]) for one in chosen]
        _show(compare_runs(page.store, page.project.id, picked))


def _show(found: Comparison) -> None:
    st.plotly_chart(
        figures.compared_curves([(one.title, one.metrics) for one in found.runs]),
        key="train_compared_curves",
        config=figures.CONFIG,
        alt="Loss and validation score of the chosen runs over their steps",
    )
    st.caption(VALIDATION_HELP)
    rows = [_row(one) for one in found.runs]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
    st.markdown("**On gold**, against the teacher, as last measured")
    for one in found.runs:
        _verdicts(one)
    st.markdown("**Settings that differ**")
    if not found.differing:
        st.caption("None: the runs have the same settings and the same snapshot.")
        return
    table = pd.DataFrame(
        [(row.name.replace("_", " "), *row.values) for row in found.differing],
        columns=["Setting", *_headings(found)],
    )
    st.dataframe(table, hide_index=True, width="stretch")


def _headings(found: Comparison) -> list[str]:
    """Return a heading per run, each once: two runs may be called the same."""
    titles = [shorten(one.title, 40) for one in found.runs]
    return [
        title if titles.count(title) == 1 else f"{title} ({place})"
        for place, title in enumerate(titles, start=1)
    ]


def _row(one: Compared) -> dict[str, str]:
    pace = one.pace
    return {
        "Run": one.title,
        "State": one.state,
        "Steps": f"{one.steps:,}",
        "Loss at the end": _number(one.loss),
        "Best validation": _number(one.validation),
        "Windows/s": NOT_SAID if pace.windows_per_s is None else f"{pace.windows_per_s:,.0f}",
        "Memory": NOT_SAID if pace.memory_mb is None else f"{pace.memory_mb / 1000:.2f} GB",
        "Learned from": NOT_SAID if one.n_examples is None else f"{one.n_examples:,} windows",
        "Corrections": NOT_SAID if one.n_corrections is None else f"{one.n_corrections:,}",
        "Took": NOT_SAID if one.seconds is None else duration(one.seconds),
    }


def _verdicts(one: Compared) -> None:
    if not one.verdicts:
        st.caption(f"{plain(one.title)}: no student came out of it, so gold says nothing.")
    for name, outcome, said in one.verdicts:
        st.markdown(f"{ICONS[outcome]} {plain(one.title)}, {plain(name)}: {plain(said)}")


def _number(value: float | None) -> str:
    return NOT_SAID if value is None else f"{value:.3f}"
