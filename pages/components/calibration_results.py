"""What came of calibration rounds: one in full, and everybody's in a table."""

import pandas as pd
import streamlit as st

from core.calibration import RoundEnded
from core.evaluation_words import with_interval
from core.metrics import Estimate
from core.questions.base import Question
from pages.components.page import Page
from pages.components.words import count, plain
from pages.components.workflows.calibrating import (
    FEWEST,
    agreed_items,
    learned_questions,
    n_decisions,
)
from pages.components.workflows.rounds import Round, rounds

KAPPA_HELP = (
    "Agreement beyond luck: 0 is what luck gets, 1 is full agreement. Brackets: 95 %. It is not "
    "defined when one of the two always says the same."
)


def show_summary(question: Question, ended: RoundEnded) -> None:
    """Show what came of one round."""
    found = ended.agreement
    columns = st.columns(3)
    columns[0].metric("Agreement", with_interval(found.same), border=True)
    columns[1].metric("Kappa", _number(found.kappa), help=KAPPA_HELP, border=True)
    if question.kind == "anomaly":
        told = "Of marked stretches, how much the two share; a missed or extra event counts 0."
        columns[2].metric("Mean IoU", _number(found.iou), help=told, border=True)
    names = {one.id: one.name for one in question.types}
    names |= {one.key: one.name for one in question.options}
    what = "Agreed events" if question.kind == "anomaly" else "Windows"
    table = {
        "Type": [names.get(row.key, "event") for row in ended.types],
        what: [row.n for row in ended.types],
        "Found": [row.found for row in ended.types],
        "Called the same": [row.named for row in ended.types],
    }
    if ended.types:
        st.dataframe(pd.DataFrame(table), hide_index=True, width="content", alt="By type")
    st.caption(
        f"{count(found.n, 'window')}. These answers are practice: they are no labels, and nothing "
        "learns from them or is measured by them."
    )


def _number(estimate: Estimate) -> str:
    if estimate.value is None:
        return "not defined"
    if estimate.low is None or estimate.high is None or estimate.low == estimate.high:
        return f"{estimate.value:.2f}"
    return f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f})".replace("-", "−")


def show_calibrations(page: Page) -> None:
    """Say who did a round and how, what there is for one, and link to it."""
    store, project_id = page.store, page.project.id
    st.caption(
        "A new annotator answers windows whose label is agreed: given blind, settled between "
        "people, or approved by a lead. They see at once how they did. Gold is never among them."
    )
    for question in learned_questions(store, project_id):
        n = len(agreed_items(store, project_id, page.person, question))
        enough = "" if n >= FEWEST else f"; a round needs {FEWEST}"
        st.markdown(
            f"**{plain(question.name)}**: {count(n, 'window')} with an agreed label that you "
            f"have not seen{enough}."
        )
    st.page_link("pages/calibrate.py", label="Calibration", icon=":material/straighten:")
    show_table(page, rounds(store, project_id))


def show_table(page: Page, found: list[Round]) -> None:
    """List rounds, the newest first; nothing when there are none."""
    if not found:
        return
    questions = page.store.types.questions(page.project.id)
    newest = found[::-1]
    ends = [None if one.ended is None else one.ended.agreement for one in newest]
    table = {
        "Person": [one.person for one in newest],
        "Began": [f"{one.began_at.astimezone():%Y-%m-%d %H:%M}" for one in newest],
        "Question": [questions[one.started.question_id].name for one in newest],
        "Answered": [f"{len(one.answers)} of {len(one.started.item_ids)}" for one in newest],
        "Agreement": ["" if end is None else with_interval(end.same) for end in ends],
        "Kappa": ["" if end is None else _number(end.kappa) for end in ends],
        "Mean IoU": [
            "" if end is None or end.iou.value is None else _number(end.iou) for end in ends
        ],
        "Items decided": [n_decisions(page.store, page.project.id, one.person) for one in newest],
    }
    st.markdown("**Rounds so far**")
    st.dataframe(pd.DataFrame(table), hide_index=True, alt="Calibration rounds")
