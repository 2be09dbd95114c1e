"""What is known of a series as it was stored: how its file was read, and what continued it."""

import streamlit as st

from pages.components.page import Page
from pages.components.words import count, plain
from storage.rows import StoredSeries


def show_report(page: Page, row: StoredSeries) -> None:
    """Show how the file was read, and the files that continued it."""
    if row.info.source:
        st.caption(f"From the file {plain(row.info.source)}.")
    if row.info.treatments:
        st.markdown("\n".join(f"- {plain(sentence)}" for sentence in row.info.treatments))
    else:
        st.caption("The file was taken as it was: nothing was left out, filled or sorted.")
    revisions = page.store.series.revisions(page.project.id, row.id)
    n_before = revisions[0].n_samples
    for revision in revisions[1:]:
        new = revision.n_samples - n_before
        n_before = revision.n_samples
        note = f" {plain(revision.note)}" if revision.note else ""
        st.markdown(
            f"- Continued on {revision.created_at:%Y-%m-%d %H:%M} UTC by "
            f"{plain(revision.source) or 'a file'}: {count(new, 'new sample')}.{note}"
        )
