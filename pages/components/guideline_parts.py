"""A guideline as people read it: what the type means, the words, and small static plots."""

from collections.abc import Sequence

import streamlit as st

from core.policy import Example, Guideline
from core.questions.base import EventType
from pages.components.cached import example_picture, series_data
from pages.components.page import Page
from pages.components.words import count, plain
from pages.components.workflows.guiding import Examples, readable

NONE_YET = "No guideline is written for this type yet; a lead writes it on Settings."


def show_one(
    page: Page, examples: Examples, event_type: EventType, guideline: Guideline, beside: int = 3
) -> None:
    """Show the guideline of one type, `beside` plots beside each other.

    Examples that have become gold are left out and counted.
    """
    told, hidden = readable(examples, guideline)
    if event_type.meaning:
        st.markdown(f"**{plain(event_type.name)}**: {plain(event_type.meaning)}")
    else:
        st.markdown(f"**{plain(event_type.name)}**")
    if not (guideline.words or guideline.good or guideline.near_misses):
        st.caption(NONE_YET)
        return
    if told.words:
        st.markdown("  \n".join(plain(line) for line in told.words.splitlines()))
    _row(page, examples, ":material/check: This is one", told.good, beside)
    _row(page, examples, ":material/close: This nearly is, and is none", told.near_misses, beside)
    if hidden:
        st.caption(
            f"{count(hidden, 'example')} cannot be shown any more: gold was drawn there, which "
            "must teach nobody, or the series is gone."
        )


def _row(page: Page, examples: Examples, title: str, found: Sequence[Example], beside: int) -> None:
    if not found:
        return
    st.markdown(f":small[{title}]")
    places = [place for _ in range(0, len(found), beside) for place in st.columns(beside)]
    for place, example in zip(places, found, strict=False):
        with place:
            show_example(page, examples, example)


def show_example(page: Page, examples: Examples, example: Example) -> None:
    """Show the picture of an example, with its note below."""
    data = series_data(page.store, examples.series[example.series_id])
    st.image(example_picture(data, example), width="stretch")
    if example.note:
        st.caption(plain(example.note))
