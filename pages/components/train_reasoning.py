"""What a reasoning run shows besides: its numbers in small panels, alarms, and what it writes."""

import streamlit as st

from pages.components import figures
from pages.components.figure_terms import alt_of, small_multiples
from pages.components.words import plain
from pages.components.workflows.measured import measured_words
from pages.components.workflows.run_terms import Term, terms_of
from pages.components.workflows.running import Run


def show_reasoning(run: Run) -> None:
    """Show what the run logs and writes; only what is in its folder is shown."""
    st.caption(f":material/speed: {plain(measured_words(run))}")
    terms = terms_of(run.student_metrics)
    if terms:
        st.plotly_chart(
            small_multiples(terms),
            key=f"terms_{run.job.id}",
            config=figures.CONFIG,
            alt=alt_of(terms),
        )
        _notes(terms)


def _notes(terms: list[Term]) -> None:
    with st.popover("What these numbers are", icon=":material/help:", type="tertiary"):
        for term in terms:
            st.markdown(f"**{plain(term.title)}**: {plain(term.note)}")
