"""The retrain advisor on Train: one sentence per question, the curve and the figures folded."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core.advisor.words import forecast_words, gain_words
from pages.components import figures
from pages.components.cached import advisor_memo, series_data
from pages.components.job_panel import duration
from pages.components.page import Page
from pages.components.words import plain
from pages.components.workflows.advising import (
    Advice,
    Forecast,
    advise,
    planned_steps,
    training_cost,
)
from pages.components.workflows.learning import LearningState
from training.pace import Cost

SLICE_S = 0.3
"""Seconds of a page run that measuring may take."""
REFRESH = "1s"
HOW = (
    "Measured on a simple stand-in for the student: a linear model on the feature baseline's "
    "statistics, that learns from ever larger random parts of your corrections and answers series "
    "that were held back. Gold is never used, nor labels given in bulk. The interval is meant to "
    "hold the average gain in 9 of 10 cases; a network may gain more or less, and one project "
    "strays from the average by which windows happen to be reviewed."
)
WHY_WORDS = {
    "": "",
    "few corrections": "too few corrections",
    "few series": "in too few series",
    "few of them": "too few of them",
    "may be nothing": "may be nothing",
}


def show_advice(page: Page, state: LearningState) -> None:
    """Say what more corrections would bring; measures a little at a time until all is known."""
    waits = any(one.forecast is None for one in _advice(page, state, 0.0))
    st.fragment(_panel, run_every=REFRESH if waits else None)(page, state, waits)


def _advice(page: Page, state: LearningState, within_s: float) -> list[Advice]:
    return advise(
        page.store,
        page.project.id,
        state,
        advisor_memo(page.store, page.project.id),
        lambda row: series_data(page.store, row),
        within_s,
    )


def _panel(page: Page, state: LearningState, waited: bool) -> None:
    found = _advice(page, state, SLICE_S if waited else 0.0)
    if waited and all(one.forecast is not None for one in found):
        st.rerun()
    if not found:
        return
    with st.container(border=True):
        for one in found:
            if one.forecast is None:
                st.caption(
                    f"{plain(one.name)}: measuring what more corrections would bring "
                    f"({one.fraction:.0%}) ..."
                )
            else:
                st.markdown(f":material/trending_up: {plain(_words(one.name, one.forecast))}")
        known = [(one.name, one.forecast) for one in found if one.forecast is not None]
        drawn = [(name, one) for name, one in known if one.overall.why in ("", "may be nothing")]
        if drawn:
            _details(drawn)


def _words(name: str, found: Forecast) -> str:
    return forecast_words(name, found.n, found.overall, found.types)


def _details(known: list[tuple[str, Forecast]]) -> None:
    with st.expander("The curves behind this", type="compact"):
        st.caption(HOW)
        for name, found in known:
            curve, table = st.columns([2, 3], vertical_alignment="center")
            curve.plotly_chart(
                figures.learning_curve(
                    [(point.n, point.score) for point in found.points],
                    found.n,
                    found.overall,
                    plain(name),
                ),
                key=f"advisor_{name}",
                config=figures.CONFIG,
                alt=f"Score of held-back windows by corrections learned from: {name}",
            )
            rows = [
                {
                    "Windows with": kind,
                    "n": gain.n_windows,
                    f"{gain.more} more bring": gain_words(gain)
                    if gain.why in ("", "may be nothing")
                    else "–",
                    "": WHY_WORDS[gain.why],
                }
                for kind, gain in found.types.items()
            ]
            table.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", height=220)


def cost_words(cost: Cost | None) -> str:
    """Say what a training takes here; empty without an earlier one."""
    if cost is None:
        return ""
    memory = "" if cost.memory_mb is None else f" and {cost.memory_mb / 1000:.1f} GB of memory"
    runs = "the last run" if cost.n == 1 else f"the last {cost.n} runs"
    return f"About {duration(cost.seconds)}{memory}, by {runs}."


def cost_of(page: Page, recipe: str, values: Mapping[str, object]) -> Cost | None:
    """Return what a training with these settings takes here; None where it ends by the clock."""
    if values.get("cpu_minutes") and not values.get("steps"):
        return None
    base = str(values.get("base", ""))
    return training_cost(page.store, page.project.id, planned_steps(values), recipe, base)
