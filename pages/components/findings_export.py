"""Findings: what is shown, as CSV and as Parquet."""

import streamlit as st

from core.findings import csv_bytes, findings_table, parquet_bytes
from pages.components.findings_checks import known_facts
from pages.components.page import Page
from pages.components.workflows.finding import Listing
from pages.components.workflows.finding_facts import export_rows
from pages.components.workflows.finding_view import Shown


def show_export(page: Page, listing: Listing, shown: Shown) -> None:
    """Offer the listed findings as files; they are made when somebody asks for them."""

    def table_of() -> object:
        rows = shown.rows.tolist()
        facts = known_facts(page, listing, rows)
        return findings_table(export_rows(listing, rows, shown.muted[rows].tolist(), facts))

    with st.popover("Export", icon=":material/download:", disabled=len(shown.rows) == 0):
        st.caption(f"The {len(shown.rows):,} findings that are listed, in this order.")
        st.download_button(
            "CSV",
            lambda: csv_bytes(table_of()),
            "findings.csv",
            "text/csv",
            key="findings_csv",
            on_click="ignore",
        )
        st.download_button(
            "Parquet",
            lambda: parquet_bytes(table_of()),
            "findings.parquet",
            "application/vnd.apache.parquet",
            key="findings_parquet",
            on_click="ignore",
        )
