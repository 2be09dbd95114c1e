"""Findings: what the data say of claims, looked up once for everybody and filled in by itself."""

from collections.abc import Sequence

import streamlit as st

from core.ids import utc_now
from pages.components import session
from pages.components.cached import known_claims, series_data
from pages.components.page import Page
from pages.components.workflows.finding import Listing
from pages.components.workflows.finding_facts import (
    CLAIM_SIGNS,
    DataOf,
    Fact,
    claims_of,
    facts_of,
    tally,
)

LOOK_S = 0.1
"""So long a run of the list looks claims up; what is left is looked up behind it."""
FILL_S = 0.5
EVERY = "1s"


def data_reader(page: Page) -> DataOf:
    """Return what reads a series' samples, kept between runs."""
    return lambda row: series_data(page.store, row)


def known_facts(
    page: Page, listing: Listing, rows: Sequence[int], within_s: float | None = None
) -> list[list[Fact] | None]:
    """Return what is said of these findings in words, checked; looked up once per server."""
    findings = [listing.findings[place] for place in rows]
    return facts_of(
        page.store,
        page.project.id,
        listing,
        findings,
        data_reader(page),
        known_claims(),
        within_s,
    )


def check_words(facts: Sequence[Fact] | None) -> str:
    """Say in signs how the claims fared: `✓2 ✗1`; `…` while nobody looked."""
    if facts is None:
        return "…"
    return " ".join(f"{CLAIM_SIGNS[kind]}{n}" for kind, n in tally(facts).items() if n)


def fill_checks(page: Page, listing: Listing, rows: Sequence[int]) -> None:
    """Look up behind the list what it does not know yet: the listed rows first, then all others.

    The page is drawn anew when the listed ones are known, and once more when all are.
    """
    unknown = claims_of(listing, known_claims()) == "unknown"
    if unknown.any():
        waiting = bool(unknown[list(rows)].any())
        st.fragment(_fill, run_every=EVERY)(page, listing, rows, waiting, utc_now().isoformat())


def _fill(page: Page, listing: Listing, rows: Sequence[int], waiting: bool, drawn: str) -> None:
    # the first run is part of the page's own, which is not to wait for it
    if session.get(session.FINDINGS_FILLED) != drawn:
        session.put(session.FINDINGS_FILLED, drawn)
        return
    facts = known_facts(page, listing, rows, FILL_S)
    if any(one is None for one in facts):
        return
    if not waiting:
        known_facts(page, listing, range(len(listing.findings)), FILL_S)
        if (claims_of(listing, known_claims()) == "unknown").any():
            return
    st.rerun()
