"""People: how much work review takes, where the label policy lets it be shown at all."""

import streamlit as st

from core.ids import utc_now
from pages.components.page import Page
from pages.components.words import count
from pages.components.workflows.effort import DAYS, LEAST, effort


def show_effort(page: Page) -> None:
    """Say it in one line for the project as a whole; nothing unless the policy says so."""
    if not page.store.policies.current(page.project.id).effort_shown:
        return
    found = effort(page.store.corrections.events(page.project.id), utc_now())
    took = (
        f"one takes {found.seconds:.0f} s (median)"
        if found.seconds is not None
        else f"fewer than {LEAST} were timed"
    )
    st.caption(
        f":material/timer: {count(found.n, 'decision')} in {DAYS} days, {took}",
        help="Over everybody together. Nothing is shown of single people.",
    )
