"""The page that `benchmarks.plot` drives: one long series or twelve channels, and an interval."""

import numpy as np
import streamlit as st

from core.series import SeriesData
from pages.components import session
from pages.components.chart import Channel, ChartData, ChartEvent, Mark, Painted, chart

CASES = {"regular_10M_x_1": (10_000_000, 1), "irregular_2M_x_12": (2_000_000, 12)}
SPIKE = 1_234_567
VIEW = "benchmark"
START_NS = 1_700_000_000_000_000_000


@st.cache_resource(show_spinner=False)
def made(case: str) -> SeriesData:
    """Make the series of a case: slow waves in noise, and one sample far above them."""
    n, channels = CASES[case]
    random = np.random.default_rng(1)
    values = np.empty((n, channels))
    for channel in range(channels):
        values[:, channel] = np.sin(np.arange(n) / (40_000 * (channel + 1)))
        values[:, channel] += random.normal(scale=0.3, size=n)
    values[SPIKE, min(3, channels - 1)] = 25.0
    steps = np.full(n, 1_000_000) if channels == 1 else random.integers(5, 15, n) * 100_000_000
    return SeriesData(values=values, time=START_NS + np.cumsum(steps))


@st.fragment
def show(case: str) -> None:
    """The chart with its two buttons."""
    add, nearer, told = st.columns(3)
    if add.button("add an interval"):
        session.put("count", int(session.get("count", 1)) + 1)
    if nearer.button("nearer"):
        session.put("zoom", int(session.get("zoom", 0)) + 1)
    series = made(case)
    n, zoom = series.n_samples, int(session.get("zoom", 0))
    width = max(n // 8 ** max(zoom - 1, 0), 8)
    start = min(max(SPIKE - width // 3, 0), n - width)
    told.text(f"{session.get('count', 1)} intervals, samples in sight: {width}")

    def happened(event: ChartEvent) -> None:
        session.put("handled", event.nonce)

    chart(
        ChartData(
            series=series,
            channels=tuple(Channel(f"channel {c + 1}") for c in range(series.n_channels)),
            view=case,
            marks=tuple(
                Mark(f"m:{k}", k + 1, SPIKE + 40 * k, SPIKE + 40 * k + 20, "you", "#009E73")
                for k in range(int(session.get("count", 1)))
            ),
            painted=Painted(VIEW),
            height=640,
            resample=True,
            overview=True,
            goto=(start, start + width) if zoom else None,
            goto_id=str(zoom),
            handled=str(session.get("handled", "")),
        ),
        key="chart",
        on_event=happened,
    )


if __name__ == "__main__":
    st.set_page_config(layout="wide")
    show(st.query_params["case"])
