"""Connections between channels as two circles and two tables of squares, before and after.

Knows no store and no Streamlit. The only hue is the student's, whose graph it is: how strong a
connection is, is told by width and shade; that it is gone or new, by a dotted or a solid line.
"""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from pages.components import marks
from pages.components.figures import TEMPLATE
from pages.components.workflows.connecting import CONNECTED, Connections, Matrix

HEIGHT_PX = 640
WIDEST_PX = 5.0
SHADES = [[0.0, "rgba(0, 114, 178, 0.04)"], [1.0, marks.STUDENT]]
MANY = 12
"""Variables from which on squares carry numbers of channels instead of names."""


def connections_figure(found: Connections) -> go.Figure:
    """Draw who moves together, in circles above and in squares below, before beside after."""
    figure: go.Figure = make_subplots(
        rows=2,
        cols=2,
        subplot_titles=(f"before sample {found.at:,}", f"from sample {found.at:,} on", "", ""),
        row_heights=[0.55, 0.45],
        vertical_spacing=0.08,
        horizontal_spacing=0.12,
    )
    for column, (graph, other) in enumerate(
        ((found.before, found.after), (found.after, found.before)), start=1
    ):
        for trace in _circle(graph, other, found):
            figure.add_trace(trace, row=1, col=column)
        for trace in (_squares(graph, found, column), *_numbers(graph, found)):
            figure.add_trace(trace, row=2, col=column)
    figure.update_xaxes({"visible": False, "range": [-2.2, 2.2]}, row=1)
    figure.update_yaxes({"visible": False, "range": [-1.4, 1.4]}, row=1)
    figure.update_xaxes({"showgrid": False}, row=2)
    figure.update_yaxes({"autorange": "reversed", "constrain": "domain", "showgrid": False}, row=2)
    figure.update_layout(template=TEMPLATE, height=HEIGHT_PX)
    return figure


def _circle(graph: Matrix, other: Matrix, found: Connections) -> list[go.Scatter]:
    """Return lines between connected variables, faint dotted ones for those of the other side."""
    n = len(found.names)
    angle = np.pi / 2 - 2 * np.pi * np.arange(n) / n
    x, y = np.cos(angle), np.sin(angle)
    lines: list[go.Scatter] = []
    for i in range(n):
        for j in range(i + 1, n):
            here = float(graph[i, j])
            if here < CONNECTED and other[i, j] < CONNECTED:
                continue
            gone = here < CONNECTED
            lines.append(
                go.Scatter(
                    x=[x[i], x[j]],
                    y=[y[i], y[j]],
                    mode="lines",
                    line={
                        "color": marks.NEUTRAL if gone else marks.STUDENT,
                        "width": 1.2 if gone else WIDEST_PX * here,
                        "dash": "dot" if gone else "solid",
                    },
                    text=f"{found.names[i]} and {found.names[j]}: {here:.0%} connected",
                    hoverinfo="text",
                )
            )
    sides = [_side(float(x[k]), float(y[k])) for k in range(n)]
    nodes = go.Scatter(
        x=x,
        y=y,
        mode="markers+text",
        marker={"size": 11, "color": marks.STUDENT},
        text=[name.replace("<", "&lt;") for name in found.short],
        textposition=sides,
        hovertext=[name.replace("<", "&lt;") for name in found.names],
        hoverinfo="text",
        cliponaxis=False,
    )
    return [*lines, nodes]


def _side(x: float, y: float) -> str:
    """Return where a name stands so that it lies outside of the circle."""
    if abs(x) > 0.5:
        return "middle right" if x > 0 else "middle left"
    return "top center" if y >= 0 else "bottom center"


def _squares(graph: Matrix, found: Connections, column: int) -> go.Heatmap:
    names = [name.split(" ")[0] for name in found.names]
    return go.Heatmap(
        z=np.where(np.eye(len(names), dtype=bool), np.nan, graph),
        x=names,
        y=names,
        zmin=0,
        zmax=1,
        colorscale=SHADES,
        showscale=column == 2,
        colorbar={"title": {"text": "connected"}, "len": 0.42, "y": 0.2, "tickformat": ".0%"},
        xgap=1,
        ygap=1,
        hovertemplate="%{y} and %{x}: %{z:.0%} connected<extra></extra>",
    )


def _numbers(graph: Matrix, found: Connections) -> list[go.Scatter]:
    """Return the squares' numbers: white on deep shades, in the page's ink on pale ones.

    The squares are see-through, so that the page's ground decides what can be read on pale ones.
    """
    n = len(found.names)
    if n > MANY:
        return []
    names = [name.split(" ")[0] for name in found.names]
    traces: list[go.Scatter] = []
    for deep in (True, False):
        cells = [
            (i, j)
            for i in range(n)
            for j in range(n)
            if i != j and bool(graph[i, j] >= CONNECTED) == deep
        ]
        traces.append(
            go.Scatter(
                x=[names[j] for _, j in cells],
                y=[names[i] for i, _ in cells],
                text=[f"{graph[cell]:.0%}" for cell in cells],
                mode="text",
                textfont={"color": "white"} if deep else None,
                hoverinfo="skip",
            )
        )
    return traces
