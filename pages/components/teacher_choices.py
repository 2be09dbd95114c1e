"""Which of several answers a batch chose, and what every candidate scored."""

import streamlit as st

from pages.components.page import Page
from pages.components.words import count, plain
from pages.components.workflows.batch_choices import MOST_ROWS, Choices, batch_choices
from storage.rows import Job


def show_choices(page: Page, job: Job) -> None:
    """Show the choices of a batch that made some."""
    choices = batch_choices(page.store, job)
    if choices is None:
        return
    with st.expander(f"{count(choices.n, 'choice')} among {choices.n_candidates:,} answers"):
        st.caption(_words(choices))
        st.dataframe(choices.rows, hide_index=True)
        if choices.n_candidates > len(choices.rows):
            st.caption(f"The first {MOST_ROWS:,} or so are listed; all are kept.")


def _words(choices: Choices) -> str:
    won = ", ".join(f"{plain(name)} {n:,}" for name, n in choices.chosen_of.items())
    said = f"Chosen: {won}."
    if choices.trusted:
        said += f" {choices.trusted:,} went by a reviewed label outside gold."
    if choices.agreement is not None:
        said += f" Candidates agree to {choices.agreement:.0%} on average."
    return said + " “Right” without a reviewed label is agreement with the others."
