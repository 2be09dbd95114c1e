"""What is chosen above the desk: the question that is reviewed, and the channels that are drawn."""

import streamlit as st

from pages.components import session
from pages.components.page import Page
from pages.components.review_actions import go_to
from pages.components.review_view import channels_of, default_rows
from pages.components.words import plain
from pages.components.workflows.reviewing import Desk


def choose_rows(desk: Desk) -> tuple[int, ...]:
    """Let people choose the channels drawn when there are more than fit."""
    rows = default_rows(desk)
    if len(rows) == desk.series.n_channels:
        return rows
    names = [channel.name for channel in channels_of(desk.series)]
    with st.popover(f"Channels: {len(rows)} of {len(names)} drawn"):
        chosen = st.multiselect(
            "Channels drawn",
            range(len(names)),
            default=rows,
            format_func=names.__getitem__,
            key=f"review_rows_{desk.item.id}",
        )
    return tuple(chosen) or rows


def choose_question(page: Page) -> str | None:
    """Let people review the items of one question alone; None means all."""
    questions = page.store.questions.current(page.project.id)
    names = {question.id: plain(question.name) for question in questions}
    return st.segmented_control(
        "Questions",
        list(names),
        format_func=names.__getitem__,
        key=session.REVIEW_QUESTION,
        label_visibility="collapsed",
        on_change=go_to,
        args=(None,),
    )
