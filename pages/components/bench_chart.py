"""The chart of a bench: one figure of all methods with intervals, and what luck gets."""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from pages.components import figures, marks
from pages.components.bench_parts import Shown, colour_of, figure_name, number
from pages.components.words import shorten
from pages.components.workflows.bench_results import Line, Results, lines, ordered


def show_chart(results: Results, shown: Shown) -> None:
    """Draw the chosen figure, in the order of the table."""
    table = ordered(lines(results, shown.source, shown.unlearned, shown.more), shown.figure)
    table = [line for line in table if line.cells[shown.figure].estimate.value is not None]
    if not table:
        return
    st.plotly_chart(
        interval_figure(table, shown.figure),
        config=figures.CONFIG,
        key=f"bench_chart_{shown.figure}",
        alt=f"{figure_name(shown.figure)}: "
        + ", ".join(
            f"{line.name} {number(line.cells[shown.figure].estimate.value, shown.figure)}"
            for line in table
        ),
    )


def interval_figure(table: Sequence[Line], key: str) -> go.Figure:
    """Return dots with their intervals, the first line on top; a tick stands where luck does."""
    figure = go.Figure()
    for line in table:
        cell = line.cells[key]
        value = cell.estimate.value
        if value is None:
            continue
        low = value if cell.estimate.low is None else cell.estimate.low
        high = value if cell.estimate.high is None else cell.estimate.high
        colour = colour_of(line.kind)
        figure.add_scatter(
            x=[value],
            y=[line.method],
            mode="markers",
            marker={"color": colour, "size": 11},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [high - value],
                "arrayminus": [value - low],
                "color": colour,
                "thickness": 2.5,
                "width": 5,
            },
            hovertemplate=f"%{{x:.3f}} ({low:.3f} to {high:.3f}), n = {cell.n}<extra></extra>",
        )
    lucky = [line for line in table if line.cells[key].luck is not None]
    figure.add_scatter(
        x=[line.cells[key].luck for line in lucky],
        y=[line.method for line in lucky],
        mode="markers",
        marker={
            "symbol": "line-ns",
            "size": 15,
            "line": {"width": 2, "color": marks.NEUTRAL},
        },
        hovertemplate="luck %{x:.3f}<extra></extra>",
    )
    methods = [line.method for line in table]
    figure.update_yaxes(
        categoryorder="array",
        categoryarray=methods[::-1],
        tickvals=methods,
        ticktext=[shorten(line.name, 34) for line in table],
        showgrid=False,
    )
    figure.update_xaxes(rangemode="tozero")
    figure.update_layout(
        template=figures.TEMPLATE,
        title={"text": f"{figure_name(key)} with 95 % intervals; upright ticks: luck"},
        height=72 + 30 * len(table),
    )
    return figure
