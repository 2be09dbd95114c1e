"""The windows of one series with what was answered on them, and their marks for the plot."""

import textwrap

import pandas as pd
import streamlit as st

from core.answers import Answer, AnswerContent, Cause
from core.questions.base import Question
from pages.components.chart import Mark
from pages.components.chart.data import Instant
from pages.components.marks import PEOPLE, author_colour, author_words
from pages.components.page import Page
from pages.components.workflows.browsing import ItemRow
from storage.rows import StoredSeries

LONGEST_TEXT = 80
"""Letters that a list shows of a text."""


def summary(question: Question, content: AnswerContent) -> str:
    """Say an answer in a few words."""
    if content.kind == "pattern":
        return question.option(content.label or "").name
    if content.kind == "open":
        return textwrap.shorten(content.rationale_text, LONGEST_TEXT, placeholder="…")
    if not content.intervals:
        return question.nothing
    types = [question.name_of(found) for found in content.intervals]
    return f"{len(types)}: " + ", ".join(types)


def instant_of(content: AnswerContent, cause: Cause | None) -> Instant:
    """Return the icon of an event of an answer; none where it is an interval."""
    return "" if content.kind != "change_point" else cause or "open"


CHECKED = "you, checked"
"""The lane of what a person decided themselves."""


def item_marks(items: list[ItemRow], person: str) -> tuple[Mark, ...]:
    """Return the intervals of all answers and labels as marks, one lane per author."""
    marks: list[Mark] = []
    for row in items:
        for answer in row.answers:
            lane = author_words(answer.author)
            marks += _marks(row, answer.content, answer.id, lane, author_colour(answer.author))
        if row.label is not None and row.label.content is not None:
            label = row.label.event
            lane = CHECKED if label.person == person else "people"
            marks += _marks(row, row.label.content, label.id, lane, PEOPLE)
    return tuple(marks)


def _marks(row: ItemRow, content: AnswerContent, owner: str, lane: str, colour: str) -> list[Mark]:
    return [
        Mark(
            ref=f"{owner}:{found.number}",
            number=found.number,
            start=found.start,
            stop=found.stop,
            lane=lane,
            colour=colour,
            channels=found.concerned,
            text=row.question.name_of(found) if found.sort else "",
            instant=instant_of(content, found.cause),
        )
        for found in content.intervals
    ]


def show_items(page: Page, row: StoredSeries, items: list[ItemRow]) -> None:
    """List the series' windows, who answered what, and a link to review each."""
    st.markdown("**Windows and answers**")
    if not items:
        st.caption("Nothing was asked about this series yet.")
        st.page_link("pages/teachers.py", label="Ask the built-in rules", icon=":material/school:")
        return
    table = pd.DataFrame(
        {
            "Question": [one.question.name for one in items],
            "Samples": [f"{one.item.start:,} to {one.item.stop - 1:,}" for one in items],
            "Answers": ["; ".join(_said(one.question, a) for a in one.answers) for one in items],
            "Label by people": [_label(one) for one in items],
        }
    )
    picked = st.dataframe(
        table,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"explore_items_{row.id}",
        height="content" if len(items) <= 8 else 300,
        alt="Windows of this series and their answers",
    )
    chosen = picked["selection"]["rows"]
    if chosen:
        st.page_link(
            "pages/review.py",
            label="Open the selected window in Review",
            icon=":material/rate_review:",
            query_params={"item": items[chosen[0]].item.id},
        )
    else:
        st.caption("Select a row to open it in Review.")


def _said(question: Question, answer: Answer) -> str:
    return f"{author_words(answer.author)}: {summary(question, answer.content)}"


def _label(row: ItemRow) -> str:
    if row.label is None:
        return ""
    decision = row.label.event.decision.replace("_", " ")
    if row.label.content is None:
        return decision
    return f"{summary(row.question, row.label.content)} ({decision})"
