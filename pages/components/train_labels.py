"""What the labels of a run said: suspected errors, systematic ones with a way to their items."""

import json

import streamlit as st

from pages.components import session
from pages.components.words import count, plain
from pages.components.workflows.labels_said import LabelsOf, LabelsSaid, Systematic
from pages.components.workflows.running import Run

STUDY_OFF = (
    "The study of the labels was off (**study** in the expert settings). Switched on, two nets, "
    "each trained on half of the windows, judge the labels of the other half before training: the "
    "run then names the labels that are probably wrong and what the teacher confuses with what. It "
    "takes about twice as long."
)
MOST = 8


def show_labels(said: LabelsSaid | None, run: Run) -> None:
    """Show what a run found out of its labels, or why there is nothing."""
    if said is None:
        if run.state != "done":
            st.caption("Known when the student is trained.")
        else:
            st.caption("This run learned no pattern question, so it looked at no label.")
        return
    if not said.studied:
        st.caption(f":material/info: {STUDY_OFF}")
    for one in said.questions:
        _question(one, said.studied)
    if said.n_open:
        _to_review(f"Review all {count(said.n_open, 'suspected label')} of this run", said.key)


def _question(one: LabelsOf, studied: bool) -> None:
    parts = [count(one.n_labels, "label")]
    if studied:
        parts.append(f"{one.n_suspected:,} suspected wrong")
        parts.append(f"{one.n_relabelled:,} learned as another label")
        if one.wrong_share is not None:
            parts.append(f"about {one.wrong_share:.0%} of the teacher's labels wrong")
    st.markdown(f"**{plain(one.name)}**: {', '.join(parts)}.")
    if one.corrections:
        learned, forgotten, never = (
            one.corrections.get(key, 0) for key in ("learned", "forgotten", "not learned")
        )
        st.markdown(
            f"Of {count(learned + forgotten + never, 'correction')} the student says {learned:,} "
            f"as corrected; {forgotten:,} it did once and no longer, {never:,} it never did."
        )
    if not one.systematic:
        st.caption(
            "No systematic error is suspected: that takes two corrections of the same mistake."
        )
    for error in one.systematic[:MOST]:
        _systematic(error)


def _systematic(error: Systematic) -> None:
    line = st.container(horizontal=True, vertical_alignment="center")
    line.markdown(
        f":material/error_outline: Teacher says **{plain(error.said)}** where corrections say "
        f"**{plain(error.true)}**: {count(error.n_corrected, 'correction')} "
        f"({error.n_confirmed:,} confirmed the teacher), {error.n_suspected:,} unreviewed windows "
        f"beside them; on {error.n_inherited:,} the student says what the teacher said.",
        width="content",
    )
    if error.n_open:
        with line:
            _to_review(f"Review {count(error.n_open, 'window')}", error.key)


def _to_review(label: str, key: str) -> None:
    st.page_link(
        "pages/review.py",
        label=label,
        icon=":material/rate_review:",
        query_params={session.REVIEW_FILTER: json.dumps({"group": key})},
    )
