"""What a batch asks about: which series, which question, cut into which windows."""

import streamlit as st

from core.questions.base import Question
from pages.components import session
from pages.components.page import Page
from pages.components.words import plain
from pages.components.workflows.asking import (
    WHOLE_WINDOW_LIMIT,
    Continued,
    add_change_question,
    add_open_question,
    continued_series,
    lengths_to_cut,
    plan_batch,
    suggest_cutting,
    window_words,
)
from pages.components.workflows.batch_plan import BatchPlan, Cutting
from storage.rows import StoredSeries

QUESTION = "teachers_question"


def choose_windows(page: Page, stored: list[StoredSeries]) -> BatchPlan:
    """Let people choose; raises AppError when the choice makes no windows."""
    store, project_id = page.store, page.project.id
    series = _series(stored)
    question = _question(page)
    continued = continued_series(store, project_id, series, question)
    cutting = _cutting(series, question, continued)
    return plan_batch(series, question, cutting, continued)


def _question(page: Page) -> Question:
    """Let people choose what is asked, or ask in words of their own."""
    questions = page.store.questions.current(page.project.id)
    line = st.container(horizontal=True, vertical_alignment="bottom")
    question = line.selectbox("Question", questions, format_func=_called, key=QUESTION)
    said = plain(question.text)
    if question.options:
        said += " Options: " + " · ".join(plain(option.name) for option in question.options)
    if question.types:
        said += " Event types: " + " · ".join(plain(event.name) for event in question.types)
    st.caption(said)
    with line.popover("Ask something else", icon=":material/chat:"):
        if not any(one.kind == "change_point" for one in questions):
            st.button(
                "Ask where it changes for good",
                icon=":material/stairs:",
                key="teachers_change_add",
                help="Change points: where single channels, or the way channels move together, "
                "become different and stay so.",
                on_click=_ask_for_changes,
                args=(page,),
            )
        text = st.text_area(
            "An open question, answered in text",
            key="teachers_open_text",
            placeholder="What happens in this window, and where?",
        )
        st.button(
            "Add the question",
            key="teachers_open_add",
            disabled=not text.strip(),
            on_click=_ask_openly,
            args=(page, text.strip()),
        )
    return question


def _called(question: Question) -> str:
    return f"{question.name} ({question.kind.replace('_', ' ')})"


def _ask_for_changes(page: Page) -> None:
    session.put(QUESTION, add_change_question(page.store, page.project.id))


def _ask_openly(page: Page, text: str) -> None:
    """Add an open question, and choose it: a callback runs before the choice is drawn."""
    session.put(QUESTION, add_open_question(page.store, page.project.id, text))


def _series(stored: list[StoredSeries]) -> list[StoredSeries]:
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


def _cutting(
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
