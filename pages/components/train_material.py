"""What there is to learn from, as Train shows it at its top."""

import streamlit as st

from core.review import Decision
from pages.components import session
from pages.components.words import count
from pages.components.workflows.learning import LearningState, QuestionMaterial, advice

DECISION_WORDS: dict[Decision, str] = {
    "accept": "accepted",
    "fix": "fixed",
    "no_anomaly": "no anomaly",
    "reject": "rejected, left out",
    "not_sure": "not sure, left out",
}
CARDS = 2
"""Questions beside each other: with three, the names of their numbers are cut off."""
WORDS = (
    "A student learns from **items**: one window of a series with one question. Most carry a "
    "**pseudo-label**, the answer of a teacher; a **correction** by a person replaces it. "
    "Starting a run freezes them into a **snapshot**, so that a run can be repeated. "
    "**Gold** items are kept away from all learning: they are the test."
)
WEAKER_TEST = (
    "Fewer than 12 series: learning and testing use separate blocks of time of the same series, "
    "with a gap of one window between them. **This is the weaker test**: a block of time "
    "resembles its own series more than a new series would."
)


def in_short(state: LearningState) -> str:
    """Say in one line what there is to learn from, for the time that a run is live."""
    corrected = sum(material.n_corrected for material in state.questions)
    return (
        f"What there is to learn from: {count(state.n_examples, 'window')}, {corrected:,} of them "
        f"corrected; {state.n_gold:,} gold"
    )


def show_material(state: LearningState) -> None:
    """Show the numbers per question and say what to do next."""
    if not state.n_snapshots:
        st.markdown(WORDS)
    beside = max(1, min(CARDS, len(state.questions)))
    rows = [st.columns(beside) for _ in range(0, len(state.questions), beside)]
    for place, material in enumerate(state.questions):
        with rows[place // beside][place % beside], st.container(border=True, height="stretch"):
            _question(material)
    st.info(advice(state), icon=":material/lightbulb:")
    if state.by_time_blocks:
        st.caption(f":material/info: {WEAKER_TEST}")


def _question(material: QuestionMaterial) -> None:
    kind = material.question.kind.replace("_", " ")
    st.markdown(f"**{material.question.name}** :small[:gray[{kind}]]")
    if not material.n_items:
        st.caption("Not asked yet.")
        return
    pseudo = len(material.learnable) - material.n_corrected
    known, reserved = material.gold_answered, material.gold_items
    numbers = st.columns(3)
    numbers[0].metric("Pseudo-labels", f"{pseudo:,}", help="Windows whose answer is the teacher's")
    numbers[1].metric("Corrections", f"{material.n_corrected:,}", help="Windows a person decided")
    numbers[2].metric(
        "Gold",
        f"{known:,}" if known == reserved else f"{known:,}/{reserved:,}",
        help="Windows kept for the test: with a known truth, of all that are reserved",
    )
    authors = ", ".join(f"{n:,} by {name}" for name, n in material.pseudo_labels.items())
    kinds = ", ".join(
        f"{n:,} {DECISION_WORDS.get(decision, decision)}"
        for decision, n in sorted(material.corrections.items())
    )
    st.caption(" · ".join(text for text in (authors, kinds) if text) or "No answers yet.")


def leaves_disputed_out() -> bool:
    """Tell whether windows on which people disagree are left out: yes, until somebody says no."""
    return bool(session.get(session.TRAIN_UNDISPUTED, True))


def choose_undisputed(state: LearningState) -> None:
    """Offer to learn from disputed windows as well, where there are any."""
    if state.n_disputed:
        st.checkbox(
            f"Leave out {count(state.n_disputed, 'window')} on which people disagree",
            value=True,
            key=session.TRAIN_UNDISPUTED,
            help="A lead settles them on People. Otherwise the latest decision is learned.",
        )
