"""Review: the annotator's desk. One item at a time, answers side by side, one key a decision."""

import streamlit as st

from core.errors import AppError
from pages.components import session
from pages.components.cached import series_data
from pages.components.chart import chart
from pages.components.detector_choice import choose_detector, prepare, proposal_of
from pages.components.page import Page, page_setup
from pages.components.review_actions import ITEM_PARAM, go_to, handler
from pages.components.review_beside import beside_of
from pages.components.review_bulk import in_bulk, show_bulk
from pages.components.review_editor import show_editor
from pages.components.review_export import show_export
from pages.components.review_queue import (
    queue_for,
    show_filtered_empty,
    show_queue_panel,
    why_of,
)
from pages.components.review_spots import spot_handler, with_spots
from pages.components.review_status import show_empty, show_messages, show_status
from pages.components.review_view import channels_of, chart_of, default_rows
from pages.components.review_warm import warm
from pages.components.words import plain
from pages.components.workflows.proposing import shows_proposals
from pages.components.workflows.reviewing import Desk, load_desk

AHEAD = 3  # items that are got ready before they come; a string here would be shown


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


@st.fragment
def show_desk(page: Page) -> None:
    """The desk itself; a decision runs this part alone."""
    if in_bulk():
        show_bulk(page)
        return
    store, project_id = page.store, page.project.id
    head = st.container(horizontal=True, vertical_alignment="center", key="review_head")
    with head:
        st.markdown("#### Review", width="content")
        now = queue_for(page, choose_question(page))
    item_id = st.query_params.get(ITEM_PARAM) or next(iter(now.left), None)
    if item_id is None:
        with head:
            show_status(now, why_of(page, now))
            show_queue_panel(page, now)
            show_export(page)
        if not show_filtered_empty(now):
            show_empty(page, now.queue)
        return
    try:
        desk = load_desk(store, project_id, page.person, item_id)
    except AppError as error:
        with head:
            show_status(now, why_of(page, now))
        st.error(plain(str(error)), icon=":material/error:")
        st.button(
            "Go to the queue",
            icon=":material/arrow_forward:",
            key="review_to_queue",
            on_click=go_to,
            args=(None,),
        )
        return
    go_to(item_id)
    # One place for messages, also when there is none: the chart below must not move in the tree.
    series = series_data(store, desk.series)
    with head:
        show_status(now, why_of(page, now, desk))
        show_queue_panel(page, now)
        rows = choose_rows(desk)
        detector = choose_detector() if shows_proposals(desk) else ""
        show_export(page, desk, series, rows)
    with st.container():
        show_messages(page, desk)
        proposal = proposal_of(page, desk.series, series, detector, head)
    handled = str(session.get(session.REVIEW_HANDLED, ""))
    data = with_spots(
        page, desk, chart_of(desk, series, handled, rows, beside_of(page, desk, proposal))
    )
    chart(
        data, session.REVIEW_CHART, on_event=spot_handler(page, desk, handler(page, desk, proposal))
    )
    if desk.draft is not None:
        show_editor(page, desk, desk.draft)
    coming = [one for one in now.left if one != item_id][:AHEAD]
    prepare(page, coming, detector)
    warm(page, coming)


show_desk(page_setup("Review"))
