"""The reliability of confidences: what was said against what was right, bin by bin."""

import plotly.graph_objects as go

from core.audit import Calibration
from pages.components import marks
from pages.components.figures import TEMPLATE

COUNTS_AT = -9
"""Where the counts stand, below 0 %, so that no interval crosses them."""


def reliability(found: Calibration, colour: str, title: str) -> go.Figure:
    """Draw the share that was right over the mean confidence, with 95 %; below each bin its n.

    On the dotted line confidences say exactly how often they are right.
    """
    bins = [one for one in found.bins if one.right.value is not None]
    right = [100 * (one.right.value or 0.0) for one in bins]
    figure = go.Figure(
        go.Scatter(
            x=[100 * one.said for one in bins],
            y=right,
            mode="lines+markers",
            text=[f"n = {one.n:,}" for one in bins],
            line={"color": colour, "width": 2},
            marker={"size": 8},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [
                    100 * (one.right.high or 0.0) - y for one, y in zip(bins, right, strict=True)
                ],
                "arrayminus": [
                    y - 100 * (one.right.low or 0.0) for one, y in zip(bins, right, strict=True)
                ],
                "thickness": 2,
            },
            hovertemplate="says %{x:.0f} %, right %{y:.0f} %, %{text}<extra></extra>",
            cliponaxis=False,
        )
    )
    figure.add_scatter(
        x=[100 * one.said for one in bins],
        y=[COUNTS_AT] * len(bins),
        text=[f"n {one.n:,}" for one in bins],
        mode="text",
        hoverinfo="skip",
    )
    figure.add_shape(
        type="line", x0=0, y0=0, x1=100, y1=100, line={"color": marks.NEUTRAL, "dash": "dot"}
    )
    figure.update_xaxes(range=[0, 104], ticksuffix=" %", title={"text": "says"})
    figure.update_yaxes(
        range=[-16, 106], tickvals=[0, 25, 50, 75, 100], ticksuffix=" %", title={"text": "is right"}
    )
    figure.update_layout(template=TEMPLATE, title={"text": title}, height=300)
    return figure
