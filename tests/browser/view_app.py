"""The app that the browser tests of looking around drive: 60,000 samples, two channels, a log."""

import numpy as np
import streamlit as st

from core.series import SeriesData
from pages.components import session
from pages.components.chart import (
    Channel,
    ChartData,
    ChartEvent,
    Ghost,
    LogMark,
    Mark,
    Painted,
    ScoreStrip,
    chart,
)

N = 60_000
SPIKE = 40_321
START_NS = 1_700_000_000_000_000_000
SECOND = 1_000_000_000


@st.cache_resource
def series() -> SeriesData:
    """Two waves, a second apart; a spike of one sample and a long gap in the second channel."""
    values = np.stack([np.sin(np.arange(N) / 900), np.cos(np.arange(N) / 2_500)], axis=1)
    values[SPIKE, 0] = 30.0
    values[10_000:14_000, 1] = np.nan
    return SeriesData(values=values, time=START_NS + np.arange(N) * SECOND)


@st.cache_resource
def strip() -> ScoreStrip:
    """A method that finds the spike's one sample, and little else."""
    scores = 1 + np.sin(np.arange(N) / 300)
    scores[SPIKE] = 80.0
    quantiles = np.searchsorted(np.sort(scores), scores) / N
    meaning = "how far a value lies from the usual ones"
    return ScoreStrip("Robust z-score", meaning, scores, quantiles, 4.0, "#CC79A7")


def data() -> ChartData:
    """What the page asked for in its address, with as many intervals as its button made."""
    asked = st.query_params
    count = int(session.get("count", 1))
    return ChartData(
        series=series(),
        channels=(Channel("pressure", "bar"), Channel("flow")),
        view="view-1",
        zone=str(session.get("zone", "UTC")),
        marks=tuple(
            Mark(f"m:{i}", i + 1, start, start + 200, "rules", "#CC79A7")
            for i, start in enumerate((1_000, 41_000)[:count])
        ),
        lanes=(("rules", "#CC79A7"),),
        painted=Painted("view-1"),
        height=360,
        resample=True,
        overview=True,
        layout="overlay" if asked.get("layout") == "overlay" else "rows",
        normalise=asked.get("layout") == "overlay",
        ghosts=(Ghost("an hour ago", 3_600.0),) if "ghost" in asked else (),
        log=tuple(
            LogMark(f"l:{i}", START_NS + tick * SECOND, f"entry {i}", "maintenance")
            for i, tick in enumerate((20_000, 20_010, 20_020, 50_000))
        ),
        strips=(strip(),) if "scores" in asked else (),
        goto=(30_000, 30_600) if session.get("jump") else None,
        goto_id="jump" if session.get("jump") else "",
        alt="Pressure and flow of the pump",
        handled=str(session.get("handled", "")),
    )


def happened(event: ChartEvent) -> None:
    """Tell the chart that its event was taken."""
    session.put("handled", event.nonce)


@st.fragment
def show() -> None:
    """The chart and the buttons that change something beside it."""
    if st.button("add an interval"):
        session.put("count", int(session.get("count", 1)) + 1)
    if st.button("jump"):
        session.put("jump", True)
    if st.button("zone"):
        session.put("zone", "Europe/Berlin")
    event = chart(data(), "chart", on_event=happened)
    st.text(f"in sight: {event.visible}")


st.set_page_config(layout="wide")
show()
