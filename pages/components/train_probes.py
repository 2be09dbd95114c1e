"""The fixed items of a reasoning run: what it writes on them now against the start."""

from html import escape

import streamlit as st

from pages.components.page import Page
from pages.components.words import plain
from pages.components.workflows.run_probes import Piece, Watched, pieces, watched_of
from pages.components.workflows.running import Run
from training.probes import Probe

WHAT = (
    "The same few items, held back from learning where there are enough, answered again while the "
    "model learns: its likeliest text, nothing drawn. Marked: words that the other text lacks."
)
_TEXT = (
    "white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.88rem; line-height: 1.55; "
    "max-height: 15rem; overflow-y: auto;"
)
_ONLY = "background: rgba(128, 138, 148, 0.28); border-radius: 2px;"


def show_probes(page: Page, run: Run) -> None:
    """Show one of the fixed items at a step that people choose; nothing where there are none."""
    found = watched_of(page.store, run)
    if not found:
        return
    st.markdown("**How its reasoning changes**", help=WHAT)
    by_id = {one.item_id: one for one in found}
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = st.segmented_control(
            "Item",
            list(by_id),
            default=found[0].item_id,
            format_func=lambda one: f"{list(by_id).index(one) + 1} {_mark(by_id[one].texts[-1])}",
            required=True,
            key=f"probe_item_{run.job.id}",
            label_visibility="collapsed",
        )
        watched = by_id[chosen or found[0].item_id]
        st.page_link(
            "pages/review.py",
            label=plain(watched.place),
            icon=":material/open_in_new:",
            query_params={"item": watched.item_id},
        )
    _texts(run, watched)


def _texts(run: Run, watched: Watched) -> None:
    start = watched.texts[0]
    now = watched.at(_step(run, watched))
    left, right = pieces(start.text, now.text)
    for column, one, text in zip(st.columns(2), (start, now), (left, right), strict=True):
        with column, st.container(border=True):
            st.caption(_head(one, one is start))
            st.html(marked_html(text))


def _step(run: Run, watched: Watched) -> int:
    """Let people go back along the steps; the latest one is shown until they do."""
    later = watched.steps[1:]
    if not later:
        return watched.steps[0]
    if len(later) == 1:
        return later[0]
    return int(
        st.select_slider(
            "After step",
            later,
            value=later[-1],
            # a new step is a new slider: it stands at the latest again
            key=f"probe_step_{run.job.id}_{watched.item_id}_{later[-1]}",
        )
    )


def _head(one: Probe, is_start: bool) -> str:
    when = "At the start" if is_start and one.step == 0 else f"After step {one.step:,}"
    reward = "" if one.reward is None else f" · reward {one.reward:.2f}"
    return f"**{when}** · {_mark(one)} right to {one.score:.0%}{reward}"


def _mark(one: Probe) -> str:
    return ":material/check_circle:" if one.score >= 0.5 else ":material/cancel:"


def marked_html(text: list[Piece]) -> str:
    """Return a text with a ground behind the words that the other one lacks; HTML is escaped."""
    parts = [
        escape(one.text) if one.shared else f'<span style="{_ONLY}">{escape(one.text)}</span>'
        for one in text
    ]
    return f'<div style="{_TEXT}">{" ".join(parts) or "<i>nothing</i>"}</div>'
