"""Choosing a detector for a series, and what is said while its scores are worked out."""

import streamlit as st

from core.errors import AppError
from core.series import SeriesData
from pages.components import session
from pages.components.chart import Mark
from pages.components.marks import RULES
from pages.components.words import plain
from pages.components.workflows.scoring import (
    Proposal,
    ScoreDesk,
    Working,
    detectors,
    of_channels,
    slow_words,
    strongest,
)
from storage.rows import StoredSeries

NONE = ""
MOST_MARKS = 300
"""Stretches drawn as marks: more of them are no proposal that anybody could look through."""


@st.cache_resource(show_spinner=False)
def score_desk() -> ScoreDesk:
    """Return the one desk of this program."""
    return ScoreDesk()


def chosen_detector() -> str:
    """Return the key of the detector that this session looks at; empty for none."""
    return session.get(session.DETECTOR) or NONE


def choose_detector() -> str:
    """Show the choice, each detector with what its score means; return the key, empty for none."""
    known = detectors()
    now = chosen_detector()
    title = known[now].name if now in known else "Detector"
    with st.popover(title, icon=":material/troubleshoot:"):
        st.radio(
            "Scores under the plot, without labels",
            [NONE, *known],
            format_func=lambda key: known[key].name if key else "None",
            captions=["", *(one.meaning for one in known.values())],
            key=session.DETECTOR,
            persist_state="session",
        )
    return chosen_detector()


def proposal_of(row: StoredSeries, data: SeriesData, key: str) -> Proposal | None:
    """Return what the detector says of the series, once it is there; until then say so.

    What takes long is asked for by a button first.
    """
    known = detectors()
    if key not in known:
        return None
    desk = score_desk()
    words = slow_words(known[key], row.n_samples, row.n_channels)
    if words and not desk.knows(row.content_hash, key):
        _offer(row, data, key, f"{known[key].name}: {words}.")
        return None
    working = desk.ask(data, row.content_hash, key)
    try:
        found = working.wait()
    except AppError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None
    if found is None:
        _wait(working, known[key].name)
    return found


def _offer(row: StoredSeries, data: SeriesData, key: str, words: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(words), width="content")
        st.button(
            "Work it out",
            icon=":material/play_arrow:",
            key=f"detector_start_{key}_{row.id}",
            on_click=_begin,
            args=(row, data, key),
        )


def _begin(row: StoredSeries, data: SeriesData, key: str) -> None:
    score_desk().ask(data, row.content_hash, key)


@st.fragment(run_every="1s")
def _wait(working: Working, name: str) -> None:
    """Tell how long it has taken so far; show the scores as soon as they are there."""
    if working.future.done():
        st.rerun()
    st.caption(
        f":material/hourglass_top: {plain(name)} looks at {working.n_samples:,} samples: "
        f"{working.seconds:.0f} s so far. Everything else can be used."
    )


def proposal_words(found: Proposal) -> str:
    """Say in one line what the scores mean and how many stretches stand out."""
    n = len(found.stretches)
    shown = f", the {MOST_MARKS} highest drawn" if n > MOST_MARKS else ""
    said = "No stretch" if n == 0 else "1 stretch" if n == 1 else f"{n:,} stretches"
    note = f" {found.note.rstrip('.')}." if found.note else ""
    return (
        f"**{plain(found.name)}**: {plain(found.meaning.rstrip('.'))}. {said} above its "
        f"threshold{shown}.{plain(note)}"
    )


def stretch_marks(found: Proposal, n_channels: int) -> tuple[Mark, ...]:
    """Return the stretches as read-only marks in a lane of their own."""
    return tuple(
        Mark(
            ref=f"detector:{found.key}:{one.start}",
            number=number,
            start=one.start,
            stop=one.stop,
            lane=found.name,
            colour=RULES,
            channels=of_channels(one, n_channels),
        )
        for number, one in enumerate(strongest(found.stretches, MOST_MARKS), start=1)
    )
