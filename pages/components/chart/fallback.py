"""A plain chart for a browser that cannot load ours: reading only, intervals are typed."""

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from pages.components.chart.data import ChartData, ChartEvent, Panel
from pages.components.chart.payload import chart_payload
from pages.components.chart.typed import typed_intervals
from pages.components.chart.typed_phrases import typed_phrases

OnEvent = Callable[[ChartEvent], None]


def fallback_chart(data: ChartData, key: str, on_event: OnEvent | None) -> None:
    """Draw the same lines, intervals and answers with Streamlit's own chart and buttons."""
    if data.heading:
        st.markdown(f"**{_plain(data.heading)}**")
    _show_figure(data, key)
    if data.editable and on_event is not None:
        typed_intervals(data, key, on_event)
    for panel in data.panels:
        _show_panel(panel)
    if on_event is not None:
        typed_phrases(data, key, on_event)
    if data.actions and on_event is not None:
        with st.container(horizontal=True):
            for action in data.actions:
                st.button(
                    action.label,
                    type="primary" if action.primary else "secondary",
                    key=f"{key}_{action.id}",
                    help=action.help or None,
                    disabled=action.disabled,
                    on_click=on_event,
                    args=(ChartEvent(action=action.id, painted=data.painted),),
                )


def _show_figure(data: ChartData, key: str) -> None:
    payload = chart_payload(data)
    own, linked = payload["rows"], payload["linked"]
    rows = [*own, *linked]
    lines = [*payload["lines"][0], *(payload["lines"][-1] if linked else [])]
    figure = make_subplots(rows=len(rows), cols=1, shared_xaxes=True, vertical_spacing=0.04)
    for number, (row, drawn) in enumerate(zip(rows, lines, strict=True), start=1):
        other = number > len(own)
        ink = {"width": 1, "color": "#B5BCC3" if other else "#808A94"}
        line = go.Scatter(x=drawn["x"], y=drawn["y"], mode="lines", line=ink)
        figure.add_trace(line, row=number, col=1)
        figure.update_yaxes(title_text=row["title"], row=number, col=1)
        for mark in [] if other else payload["marks"]:
            if not mark["channels"] or row["channel"] in mark["channels"]:
                figure.add_vrect(
                    x0=mark["low"],
                    x1=mark["high"],
                    fillcolor=mark["colour"],
                    opacity=0.25,
                    line_width=1,
                    # Without a text of its own plotly would write "new text".
                    annotation_text=str(mark["number"]) if number == 1 else " ",
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


def _show_panel(panel: Panel) -> None:
    why = "".join(phrase.text for phrase in panel.phrases)
    said = [panel.headline, panel.beside, panel.empty]
    st.markdown(" · ".join([f"**{_plain(panel.title)}**", *(_plain(one) for one in said if one)]))
    for finding in panel.findings:
        st.text(f"{finding.number}. {finding.text} {finding.where} {finding.confidence}")
    if why:
        st.text(why)
    for phrase in panel.phrases:
        if phrase.told:
            st.text(f"“{phrase.text.strip()}”: {phrase.told}")


def _plain(text: str) -> str:
    """Escape what Markdown would read as markup: the texts come from files and models."""
    return "".join(f"\\{mark}" if mark in "\\`*_{}[]()#+-.!|<>~$:" else mark for mark in text)
