"""What is said of gold where figures stand on it: how much is enough, what waits, what changed."""

from collections.abc import Sequence

import streamlit as st

from core.evaluation import Evaluation
from core.gold_size import GoldSize, basis_words, short_words, size_words
from core.questions.base import Question
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import count, plain
from pages.components.workflows.gold_changes import n_waiting
from pages.components.workflows.gold_more import draw_more, may_draw_more, pool_of
from pages.components.workflows.gold_sizing import size_of
from pages.components.workflows.version_lineage import day
from storage import Store


def show_size(size: GoldSize) -> None:
    """Say how many gold items there are, how many more are needed, and of which classes."""
    st.caption(
        f":material/straighten: {size.n:,} gold: {size_words(size)}",
        help=plain(" ".join(one for one in (basis_words(size), short_words(size.short)) if one)),
    )


def show_waiting(store: Store, project_id: str, question_id: str) -> None:
    """Say how many changes of a question's gold wait for a second person; nothing when none."""
    n = n_waiting(store, project_id, question_id)
    if n:
        st.caption(
            f":material/group: {count(n, 'change')} of gold {'waits' if n == 1 else 'wait'} for a "
            "second person; until then the label before counts."
        )


def show_before(evaluation: Evaluation, zone: str) -> None:
    """Say that a comparison was made anew because gold labels had changed, and what it said."""
    before = evaluation.before
    if before is None:
        return
    now, then = day(evaluation.measured_at, zone), day(before.at, zone)
    changed = count(before.gold_changed, "label")
    st.caption(
        f":material/history: Measured again on {now}, after {changed} of the gold of {then} "
        f"changed. It read before: {plain(before.verdict)}"
    )


def show_gold(page: Page, questions: Sequence[Question]) -> None:
    """Say per question how much gold there is and should be, with a way to more of it."""
    for question in questions:
        row = st.container(horizontal=True, vertical_alignment="center")
        with row:
            st.markdown(f":small[{plain(question.name)}]", width="content")
            with st.container(width="content"):
                show_size(size_of(page.store, page.project.id, question))
            show_more_gold(page, question)
        show_waiting(page.store, page.project.id, question.id)


def show_more_gold(page: Page, question: Question) -> None:
    """Let people draw more gold of a question, while nothing was trained."""
    store, project_id = page.store, page.project.id
    if not may_draw_more(store, project_id):
        return
    left = pool_of(store, project_id, question.id).left
    if not left:
        return
    size = size_of(store, project_id, question)
    with st.popover("More gold", icon=":material/add:"):
        st.markdown(
            "Gold can grow until the first training. More windows are drawn at random, whoever "
            "answered what on them; they measure, and teach nothing."
        )
        n = st.number_input(
            "Windows",
            min_value=1,
            max_value=left,
            value=min(left, max(1, min(size.more, 20))),
            key=f"gold_more_{question.id}",
            help=plain(f"{left:,} can be drawn. {basis_words(size)}"),
        )
        if st.button(
            f"Draw {int(n):,} more for gold",
            icon=":material/casino:",
            key=f"gold_draw_{question.id}",
        ):
            with errors_shown():
                draw_more(store, project_id, question.id, int(n))
                st.rerun()
