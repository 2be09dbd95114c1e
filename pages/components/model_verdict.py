"""The verdict of a model version, one sentence per question, as Models shows it first."""

import streamlit as st

from core.evaluation import MIN_DIFFERING, Evaluation, QuestionEvaluation, Verdict
from core.evaluation_words import standing
from core.metrics.agreement import Agreement
from core.promotion import points
from pages.components.gold_notes import show_before, show_size, show_waiting
from pages.components.people_agreement import show_agreement
from pages.components.words import count, plain
from pages.components.workflows.agreeing import people_agree
from pages.components.workflows.comparing import absent, accepted_on_gold
from pages.components.workflows.gold_sizing import size_of
from storage import Store
from storage.rows import ModelVersion

ICONS: dict[Verdict | None, str] = {
    "better": ":green[:material/trending_up:]",
    "worse": ":orange[:material/trending_down:]",
    "cannot tell": ":gray[:material/drag_handle:]",
    None: ":gray[:material/hourglass_empty:]",
}

LUCK_HELP = (
    "In brackets: 95 %, by drawing whole series again. Luck never looks at the data: it says what "
    "a number is worth."
)


def show_verdict(store: Store, evaluation: Evaluation, version: ModelVersion) -> None:
    """One sentence per question; what it is worth and how it stands to the others below."""
    for place, question in zip(
        st.columns(len(evaluation.questions)), evaluation.questions, strict=True
    ):
        with place, st.container(border=True, height="stretch", gap="small"):
            with st.container(
                horizontal=True,
                horizontal_alignment="distribute",
                vertical_alignment="center",
            ):
                st.markdown(f":small[:gray[{plain(question.name)}]]", width="content")
                _others(question, version)
            _question(question, people_agree(store, version.project_id, question.question_id))
            _acceptance(*accepted_on_gold(store, version.project_id, question.question_id))
            asked = store.questions.get(question.question_id)
            show_size(size_of(store, version.project_id, asked, evaluation))
            show_waiting(store, version.project_id, question.question_id)
    show_before(evaluation, store.projects.get(version.project_id).zone)


def _acceptance(accepted: int, n: int) -> None:
    if accepted:
        st.caption(
            f":material/info: On {accepted} of the {count(n, 'gold item')} that people reviewed "
            "they accepted a shown answer as it was: that favours whoever gave it."
        )


def _serving(question: QuestionEvaluation) -> str:
    """Say in the same line how it stands to the version that serves; empty when none does."""
    against = question.against("serving")
    if against is None or question.outcome is None:
        return ""
    found = against.difference
    if found is None:
        return f" Against {plain(against.label)}, serving: too few items that both answered."
    interval = f"{points(100 * found.low)} to {points(100 * found.high)}"
    said = f"{against.verdict}, {points(100 * found.mean)} ({interval})"
    return f" Against {plain(against.label)}, serving: {said}."


def _question(question: QuestionEvaluation, agreements: list[Agreement]) -> None:
    st.markdown(f"**{ICONS[question.outcome]} {plain(question.verdict)}**{_serving(question)}")
    if beside := standing(question):
        st.caption(beside, help=LUCK_HELP)
    show_agreement(agreements)
    if question.n_missing:
        st.page_link(
            "pages/review.py",
            label=f"Review {count(question.n_missing, 'more gold item')}",
            icon=":material/rate_review:",
        )
    against = question.against("teacher")
    found = against.difference if against is not None else None
    if found is not None and found.differing < MIN_DIFFERING:
        on = f"on {found.differing} of these items" if found.differing else "on none of these items"
        st.caption(f"They differ {on}; on fewer than {MIN_DIFFERING} a lead may be luck.")
    if question.caution:
        st.caption(f":material/info: {question.caution}")


def _others(question: QuestionEvaluation, version: ModelVersion) -> None:
    """Show the comparisons with everybody but the teacher, and who is missing and why."""
    others = [one for one in question.comparisons if one.against != "teacher"]
    missing = absent(version)
    if not others and not missing:
        return
    with st.popover("Against everyone else", type="tertiary"):
        for one in others:
            st.markdown(f"{ICONS[one.verdict]} {plain(one.sentence)}")
        for name, why_not in missing.items():
            st.caption(f"No “{name}” in the comparison: {plain(why_not)}.")
