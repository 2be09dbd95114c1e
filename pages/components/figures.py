"""Plotly figures of Train and Models, from plain numbers. Knows no store and no Streamlit.

Every figure carries the same explicit template: without one, a figure that was built before
Streamlit set its default is drawn with black placeholders.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from core.advisor.forecast import Gain
from pages.components import marks

GRID = "rgba(128, 138, 148, 0.25)"
TEMPLATE = go.layout.Template(
    layout={
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "font": {"size": 13},
        "margin": {"l": 8, "r": 16, "t": 32, "b": 8},
        "xaxis": {"gridcolor": GRID, "zerolinecolor": GRID, "automargin": True},
        "yaxis": {"gridcolor": GRID, "zerolinecolor": GRID, "automargin": True},
        "showlegend": False,
    }
)
CONFIG = {"displayModeBar": False, "scrollZoom": False}
ROW_HEIGHT = 38
Point = tuple[float, float]
DARK_INK, LIGHT_INK = "#12161B", "#FFFFFF"


@dataclass(frozen=True)
class Bar:
    """One author's number with its interval; `low` and `high` as values, not as distances.

    `luck` is what a random answer would get on the same items, None where nobody knows.
    """

    name: str
    colour: str
    value: float
    low: float
    high: float
    n: int
    luck: float | None = None


def bars(rows: Sequence[Bar], title: str, *, percent: bool = True) -> go.Figure:
    """Horizontal bars with intervals, the first row on top; the text says the number."""
    scale = 100 if percent else 1
    texts = [
        f"{row.value * scale:.{0 if percent else 2}f}{' %' if percent else ''}" for row in rows
    ]
    figure = go.Figure()
    for row in rows:
        # the whisker is the hue in full and the bar its tint, so that both show on any background
        figure.add_bar(
            y=[row.name],
            x=[row.value * scale],
            orientation="h",
            marker_color=_with_alpha(row.colour, 0.5),
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [(row.high - row.value) * scale],
                "arrayminus": [(row.value - row.low) * scale],
                "color": row.colour,
                "thickness": 2.5,
                "width": 5,
            },
            customdata=[[row.low * scale, row.high * scale, row.n]],
            hovertemplate="%{y}: %{x:.2f} (%{customdata[0]:.2f} to %{customdata[1]:.2f}), "
            "n = %{customdata[2]}<extra></extra>",
        )
    _lucks(figure, rows, scale)
    # the number stands left of the bar's foot, where no interval crosses it
    figure.update_yaxes(
        tickvals=[row.name for row in rows],
        ticktext=[f"{row.name}  <b>{text}</b>" for row, text in zip(rows, texts, strict=True)],
        autorange="reversed",
        showgrid=False,
    )
    top = max([max(row.high, row.luck or 0.0) * scale for row in rows], default=1.0)
    figure.update_xaxes(
        range=[0, 104 if percent else max(top * 1.08, 0.1)], ticksuffix=" %" * percent
    )
    figure.update_layout(
        template=TEMPLATE,
        title={"text": title},
        height=64 + ROW_HEIGHT * len(rows),
        bargap=0.35,
        barmode="overlay",
    )
    return figure


def _lucks(figure: go.Figure, rows: Sequence[Bar], scale: float) -> None:
    """Draw a tick across each bar where luck ends."""
    lucks = [(row.name, row.luck * scale) for row in rows if row.luck is not None]
    if lucks:
        figure.add_scatter(
            y=[name for name, _ in lucks],
            x=[luck for _, luck in lucks],
            mode="markers",
            marker={
                "symbol": "line-ns-open",
                "size": 22,
                "color": marks.NEUTRAL,
                "line": {"width": 2, "color": marks.NEUTRAL},
            },
            hovertemplate="%{y}: by luck %{x:.2f}<extra></extra>",
        )


def confusion(
    counts: Sequence[Sequence[int]],
    names: Sequence[str],
    colour: str,
    title: str,
    outlined: Sequence[tuple[int, int]] = (),
) -> go.Figure:
    """Truth (rows) against answer (columns): counts as text, share of the row as ink.

    `outlined` cells (row, column) get a frame: the errors that both sides make.
    """
    totals = [max(1, sum(row)) for row in counts]
    shares = [[cell / n for cell in row] for row, n in zip(counts, totals, strict=True)]
    figure = go.Figure(
        go.Heatmap(
            z=shares,
            x=list(names),
            y=list(names),
            customdata=counts,
            zmin=0,
            zmax=1,
            colorscale=[[0, _with_alpha(colour, 0.0)], [1, _with_alpha(colour, 0.9)]],
            showscale=False,
            xgap=1,
            ygap=1,
            hovertemplate="truth %{y}, answered %{x}: %{customdata}<extra></extra>",
        )
    )
    inked = DARK_INK if colour != marks.STUDENT else LIGHT_INK
    cells = [(r, c) for r, row in enumerate(counts) for c, count in enumerate(row) if count]
    figure.add_scatter(
        x=[names[column] for _, column in cells],
        y=[names[row] for row, _ in cells],
        text=[str(counts[row][column]) for row, column in cells],
        mode="text",
        textfont={"color": [inked if shares[r][c] > 0.4 else marks.NEUTRAL for r, c in cells]},
        hoverinfo="skip",
    )
    for row, column in outlined:
        figure.add_shape(
            type="rect",
            x0=column - 0.5,
            x1=column + 0.5,
            y0=row - 0.5,
            y1=row + 0.5,
            line={"color": marks.NEUTRAL, "width": 2},
        )
    figure.update_xaxes(tickangle=-40, showgrid=False, title={"text": "answered"})
    figure.update_yaxes(autorange="reversed", showgrid=False, title={"text": "truth"})
    figure.update_layout(
        template=TEMPLATE, title={"text": title}, height=max(260, 34 * len(names) + 140)
    )
    return figure


def run_curves(
    metrics: Sequence[Mapping[str, float | None]], colour: str, luck: float | None = None
) -> go.Figure:
    """Loss and validation score of a run over its steps, side by side; `luck` is a dotted line.

    Without a validation score, and without the luck that one would be held against, loss alone.
    """
    judged = luck is not None or any(one.get("validation") is not None for one in metrics)
    figure = go.Figure()
    parts = [("", "loss", marks.NEUTRAL), ("2", "validation", colour)]
    for axis, name, ink in parts if judged else parts[:1]:
        said = [(m["step"] or 0, value) for m in metrics if (value := m.get(name)) is not None]
        points = _measured(said) if axis else _smooth(said)
        if not axis:  # what single batches did stays visible behind what they did on the whole
            figure.add_scatter(
                x=[step for step, _ in said],
                y=[value for _, value in said],
                mode="lines",
                line={"color": GRID, "width": 1},
                name="loss of each step",
                hoverinfo="skip",
            )
        figure.add_scatter(
            x=[step for step, _ in points],
            y=[value for _, value in points],
            mode="lines+markers" if len(points) < 30 else "lines",
            line={"color": ink, "width": 2},
            marker={"size": 5},
            xaxis=f"x{axis}",
            yaxis=f"y{axis}",
            name=name,
            hovertemplate=f"step %{{x}}: {name} %{{y:.3f}}<extra></extra>",
        )
    figure.update_layout(
        template=TEMPLATE,
        height=200,
        margin={"t": 8},
        xaxis={"domain": [0, 0.46 if judged else 1], "title": {"text": "step"}},
        yaxis={"title": {"text": "loss"}},
    )
    if judged:
        figure.update_layout(
            xaxis2={"domain": [0.56, 1], "title": {"text": "step"}, "anchor": "y2"},
            yaxis2={"title": {"text": "validation"}, "anchor": "x2", "range": [0, 1]},
        )
    if luck is not None:
        line = {"color": marks.NEUTRAL, "width": 1, "dash": "dot"}
        figure.add_shape(
            type="line", xref="x2 domain", yref="y2", x0=0, x1=1, y0=luck, y1=luck, line=line
        )
    return figure


DASHES = ("solid", "dash", "dot", "dashdot")


def compared_curves(
    named: Sequence[tuple[str, Sequence[Mapping[str, float | None]]]],
) -> go.Figure:
    """Loss and validation score of several runs over each other: one dash per run, one hue.

    All are students, and hue says who an author is.
    """
    figure = go.Figure()
    for place, (name, metrics) in enumerate(named):
        for axis, what in (("", "loss"), ("2", "validation")):
            said = [(m["step"] or 0, value) for m in metrics if (value := m.get(what)) is not None]
            points = _measured(said) if axis else _smooth(said)
            figure.add_scatter(
                x=[step for step, _ in points],
                y=[value for _, value in points],
                mode="lines",
                line={
                    "color": _with_alpha(marks.STUDENT, 1 - 0.18 * place),
                    "width": 2,
                    "dash": DASHES[place % len(DASHES)],
                },
                xaxis=f"x{axis}",
                yaxis=f"y{axis}",
                name=name,
                legendgroup=f"{place}",
                showlegend=not axis,
                hovertemplate=f"{name}, step %{{x}}: {what} %{{y:.3f}}<extra></extra>",
            )
    figure.update_layout(
        template=TEMPLATE,
        height=260,
        margin={"t": 8},
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis={"domain": [0, 0.46], "title": {"text": "step"}},
        xaxis2={"domain": [0.56, 1], "title": {"text": "step"}, "anchor": "y2"},
        yaxis={"title": {"text": "loss"}},
        yaxis2={"title": {"text": "validation"}, "anchor": "x2", "range": [0, 1]},
    )
    return figure


def learning_curve(
    points: Sequence[tuple[float, float]], n: int, gain: Gain, title: str
) -> go.Figure:
    """Score by corrections learned from, and where it is expected to be with some more.

    The bar stands over `n` corrections and more: the interval of the gain above the last point.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=[at for at, _ in points],
        y=[100 * score for _, score in points],
        mode="lines+markers",
        line={"color": marks.PEOPLE, "width": 2},
        hovertemplate="%{x:.0f} corrections: %{y:.1f} points<extra></extra>",
    )
    last = 100 * points[-1][1]
    low, high = last + 100 * gain.low, last + 100 * gain.high
    figure.add_scatter(
        x=[n + gain.more],
        y=[(low + high) / 2],
        error_y={"type": "data", "array": [(high - low) / 2], "thickness": 2.5, "width": 6},
        mode="markers",
        marker={"color": marks.PEOPLE, "size": 4},
        hovertemplate=f"with {gain.more} more: {low:.1f} to {high:.1f} points<extra></extra>",
    )
    figure.update_layout(
        template=TEMPLATE,
        height=220,
        title={"text": title, "font": {"size": 13}},
        xaxis={"title": {"text": "corrections learned from"}, "rangemode": "tozero"},
        yaxis={"title": {"text": "points"}},
    )
    return figure


def _measured(said: Sequence[Point]) -> list[Point]:
    """Keep the points that tell something: a report repeats a score until the next is measured."""
    before = [None, *(value for _, value in said)]
    return [point for point, value in zip(said, before, strict=False) if point[1] != value]


def _smooth(said: Sequence[Point]) -> list[Point]:
    """Return the means over a twentieth of the steps, two at least: single batches jump about."""
    width = max(2, len(said) // 20)
    return [
        (said[place][0], sum(value for _, value in near) / len(near))
        for place in range(len(said))
        if (near := said[max(0, place + 1 - width) : place + 1])
    ]


def _with_alpha(colour: str, alpha: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {alpha})"
