"""Do rationales speak of their own item? Claims on its data beside a stranger's claims."""

import pandas as pd
import streamlit as st

from core.evaluation import ClaimCounts, QuestionEvaluation, RationaleResult
from core.metrics import Difference


def show_rationales(result: QuestionEvaluation) -> None:
    """Show the shares of claims per author, own beside another item's, and the plain sentence."""
    if not result.rationales:
        st.caption("No rationale on gold claims anything that data could confirm or contradict.")
        return
    for rationale in result.rationales:
        mark = ":orange[:material/warning:] " if rationale.no_better else ""
        who = "Student" if rationale.role == "student" else rationale.label
        st.markdown(f"{mark}**{who[:1].upper()}{who[1:]}**: {rationale.sentence}")
        if rationale.difference is not None:
            st.caption(_beside(rationale.difference))
    rows = [row for rationale in result.rationales for row in _rows(rationale)]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        alt="Claims confirmed, contradicted and not checkable, own rationale and another item's",
    )
    st.caption("Another item's claims are what luck gets: they were written without this item.")


def _beside(difference: Difference) -> str:
    """Say the difference to borrowed claims with its interval and its items."""
    mean, low, high = (
        f"{100 * one:+.0f}".replace("-", "−")
        for one in (difference.mean, difference.low, difference.high)
    )
    return (
        f"{mean} points over borrowed claims (95 %: {low} to {high}), n = {difference.n:,} items."
    )


def _rows(rationale: RationaleResult) -> list[dict[str, str]]:
    who = "student" if rationale.role == "student" else rationale.label
    return [
        _row(who, "its own", rationale.own),
        _row(who, "another item's", rationale.other),
    ]


def _row(who: str, whose: str, counts: ClaimCounts) -> dict[str, str]:
    def share(n: int) -> str:
        return f"{n / counts.total:.0%} ({n:,})" if counts.total else "–"

    return {
        "Author": who,
        "Rationale": whose,
        "Confirmed": share(counts.confirmed),
        "Contradicted": share(counts.contradicted),
        "Not checkable": share(counts.not_checkable),
        "Claims": f"{counts.total:,}",
    }
