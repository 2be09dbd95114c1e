"""The buttons that give a bench as a file; the file is made when one is pressed."""

import streamlit as st

from pages.components.workflows.bench_export import as_csv, as_parquet, export_frame
from pages.components.workflows.bench_results import Results
from storage.rows import Job


def show_export(job: Job, results: Results) -> None:
    """Offer every result with versions, settings, and the dataset's hash."""
    name = f"bench-{job.created_at:%Y%m%d-%H%M}-{results.hash[:8]}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "CSV",
            lambda: as_csv(export_frame(job, results)),
            file_name=f"{name}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="bench_csv",
        )
        st.download_button(
            "Parquet",
            lambda: as_parquet(export_frame(job, results)),
            file_name=f"{name}.parquet",
            mime="application/vnd.apache.parquet",
            icon=":material/download:",
            on_click="ignore",
            key="bench_parquet",
        )
        st.caption(
            f"One row per method and series, {len(results.rows):,} in all, with settings and "
            f"versions; dataset {results.hash[:8]}."
        )
