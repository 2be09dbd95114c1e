"""Small multiples of the numbers that a run logs beside its loss: one panel each, one hue."""

from collections.abc import Sequence

import plotly.graph_objects as go

from pages.components import marks
from pages.components.figures import GRID, TEMPLATE
from pages.components.workflows.run_terms import Term

FEW = 8
"""Panels up to which four stand side by side; of more, five."""
ROW_HEIGHT = 118
GAP_X, GAP_Y = 0.055, 0.34


def small_multiples(terms: Sequence[Term]) -> go.Figure:
    """Draw each term over its steps in a panel of its own; the title holds its latest value."""
    figure = go.Figure()
    per_row = 4 if len(terms) <= FEW else 5
    rows = -(-len(terms) // per_row)
    for place, term in enumerate(terms):
        # all panels have the same steps: they are named once, under the last one of each column
        is_last = place + per_row >= len(terms)
        _panel(figure, place, per_row, rows, term, is_last)
    figure.update_layout(
        template=TEMPLATE, height=28 + ROW_HEIGHT * rows, margin={"l": 8, "r": 8, "t": 26, "b": 8}
    )
    return figure


def alt_of(terms: Sequence[Term]) -> str:
    """Say the panels in words, for those who do not see them."""
    return "; ".join(f"{term.title} {told(term)}" for term in terms)


def told(term: Term) -> str:
    """Say a term's latest value."""
    return f"{term.last:.2f}" if term.share else f"{term.last:.3g}"


def _panel(
    figure: go.Figure, place: int, per_row: int, rows: int, term: Term, is_last: bool
) -> None:
    row, column = divmod(place, per_row)
    width = (1 - GAP_X * (per_row - 1)) / per_row
    # space between the rows is for the titles, as a share of a row's height
    height = 1 / (rows + GAP_Y * (rows - 1))
    left, top = column * (width + GAP_X), 1 - row * height * (1 + GAP_Y)
    number = "" if place == 0 else str(place + 1)
    figure.add_scatter(
        x=[step for step, _ in term.points],
        y=[value for _, value in term.points],
        mode="lines+markers" if len(term.points) < 12 else "lines",
        line={"color": marks.STUDENT, "width": 1.75},
        marker={"size": 4},
        xaxis=f"x{number}",
        yaxis=f"y{number}",
        hovertemplate=f"step %{{x:,.0f}}: {term.title} %{{y:.4g}}<extra></extra>",
    )
    small = {"font": {"size": 10, "color": marks.NEUTRAL}}
    figure.update_layout(
        {
            f"xaxis{number}": {
                "domain": [left, left + width],
                "anchor": f"y{number}",
                "tickfont": small["font"],
                "nticks": 4,
                "showgrid": False,
                "showticklabels": is_last,
            },
            f"yaxis{number}": {
                "domain": [max(0.0, top - height), top],
                "anchor": f"x{number}",
                "tickfont": small["font"],
                "nticks": 4,
                "gridcolor": GRID,
                # a share is read against what it could be; everything else against its own range
                **({"range": [-0.03, 1.03]} if term.share else {}),
            },
        }
    )
    figure.add_annotation(
        x=left,
        y=top,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="bottom",
        yshift=4,
        text=f"{term.title}  <b>{told(term)}</b>",
        font={"size": 12},
        showarrow=False,
    )
