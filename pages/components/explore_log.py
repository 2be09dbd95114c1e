"""The event log of a series: what is in it, a typed entry, and a file of times and texts."""

import pandas as pd
import streamlit as st

from core.annotations import LogEntry
from core.errors import AppError
from core.series import SeriesData
from pages.components import session
from pages.components.explore_state import jump, say
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import count, plain
from pages.components.workflows.context import (
    LogRow,
    from_ns,
    log_of,
    log_position,
    log_tick,
    read_log,
    store_log,
)
from pages.components.workflows.positions import Clock
from storage.rows import StoredSeries

SHOWN = 200


def show_log(
    page: Page,
    row: StoredSeries,
    data: SeriesData,
    clock: Clock | None,
    log: list[LogEntry],
) -> None:
    """Show the entries beside the ways to add some."""
    listed, add = st.columns([3, 2], gap="large")
    with listed:
        _entries(page, row, data, clock, log)
    with add:
        _type_one(page, row, data, clock)
        _from_file(page, row, clock)


def _entries(
    page: Page, row: StoredSeries, data: SeriesData, clock: Clock | None, log: list[LogEntry]
) -> None:
    if not log:
        st.caption(
            "No event is noted yet. What happened around a series explains much of it: "
            "maintenance, a start-up, a change of batch. Entries stand under the plot."
        )
        return
    table = pd.DataFrame(
        {
            "When": [_when(entry, row, clock) for entry in log],
            "What": [entry.text for entry in log],
            "Kind": [entry.kind for entry in log],
            "For": ["all series" if entry.series_id is None else "this one" for entry in log],
            "From": [entry.source or entry.person for entry in log],
        }
    )
    key = f"explore_log_{row.id}_{len(log)}"
    picked = st.dataframe(
        table,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=key,
        height="content" if len(log) <= 6 else 250,
        alt="Event log",
    )
    chosen = picked["selection"]["rows"]
    if not chosen or chosen[0] >= len(log):
        st.caption(
            f"{count(len(log), 'entry').replace('entrys', 'entries')}. Select one to see it."
        )
        return
    entry = log[chosen[0]]
    with st.container(horizontal=True):
        st.button(
            "Show it in the plot",
            icon=":material/center_focus_strong:",
            key=f"explore_log_show_{entry.id}",
            on_click=_show,
            args=(row, data, entry),
        )
        st.button(
            "Remove it from the log",
            icon=":material/delete:",
            key=f"explore_log_remove_{entry.id}",
            on_click=_remove,
            args=(page, entry),
        )


def _when(entry: LogEntry, row: StoredSeries, clock: Clock | None) -> str:
    if clock is None:
        return f"sample {entry.tick:,}"
    first = clock.spoken(from_ns(entry.tick, row.unit))
    if entry.end is None:
        return first
    return f"{first} to {clock.spoken(from_ns(entry.end, row.unit))}"


def _type_one(page: Page, row: StoredSeries, data: SeriesData, clock: Clock | None) -> None:
    with st.form(f"explore_log_new_{row.id}"):
        what = "What happened (maintenance, start-up, change of batch)"
        st.text_input(what, key="explore_log_text")
        place = "Sample" if clock is None else f"When, in {clock.words}, or a sample"
        st.text_input(place, key="explore_log_when")
        for_all = clock is not None and st.toggle(
            "For all series of the project", key="explore_log_all"
        )
        st.form_submit_button(
            "Note it", icon=":material/add:", on_click=_add, args=(page, row, data, clock, for_all)
        )


def _add(
    page: Page, row: StoredSeries, data: SeriesData, clock: Clock | None, for_all: bool
) -> None:
    say()
    try:
        text = str(session.get("explore_log_text")).strip()
        tick = log_tick(str(session.get("explore_log_when")), data, clock)
        for_all = bool(clock is not None and session.get("explore_log_all"))
        n = store_log(page.store, row, page.person, [LogRow(tick, text)], "", for_all)
        said = f"“{text}” is noted." if n else f"“{text}” was noted for that time already."
        if not any(entry.text == text and entry.tick == tick for entry in log_of(page.store, row)):
            said += " It lies outside this series, so it is not in the list below."
        say(notice=said)
        session.put("explore_log_text", "")
        session.put("explore_log_when", "")
    except AppError as error:  # what was typed stays, to be corrected
        say(error=str(error))
        st.toast(plain(str(error)), icon=":material/error:")  # the form stands far below the top


def _from_file(page: Page, row: StoredSeries, clock: Clock | None) -> None:
    if clock is None:
        st.caption("A file of times and texts needs a series that has times.")
        return
    given = st.file_uploader(
        "Or a text file with lines of time and text (an end and a kind may follow)",
        key=f"explore_log_file_{session.get(session.EXPLORE_LOG_ROUND, 0)}",
    )
    if given is None:
        return
    with errors_shown():
        found = read_log(given.name, given.getvalue(), clock.zone)
        st.caption(
            f"{len(found.rows):,} of {len(found.rows) + len(found.problems):,} lines can be read, "
            f"{plain(found.how)}."
        )
        if found.rows:
            first = [(clock.spoken(from_ns(r.tick, row.unit)), r.text) for r in found.rows[:5]]
            st.table(pd.DataFrame(first, columns=["When", "What"]))
        if found.problems:
            with st.expander(f"Left out ({len(found.problems):,})", icon=":material/warning:"):
                st.text("\n".join(found.problems[:SHOWN]))
        for_all = st.toggle(
            "These happened to all series of the project", value=True, key="explore_log_file_all"
        )
        st.button(
            f"Add {count(len(found.rows), 'line')} to the log",
            key="explore_log_file_add",
            icon=":material/playlist_add:",
            disabled=not found.rows,
            on_click=_add_file,
            args=(page, row, given.name, found.rows, for_all),
        )


def _add_file(
    page: Page, row: StoredSeries, name: str, rows: tuple[LogRow, ...], for_all: bool
) -> None:
    say()
    try:
        n = store_log(page.store, row, page.person, rows, name, for_all)
    except AppError as error:
        say(error=str(error))
        return
    known = len(rows) - n
    say(
        notice=f"{count(n, 'line')} of {name} added to the log."
        + (f" {count(known, 'line')} were in it already." if known else "")
    )
    session.put(session.EXPLORE_LOG_ROUND, session.get(session.EXPLORE_LOG_ROUND, 0) + 1)


def _show(row: StoredSeries, data: SeriesData, entry: LogEntry) -> None:
    start, stop = log_position(entry, data)
    around = max((stop - start) // 2, min(256, row.n_samples // 4))
    jump((max(0, start - around), min(row.n_samples, stop + around)))


def _remove(page: Page, entry: LogEntry) -> None:
    say()
    try:
        page.store.events.remove(page.project.id, entry.id)
        say(notice=f"“{entry.text}” is removed from the log.", back=("log", entry.id))
    except AppError as error:
        say(error=str(error))
