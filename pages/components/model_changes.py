"""What the student fixed and what it broke: each line opens its item in Review.

The list and its page live in the address, so that Back shows the same place again.
"""

import streamlit as st

from core.evaluation import QuestionEvaluation
from core.questions.base import Question
from pages.components import session
from pages.components.kept import kept_choice
from pages.components.page import Page
from pages.components.workflows.comparing import item_lines
from storage.rows import ModelVersion

PER_PAGE = 8
FIXED, BROKEN = "fixed", "broken"


def show_changes(
    page: Page, result: QuestionEvaluation, question: Question, version: ModelVersion
) -> None:
    """Show the two lists against the teacher, one at a time."""
    against = result.against("teacher")
    if against is None:
        return
    lists = {FIXED: against.fixed, BROKEN: against.broken}
    words = {FIXED: "What it fixed", BROKEN: "What it broke"}
    chosen = kept_choice(
        "Gold items on which student and teacher differ",
        list(lists),
        lambda name: f"{words[name]}: {len(lists[name])}",
        session.MODELS_CHANGES,
    )
    item_ids = lists[chosen]
    if not item_ids:
        st.caption("No gold item is on this list.")
        return
    n_pages = -(-len(item_ids) // PER_PAGE)
    place = st.container()
    number = st.pagination(n_pages, key=f"{chosen}_page", bind="query-params") if n_pages > 1 else 1
    first = (number - 1) * PER_PAGE
    with place:
        for line in item_lines(page.store, version, question, item_ids[first : first + PER_PAGE]):
            where, what = st.columns([2, 5], vertical_alignment="center")
            where.page_link(
                "pages/review.py",
                label=line.place,
                icon=":material/open_in_new:",
                query_params={"item": line.item_id},
            )
            what.markdown(
                f":small[truth **{line.truth}** · :gray[teacher] {line.teacher} · "
                f":blue[student] {line.student}]"
            )
