"""The app that the chart's browser tests drive: a 3-channel irregular series and two answers."""

import numpy as np
import streamlit as st

from core.series import SeriesData
from pages.components import session
from pages.components.chart import (
    Action,
    Channel,
    ChartData,
    ChartEvent,
    Finding,
    Mark,
    Painted,
    Panel,
    Phrase,
    chart,
)
from pages.components.marks import PEOPLE, RULES, STUDENT

N = 600
START_NS = 1_700_000_000_000_000_000


def irregular() -> SeriesData:
    """600 samples, three channels, steps between 1 and 90 seconds, one NaN gap."""
    random = np.random.default_rng(5)
    time = START_NS + np.cumsum(random.integers(1, 90, N)) * 1_000_000_000
    values = np.stack([np.sin(np.arange(N) / period) for period in (9.0, 31.0, 70.0)], axis=1)
    values[200:220, 1] = np.nan
    return SeriesData(values=values, time=time)


def data() -> ChartData:
    """Two answers; the second phrase of the first one is contradicted."""
    count = int(session.get("count", 1))
    return ChartData(
        series=irregular(),
        channels=(Channel("pressure", "bar"), Channel("<b>flow</b>", "l/s"), Channel("heat")),
        view="item-1",
        zone="Europe/Berlin",
        window=(150, 450),
        marks=(
            Mark("a:1", 1, 250, 280, "built-in rules", RULES, (0,), "level shift"),
            Mark("d:1", 1, 500, 540, "your edit", PEOPLE, (2,), movable=True),
            *(
                Mark(f"b:{i}", i, 300 + 20 * i, 310 + 20 * i, "student v3", STUDENT)
                for i in range(1, count + 1)
            ),
        ),
        panels=(
            Panel(
                "Built-in rules",
                RULES,
                "1 anomaly",
                findings=(Finding("a:1", 1, "level shift", "250 to 280, ch1", "0.84"),),
                phrases=(
                    Phrase("The level falls by 31", "a:1", 1, "confirmed"),
                    Phrase(" and there is "),
                    Phrase("a spike of +40", "a:1", 1, "contradicted", "measured: +12"),
                    Phrase(" <img src=x onerror=alert(1)>."),
                ),
            ),
            Panel("Student v3", STUDENT, "no anomaly", note="0.9"),
        ),
        actions=(
            Action("accept", "Accept rules", "t", RULES, primary=True),
            Action("skip", "Skip", "k", group=1),
        ),
        painted=Painted("item-1", ("a", "b")),
        mode=session.get("mode", "zoom"),
        height=360,
        handled=str(session.get("handled", "")),
    )


def happened(event: ChartEvent) -> None:
    """Keep the last event for the test to read."""
    session.put("handled", event.nonce)
    if event.drawn is not None:
        drawn = event.drawn
        session.put("last", f"drawn {drawn.start} {drawn.stop} {drawn.channels}")
    if event.moved is not None:
        session.put("last", f"moved {event.moved}")
    if event.action:
        ids = event.painted.answer_ids if event.painted else ()
        session.put("last", f"action {event.action} {ids}")
    if event.clicked:
        session.put("last", f"clicked {event.clicked}")


st.set_page_config(layout="wide")
if st.button("add an interval"):
    session.put("count", int(session.get("count", 1)) + 1)
if st.button("draw"):
    session.put("mode", "draw")
chart(data(), "chart", on_event=happened)
st.text(f"last: {session.get('last', 'nothing')}")
