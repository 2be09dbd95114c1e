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
from pages.components.review_choices import choose_question, choose_rows
from pages.components.review_comments import show_comments, show_returned
from pages.components.review_conflict import with_mine
from pages.components.review_editor import show_editor
from pages.components.review_examine import show_examine
from pages.components.review_export import show_export
from pages.components.review_guideline import show_guideline
from pages.components.review_lease import hold_item, next_item, show_lease, show_taken
from pages.components.review_phrases import show_phrase_fields
from pages.components.review_queue import (
    queue_for,
    show_filtered_empty,
    show_queue_panel,
    why_of,
)
from pages.components.review_reasons import show_own_words, with_reasons
from pages.components.review_spots import spot_handler, with_spots
from pages.components.review_status import (
    show_empty,
    show_messages,
    show_round_first,
    show_status,
)
from pages.components.review_view import chart_of
from pages.components.review_warm import warm
from pages.components.words import plain
from pages.components.workflows.proposing import shows_proposals
from pages.components.workflows.reviewing import load_desk

AHEAD = 3  # items that are got ready before they come; a string here would be shown


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
    item_id = st.query_params.get(ITEM_PARAM) or next_item(page, now.left)
    if item_id is None:
        with head:
            show_status(now, why_of(page, now))
            show_queue_panel(page, now)
            show_export(page)
        if not (show_taken(page, now) or show_filtered_empty(now)):
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
        show_comments(page, desk)
        show_export(page, desk, series, rows)
    with st.container():
        show_lease(page, hold_item(page, item_id))
        show_messages(page, desk)
        show_returned(page, desk)
        show_own_words(desk, handler(page, desk))
        proposal = proposal_of(page, desk.series, series, detector, head)
    handled = str(session.get(session.REVIEW_HANDLED, ""))
    beside = beside_of(page, desk, proposal)
    data = with_mine(page, desk, chart_of(desk, series, handled, rows, beside))
    data = with_reasons(desk, with_spots(page, desk, data))
    on_event = spot_handler(page, desk, handler(page, desk, proposal))
    chart(data, session.REVIEW_CHART, on_event=on_event)
    if desk.draft is not None:
        show_editor(page, desk, desk.draft)
    show_phrase_fields(page, desk, beside.phrases)
    show_examine(page, desk, series)
    show_guideline(page, desk)
    coming = [one for one in now.left if one != item_id][:AHEAD]
    prepare(page, coming, detector)
    warm(page, coming)


page = page_setup("Review")
show_round_first(page)
show_desk(page)
