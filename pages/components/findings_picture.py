"""Small pictures: a channel around a finding with a lane for each who says it; a window. Pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.findings import Finding
from core.series import SeriesData
from pages.components import marks

WIDTH, HEIGHT, LANE, POINTS = 420, 150, 7, 300
AROUND = 1.5
LEAST = 40
"""Samples around it, in lengths of it, and at least."""
COLOURS = {
    "person": marks.PEOPLE,
    "student": marks.STUDENT,
    "teacher": marks.TEACHER,
    "rules": marks.RULES,
    "detector": marks.RULES,
}


def picture(data: SeriesData, finding: Finding, channel: int) -> str:
    """Return an SVG that reads on light and dark, as wide as the place it is put in."""
    one = finding.place
    around = max(LEAST, round(AROUND * (one.stop - one.start)))
    start, stop = max(0, one.start - around), min(data.n_samples, one.stop + around)
    lanes = LANE * len(finding.said)
    parts = [
        f'<rect x="{_x(said.start, start, stop):.1f}" y="{2 + LANE * k}" rx="1" '
        f'width="{max(2.0, _x(said.stop, start, stop) - _x(said.start, start, stop)):.1f}" '
        f'height="{LANE - 2}" fill="{COLOURS[said.kind]}"/>'
        for k, said in enumerate(finding.said)
    ]
    left, right = _x(one.start, start, stop), _x(one.stop, start, stop)
    band = (
        f'<rect x="{left:.1f}" y="{lanes + 2}" width="{max(2.0, right - left):.1f}" '
        f'height="{HEIGHT}" fill="{COLOURS[one.kind]}" fill-opacity="0.22"/>'
    )
    lines = _lines(data.values[start:stop, channel], lanes + 8)
    total = HEIGHT + lanes
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {total}" width="100%" '
        f'role="img" aria-label="The series around the finding"><rect width="{WIDTH}" '
        f'height="{total}" rx="4" fill="{marks.NEUTRAL}" fill-opacity="0.10"/>{band}'
        f"{''.join(parts)}{lines}</svg>"
    )


def window_picture(
    data: SeriesData,
    window: tuple[int, int],
    channel: int,
    bands: Sequence[tuple[int, int]],
    colour: str,
) -> str:
    """Return an SVG of one channel of a window `[start, stop)`, with intervals as bands."""
    start, stop = window
    drawn = "".join(
        f'<rect x="{_x(first, start, stop):.1f}" y="0" height="{HEIGHT}" rx="1" '
        f'width="{max(2.0, _x(last, start, stop) - _x(first, start, stop)):.1f}" '
        f'fill="{colour}" fill-opacity="0.30"/>'
        for first, last in bands
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" '
        f'role="img" aria-label="The window"><rect width="{WIDTH}" height="{HEIGHT}" rx="4" '
        f'fill="{marks.NEUTRAL}" fill-opacity="0.10"/>{drawn}'
        f"{_lines(data.values[start:stop, channel], 8)}</svg>"
    )


def _x(sample: float, start: int, stop: int) -> float:
    return 4 + (min(max(sample, start), stop) - start) / max(1, stop - start) * (WIDTH - 8)


def _lines(values: NDArray[np.float64], top: float) -> str:
    """Draw lowest and highest of each of at most `POINTS` pieces; a gap breaks the line."""
    finite = values[np.isfinite(values)]
    if len(finite) == 0:
        return ""
    low, high = float(finite.min()), float(finite.max())
    pieces = np.array_split(np.arange(len(values)), min(POINTS, len(values)))
    drawn: list[str] = []
    points: list[str] = []
    for piece in pieces:
        here = values[piece]
        good = piece[np.isfinite(here)]
        if len(good) == 0:
            if points:
                drawn.append(" ".join(points))
            points = []
            continue
        ends = {int(good[values[good].argmin()]), int(good[values[good].argmax()])}
        for sample in sorted(ends):
            y = top + (high - values[sample]) / ((high - low) or 1.0) * (HEIGHT - 16)
            points.append(f"{_x(sample + 0.5, 0, len(values)):.1f},{y:.1f}")
    if points:
        drawn.append(" ".join(points))
    return "".join(
        f'<polyline points="{line}" fill="none" stroke="{marks.NEUTRAL}" stroke-width="1.5"/>'
        for line in drawn
    )
