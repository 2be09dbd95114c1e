"""Findings: one list of events over all series, who says them, and how many one wants to see."""

import streamlit as st

from core.ids import utc_now
from core.sensitivity import ALL_REPORTED
from pages.components.cached import findings_listing, known_claims
from pages.components.findings_checks import fill_checks
from pages.components.findings_export import show_export
from pages.components.findings_head import (
    HINTS_MEAN,
    STYLE,
    WHAT_IT_MEANS,
    ask_query,
    show_slider,
)
from pages.components.findings_mutes import show_mutes, show_notice
from pages.components.findings_screening import show_screening
from pages.components.findings_table import PAGE_ROWS, show_detail, show_table
from pages.components.messages import errors_shown
from pages.components.page import Page, page_setup
from pages.components.workflows.finding import Listing, unseen
from pages.components.workflows.finding_facts import claims_of
from pages.components.workflows.finding_view import Shown, base_words, select


def show_nothing_listed(shown: Shown) -> None:
    """Say why the list is empty and what would fill it."""
    if shown.counts[-1]:
        st.info(
            "No finding at this sensitivity. Move the slider to the right, or show more kinds.",
            icon=":material/tune:",
        )
    else:
        st.info("No finding meets these filters.", icon=":material/filter_alt:")


@st.fragment
def show_findings(page: Page) -> None:
    """The list with its slider; whatever is done in it runs this part alone."""
    store, project_id = page.store, page.project.id
    listing = findings_listing(store, project_id)
    now = utc_now()
    seen_until = store.findings.seen_until(project_id, page.person)
    n_unseen = int(unseen(listing, seen_until, now).sum())
    st.html(STYLE)
    with st.container(key="findings_head"):
        said, buttons = st.columns([5, 2], gap="small", vertical_alignment="center")
    slider, filters = st.columns([3, 2], gap="medium", vertical_alignment="bottom")
    with filters:
        query = ask_query(listing, seen_until, n_unseen)
    asks_claims = bool(query.claims) or query.sort == "claims"
    shown = select(listing, query, now, claims_of(listing, known_claims()) if asks_claims else None)
    with slider:
        show_slider(shown, query.stop)
    said.markdown(f"#### {shown.sentence}", help=base_words(listing, query) or None)
    with buttons.container(horizontal=True, horizontal_alignment="right"):
        if n_unseen:
            st.button(
                "All seen",
                key="findings_seen",
                icon=":material/done_all:",
                on_click=store.findings.see,
                args=(project_id, page.person, now),
            )
        show_export(page, listing, shown)
    st.caption(HINTS_MEAN if query.stop < ALL_REPORTED else WHAT_IT_MEANS)
    with st.container():
        show_notice(page)
    listed, beside = st.columns([11, 4], gap="small")
    with listed:
        place = show_table(page, listing, shown, seen_until)
        if place is None:
            show_nothing_listed(shown)
    if place is not None:
        with beside, errors_shown():
            show_detail(page, listing, shown, place)
    show_mutes(page, listing, shown)
    fill_checks(page, listing, shown.rows[: 10 * PAGE_ROWS].tolist())


def show_empty(page: Page, listing: Listing) -> None:
    """Say what findings are and where they come from, while there is none."""
    st.title("Findings")
    if not listing.series:
        st.info(
            "There is no series yet. Upload a file, or load the example from Home.",
            icon=":material/upload_file:",
        )
        st.page_link("pages/upload.py", label="Upload series", icon=":material/upload_file:")
        st.page_link("pages/home.py", label="Load the example", icon=":material/home:")
        return
    st.info(
        "Nobody has found anything yet. Findings are what people, models and detectors say of "
        "events in your series. Screen all series below, or ask a teacher.",
        icon=":material/radar:",
    )
    st.page_link("pages/teachers.py", label="Ask a teacher", icon=":material/school:")


page = page_setup("Findings")
with errors_shown():
    listing = findings_listing(page.store, page.project.id)
    if listing.findings:
        show_findings(page)
    else:
        show_empty(page, listing)
    if listing.series:
        show_screening(page, expanded=not listing.findings)
