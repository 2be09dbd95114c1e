"""Two benches side by side, on the series that both measured."""

import pandas as pd
import streamlit as st

from core.errors import AppError
from pages.components import session
from pages.components.bench_parts import figure_meaning, figure_name, interval, number
from pages.components.kept import keep, kept, kept_choice
from pages.components.messages import errors_shown
from pages.components.words import shorten
from pages.components.workflows.bench_export import Change, beside, unlike
from pages.components.workflows.bench_results import SHOWN, Results, results_of
from pages.components.workflows.running import Run


def show_beside(run: Run, runs: list[Run], results: Results) -> None:
    """Let people choose another bench and show each method's figure in both."""
    others = {one.job.id: one.job for one in runs if one.job.id != run.job.id}
    wanted = kept(session.BENCH_OTHER)
    ids = list(others)
    with st.container(horizontal=True, vertical_alignment="center"):
        figure = kept_choice("Figure", list(SHOWN), figure_name, session.BENCH_FIGURE)
        chosen = st.selectbox(
            "Other bench",
            ids,
            index=ids.index(wanted) if wanted in ids else 0,
            format_func=lambda job_id: f"beside {shorten(others[job_id].title)}",
            key=session.BENCH_OTHER,
            label_visibility="collapsed",
        )
    keep(session.BENCH_OTHER, chosen)
    with errors_shown():
        other = results_of(others[chosen])
        if other is None:
            raise AppError("the other bench has not measured anything; choose one that has")
        for sentence in unlike(results, other):
            st.caption(f":material/info: {sentence}")
        changes = beside(results, other, figure)
        if not changes:
            raise AppError(
                "the two have no method and series in common, so nothing can be compared; choose "
                "another bench"
            )
        st.dataframe(
            pd.DataFrame([_record(change, figure) for change in changes]),
            hide_index=True,
            alt=f"{figure_name(figure)} of each method in both benches",
        )
        st.caption(
            f"**{figure_name(figure)}**: {figure_meaning(figure)}. Gain: of this bench over the "
            "other on the same series; above 0 is better. “Cannot tell”: the interval holds 0."
        )


def _record(change: Change, figure: str) -> dict[str, object]:
    low, high = change.gain.low, change.gain.high
    told = low is not None and high is not None and (low > 0 or high < 0)
    same = change.gain.value == 0 and not told
    verdict = "the same" if same else "cannot tell"
    if told:
        verdict = "better" if (low or 0) > 0 else "worse"
    return {
        "Method": change.name,
        "This bench": number(change.one, figure),
        "The other": number(change.other, figure),
        "Gain": number(change.gain.value, figure),
        "95 % interval": interval(change.gain, figure) or "none",
        "Verdict": verdict,
        "Series": change.n,
    }
