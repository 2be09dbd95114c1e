"""Figures of a stretch's spectrum, spectrogram and folding, and thumbnails. No Streamlit."""

from html import escape

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.ingest.report import duration
from core.spectrum import Folded, Spectrogram, Spectrum
from pages.components import marks
from pages.components.figures import TEMPLATE

HEIGHT = 300
_POINTS = 4_000
_THUMB = (240, 72)
_TICKS_S = (
    1, 2, 5, 15, 30, 60, 120, 300, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 172_800,
    604_800, 2_592_000, 7_776_000, 31_536_000,
)  # fmt: skip


def period_words(period: float, timed: bool) -> str:
    """Say a period in the largest unit that fits, or in samples."""
    if not timed:
        return f"{period:.4g} samples"
    return duration(period)


def spectrum_figure(found: Spectrum, timed: bool) -> go.Figure:
    """Power over period, both on logarithmic axes; the largest peaks say their period."""
    period, power = 1 / found.frequency, np.maximum(found.power, 1e-8)
    step = max(1, len(period) // _POINTS)
    if step > 1:  # the largest of each group, so that no peak is lost
        n = len(period) // step * step
        best = power[:n].reshape(-1, step).argmax(axis=1) + np.arange(0, n, step)
        period, power = period[best], power[best]
    texts = [period_words(float(p), timed) for p in period]
    figure = go.Figure(
        go.Scatter(
            x=period, y=power, mode="lines", line={"width": 1.3, "color": marks.NEUTRAL},
            text=texts, hovertemplate="every %{text}: %{y:.3g}<extra></extra>",
        )
    )  # fmt: skip
    heights = [float(found.power[np.abs(1 / found.frequency - p).argmin()]) for p in found.peaks]
    figure.add_scatter(
        x=list(found.peaks), y=heights, mode="markers+text",
        text=[period_words(p, timed) for p in found.peaks], textposition="top center",
        marker={"size": 7, "color": marks.NEUTRAL}, hoverinfo="skip", cliponaxis=False,
    )  # fmt: skip
    ticks = _ticks(float(period.min()), float(period.max()), timed)
    figure.update_xaxes(
        type="log", title={"text": "period, logarithmic"}, tickvals=ticks,
        ticktext=[period_words(tick, timed).removesuffix(" samples") for tick in ticks],
    )  # fmt: skip
    figure.update_yaxes(
        type="log", title={"text": "power, largest = 1"}, range=[-5, 0.35], exponentformat="power"
    )
    figure.update_layout(template=TEMPLATE, height=HEIGHT, margin={"t": 24})
    return figure


def _ticks(low: float, high: float, timed: bool) -> list[float]:
    """Return round periods between two, at most ten of them."""
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    round_ones = [m * 10.0**d for d in decades for m in (1, 2, 5)]
    if timed:
        round_ones = [t for t in round_ones if t < 1 or t > _TICKS_S[-1]] + list(_TICKS_S)
    inside = sorted(tick for tick in round_ones if low <= tick <= high)
    return inside[:: -(-len(inside) // 10) or 1]


def spectrogram_figure(found: Spectrogram, x: list[str] | None, timed: bool) -> go.Figure:
    """Frequency over time; `x` are the columns' times, samples when None."""
    figure = go.Figure(
        go.Heatmap(
            x=x if x is not None else found.position,
            y=found.frequency,
            z=found.decibels,
            colorscale="Cividis",
            colorbar={"title": {"text": "dB"}, "thickness": 12},
            hovertemplate="%{x}: %{y:.4g}, %{z:.0f} dB<extra></extra>",
        )
    )
    figure.update_yaxes(title={"text": "cycles per second" if timed else "cycles per sample"})
    figure.update_xaxes(title={"text": "" if x is not None else "sample"})
    figure.update_layout(template=TEMPLATE, height=HEIGHT, margin={"t": 16})
    return figure


def fold_figure(found: Folded, name: str) -> go.Figure:
    """All periods over one another: the points, their median and the band of the middle 80 %."""
    chosen = np.arange(len(found.phase))
    if len(chosen) > _POINTS:
        chosen = np.sort(np.random.default_rng(0).choice(chosen, _POINTS, replace=False))
    figure = go.Figure()
    filled = np.isfinite(found.median)
    middle, low, high = found.middle[filled], found.low[filled], found.high[filled]
    figure.add_scatter(
        x=np.concatenate([middle, middle[::-1]]),
        y=np.concatenate([high, low[::-1]]),
        fill="toself", mode="lines", line={"width": 0}, fillcolor="rgba(128, 138, 148, 0.25)",
        hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=found.phase[chosen], y=found.values[chosen], mode="markers",
        marker={"size": 3, "color": marks.NEUTRAL, "opacity": 0.45}, customdata=found.cycle[chosen],
        hovertemplate="period %{customdata}: %{y:.6~g}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=found.middle, y=found.median, mode="lines", line={"width": 2.2, "color": marks.NEUTRAL},
        hovertemplate="median %{y:.6~g}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title={"text": "share of a period"}, range=[0, 1])
    figure.update_yaxes(title={"text": escape(name, quote=False)})
    figure.update_layout(template=TEMPLATE, height=HEIGHT, margin={"t": 16})
    return figure


def thumbnail(values: NDArray[np.float64]) -> str:
    """Draw a stretch as a small SVG that shows on light and dark."""
    width, height = _THUMB
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    x = np.linspace(4, width - 4, len(values))
    y = 6 + (high - values) / ((high - low) or 1.0) * (height - 12)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True) if np.isfinite(b))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><rect width="{width}" height="{height}" rx="4" '
        f'fill="#808A94" fill-opacity="0.12"/><polyline points="{points}" fill="none" '
        f'stroke="{marks.NEUTRAL}" stroke-width="1.4"/></svg>'
    )
