"""What the confidences of student and teacher are worth on gold."""

import streamlit as st

from core.evaluation import QuestionEvaluation
from core.evaluation_parts import GoldCalibration
from core.questions.base import EVENTFUL
from pages.components import figures
from pages.components.figure_reliability import reliability
from pages.components.model_scores import colour_of, name_of
from pages.components.words import plain
from storage.rows import ModelVersion

READING = (
    "Answers in five bins by the confidence they gave; bars hold 95 %. On the dotted line a "
    "confidence is right as often as it says. **Calibration error**: the mean distance from that "
    "line, by the answers of each bin; of few answers it is too large, and never 0 by chance."
)


def show_confidence(result: QuestionEvaluation, version: ModelVersion) -> None:
    """Show reliability side by side, each with its calibration error."""
    if not result.calibrations:
        st.caption("Neither student nor teacher gave a confidence on gold.")
        return
    for place, one in zip(st.columns(2), result.calibrations, strict=False):
        with place:
            _one(result, one, version)
    if result.kind in EVENTFUL:
        st.caption("A window is right when every event was found and none was invented.")
    st.caption(READING)


def _one(result: QuestionEvaluation, one: GoldCalibration, version: ModelVersion) -> None:
    author = result.author(one.role)
    if author is None:
        return
    name = name_of(author, version) + (", self-reported" if one.role == "teacher" else "")
    st.plotly_chart(
        reliability(one.found, colour_of(author), f"{name}, n = {one.found.n:,}"),
        key=f"reliability_{one.role}_{result.question_id}",
        config=figures.CONFIG,
        alt=f"Confidence against right answers of {name}: {one.found.sentence}",
    )
    st.markdown(f"{plain(one.found.sentence)}")
    st.caption(f"Calibration error {_error(one)}, n = {one.found.n:,}")


def _error(one: GoldCalibration) -> str:
    found = one.error
    if found.value is None or found.low is None or found.high is None:
        return "not defined"
    return f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"
