"""Findings: the list itself, and what is shown of the selected one beside it."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from core.findings import Finding
from pages.components import marks, session
from pages.components.cached import series_data
from pages.components.findings_checks import LOOK_S, check_words, known_facts
from pages.components.findings_head import WHAT_IT_MEANS
from pages.components.findings_mutes import ask_mute
from pages.components.findings_picture import COLOURS, picture
from pages.components.page import Page
from pages.components.words import count, plain, shorten
from pages.components.workflows.finding import Listing
from pages.components.workflows.finding_facts import (
    Fact,
    destination,
    status_words,
    when,
)
from pages.components.workflows.finding_sources import channels_of, speaker
from pages.components.workflows.finding_view import Shown

PAGE_ROWS = 100
TO_THE_MINUTE = len("2026-11-22 06:04")
_SERIES_LONG = 48


def show_table(
    page: Page, listing: Listing, shown: Shown, seen_until: datetime | None
) -> int | None:
    """List a page of the findings; returns the place of the selected one, None without any."""
    n_pages = max(1, -(-len(shown.rows) // PAGE_ROWS))
    number = min(int(session.get(session.FINDINGS_PAGE) or 1), n_pages)
    rows = shown.rows[(number - 1) * PAGE_ROWS : number * PAGE_ROWS].tolist()
    if not rows:
        return None
    facts = known_facts(page, listing, rows, LOOK_S)
    speakers = sorted(
        {(COLOURS[one.kind], speaker(one)) for r in rows for one in listing.findings[r].said}
    )
    picked = st.dataframe(
        _frame(page, listing, shown, rows, facts, seen_until),
        hide_index=True,
        height=395,
        key=f"findings_table_{number}",
        on_select="rerun",
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [_chosen_before(listing, rows)]}},
        column_order=("open", "When", "Series", "Type", "Score", "Status", "Check", "Who"),
        alt="Findings",
        column_config={
            "open": st.column_config.ButtonColumn(
                "", width=44, type="tertiary", key=session.FINDINGS_OPEN
            ),
            "When": st.column_config.TextColumn(
                width=118, help=f"Times in {page.project.zone}, unless a series' zone is unknown"
            ),
            "Series": st.column_config.TextColumn(width=138),
            "Type": st.column_config.TextColumn(width=84),
            "Who": st.column_config.MultiselectColumn(
                width=190,
                options=[name for _, name in speakers],
                color=[colour for colour, _ in speakers],
                help="Who says it: people green, student blue, teacher orange, rules and detectors "
                "purple",
            ),
            "Status": st.column_config.TextColumn(width=72, help="● you have not seen it yet"),
            "Check": st.column_config.TextColumn(
                width=50,
                help="Claims the data confirm (✓), contradict (✗), cannot check (?); "
                "… is being looked up",
            ),
            "Score": st.column_config.NumberColumn(width=60, format="%.5g", help=WHAT_IT_MEANS),
        },
    )
    if n_pages > 1:
        st.pagination(n_pages, key=session.FINDINGS_PAGE, persist_state="session")
    clicked = session.get(session.FINDINGS_OPEN)
    if clicked is not None and clicked["row"] < len(rows):
        open_finding(page, listing, rows[clicked["row"]])
    chosen = picked["selection"]["rows"]
    place = rows[chosen[0] if chosen and chosen[0] < len(rows) else 0]
    session.put(session.FINDINGS_CHOSEN, _mark(listing, place))
    return place


def _mark(listing: Listing, place: int) -> tuple[str, int, int]:
    one = listing.findings[place].place
    return one.series_id, one.start, one.stop


def _chosen_before(listing: Listing, rows: Sequence[int]) -> int:
    """Return the row of the finding that was selected last, so that coming back finds it."""
    mark = session.get(session.FINDINGS_CHOSEN)
    return next((k for k, row in enumerate(rows) if _mark(listing, row) == mark), 0)


def _frame(
    page: Page,
    listing: Listing,
    shown: Shown,
    rows: Sequence[int],
    facts: Sequence[Sequence[Fact] | None],
    seen_until: datetime | None,
) -> pd.DataFrame:
    findings = [listing.findings[row] for row in rows]
    series = [listing.series[one.place.series_id] for one in findings]
    us = listing.places.first_us
    new = ["● " if seen_until is None or one.at > seen_until else "" for one in findings]
    return pd.DataFrame(
        {
            "open": ["Open"] * len(rows),
            "When": [
                when(s, one.place.start, int(us[row]), page.project.zone)[:TO_THE_MINUTE]
                for s, one, row in zip(series, findings, rows, strict=True)
            ],
            "Series": [shorten(s.info.name, _SERIES_LONG) for s in series],
            "Type": [one.type or "unusual" for one in findings],
            "Who": [_who(one) for one in findings],
            "Status": [
                dot + status_words(listing, row, int(shown.muted[row]))
                for dot, row in zip(new, rows, strict=True)
            ],
            "Check": [check_words(said) for said in facts],
            "Score": [None if one.score is None else one.score * 100 for one in findings],
        }
    )


def _who(finding: Finding) -> list[str]:
    return list(dict.fromkeys(speaker(said) for said in finding.said))


def open_finding(page: Page, listing: Listing, place: int) -> None:
    """Go to where the finding is: Review when an item holds it, else Explore."""
    params = destination(page.store, page.project, listing, place)
    target = "review" if "item" in params else "explore"
    st.switch_page(f"pages/{target}.py", query_params=params)


def show_detail(page: Page, listing: Listing, shown: Shown, place: int) -> None:
    """Show the selected finding: where, a small plot, who says what, and what the data say."""
    finding = listing.findings[place]
    one = finding.place
    row = listing.series[one.series_id]
    names = [row.info.channel_names[c] for c in channels_of(one, row)]
    st.markdown(f"**{plain(finding.type or 'unusual')}** in {plain(shorten(row.info.name, 60))}")
    start = when(row, one.start, int(listing.places.first_us[place]), page.project.zone)
    last = when(row, one.stop - 1, int(listing.places.last_us[place]), page.project.zone)
    shown_names = plain(shorten(", ".join(names), 90))
    st.caption(f"{start} to {last} · {count(one.stop - one.start, 'sample')} · {shown_names}")
    st.image(
        picture(series_data(page.store, row), finding, channels_of(one, row)[0]),
        width="stretch",
        alt="The series around the finding",
    )
    with st.container(horizontal=True):
        if st.button("Open", type="primary", icon=":material/open_in_new:", key="findings_go"):
            open_finding(page, listing, place)
        mute = st.button("Mute ...", icon=":material/notifications_off:", key="findings_mute_this")
    (facts,) = known_facts(page, listing, [place])
    for said in finding.said:
        score = "" if said.kind == "person" else f" · above {said.quantile * 100:.5g}\u00a0%"
        hint = "" if said.reported else ", below its own threshold"
        st.markdown(
            f"<span style='color:{COLOURS[said.kind]}'>■</span> **{plain(speaker(said))}** "
            f"{plain(said.type)}{score}{hint}",
            unsafe_allow_html=True,
        )
    for fact in facts or ():
        st.markdown(_fact(fact))
    st.caption(status_words(listing, place, int(shown.muted[place])).capitalize())
    if mute:
        ask_mute(page, listing, place)


def _fact(fact: Fact) -> str:
    checks = " ".join(
        f"{marks.CHECK_ICONS[status]} :gray[{plain(measured)}]" for status, measured in fact.checks
    )
    return f"“{plain(fact.text)}” {checks}"
