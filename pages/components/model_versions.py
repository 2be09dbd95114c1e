"""The versions of the student: which one serves, what happened to each, and what can be done."""

from zoneinfo import ZoneInfo

import streamlit as st

from pages.components.cached import learned_of
from pages.components.messages import errors_shown
from pages.components.model_gate import retire
from pages.components.model_serving import show_by_itself
from pages.components.page import Page
from pages.components.words import plain
from pages.components.workflows.version_lineage import VersionMark, marks_of, measure_again
from storage.rows import ModelVersion, VersionChange, VersionEvent

CHANGE_WORDS: dict[VersionChange, str] = {
    "registered": "trained",
    "promoted": "promoted: it serves",
    "rolled_back": "rolled back to: it serves again",
    "retired": "retired",
}


def show_versions(page: Page, versions: list[ModelVersion], chosen: ModelVersion) -> None:
    """Show all versions, the newest first, and the history of what was done to them."""
    marks = marks_of(
        page.store, versions, lambda one: learned_of(page.store, one), page.project.zone
    )
    for version in versions:
        row = st.container(
            horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
        )
        name = row.container(horizontal=True, vertical_alignment="center", width="content")
        name.badge(version.state, color="blue" if version.state == "serving" else "gray")
        name.page_link(
            "pages/models.py",
            label=f"**Student v{version.number}**" + (" (shown)" * (version.id == chosen.id)),
            query_params={"version": version.id},
        )
        name.caption(f"trained {_when(page, version)}, snapshot {version.snapshot_hash[:8]}")
        if version.state != "retired":
            with row:
                if st.button("Retire", key=f"models_retire_{version.id}"):
                    retire(page, version)
        if version.id in marks:
            show_mark(marks[version.id])
    _measure_again(page, [one for one in marks.values() if one.gold])
    show_by_itself(page)
    with st.expander("History"):
        numbers = {version.id: version.number for version in versions}
        zone = ZoneInfo(page.project.zone)
        for event in reversed(_history(page)):
            by = f" by {plain(event.person)}" if event.person else ""
            why = f", against the gate: {plain(event.reason)}" if event.reason else ""
            when = event.created_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
            st.caption(
                f"{when} · student v{numbers.get(event.version_id, '?')} "
                f"{CHANGE_WORDS[event.change]}{by}{why}"
            )


def show_mark(mark: VersionMark) -> None:
    """Say what changed since a version was trained and measured; nothing when nothing did."""
    said = [one for one in (mark.gold, mark.learned) if one]
    if said:
        st.caption(f":material/history: v{mark.version.number} was {' · '.join(said)}")


def _measure_again(page: Page, marks: list[VersionMark]) -> None:
    if marks and st.button(
        "Measure again",
        icon=":material/refresh:",
        key="models_measure_again",
        help="Compares these versions on gold as it is now, from the stored answers.",
    ):
        with errors_shown():
            measure_again(page.store, [mark.version for mark in marks])
            st.rerun()


def _history(page: Page) -> list[VersionEvent]:
    return page.store.versions.history(page.project.id)


def _when(page: Page, version: ModelVersion) -> str:
    return version.created_at.astimezone(ZoneInfo(page.project.zone)).strftime("%Y-%m-%d %H:%M")
