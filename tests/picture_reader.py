"""Reads a line back out of a drawn plot, as the test server's stand-in for a model's eyes.

It sees the picture alone: dark pixels between the spines, one height per pixel column. What it
finds says that a picture arrived and can be read; it says nothing of how well any model reads.
"""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

DARK = 150
"""Grey values below this are ink; the grid is lighter."""
SHORTEST_PANEL = 0.05
"""Of the picture's height: a run of ink as long as this, far left and right, is a spine."""
BORDER = 2
UNUSUAL = 8.0
"""An excursion counts from this many times the usual one."""

Heights = NDArray[np.float64]


@dataclass(frozen=True)
class Excursion:
    """The largest one of a panel: the channel, the share of the x axis it covers, its size."""

    channel: int
    start: float
    stop: float
    size: float


def read_panels(png: bytes) -> list[tuple[Heights, Heights]]:
    """Return per panel the highest and the lowest ink of each pixel column, NaN where none is.

    Heights go up and are counted in pixels from the panel's lower edge.
    """
    ink = np.asarray(Image.open(io.BytesIO(png)).convert("L")) < DARK
    shortest = max(4, int(SHORTEST_PANEL * len(ink)))
    inked = np.flatnonzero(ink.sum(axis=0) >= shortest)
    left = next(c for c in inked if _runs(ink[:, c], shortest))
    right = next(c for c in inked[::-1] if _runs(ink[:, c], shortest))
    panels: list[tuple[Heights, Heights]] = []
    for top, bottom in _runs(ink[:, left], shortest):
        inside = ink[top + BORDER : bottom - BORDER, left + BORDER : right - BORDER]
        there = inside.any(axis=0)
        highest = len(inside) - inside.argmax(axis=0)
        lowest = inside[::-1].argmax(axis=0)
        panels.append((np.where(there, highest, np.nan), np.where(there, lowest, np.nan)))
    return panels


def largest_excursion(panels: list[tuple[Heights, Heights]]) -> Excursion | None:
    """Return where a line goes furthest from its usual height; None when nowhere far enough."""
    found: list[Excursion] = []
    for channel, (highest, lowest) in enumerate(panels):
        if np.isnan(highest).all():
            continue
        usual = float(np.nanmedian((highest + lowest) / 2))
        away = np.nan_to_num(np.maximum(highest - usual, usual - lowest))
        size = float(away.max() / (np.median(away) + 1))
        peak = int(away.argmax())
        far = away > away.max() / 2
        start, stop = peak, peak + 1
        while start > 0 and far[start - 1]:
            start -= 1
        while stop < len(far) and far[stop]:
            stop += 1
        # From pixels to shares of the way from the middle of one spine to that of the other.
        width = len(far) + 2 * BORDER
        left, right = ((edge + BORDER - 0.5) / width for edge in (start, stop))
        found.append(Excursion(channel, left, right, size))
    best = max(found, key=lambda one: one.size, default=None)
    return best if best is not None and best.size >= UNUSUAL else None


def best_shape(panels: list[tuple[Heights, Heights]], keys: list[str]) -> str:
    """Return the key whose simple shape correlates best with the first panel's line."""
    middle = (panels[0][0] + panels[0][1]) / 2
    there = ~np.isnan(middle)
    if there.sum() < 3 or np.ptp(middle[there]) < 3:
        return next((key for key in keys if "flat" in key or "stable" in key), keys[0])
    t = np.linspace(0, 1, len(middle))[there]
    scores = {key: _correlation(_shape(key, t), middle[there]) for key in keys}
    return max(scores, key=lambda key: scores[key])


def _shape(key: str, t: Heights) -> Heights:
    shapes = {
        "exponential_growth": np.exp(6 * t),
        "exponential_decay": np.exp(-6 * t),
        "concave": -((t - 0.5) ** 2),
        "convex": (t - 0.5) ** 2,
        "sigmoid": 1 / (1 + np.exp(-14 * (t - 0.5))),
        "cubic": (t - 0.12) * (t - 0.5) * (t - 0.88),
        "gaussian": np.exp(-(((t - 0.5) / 0.12) ** 2)),
        "decrease": -t,
        "down": -t,
        "increase": t,
        "up": t,
    }
    return next((shape for word, shape in shapes.items() if word in key), np.zeros_like(t))


def _correlation(one: Heights, other: Heights) -> float:
    if one.std() == 0 or other.std() == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _runs(column: NDArray[np.bool_], shortest: int) -> list[tuple[int, int]]:
    """Return the runs of ink of at least this length, as half-open ranges from the top."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], column.view(np.int8), [0]])))
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return [(int(start), int(stop)) for start, stop in pairs if stop - start >= shortest]
