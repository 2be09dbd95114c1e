"""Findings: muting what is expected, and the list of mutes with what they hide now."""

from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from core.errors import AppError
from core.ids import utc_now
from pages.components import session
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import count, plain, shorten
from pages.components.workflows.finding import Listing
from pages.components.workflows.finding_sources import channels_of, speaker
from pages.components.workflows.finding_view import Shown
from pages.components.workflows.muting import (
    DEFAULT_DAYS,
    WEEKDAYS,
    Wish,
    log_choices,
    mute_of,
    mute_words,
    until_words,
)

ROWS_AT_ONCE = 8


@st.dialog("Mute expected findings", width="medium")
def ask_mute(page: Page, listing: Listing, place: int) -> None:
    """Ask which findings like this one are expected, why, and until when."""
    finding = listing.findings[place]
    one = finding.place
    row = listing.series[one.series_id]
    st.caption("Hides findings that meet all that is ticked and that nobody has decided on.")
    wish_type = st.checkbox(
        f"of the type “{plain(finding.type)}”" if finding.type else "of any type",
        value=bool(finding.type),
        disabled=not finding.type,
    )
    alone = {(said.kind, said.name) for said in finding.said}
    author = next(iter(alone)) if len(alone) == 1 else None
    by = st.checkbox(
        f"that {plain(speaker(one))} alone says" if author else "said by several: by anybody",
        value=author is not None and not finding.type,
        disabled=author is None,
    )
    in_series = st.checkbox(f"in {plain(shorten(row.info.name, 60))}", value=True)
    chosen: list[int] = []
    if in_series and row.n_channels > 1:
        chosen = st.multiselect(
            "on no other channels than (none: any)",
            range(row.n_channels),
            default=list(channels_of(one, row)) if 0 < len(one.channels) < row.n_channels else [],
            format_func=lambda c: row.info.channel_names[c],
        )
    days, between = _ask_clock(row.has_time)
    choices = log_choices(page.store, page.project)
    log, around = "", 0
    if choices:
        beside, near = st.columns([3, 2])
        log = beside.selectbox(
            "at the time of an event of the log",
            ["", *choices],
            format_func=lambda key: choices.get(key, "any time"),
        )
        around = near.number_input("or so many minutes from it", 0, 100_000, 0, disabled=not log)
    why, end = st.columns([3, 2])
    reason = why.text_input("Why they are expected", placeholder="weekly flush of the filter")
    last = end.date_input(
        "Last day", value=date.today() + timedelta(days=DEFAULT_DAYS), min_value=date.today()
    )
    wish = Wish(
        reason=reason,
        until=last,
        series_id=row.id if in_series else "",
        channels=tuple(chosen) if in_series else (),
        type=finding.type if wish_type else "",
        said_by=author if by else None,
        weekdays=tuple(days),
        between=between,
        log=log,
        around_s=float(around) * 60,
    )
    if st.button("Mute", type="primary", icon=":material/notifications_off:"):
        with errors_shown():
            mute = page.store.mutes.add(
                page.project.id, mute_of(wish, page.person, page.project.zone)
            )
            session.put(session.FINDINGS_NOTICE, ("muted", mute.id))
            st.rerun()


def _ask_clock(timed: bool) -> tuple[list[int], tuple[time, time] | None]:
    if not timed:
        return [], None
    days = st.pills(
        "on these days of the week (none: any)",
        range(7),
        format_func=lambda day: WEEKDAYS[day],
        selection_mode="multi",
    )
    if not st.checkbox("at a time of day", value=False):
        return list(days), None
    first, last = st.columns(2)
    begin = first.time_input("from", time(0, 0))
    end = last.time_input("to", time(6, 0))
    return list(days), (begin, end)


def show_notice(page: Page) -> None:
    """Offer to take back what was muted or lifted last."""
    notice = session.get(session.FINDINGS_NOTICE)
    if notice is None:
        return
    what, mute_id = notice
    row = st.container(horizontal=True, vertical_alignment="center")
    row.markdown(
        ":material/notifications_off: Muted." if what == "muted" else "The mute is lifted."
    )
    row.button("Undo", key="findings_undo", on_click=_undo, args=(page, what, mute_id))


