"""A plain chart for a browser that cannot load ours: reading only, intervals are typed."""

import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from pages.components.chart.data import ChartData
from pages.components.chart.payload import chart_payload


def fallback_chart(data: ChartData, key: str) -> None:
    """Draw the same lines and intervals with Streamlit's own chart."""
    payload = chart_payload(data)
    rows = payload["rows"]
    figure = make_subplots(rows=len(rows), cols=1, shared_xaxes=True, vertical_spacing=0.04)
    for number, row in enumerate(rows, start=1):
        line = go.Scatter(
            x=row["x"], y=row["y"], mode="lines", line={"width": 1, "color": "#808A94"}
        )
        figure.add_trace(line, row=number, col=1)
        title = f"{row['name']} ({row['unit']})" if row["unit"] else row["name"]
        figure.update_yaxes(title_text=title, row=number, col=1)
        for mark in payload["marks"]:
            if not mark["channels"] or row["channel"] in mark["channels"]:
                figure.add_vrect(
                    x0=mark["low"],
                    x1=mark["high"],
                    fillcolor=mark["colour"],
                    opacity=0.25,
                    line_width=1,
                    annotation_text=str(mark["number"]) if number == 1 else None,
                    row=number,  # type: ignore[arg-type]  # plotly takes a row number here
                    col=1,  # type: ignore[arg-type]  # plotly takes a column number here
                )
    figure.update_xaxes(type="date" if payload["kind"] == "time" else "linear")
    figure.update_xaxes(title_text=payload["xtitle"], row=len(rows), col=1)
    figure.update_layout(
        template="plotly",
        height=data.height,
        showlegend=False,
        margin={"l": 56, "r": 12, "t": 24, "b": 40},
    )
    st.plotly_chart(figure, key=f"{key}_plain", theme="streamlit")
    for panel in data.panels:
        why = "".join(phrase.text for phrase in panel.phrases)
        st.markdown(f"**{_plain(panel.title)}** · {_plain(panel.headline)}")
        for finding in panel.findings:
            st.text(f"{finding.number}. {finding.text} {finding.where} {finding.confidence}")
        if why:
            st.text(why)


def _plain(text: str) -> str:
    """Escape what Markdown would read as markup: the texts come from files and models."""
    return "".join(f"\\{mark}" if mark in "\\`*_{}[]()#+-.!|<>~$:" else mark for mark in text)
