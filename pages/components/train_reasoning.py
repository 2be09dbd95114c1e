"""What a reasoning run shows besides: its numbers in small panels, alarms, and what it writes."""

import streamlit as st

from pages.components import figures
from pages.components.figure_terms import alt_of, small_multiples
from pages.components.words import plain
from pages.components.workflows.measured import measured_words, seconds_words
from pages.components.workflows.run_alarms import NAMES, alarms_of_run
from pages.components.workflows.run_terms import Term, terms_of
from pages.components.workflows.running import Run

NOT_SAID = "–"
LOSS_HELP = (
    "What training makes small. By reward it hovers about 0 and says little: look at the reward "
    "and its terms."
)


def show_reasoning(run: Run) -> None:
    """Show what the run logs and writes; only what is in its folder is shown."""
    for alarm in alarms_of_run(run):
        name, what = NAMES[alarm.kind], alarm.message[:1].upper() + alarm.message[1:]
        st.warning(
            f"**{name}**, step {alarm.step:,}. {plain(what)}.", icon=":material/notifications:"
        )
    _numbers(run)
    st.caption(f":material/speed: {plain(measured_words(run))}")
    terms = terms_of(run.student_metrics)
    if terms:
        st.plotly_chart(
            small_multiples(terms),
            key=f"terms_{run.job.id}",
            config=figures.CONFIG,
            alt=alt_of(terms),
        )
        _notes(terms)


def _numbers(run: Run) -> None:
    last, pace = run.student_metrics[-1], run.pace
    first, second, third, fourth = st.columns(4)
    first.metric("Step", f"{last['step']:,} of {last['total']:,}")
    second.metric("Loss", f"{last['loss']:.3f}", help=LOSS_HELP)
    third.metric(
        "A step takes",
        NOT_SAID if pace.step_s is None else seconds_words(pace.step_s),
        help="The median of the latest steps.",
    )
    held = pace.device_mb or pace.memory_mb
    fourth.metric(
        "Memory of the card" if pace.device_mb else "Memory",
        NOT_SAID if held is None else f"{held / 1000:.2f} GB",
        help="The most that the run held at a step.",
    )


def _notes(terms: list[Term]) -> None:
    with st.popover("What these numbers are", icon=":material/help:", type="tertiary"):
        for term in terms:
            st.markdown(f"**{plain(term.title)}**: {plain(term.note)}")
