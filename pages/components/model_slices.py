"""Where a student is better and where not: gold by class, source, noise and window length."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core.evaluation import QuestionEvaluation
from core.evaluation_parts import Role, Slice, SliceBy
from core.evaluation_words import verdict_of, with_interval
from core.metrics import Difference, Estimate
from core.promotion import points
from pages.components.model_scores import name_of
from storage.rows import ModelVersion

BY: dict[SliceBy, str] = {
    "class": "Class",
    "source": "Source",
    "noise": "Noise",
    "length": "Window length",
}
NOISE = {"low": "lowest third", "middle": "middle third", "high": "highest third"}
WHAT = {
    "pattern": "All rows: accuracy.",
    "anomaly": "Classes: events found, by type, and windows left alone that hold none. Rest: "
    "interval F1.",
    "change_point": "Classes: change points found, by cause, and windows left alone that hold "
    "none. Rest: change point F1.",
}
READING = (
    "In brackets: 95 %. Differences are paired, student minus the other, in points, over the items "
    "both answered; below 10 of them none is given. With so many rows one in twenty looks "
    "different by luck. Noise: how much of a window's spread is fluctuation from sample to sample."
)


def show_slices(
    result: QuestionEvaluation, version: ModelVersion, names: Mapping[str, str]
) -> None:
    """Show one table over all parts of gold."""
    if not result.slices:
        st.caption("Nothing is ranked yet, so there are no parts to compare.")
        return
    roles: list[Role] = [
        role for role in _ROLES if any(role in one.figures for one in result.slices)
    ]
    titles: dict[Role, str] = {role: _title(result, role, version) for role in roles}
    rows = [_row(one, titles, names) for one in result.slices]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content",
        alt="Figures of student and others by class, source, noise and window length",
    )
    st.caption(f"{WHAT[result.kind]} {READING}")


_ROLES: tuple[Role, ...] = ("student", "teacher", "serving")


def _title(result: QuestionEvaluation, role: Role, version: ModelVersion) -> str:
    author = result.author(role)
    name = role if author is None else name_of(author, version)
    return name[:1].upper() + name[1:]


def _row(one: Slice, titles: Mapping[Role, str], names: Mapping[str, str]) -> dict[str, str | int]:
    row: dict[str, str | int] = {"By": BY[one.by], "Part": _part(one, names), "n": one.n}
    for role, title in titles.items():
        row[title] = _figure(one.figures.get(role, Estimate()))
    for role in titles:
        if role != "student":
            label = "Against teacher" if role == "teacher" else "Against serving"
            row[label] = _difference(one.differences.get(role))
    return row


def _part(one: Slice, names: Mapping[str, str]) -> str:
    if one.by == "class":
        return names.get(one.key, one.key or "no type")
    if one.by == "noise":
        return NOISE[one.key]
    return f"{one.key} samples" if one.by == "length" and one.key != "others" else one.key


def _figure(found: Estimate) -> str:
    """Say a figure with its interval; draws of items that are all alike give none."""
    if found.value is not None and found.low == found.high:
        return f"{100 * found.value:.0f}\N{NO-BREAK SPACE}% (all alike)"
    return with_interval(found)


def _difference(found: Difference | None) -> str:
    if found is None:
        return "too few"
    mean, low, high = (points(100 * value) for value in (found.mean, found.low, found.high))
    verdict = verdict_of(found)
    return f"{mean} ({low} to {high})" + ("" if verdict == "cannot tell" else f" {verdict}")
