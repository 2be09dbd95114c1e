"""The plot of a case file as SVG: a lane for each author, then a panel for each channel.

Lines keep the lowest and the highest sample of each pixel column, so that no spike is lost; a
missing value is a gap, and a value between two gaps a dot. Sizes are pixels.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.case_file.model import Case, Voice
from core.case_file.words import channel, place_of, text, time_of, type_of
from core.verdicts import plain

WIDTH, LEFT, RIGHT = 1000, 112, 12
LANE, GAP, AXIS = 20, 8, 26
PANELS, LOWEST, HIGHEST = 216, 56, 180
"""All panels together, and the least and most of one: phrases stay in sight beside the plot."""
LONGEST_LANE = 17
NARROWEST = 5.0
"""An event is drawn at least so wide: one sample of a thousand would be no pixel."""
TICKS = 6
COLUMNS = 900


@dataclass(frozen=True, eq=False)
class _Sight:
    """Where samples lie across: by time where there are times, else by number."""

    start: int
    stop: int
    x: NDArray[np.float64]
    half: float

    def left(self, sample: int) -> float:
        """Return the left edge of a sample, in pixels, inside the plot."""
        if sample >= self.stop:
            return float(self.x[-1]) + self.half
        return max(float(self.x[max(sample, self.start) - self.start]) - self.half, LEFT)


def plot_svg(case: Case) -> str:
    """Return the drawing; marks and phrases of one event share `data-ref`."""
    sight = _sight(case)
    speaking = [(k, voice) for k, voice in enumerate(case.voices) if voice.content.intervals]
    top = 4 + LANE * len(speaking)
    tall = min(max(PANELS // max(len(case.rows), 1), LOWEST), HIGHEST)
    height = top + len(case.rows) * (tall + GAP) + AXIS
    parts = [_window(case, sight, top, height)]
    for row, number in enumerate(case.rows):
        parts.append(_panel(case, sight, number, top + row * (tall + GAP), tall))
    for lane, (k, voice) in enumerate(speaking):
        parts.append(_lane(case, sight, k, voice, 4 + lane * LANE))
    parts.append(_axis(case, sight, height - AXIS))
    what = f"{case.question.name}: samples {case.start:,} to {case.stop - 1:,}"
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{text(what)}">'
        f"{''.join(parts)}</svg>"
    )


def _sight(case: Case) -> _Sight:
    start, stop = case.shown
    place = np.arange(start, stop, dtype=np.float64)
    if case.data.time is not None and case.data.time[stop - 1] > case.data.time[start]:
        place = (case.data.time[start:stop] - case.data.time[start]).astype(np.float64)
    steps = np.diff(place)
    step = float(np.median(steps)) if len(steps) else 1.0
    low, high = float(place[0]) - step / 2, float(place[-1]) + step / 2
    scale = (WIDTH - LEFT - RIGHT) / (high - low)
    return _Sight(start, stop, LEFT + (place - low) * scale, step / 2 * scale)


def _window(case: Case, sight: _Sight, top: int, height: int) -> str:
    """Shade what is drawn around the window and was not asked about."""
    low, high = sight.left(case.start), sight.left(case.stop)
    ends = ((LEFT, low), (high, WIDTH - RIGHT))
    return "".join(
        f'<rect class="around" x="{a:.1f}" y="{top}" width="{b - a:.1f}" '
        f'height="{height - AXIS - GAP - top}"/>'
        for a, b in ends
        if b - a > 1
    )


def _panel(case: Case, sight: _Sight, number: int, y: int, tall: int) -> str:
    values = case.data.values[sight.start : sight.stop, number]
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    air = (high - low) * 0.06 or max(abs(high) * 0.06, 1.0)
    scale = tall / (high - low + 2 * air)
    heights = y + tall - (values - low + air) * scale
    unit = case.info.channel_units[number] if case.info.channel_units else ""
    name = channel(case, number) + (f" ({unit})" if unit else "")
    labels = "".join(
        f'<text class="tick" x="{LEFT - 6}" y="{y + tall - (v - low + air) * scale + 3:.1f}" '
        f'text-anchor="end">{plain(v)}</text>'
        for v in dict.fromkeys((low, high))
    )
    return (
        f'<rect class="panel" x="{LEFT}" y="{y}" width="{WIDTH - LEFT - RIGHT}" height="{tall}"/>'
        f'{_events(case, sight, number, y, tall)}<path class="line" d="{_path(sight.x, heights)}"/>'
        f'<text class="name" x="{LEFT + 6}" y="{y + 13}">{text(name)}</text>{labels}'
    )


def _events(case: Case, sight: _Sight, number: int, y: int, tall: int) -> str:
    return "".join(
        f'<rect class="event" data-ref="v{k}-{found.number}" fill="{text(voice.colour)}" '
        f'x="{a:.1f}" y="{y}" width="{width:.1f}" height="{tall}"/>'
        for k, voice in enumerate(case.voices)
        for found in voice.content.intervals
        if not found.channels or number in found.channels
        for a, width in [_across(sight, found.start, found.stop)]
    )


def _lane(case: Case, sight: _Sight, k: int, voice: Voice, y: int) -> str:
    long = len(voice.lane) > LONGEST_LANE
    name = f"{voice.lane[: LONGEST_LANE - 1]}…" if long else voice.lane
    parts = [
        f'<text class="lane" x="{LEFT - 6}" y="{y + 13}" text-anchor="end">'
        f"<title>{text(voice.lane)}</title>{text(name)}</text>"
    ]
    for found in voice.content.intervals:
        a, width = _across(sight, found.start, found.stop)
        told = f"{found.number} {type_of(case, found)}, {place_of(case, found)}"
        at = min(max(a + width / 2, LEFT + 5), WIDTH - RIGHT - 5)
        parts.append(
            f'<g class="mark" data-ref="v{k}-{found.number}" tabindex="0" role="button" '
            f'aria-label="{text(told)}"><title>{text(told)}</title>'
            f'<rect fill="{text(voice.colour)}" x="{a:.1f}" y="{y + 2}" width="{width:.1f}" '
            f'height="{LANE - 4}" rx="3"/><text x="{at:.1f}" y="{y + 14}" text-anchor="middle">'
            f"{found.number}</text></g>"
        )
    return "".join(parts)


def _across(sight: _Sight, start: int, stop: int) -> tuple[float, float]:
    a, b = sight.left(start), sight.left(stop)
    if b - a >= NARROWEST:
        return a, b - a
    middle = (a + b) / 2
    return middle - NARROWEST / 2, NARROWEST


def _axis(case: Case, sight: _Sight, y: int) -> str:
    parts: list[str] = []
    for share in np.linspace(0, 1, TICKS):
        x = LEFT + share * (WIDTH - LEFT - RIGHT)
        sample = sight.start + min(int(np.searchsorted(sight.x, x - 0.5)), len(sight.x) - 1)
        anchor = "start" if share == 0 else "end" if share == 1 else "middle"
        lines = [f"{sample:,}", time_of(case, sample)]
        parts += [
            f'<text class="tick" x="{x:.1f}" y="{y + 6 + 14 * k}" text-anchor="{anchor}">'
            f"{text(line)}</text>"
            for k, line in enumerate(lines)
            if line
        ]
    parts.append(f'<text class="tick" x="{LEFT - 6}" y="{y + 6}" text-anchor="end">sample</text>')
    if case.data.time is not None:
        parts.append(
            f'<text class="tick" x="{LEFT - 6}" y="{y + 20}" text-anchor="end">'
            f"{text(case.zone)}</text>"
        )
    return "".join(parts)


def _path(x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    """Return the line through the finite values, thinned to what can be seen."""
    kept = _thinned(x, y)
    pieces: list[str] = []
    pen_down = False
    for at, k in enumerate(kept):
        if not np.isfinite(y[k]):
            pen_down = False
            continue
        lonely = not pen_down and (at + 1 == len(kept) or not np.isfinite(y[kept[at + 1]]))
        pieces.append(f"{'L' if pen_down else 'M'}{x[k]:.1f} {y[k]:.1f}{'h0' if lonely else ''}")
        pen_down = True
    return "".join(pieces)


def _thinned(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[int]:
    """Return the samples to draw: all, or the first, lowest, highest and last of each column."""
    if len(x) <= 2 * COLUMNS:
        return list(range(len(x)))
    column = ((x - x[0]) / (x[-1] - x[0]) * (COLUMNS - 1)).astype(np.int64)
    begins = np.flatnonzero(np.diff(column, prepend=-1))
    kept: list[int] = []
    for a, b in zip(begins, np.append(begins[1:], len(x)), strict=True):
        piece = y[a:b]
        if not np.isfinite(piece).any():
            kept.append(int(a))
            continue
        gaps = np.flatnonzero(~np.isfinite(piece))[:1]
        chosen = (0, np.nanargmin(piece), np.nanargmax(piece), b - a - 1, *gaps)
        kept += sorted({int(a) + int(one) for one in chosen})
    return kept
