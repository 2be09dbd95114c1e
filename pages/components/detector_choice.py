"""Choosing a detector for a series, and what is said while its scores are worked out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import AppError
from core.series import SeriesData
from pages.components import session
from pages.components.cached import series_data
from pages.components.page import Page
from pages.components.words import count, plain
from pages.components.workflows.score_desk import ScoreDesk, Working
from pages.components.workflows.scoring import (
    BEST,
    BEST_MEANING,
    BEST_NAME,
    MOST_MARKS,
    Proposal,
    detectors,
    known_of,
    slow_words,
)
from storage.rows import StoredSeries

if TYPE_CHECKING:  # it brings every detector along
    from core.chooser import Known

NONE = ""
_ONE_LINE = """<style>
.st-key-detector_line p { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
</style>"""


@st.cache_resource(show_spinner=False)
def score_desk() -> ScoreDesk:
    """Return the one desk of this program."""
    return ScoreDesk()


def chosen_detector() -> str:
    """Return the key of the detector that this session looks at; empty for none."""
    return session.get(session.DETECTOR) or NONE


def show_detector() -> None:
    """Look at a detector when none is chosen: the one that the chooser puts first."""
    if not chosen_detector():
        session.put(session.DETECTOR, BEST)


def choose_detector() -> str:
    """Show the choice, each detector with what its score means; return the key, empty for none."""
    known = detectors()
    names = {NONE: "None", BEST: BEST_NAME, **{key: one.name for key, one in known.items()}}
    title = names[chosen_detector()] if chosen_detector() else "Detector"
    with st.popover(title, icon=":material/troubleshoot:"):
        st.radio(
            "Scores under the plot, without labels",
            list(names),
            format_func=names.__getitem__,
            captions=["", BEST_MEANING, *(one.meaning for one in known.values())],
            key=session.DETECTOR,
            persist_state="session",
        )
    return chosen_detector()


def proposal_of(
    page: Page, row: StoredSeries, data: SeriesData, key: str, told: DeltaGenerator
) -> Proposal | None:
    """Return what the detector says of the series, once it is there; until then say so in `told`.

    What takes long is asked for by a button first.
    """
    known = detectors()
    if key not in known and key != BEST:
        return None
    desk, name = score_desk(), known[key].name if key in known else BEST_NAME
    marked = _marked(page, row, key)
    words = slow_words(known.get(key), row.n_samples, row.n_channels)
    if words and not desk.knows(row.content_hash, key, marked):
        _offer(row, data, key, marked, f"{name}: {words}.")
        return None
    working = desk.ask(data, row.content_hash, key, marked=marked)
    try:
        found = working.wait()
    except AppError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None
    if found is None:
        with told:
            _wait(working, name)
    return found


def prepare(page: Page, item_ids: Sequence[str], key: str) -> None:
    """Begin with the scores of the items that come next, unless that takes long."""
    if not key:
        return
    detector = None if key == BEST else detectors()[key]
    for item_id in item_ids:
        item = page.store.items.get(page.project.id, item_id)
        row = page.store.series.get(page.project.id, item.series_id)
        if not slow_words(detector, row.n_samples, row.n_channels):
            data, marked = series_data(page.store, row), _marked(page, row, key)
            score_desk().ask(data, row.content_hash, key, ahead=True, marked=marked)


def _marked(page: Page, row: StoredSeries, key: str) -> "Known | None":
    """Return what the best detector is chosen by."""
    return known_of(page.store, page.project.id, row.id) if key == BEST else None


def _offer(
    row: StoredSeries, data: SeriesData, key: str, marked: "Known | None", words: str
) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plain(words), width="content")
        st.button(
            "Work it out",
            icon=":material/play_arrow:",
            key=f"detector_start_{key}_{row.id}",
            on_click=_begin,
            args=(row, data, key, marked),
        )


def _begin(row: StoredSeries, data: SeriesData, key: str, marked: "Known | None") -> None:
    score_desk().ask(data, row.content_hash, key, marked=marked)


@st.fragment(run_every="1s")
def _wait(working: Working, name: str) -> None:
    """Tell how long it has taken so far; show the scores as soon as they are there."""
    if working.future.done():
        st.rerun()
    done = f"at work, {working.seconds:.0f} s" if working.began is not None else "waits for others"
    st.caption(
        f":material/hourglass_top: {plain(name)}: {done}",
        width="content",
        help=f"It looks at {count(working.n_samples, 'sample')}. Everything else can be used.",
    )


def show_proposal(found: Proposal) -> None:
    """Say what stands out in one line, however long: the plot below must not move."""
    words = proposal_words(found)
    with st.container(key="detector_line"):
        st.html(_ONE_LINE)
        st.caption(words, help=words)


def proposal_words(found: Proposal) -> str:
    """Say how many stretches stand out, what was done otherwise, and what a score means."""
    n = len(found.stretches)
    shown = f", the {MOST_MARKS} highest drawn" if n > MOST_MARKS else ""
    said = "No stretch" if n == 0 else "1 stretch" if n == 1 else f"{n:,} stretches"
    parts = [
        f"**{plain(found.name)}**: {said} above its threshold{shown}",
        plain(found.note.rstrip(".")),
        plain(f"Expected to suit it best: VUS-PR {found.because}") if found.because else "",
        f"A score says: {plain(found.meaning[:1].lower() + found.meaning[1:].rstrip('.'))}",
    ]
    return "".join(f"{part}. " for part in parts if part).rstrip()
