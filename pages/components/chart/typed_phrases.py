"""Phrases judged by fields and buttons, for a browser that cannot load the chart.

Every press gives the event that the chart would have given.
"""

from collections.abc import Callable

import streamlit as st

from pages.components import session
from pages.components.chart.data import ChartData, ChartEvent, Phrase, PhraseTouch

VERBS: dict[str, str] = {
    "right": "Right",
    "wrong": "Wrong",
    "move": "Move its interval",
    "link": "Link it",
    "unlinked": "Unlink it",
}
NEEDS_INTERVAL = ("move", "unlinked")
LONGEST = 60


def typed_phrases(data: ChartData, key: str, on_event: Callable[[ChartEvent], None]) -> None:
    """Draw the fields for one phrase; none where no phrase may be judged."""
    phrases = {one.id: one for panel in data.panels for one in panel.phrases if one.id}
    if not phrases or data.editable:
        return
    name = f"{key}_phrase"
    chosen = st.selectbox(
        "Phrase",
        list(phrases),
        index=None,
        format_func=lambda one: phrases[one].text.strip()[:LONGEST],
        placeholder="to judge, change or link",
        key=name,
    )
    if chosen is not None and chosen in phrases:
        _fields(data, name, on_event, phrases[chosen])


def _fields(
    data: ChartData, name: str, on_event: Callable[[ChartEvent], None], phrase: Phrase
) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for verb, label in VERBS.items():
            touch = PhraseTouch(phrase.id, verb)
            st.button(
                label,
                key=f"{name}_{verb}",
                disabled=verb in NEEDS_INTERVAL and not phrase.ref,
                on_click=on_event,
                args=(ChartEvent(phrase=touch, painted=data.painted),),
            )
        # Named after its words: other words make another field.
        words = f"{name}_words_{phrase.id}_{phrase.text}"
        st.text_input("In other words", value=phrase.text.strip(), key=words)

        def reword() -> None:
            touch = PhraseTouch(phrase.id, "reworded", str(session.get(words, "")))
            on_event(ChartEvent(phrase=touch, painted=data.painted))

        st.button("Re-word", key=f"{name}_reworded", on_click=reword)
