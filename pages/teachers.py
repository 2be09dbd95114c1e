"""Teachers: ask a batch of windows a question, watch it, stop it without losing anything."""

import streamlit as st

from core.questions.base import Question
from core.series import cut_windows
from pages.components.job_panel import show_jobs
from pages.components.messages import errors_shown
from pages.components.page import page_setup
from pages.components.workflows.asking import (
    TEACHER_NAMES,
    WHOLE_WINDOW_LIMIT,
    Continued,
    Cutting,
    continued_series,
    lengths_to_cut,
    plan_batch,
    start_batch,
    suggest_cutting,
    window_words,
)
from storage.rows import StoredSeries

TEACHER = "rules"
TEACHER_NAME = TEACHER_NAMES[TEACHER]

page = page_setup("Teachers")
store, project_id = page.store, page.project.id


def choose_series(stored: list[StoredSeries]) -> list[StoredSeries]:
    """Let people pick: everything, what has not been asked yet, or a list."""
    origins = sorted({row.origin for row in stored})
    scope = st.segmented_control(
        "Which series",
        ["All", *[f"Only {origin}" for origin in origins if len(origins) > 1], "Choose"],
        default="All",
        key="teachers_scope",
    )
    if scope == "Choose":
        names = {row.id: row.info.name for row in stored}
        chosen = st.multiselect(
            "Series", list(names), format_func=names.__getitem__, key="teachers_series"
        )
        return [row for row in stored if row.id in set(chosen)]
    if scope and scope.startswith("Only "):
        return [row for row in stored if row.origin == scope.removeprefix("Only ")]
    return stored if scope else []


def choose_cutting(
    series: list[StoredSeries], question: Question, continued: dict[str, Continued]
) -> Cutting:
    """Show the windows before asking: their number, length and overlap, editable."""
    suggested = suggest_cutting(lengths_to_cut(series, continued))
    longest = max((row.n_samples for row in series), default=1)
    scope = f"{question.id}-{len(series)}-{longest}"
    length_box, overlap_box = st.columns(2)
    length = length_box.number_input(
        "Window length (samples)",
        min_value=16,
        max_value=WHOLE_WINDOW_LIMIT,
        value=min(suggested.length, WHOLE_WINDOW_LIMIT),
        key=f"teachers_length_{scope}",
        help="A model is shown one window at a time. Shorter series are shown whole.",
    )
    overlap = overlap_box.number_input(
        "Overlap (samples)",
        min_value=0,
        max_value=int(length) - 1,
        value=min(suggested.overlap, int(length) - 1),
        key=f"teachers_overlap_{scope}",
        help="What a window shares with the next, so that an event at an edge is seen whole once.",
    )
    cutting = Cutting(int(length), int(overlap))
    if words := window_words(series, cutting):
        st.caption(words)
    return cutting


st.title("Teachers")
st.caption(
    "A teacher answers a question about each window; its answers are the pseudo-labels that you "
    f"review and that a student learns from. Here: the **{TEACHER_NAME.lower()}**, a committee of "
    "detectors and curve fits that measures the numbers. It is no language model."
)
stored = store.series.list(project_id)
if not stored:
    st.info(
        "There is no series to ask about yet. Upload a file, or load the example from Home.",
        icon=":material/upload_file:",
    )
    st.page_link("pages/upload.py", label="Upload series", icon=":material/upload_file:")
    st.stop()

builder, running = st.columns([3, 2], gap="large")
with builder, st.container(border=True):
    series = choose_series(stored)
    questions = store.questions.current(project_id)
    question = st.selectbox(
        "Question", questions, format_func=lambda q: f"{q.name} ({q.kind})", key="teachers_question"
    )
    st.caption(question.text)
    if question.options:
        st.caption("Options: " + " · ".join(option.name for option in question.options))
    if question.types:
        st.caption("Event types: " + " · ".join(event.name for event in question.types))
    continued = continued_series(store, project_id, series, question)
    cutting = choose_cutting(series, question, continued)
    n_cut = sum(
        len(cut_windows(row.n_samples, cutting.length, cutting.overlap)) > 1 for row in series
    )
    with errors_shown():
        plan = plan_batch(series, question, cutting, continued)
        st.markdown(
            f"**{plan.n_windows:,} windows** of {plan.n_series:,} series"
            + (f", {n_cut:,} of them cut into overlapping windows" if n_cut else "")
            + (f", {plan.n_there:,} windows asked before" if plan.n_there else "")
            + f" · who: {TEACHER_NAME} · no cost · nothing leaves this machine"
        )
        if st.button("Start", type="primary", icon=":material/play_arrow:", key="teachers_start"):
            job = start_batch(store, project_id, plan, TEACHER)
            st.toast(f"Queued: {job.title}", icon=":material/check:")

with running:
    st.subheader("Batches")
    show_jobs(page, "label", empty="No batch has been asked yet. Start one on the left.")
