"""Findings: screening all series with a detector, and how far that is."""

import streamlit as st

from core.detectors import DETECTORS
from pages.components.job_panel import show_jobs
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.workflows.finding_sources import detector_name
from pages.components.workflows.screening import (
    CHOSEN,
    Screening,
    preset,
    screening,
    start_screening,
    to_screen,
)


def screening_title(found: Screening) -> str:
    """Say in a few words what is not screened yet."""
    waiting = len(found.never) + len(found.grown)
    return f"Screening: {waiting:,} series not screened yet" if waiting else "Screening"


def show_screening(page: Page, *, expanded: bool = False) -> None:
    """Show how far the series are screened, start a screening, and follow it."""
    found = screening(page.store, page.project.id)
    with st.expander(screening_title(found), icon=":material/radar:", expanded=expanded):
        st.caption(
            f"{found.sentence} A detector reads whole series, without labels, and reports the "
            "stretches that are most unusual to it. What it saw before is kept."
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            method = st.selectbox(
                "Detector",
                [CHOSEN, *DETECTORS],
                index=[CHOSEN, *DETECTORS].index(preset(found)),
                format_func=lambda key: (
                    "suggested, per series" if key == CHOSEN else detector_name(key)
                ),
                key="findings_method",
                width=330,
            )
            again = st.toggle("Also those it has screened", key="findings_again")
            wanted = list(found.by_method) if again else to_screen(found, method)
            if st.button(
                f"Screen {len(wanted):,} series",
                key="findings_screen",
                icon=":material/radar:",
                disabled=not wanted,
            ):
                with errors_shown():
                    start_screening(page.store, page.project.id, method, wanted)
                    st.rerun()
        if method == CHOSEN:
            st.caption(
                "The one that does best on generated series; where people marked events, every "
                "detector is tried on them first, which takes some seconds a series."
            )
        else:
            st.caption(DETECTORS[method]().meaning)
        show_jobs(page, "screen", "Nothing was screened yet.")
