"""The tools above Explore's plot: channels, comparison, marks, a detector, the zone, the link."""

from dataclasses import dataclass
from zoneinfo import available_timezones

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.series import SeriesData, display_zone
from pages.components import session
from pages.components.chart import Ghost, LinkedChannel
from pages.components.chart.data import Layout
from pages.components.detector_choice import choose_detector, proposal_of, show_proposal
from pages.components.explore_linked import choose_linked
from pages.components.explore_marks import OWN, Scene, default_lanes
from pages.components.explore_state import say
from pages.components.page import Page
from pages.components.words import plain
from pages.components.workflows.context import seconds_of
from pages.components.workflows.scoring import Proposal
from storage.rows import StoredSeries

MOST_ROWS = 12
"""Channels drawn until a person chooses: as many as can be read on a laptop."""
DAY_S = 86_400.0
TIME_GHOSTS = {"Same hour yesterday": DAY_S, "Same hour last week": 7 * DAY_S}


@dataclass(frozen=True)
class Shown:
    """What the tools are set to; `link` is the place of the link, told when the plot is drawn."""

    rows: tuple[int, ...]
    layout: Layout
    normalise: bool
    ghosts: tuple[Ghost, ...]
    linked: tuple[LinkedChannel, ...]
    lanes: tuple[str, ...]
    zone: str
    link: DeltaGenerator
    proposal: Proposal | None = None


def show_toolbar(
    page: Page, row: StoredSeries, data: SeriesData, scene: Scene, gold: bool
) -> Shown:
    """Show the tools in one line and return what they are set to."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        rows, layout, normalise = _channels(row)
        ghosts = _ghosts(row, data)
        linked = choose_linked(page, row)
        lanes = _lanes(row, scene, gold)
        detector = choose_detector()
        zone = _zone(page, row)
        link = st.container(width="content")
    # One place for what is said of it, also when there is nothing: the plot must not be moved.
    told = st.container()
    with told:
        proposal = proposal_of(page, row, data, detector, told)
        if proposal is not None:
            show_proposal(proposal)
            lanes = (*lanes, proposal.name)
    return Shown(rows, layout, normalise, ghosts, linked, lanes, zone, link, proposal)


def _channels(row: StoredSeries) -> tuple[tuple[int, ...], Layout, bool]:
    n, names = row.n_channels, row.info.channel_names
    if n == 1:
        return (0,), "rows", False
    key = f"explore_rows_{row.id}"
    if session.get(key) is None:
        session.put(key, list(range(min(n, MOST_ROWS))))
    chosen: list[int] = session.get(key)
    with st.popover(f"Channels {len(chosen) or n} of {n}", icon=":material/ssid_chart:"):
        st.multiselect(
            "Channels drawn, in this order",
            range(n),
            format_func=lambda channel: f"{channel + 1} {names[channel]}",
            key=key,
            placeholder="all",
        )
        with st.container(horizontal=True):
            for words, wanted in (
                ("All", range(n)),
                (f"First {MOST_ROWS}", range(MOST_ROWS)),
                ("Next ones", _following(chosen, n)),
            ):
                st.button(
                    words,
                    key=f"{key}_{words}",
                    on_click=session.put,
                    args=(key, list(wanted)),
                    disabled=n <= MOST_ROWS and words != "All",
                )
        overlay = st.toggle("Over each other, in one plot", key="explore_overlay")
        normalise = st.toggle(
            "From least to greatest each (normalised)",
            key="explore_normalise",
            help="Shapes can be compared; values cannot be read off.",
        )
    return tuple(chosen), "overlay" if overlay else "rows", normalise


def _following(chosen: list[int], n: int) -> range:
    """Return the channels after the last one drawn, from the first again at the end."""
    after = (max(chosen, default=-1) + 1) % n
    return range(after, min(n, after + MOST_ROWS))


def _ghosts(row: StoredSeries, data: SeriesData) -> tuple[Ghost, ...]:
    lasts_s = seconds_of(data)
    key = f"explore_ghost_{row.id}"
    with st.popover("Compare", icon=":material/history:"):
        if lasts_s is None:
            shift = st.number_input(
                "The series itself, this many samples earlier (0: none)",
                0,
                row.n_samples - 1,
                step=1,
                key=key,
            )
            shift = int(shift)
            return (Ghost(f"{shift:,} samples earlier", None, shift),) if shift else ()
        possible = [words for words, shift_s in TIME_GHOSTS.items() if shift_s < lasts_s]
        if not possible:
            st.caption("The series lasts less than a day: there is no yesterday to compare with.")
            return ()
        chosen = st.pills("Behind the series, faint", possible, selection_mode="multi", key=key)
        return tuple(Ghost(words, TIME_GHOSTS[words]) for words in chosen)


def _lanes(row: StoredSeries, scene: Scene, gold: bool) -> tuple[str, ...]:
    others = [lane for lane in scene.lanes if lane != OWN]
    if not others:
        return ()
    at_first = [lane for lane in default_lanes(scene, gold) if lane != OWN]
    key = f"explore_lanes_{row.id}"
    chosen = session.get(key)
    n = len(at_first if chosen is None else chosen)
    with st.popover(f"Marks of {n} of {len(others)}", icon=":material/group:"):
        picked = st.pills(
            "Shown beside your own",
            others,
            default=at_first,
            format_func=plain,
            selection_mode="multi",
            key=key,
            persist_state="session",
        )
        if gold:
            st.caption(
                "Samples of this series are gold: imported labels are hidden at first, so that "
                "they do not lean your answer."
            )
    return tuple(picked)


def _zone(page: Page, row: StoredSeries) -> str:
    """Let people set the zone in which all times of the project are shown."""
    zone, sure = display_zone(page.project.zone, row.info)
    if not row.has_time:
        return zone
    with st.popover(f"Times in {zone}" if sure else "Times as written", icon=":material/public:"):
        if not sure:
            st.caption(
                f"The file does not say its zone. Its times are shown as they are written, "
                f"taken for {zone}, whatever the project's zone is."
            )
        zones = sorted(available_timezones() | {page.project.zone})
        st.selectbox(
            "Zone of the project: all axes and times",
            zones,
            index=zones.index(page.project.zone),
            key=f"explore_zone_{page.project.zone}",
            on_change=_set_zone,
            args=(page,),
        )
    return zone


def _set_zone(page: Page) -> None:
    chosen = session.get(f"explore_zone_{page.project.zone}")
    if chosen is None or chosen == page.project.zone:
        return
    page.store.projects.set_zone(page.project.id, chosen)
    say(notice=f"Times are shown in {chosen} from now on, on every page.")
    session.put(session.EXPLORE_STALE, True)
