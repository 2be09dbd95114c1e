"""People: the audit log, narrowed, looked at entry by entry, exported, and a file of it checked."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from core.audit_log import (
    AuditEntry,
    AuditFilter,
    chained,
    csv_lines,
    first_break,
    json_lines,
    read_rows,
)
from pages.components import session
from pages.components.messages import errors_shown
from pages.components.page_value import Page
from pages.components.people_adjudication import lead_only
from pages.components.words import count, plain, shorten
from storage.audit_log import KINDS

ROWS = 50
IDENTITIES = {
    "typed": "typed",
    "passphrase": "passphrase",
    "sign_in": "signed in",
    "": "not recorded",
}
HELP = (
    "Everything that people did here, and what the app recorded on the way. Nothing of it can be "
    "changed or removed. **How known**: whether the name was typed, given with a passphrase, or by "
    "a sign-in. Passphrases and the time that people took are not part of it."
)
EXPORT_HELP = (
    "The entries that are listed, the oldest first, in columns that stay the same. Each row's hash "
    "holds that of the row before it: a row that is changed or left out later shows."
)


@st.fragment
def show_audit_log(page: Page) -> None:
    """Show the log with its filters, the newest entry first; it tells everybody's labels."""
    if not lead_only(page, "Reading the audit log"):
        return
    wanted = _choose(page)
    number = int(session.get(session.LOG_PAGE) or 1)
    found = page.store.audit_log.page(page.project.id, wanted, ROWS, (number - 1) * ROWS)
    n_pages = max(1, -(-found.total // ROWS))
    if number > n_pages:  # the filter was narrowed on a later page
        session.drop(session.LOG_PAGE)
        found = page.store.audit_log.page(page.project.id, wanted, ROWS)
    with st.container(horizontal=True, vertical_alignment="center"):
        several = f"**{found.total:,} {'entry' if found.total == 1 else 'entries'}**"
        st.caption(f"{several} · times in {plain(page.project.zone)}", help=HELP)
        _show_export(page, wanted)
        _show_check()
    if not found.entries:
        st.info("Nothing was recorded that fits.", icon=":material/history:")
        return
    zone = ZoneInfo(page.project.zone)
    picked = st.dataframe(
        _table(found.entries, zone),
        hide_index=True,
        key="log_table",
        on_select="rerun",
        selection_mode="single-row",
        height=420,
        column_config={
            "When": st.column_config.TextColumn(width=140),
            "Who": st.column_config.TextColumn(width=100),
            "How known": st.column_config.TextColumn(width=90),
            "Kind": st.column_config.TextColumn(width=90),
            "What": st.column_config.TextColumn(width=290),
            "Series": st.column_config.TextColumn(width=120),
            "About": st.column_config.TextColumn(width=200),
        },
    )
    if n_pages > 1:
        st.pagination(n_pages, key=session.LOG_PAGE, persist_state="session")
    rows = picked["selection"]["rows"]
    if rows and rows[0] < len(found.entries):
        _show_entry(found.entries[rows[0]], zone)


def _choose(page: Page) -> AuditFilter:
    """Let people narrow the log."""
    store, project_id = page.store, page.project.id
    names = {one.id: one.info.name for one in store.series.list(project_id)}
    who, what, where, days, words = st.columns([2, 3, 3, 3, 3])
    person = who.selectbox(
        "Who",
        store.audit_log.people(project_id),
        index=None,
        key=session.LOG_PERSON,
        placeholder="anybody",
    )
    kinds = what.multiselect("Kind", KINDS, key=session.LOG_KINDS, placeholder="any")
    series = where.selectbox(
        "Series",
        list(names),
        index=None,
        format_func=lambda one: shorten(names[one], 40),
        key=session.LOG_SERIES,
        placeholder="any",
    )
    chosen = days.date_input("Days", value=[], key=session.LOG_DAYS)
    text = words.text_input("Words", key=session.LOG_TEXT, placeholder="name, note, reason ...")
    first, until = _bounds(chosen, ZoneInfo(page.project.zone))
    return AuditFilter(
        person=person or "",
        kinds=tuple(kinds),
        series_id=series or "",
        first=first,
        until=until,
        text=text.strip(),
    )


def _bounds(chosen: object, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """Return the moments from the first day's start to the last day's end; one day is both."""
    days = [one for one in chosen if isinstance(one, date)] if isinstance(chosen, tuple) else []
    if not days:
        return None, None
    return (
        datetime.combine(days[0], time(), zone),
        datetime.combine(days[-1] + timedelta(days=1), time(), zone),
    )


def _table(entries: Sequence[AuditEntry], zone: ZoneInfo) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "When": [f"{one.at.astimezone(zone):%Y-%m-%d %H:%M:%S}" for one in entries],
            "Who": [one.person or "–" for one in entries],
            "How known": [IDENTITIES[one.identity] for one in entries],
            "Kind": [one.kind for one in entries],
            "What": [one.what for one in entries],
            "Series": [shorten(one.series, 48) for one in entries],
            "About": [one.about for one in entries],
        }
    )


def _show_entry(entry: AuditEntry, zone: ZoneInfo) -> None:
    with st.container(border=True):
        who = plain(entry.person) or "Nobody by name"
        st.markdown(
            f"**{who}** {plain(entry.what)}  \n:gray[{entry.at.astimezone(zone):%Y-%m-%d %H:%M:%S} "
            f"· {plain(entry.series)} · {plain(entry.about)} · {entry.table} {plain(entry.key)}]"
        )
        if entry.item_id:
            st.page_link(
                "pages/review.py",
                label="Open in Review",
                icon=":material/open_in_new:",
                query_params={"item": entry.item_id},
            )
        st.json(entry.details, expanded=2)


def _show_export(page: Page, wanted: AuditFilter) -> None:
    store, project_id = page.store, page.project.id
    with st.popover("Export", icon=":material/download:", help=EXPORT_HELP):
        st.download_button(
            "CSV",
            lambda: "".join(csv_lines(chained(store.audit_log.entries(project_id, wanted)))),
            "audit_log.csv",
            "text/csv",
            key="log_csv",
            on_click="ignore",
        )
        st.download_button(
            "JSON Lines",
            lambda: "".join(json_lines(chained(store.audit_log.entries(project_id, wanted)))),
            "audit_log.jsonl",
            "application/jsonl",
            key="log_jsonl",
            on_click="ignore",
        )


def _show_check() -> None:
    """Let people check an exported log for gaps and changes."""
    with st.popover("Check a file", icon=":material/rule:"):
        given = st.file_uploader("An exported log", type=["csv", "jsonl"], key="log_file")
        if given is None:
            st.caption("Says whether a row was changed, moved or left out since it was exported.")
            return
        with errors_shown():
            text = given.getvalue().decode("utf-8", errors="replace")
            rows = read_rows(given.name, text)
            place = first_break(rows)
            if place is None:
                st.success(
                    f"{count(len(rows), 'row')}, each follows from the one before. The last hash "
                    f"is `{rows[-1]['hash'][:16]}…`.",
                    icon=":material/task_alt:",
                )
            else:
                st.error(
                    f"Row {place:,} does not follow from the one before: it or a row before it "
                    "was changed, moved or left out.",
                    icon=":material/error:",
                )
