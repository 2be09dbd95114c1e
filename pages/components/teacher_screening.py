"""The batch builder's screening: a detector leaves out windows before models are asked."""

import time

import streamlit as st

from core.detectors import DETECTORS
from core.errors import AppError
from core.worth_asking import Keep
from pages.components.cached import screening_memo
from pages.components.job_panel import duration
from pages.components.page import Page
from pages.components.words import count, plain
from pages.components.workflows.batch_plan import BatchPlan
from pages.components.workflows.finding_sources import detector_name
from pages.components.workflows.planned_series import planned_series
from pages.components.workflows.worth_asking import (
    PRESET,
    PRESET_SHARE,
    Rule,
    ScreenedPlan,
    screen_plan,
    slow_words,
    worth_screening,
)

_HELP = (
    "A detector reads every series first, without labels, and only the windows that are most "
    "unusual to it are asked about. The others get no answer: none is marked as “no anomaly”. A "
    "student then learns from screened windows alone, and an audit, or gold that is drawn later, "
    "speaks of what was asked."
)


def worth_asking(page: Page, plan: BatchPlan) -> BatchPlan | None:
    """Offer a screening; return what is left to ask, None while that is not known."""
    if not worth_screening(plan):
        return plan
    with st.expander("Only windows worth asking"):
        if not st.toggle("Screen the windows first", key="teachers_screening", help=_HELP):
            return plan
        rule = _rule(plan)
        try:
            found = _screened(page, plan, rule)
        except AppError as error:
            st.error(plain(str(error)), icon=":material/error:")
            return None
        if found is not None:
            _show(found)
    if found is None:
        st.info("The windows are not screened yet.", icon=":material/filter_alt:")
        return None
    return found.plan


def _rule(plan: BatchPlan) -> Rule:
    left, right = st.columns(2)
    method = left.selectbox(
        "Detector",
        list(DETECTORS),
        index=list(DETECTORS).index(PRESET),
        format_func=detector_name,
        key="teachers_screening_detector",
    )
    if not plan.n_cut:
        factor = right.slider(
            "Least peak (thresholds)",
            0.5,
            3.0,
            1.0,
            0.25,
            key="teachers_screening_factor",
            help="Each series is one window: those are asked whose highest score is above so many "
            "times the detector's own threshold.",
        )
        return Rule(method, Keep(factor=factor))
    percent = right.slider(
        "Ask of each series (%)",
        5,
        95,
        round(100 * PRESET_SHARE),
        5,
        key="teachers_screening_share",
        help="Series are ranked apart: of one that is a single window that window is asked.",
    )
    return Rule(method, Keep(share=percent / 100))


def _screened(page: Page, plan: BatchPlan, rule: Rule) -> ScreenedPlan | None:
    """Screen what can be screened at once; what takes long is begun by a button."""
    memo = screening_memo()
    series = planned_series(page.store, page.project.id, plan, rule.keep)
    slow = slow_words(series, rule.method, memo)
    if slow:
        with st.container(horizontal=True, vertical_alignment="center"):
            begun = st.button(
                "Screen them", icon=":material/play_arrow:", key="teachers_screening_begin"
            )
            st.caption(slow, width="content")
        if not begun:
            return None
    place, began = st.empty(), time.monotonic()

    def told(done: int, n: int) -> None:
        left = (time.monotonic() - began) / done * (n - done) if done else 0.0
        about = f", about {duration(left)} left" if left > 1 else ""
        place.progress(done / n, f"Scoring: {done:,} of {n:,} series{about}")

    with st.spinner("Estimating what would be lost ..."):
        found = screen_plan(plan, series, rule, page.store.series.data, memo, told)
    place.empty()
    return found


def _show(found: ScreenedPlan) -> None:
    st.markdown(plain(found.recall.sentence))
    said = [
        f"{count(len(found.plan.left_out), 'window')} left out: without an answer, which is not "
        "“no anomaly”."
    ]
    if found.n_gold:
        said.append(f"{count(found.n_gold, 'window')} more asked as gold, to be measured on.")
    said += [f"{plain(note[:1].upper() + note[1:].rstrip('.'))}." for note in found.notes]
    st.caption(" ".join(said))
