"""How far people agree with each other: no model can be measured more surely than that."""

import pandas as pd
import streamlit as st

from core.evaluation_words import with_interval
from core.metrics import Estimate
from core.metrics.agreement import Agreement
from core.metrics.boundary_bias import LEAST_EVENTS, EdgeBias, sure
from core.questions.base import Question
from pages.components.page_value import Page
from pages.components.words import count, plain
from pages.components.workflows.agreeing import edges_differ, people_agree

_MAY_HAVE_SEEN = "Whoever came second may have seen what the first one said. "
HELP = (
    "Windows that two people decided. **Kappa**: agreement beyond luck; 0 is what luck gets, 1 is "
    "full agreement. **Mean IoU**: how much of their marked stretches they share, in time. "
    f"In brackets: 95 %. {_MAY_HAVE_SEEN}"
    "A model cannot be measured more surely than people agree."
)


def show_agreement(found: list[Agreement], about: str = "") -> None:
    """Show the pair with most windows in common, others behind it; nothing without such windows.

    `about` names the question where the place does not.
    """
    if not found:
        return
    first, *others = map(agreement_words, found)
    more = "".join(f"\n- {one}" for one in others)
    told = f"{about}: {first}" if about else first
    st.caption(f":material/group: {told}", help=f"{HELP}\n{more}" if more else HELP)


def agreement_words(pair: Agreement) -> str:
    """Say how far two people agree: share, kappa and overlap, each with its interval."""
    one, two = (plain(person) for person in pair.people)
    kappa = _number(pair.kappa) or "not defined (both always said the same)"
    overlap = f", mean IoU {_number(pair.iou)}" if pair.iou.value is not None else ""
    return (
        f"{one} and {two} agree on {with_interval(pair.same)} of {count(pair.n, 'window')}: "
        f"kappa {kappa}{overlap}"
    )


def _number(estimate: Estimate) -> str:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return ""
    if estimate.low == estimate.high:  # draws of the same items over and over say nothing
        return f"{estimate.value:.2f} (too alike for an interval)"
    value, low, high = (
        f"{one:.2f}".replace("-", "−") for one in (estimate.value, estimate.low, estimate.high)
    )
    return f"{value} ({low} to {high})"


EDGE_HELP = (
    "Events that both marked: how much later (+) or earlier (−) the second one of the pair sets "
    f"the edge, in samples, with 95 % in brackets. Fewer than {LEAST_EVENTS} events give no "
    "interval."
)
INDEPENDENT = "Decided independently"
ALL = "All that two people decided"


@st.fragment
def show_people_agreement(page: Page) -> None:
    """Show who agrees with whom, and who sets edges elsewhere, question by question."""
    which = st.segmented_control(
        "Which labels",
        [INDEPENDENT, ALL],
        default=INDEPENDENT,
        required=True,
        key="agreement_which",
        label_visibility="collapsed",
        help="Independently: each person's first label, where they could not know another's. In "
        "all the others, whoever came second may have seen what the first one said.",
    )
    independent = which == INDEPENDENT
    found = [
        (question, people_agree(page.store, page.project.id, question.id, independent))
        for question in page.store.questions.current(page.project.id)
    ]
    if not any(pairs for _, pairs in found):
        st.info(
            "No window was decided by two people"
            + (" independently" if independent else "")
            + ". The label policy says what share of the windows a second person decides too.",
            icon=":material/group:",
        )
        return
    for question, pairs in found:
        if pairs:
            _question(page, question, pairs, independent)


def _question(page: Page, question: Question, pairs: list[Agreement], independent: bool) -> None:
    st.markdown(f"**{plain(question.name)}**", help=HELP.replace(_MAY_HAVE_SEEN, ""))
    st.dataframe(_agreement_table(pairs), hide_index=True, key=f"agreement_{question.id}")
    edges = edges_differ(page.store, page.project.id, question.id, independent)
    if not edges:
        return
    names = {one.id: one.name for one in question.types}
    for bias in edges:
        if sure(bias.start) or sure(bias.stop):
            st.markdown(f":material/straighten: {edge_words(bias, names)}")
    st.caption("Edges of events that both marked", help=EDGE_HELP)
    st.dataframe(_edge_table(edges, names), hide_index=True, key=f"edges_{question.id}")


def edge_words(bias: EdgeBias, types: dict[str, str]) -> str:
    """Say which edges of two people differ for certain: who is later, by how much, how sure."""
    one, two = (plain(person) for person in bias.people)
    parts = [
        f"{verb} {_how_far(estimate)}"
        for verb, estimate in (("starts", bias.start), ("stops", bias.stop))
        if sure(estimate)
    ]
    about = f" on {plain(types.get(bias.type_id, 'events'))}" if bias.type_id else ""
    return f"{two} {' and '.join(parts)} than {one}{about}, n = {bias.n:,}"


def _how_far(estimate: Estimate) -> str:
    assert estimate.value is not None and estimate.low is not None and estimate.high is not None
    low, high = sorted((abs(estimate.low), abs(estimate.high)))
    side = "later" if estimate.value > 0 else "earlier"
    return f"{abs(estimate.value):.1f} samples {side} ({low:.1f} to {high:.1f})"


def _agreement_table(pairs: list[Agreement]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "People": [" and ".join(pair.people) for pair in pairs],
            "Windows": [pair.n for pair in pairs],
            "Same label": [with_interval(pair.same) for pair in pairs],
            "Kappa": [_number(pair.kappa) or "not defined" for pair in pairs],
            "Mean IoU": [_number(pair.iou) or "–" for pair in pairs],
        }
    )


def _edge_table(edges: list[EdgeBias], types: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "First, second": [", ".join(bias.people) for bias in edges],
            "Type": [types.get(bias.type_id or "", "all") for bias in edges],
            "Events": [bias.n for bias in edges],
            "Start": [_signed(bias.start) for bias in edges],
            "Stop": [_signed(bias.stop) for bias in edges],
        }
    )


def _signed(estimate: Estimate) -> str:
    if estimate.value is None:
        return "–"
    value = f"{estimate.value:+.1f}"
    if estimate.low is not None and estimate.high is not None:
        value += f" ({estimate.low:+.1f} to {estimate.high:+.1f})"
    return value.replace("-", "−")