def _undo(page: Page, what: str, mute_id: str) -> None:
    _change(page, mute_id, standing=what != "muted")
    session.drop(session.FINDINGS_NOTICE)


def _change(page: Page, mute_id: str, *, standing: bool) -> None:
    change = page.store.mutes.restore if standing else page.store.mutes.lift
    try:
        change(page.project.id, page.person, mute_id)
        what = "muted" if standing else "lifted"
        session.put(session.FINDINGS_NOTICE, (what, mute_id))
    except AppError as error:
        st.toast(plain(str(error)), icon=":material/error:")


def show_mutes(page: Page, listing: Listing, shown: Shown) -> None:
    """List the mutes with what each hides now; a click lifts one."""
    mutes = listing.mutes
    title = f"Mutes: {len(mutes):,}, hiding {count(shown.n_hidden, 'finding')} here"
    with st.expander(title, icon=":material/notifications_off:"):
        log = log_choices(page.store, page.project)
        if mutes:
            _standing(page, listing, shown, log)
        else:
            st.caption(
                "Nothing is muted. Select a finding that was expected (maintenance, a known "
                "fault) and choose “Mute ...”: findings like it are hidden until a day you name."
            )
        _lifted(page, listing, log)


def _standing(page: Page, listing: Listing, shown: Shown, log: dict[str, str]) -> None:
    now, mutes = utc_now(), listing.mutes
    columns = {
        "Hides": [mute_words(mute, listing, log) for mute in mutes],
        "Because": [mute.reason for mute in mutes],
        "Last day": [
            until_words(m, page.project.zone) + ("" if m.active(now) else " (over)") for m in mutes
        ],
        "Now": shown.hidden,
        "By": [mute.person for mute in mutes],
    }
    chosen = _table(columns, "Lift", session.FINDINGS_LIFT, "Mutes")
    if chosen is not None:
        _change(page, mutes[chosen].id, standing=False)
        st.rerun()


def _lifted(page: Page, listing: Listing, log: dict[str, str]) -> None:
    states = page.store.mutes.list(page.project.id, include_lifted=True)
    lifted = [state for state in states if not state.standing]
    if not lifted:
        return
    lifted.sort(key=lambda state: state.changed_at, reverse=True)
    st.caption(f"Lifted before: {len(lifted):,}. Set again, a mute has the reason and end it had.")
    zone = ZoneInfo(page.project.zone)
    columns = {
        "Hid": [mute_words(state.mute, listing, log) for state in lifted],
        "Because": [state.mute.reason for state in lifted],
        "Last day": [until_words(state.mute, page.project.zone) for state in lifted],
        "Lifted": [f"{s.changed_at.astimezone(zone):%Y-%m-%d %H:%M}" for s in lifted],
        "By": [state.changed_by for state in lifted],
    }
    chosen = _table(columns, "Set again", session.FINDINGS_SET_AGAIN, "Lifted mutes")
    if chosen is not None:
        _change(page, lifted[chosen].mute.id, standing=True)
        st.rerun()


def _table(columns: dict[str, list[Any]], button: str, key: str, alt: str) -> int | None:
    """Show mutes, a button on each row; returns the row whose button was clicked."""
    n = len(columns["Because"])
    st.dataframe(
        pd.DataFrame({**columns, "do": [button] * n}),
        hide_index=True,
        key=f"{key}_{n}",
        height="content" if n <= ROWS_AT_ONCE else 35 * (ROWS_AT_ONCE + 1) + 3,
        alt=alt,
        column_config={
            "Now": st.column_config.NumberColumn(
                width=60, help="Findings it hides at this sensitivity"
            ),
            "do": st.column_config.ButtonColumn("", type="tertiary", key=key, width=84),
        },
    )
    clicked = session.get(key)
    return clicked["row"] if clicked is not None and clicked["row"] < n else None
