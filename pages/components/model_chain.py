"""The stages of a chain on Models: what each brought on gold, and the items that show it."""

import streamlit as st

from core.evaluate_marks import HEADLINES
from core.questions.base import Question
from pages.components import figures, marks
from pages.components.kept import kept_choice
from pages.components.model_changes import show_balance, show_changes
from pages.components.model_verdict import ICONS
from pages.components.page import Page
from pages.components.words import count, plain
from pages.components.workflows.chain_results import StageResult, stage_results
from storage.rows import ModelVersion

TITLES = {"accuracy": "Accuracy on gold", "interval_f1": "Interval F1 on gold"}
WHAT_IT_IS = (
    "One bar per stage, over the gold items that it answered; whiskers hold 95 %. Two bars may "
    "overlap and yet differ for sure: what counts is the paired difference in the sentences, over "
    "the items that both answered."
)


def show_chain(page: Page, version: ModelVersion, question: Question) -> None:
    """Show the stages that led to a version; says what is missing where nothing is measured."""
    found = stage_results(page.store, version, question)
    if not found:
        st.caption("Nothing is ranked yet: too few gold items have a truth. Review brings them.")
        return
    left, right = st.columns([3, 4], vertical_alignment="top", gap="medium")
    with left:
        _bars(found, question)
    with right:
        for one in found:
            st.markdown(_line(one))
        st.caption(WHAT_IT_IS)
    _items(page, version, question, found)


def _bars(found: list[StageResult], question: Question) -> None:
    rows = [
        figures.Bar(
            one.name,
            marks.NEUTRAL if one.version is None else marks.STUDENT,
            one.estimate.value,
            one.estimate.low,
            one.estimate.high,
            one.n,
        )
        for one in found
        if one.estimate.value is not None
        and one.estimate.low is not None
        and one.estimate.high is not None
    ]
    title = TITLES[HEADLINES[question.kind]]
    st.plotly_chart(
        figures.bars(rows, title),
        key=f"chain_bars_{question.id}",
        config=figures.CONFIG,
        alt=f"{title}: " + ", ".join(f"{bar.name} {bar.value:.2f}" for bar in rows),
    )


def _line(one: StageResult) -> str:
    """Say what a stage brought over the one before it."""
    head = f"**{plain(one.name)}**"
    missed = one.n_gold - one.n
    silent = f" :small[:gray[({missed:,} of its texts were no answer)]]" if missed else ""
    if one.gained is None:
        return f"{head}: where the chain begins, n = {count(one.n, 'gold item')}.{silent}"
    return f"{ICONS[one.gained.verdict]} {head}: {plain(one.gained.sentence)}{silent}"


def _items(page: Page, version: ModelVersion, question: Question, found: list[StageResult]) -> None:
    """Show the items that the whole chain won, or lost."""
    since = found[-1].since
    if since is None:
        st.caption("There is no stage before this one to compare its items with.")
        return
    words = {
        "best": f"Best: {len(since.fixed)} won",
        "worst": f"Worst: {len(since.broken)} lost",
    }
    st.markdown(f"**Items since “{plain(found[0].name)}”**")
    view = kept_choice("Items", list(words), words.__getitem__, "chain_items")
    item_ids = since.fixed if view == "best" else since.broken
    show_balance(since)
    show_changes(page, version, question, item_ids, key=f"chain_{view}_page")
