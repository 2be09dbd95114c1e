"""How far people agree with each other: no model can be measured more surely than that."""

import streamlit as st

from core.evaluation_words import with_interval
from core.metrics import Estimate
from core.metrics.agreement import Agreement
from pages.components.words import count, plain

HELP = (
    "Windows that two people decided. **Kappa**: agreement beyond luck; 0 is what luck gets, 1 is "
    "full agreement. **Mean IoU**: how much of their marked stretches they share, in time. "
    "In brackets: 95 %. Whoever came second may have seen what the first one said. "
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
