"""Findings: the slider with its counts, and the filters. Gives the query that a person makes."""

from datetime import datetime

import streamlit as st

from core.findings import ORDER, SaidBy
from core.rationale import CheckStatus
from core.screening import HINT_QUANTILE, MOST_HINTS
from core.sensitivity import ALL_REPORTED, STOPS
from pages.components import session
from pages.components.workflows.finding import Listing
from pages.components.workflows.finding_view import SHOWS, SORTS, Query, Shown, stop_labels

KIND_WORDS: dict[SaidBy, str] = {
    "person": "People",
    "student": "Student",
    "teacher": "Teacher",
    "rules": "Rules",
    "detector": "Detectors",
}
SLIDER = "findings_slider"
_SHOWN = ("new", "confirmed", "unsure")
WHAT_IT_MEANS = (
    "A score is the share of its series, in %, that the same author finds less unusual: a rank "
    "within one series, no probability."
)
HINTS_MEAN = (
    f"Hints are what a detector saw below its own threshold. Of each series and detector only the "
    f"{MOST_HINTS} most unusual above {HINT_QUANTILE:.0%} are kept: the right end is not all."
)
_HELP = (
    "In the middle: all that its authors report. To the left: of that only what scores high. To "
    f"the right: also hints. {HINTS_MEAN} What a person decided stays wherever the slider stands."
)
CLAIM_WORDS: dict[CheckStatus, str] = {
    "confirmed": "✓ Confirmed",
    "contradicted": "✗ Contradicted",
    "not_checkable": "? Not checkable",
}
STYLE = """<style>
.stMainBlockContainer:has(.st-key-findings_head) { padding: 4.25rem 2rem 1rem; }
</style>"""


def ask_query(listing: Listing, seen_until: datetime | None, n_unseen: int) -> Query:
    """Show search and filters; the slider's stop is read from where it stands."""
    search = st.text_input(
        "Search",
        placeholder="Search series, channel, type, author",
        key="findings_search",
        persist_state="session",
        label_visibility="collapsed",
    )
    row = st.container(horizontal=True, vertical_alignment="center")
    with row, st.popover("Filter", icon=":material/filter_alt:"):
        shows = st.pills(
            "Show",
            list(SHOWS),
            default=_SHOWN,
            format_func=lambda one: SHOWS[one],
            selection_mode="multi",
            key="findings_shows",
            persist_state="session",
        )
        there = {one.kind for finding in listing.findings for one in finding.said}
        kinds: list[SaidBy] = [kind for kind in ORDER if kind in there]
        said_by = st.pills(
            "Said by (none: anybody)",
            kinds,
            format_func=lambda one: KIND_WORDS[one],
            selection_mode="multi",
            key="findings_kinds",
            persist_state="session",
        )
        of_type = st.multiselect(
            "Type",
            sorted({*listing.places.types.tolist()} - {""}),
            placeholder="any",
            key="findings_types",
            persist_state="session",
        )
        claims = st.pills(
            "What the data say of its claims at worst (none: anything)",
            list(CLAIM_WORDS),
            format_func=lambda one: CLAIM_WORDS[one],
            selection_mode="multi",
            key="findings_claims",
            persist_state="session",
        )
        only_new = st.toggle(
            f"Only the {n_unseen:,} that you have not seen",
            key="findings_unseen",
            persist_state="session",
            disabled=n_unseen == 0,
        )
    with row:
        sort = st.selectbox(
            "Order",
            list(SORTS),
            format_func=lambda one: SORTS[one],
            key="findings_sort",
            persist_state="session",
            label_visibility="collapsed",
        )
    return Query(
        stop=float(session.get(session.FINDINGS_STOP, ALL_REPORTED)),
        search=search,
        kinds=tuple(kind for kind in kinds if kind in said_by),
        types=tuple(of_type),
        shows=tuple(one for one in SHOWS if one in shows),
        unseen_since=seen_until if only_new and n_unseen else None,
        claims=tuple(one for one in CLAIM_WORDS if one in claims),
        sort=sort,
    )


def show_slider(shown: Shown, stop: float) -> None:
    """Show the slider where it stands; each of its stops says how many findings it lists."""
    labels = stop_labels(shown.counts)
    # The browser sends the text of a stop. What it sends late is unknown to a slider whose counts
    # have changed since, which would fall back to where it began: so changed counts make another
    # slider, and what an earlier one still says is nobody's.
    before, turn = session.get(session.FINDINGS_SLIDER) or (None, 0)
    if labels != before:
        turn += 1
        session.put(session.FINDINGS_SLIDER, (labels, turn))
    key = f"{SLIDER}_{turn}"
    if session.get(key) is None:
        session.put(key, stop)
    st.select_slider(
        "Sensitivity",
        STOPS,
        format_func=lambda stop: labels[stop],
        key=key,
        help=_HELP,
        on_change=_keep,
        args=(key,),
    )


def _keep(key: str) -> None:
    session.put(session.FINDINGS_STOP, session.get(key))
