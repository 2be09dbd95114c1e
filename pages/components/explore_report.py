"""The report of a series: gaps, repeats and missing values, how it was read, what continued it."""

import pandas as pd
import streamlit as st

from core.ingest.report import duration
from core.series import SeriesData
from pages.components.cached import series_report
from pages.components.page import Page
from pages.components.words import count, plain
from storage.rows import StoredSeries


def show_report(page: Page, row: StoredSeries, data: SeriesData) -> None:
    """Show what the series is like, how its file was read, and the files that continued it."""
    numbers, words = st.columns([3, 2], gap="large")
    with numbers:
        found = series_report(data, row.info)
        st.dataframe(
            pd.DataFrame(found.rows(), columns=["What", "How much"]),
            hide_index=True,
            height="content",
            alt="Report on the series",
        )
        if found.n_gaps:
            st.caption(
                "First gaps: "
                + ", ".join(f"{duration(gap.seconds)} after {gap.sample:,}" for gap in found.gaps)
            )
    with words:
        _show_history(page, row)


def _show_history(page: Page, row: StoredSeries) -> None:
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
