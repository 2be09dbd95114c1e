"""What a training by preferences changed, in the Examine drawer: word by word, and by ranking."""

import pandas as pd
import streamlit as st

from core.answers import Answer
from core.verifier import CREDIT_LEGEND, Credit, Way
from pages.components import session
from pages.components.credit_text import SAME, credit_html, scale_html, times_words
from pages.components.explore_answers import summary
from pages.components.marks import title_of
from pages.components.messages import errors_shown
from pages.components.page import Page
from pages.components.words import count, plain
from pages.components.workflows.crediting import (
    Tuned,
    credit_of,
    side_by_side,
    text_of,
    tuned_versions,
)
from pages.components.workflows.reviewing import Desk
from training.credit import SideBySide

TAB = "What training changed"
WAYS: dict[Way, str] = {
    "majority": "Majority vote",
    "weighted": "Weighted vote",
    "best_of_n": "Best of n",
}
WHAT_IT_IS = (
    "A version that learned from preferences is held beside the one it began with. Both are loaded "
    "in a process of their own, which takes the memory of two models. Nothing learns from it."
)
RANKING = (
    "Draws several answers to this window, scores each by how much likelier the training made it, "
    "and chooses: by votes alone, by votes weighted with the scores, and by the best score."
)


def has_credit(page: Page, desk: Desk) -> bool:
    """Tell whether there is a version whose training can be looked at so."""
    return bool(tuned_versions(page.store, desk))


def show_credit(page: Page, desk: Desk) -> None:
    """Show the credit of a stored answer's words, and the ranking of drawn ones."""
    st.caption(WHAT_IT_IS)
    tuned = _version(tuned_versions(page.store, desk))
    _words(page, desk, tuned)
    st.divider()
    _ranking(page, desk, tuned)


def _version(found: list[Tuned]) -> Tuned:
    by_number = {one.version.number: one for one in found}
    if len(found) == 1:
        return found[0]
    chosen = st.segmented_control(
        "Version",
        list(by_number),
        default=found[0].version.number,
        format_func=lambda number: f"Student v{number}",
        required=True,
        key="credit_version",
    )
    return by_number[chosen or found[0].version.number]


def _words(page: Page, desk: Desk, tuned: Tuned) -> None:
    answers = {one.id: one for one in desk.answers if text_of(one)}
    if not answers:
        st.caption(
            "No stored answer to this item holds its author's own words, so there is no text to "
            "look at."
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.segmented_control(
            "Whose answer",
            list(answers),
            default=next(iter(answers)),
            format_func=lambda one: plain(title_of(answers[one].author)),
            required=True,
            key=f"credit_whose_{desk.item.id}",
        )
        answer = answers[chosen or next(iter(answers))]
        asked = st.button("Look at its words", type="primary", key="credit_ask")
    if asked:
        with errors_shown(), st.spinner(f"Holding v{tuned.version.number} beside its beginning"):
            found = credit_of(page.store, desk, tuned, text_of(answer))
            session.put(session.REVIEW_CREDIT, (_key(tuned, answer), found))
    kept = session.get(session.REVIEW_CREDIT)
    if kept is not None and kept[0] == _key(tuned, answer):
        _show(kept[1], tuned)


def _show(found: Credit, tuned: Tuned) -> None:
    largest = max((abs(value) for value in found.values), default=0.0)
    st.html(credit_html(found))
    st.html(scale_html(largest))
    st.caption(CREDIT_LEGEND)
    than = "as" if abs(found.total) < SAME else "than"
    st.caption(
        f"The whole text, {count(len(found.tokens), 'piece')}: {times_words(found.total)} {than} "
        f"before. Its score in the ranking below, the logarithm of that times {tuned.beta:g}: "
        f"{tuned.beta * found.total:+.3f}."
    )


def _ranking(page: Page, desk: Desk, tuned: Tuned) -> None:
    st.caption(RANKING)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        n = st.number_input("Answers", 2, 64, 8, key="credit_n", width=120)
        asked = st.button("Draw and rank", key="credit_rank")
    key = f"{tuned.version.id}{desk.item.id}{n}"
    if asked:
        with errors_shown(), st.spinner(f"Drawing {n} answers of v{tuned.version.number}"):
            found = side_by_side(page.store, desk, tuned, int(n))
            session.put(session.REVIEW_RANKED, (key, found))
    kept = session.get(session.REVIEW_RANKED)
    if kept is not None and kept[0] == key:
        _show_ranked(desk, kept[1])


def _show_ranked(desk: Desk, found: SideBySide) -> None:
    rows = [
        {
            "Chosen by": WAYS[one.how],
            "Answer": summary(desk.question, one.content),
            "Support": f"{one.support:.0%}",
            "Sample": one.place + 1,
            "Score": _score(found.samples[one.place].score),
        }
        for one in found.chosen
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="credit_ranked")
    first = found.chosen[0]
    cost = first.cost
    unread = f", {first.n_unread} of them no answer" if first.n_unread else ""
    st.caption(
        f"n = {first.n}{unread}; {cost.tokens:,} tokens written, {cost.sampling_s:.1f} s to draw "
        f"and {cost.scoring_s:.1f} s to score. A majority needs no scores, so it saves the latter."
    )


def _score(value: float | None) -> str:
    return "–" if value is None else f"{value:+.3f}"


def _key(tuned: Tuned, answer: Answer) -> str:
    return f"{tuned.version.id}{answer.id}"
