"""The numbers and times along the x axis of a picture, where they stand and how they are written.

Samples are whole numbers. Times are UTC and their format follows the distance between them: years,
months, days, or times of day, with the date in the axis label when the window shows one day only
and below each time when it shows several. Unknown moments are seconds since the window's start.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from core.axis import Axis
from core.axis_times import DAY_S, ISO_DIGITS, digits_for, iso_text, trimmed
from core.render_layout import RIGHT_IN

LETTER_IN = 0.64 * 8 / 72
"""Width of a digit of the labels' 8 points."""
LINE_IN = 0.14
APART_IN = 0.08
BELOW_IN = 0.42
"""Room below the panels for one line of numbers and the axis' label."""
SLANT = 45
CUT_IN = 0.06
"""How far a text may reach beyond the room right of the panels."""

_STEPS_S = (
    *(base * 10.0**power for power in range(-6, 0) for base in (1, 2, 5)),
    *(1.0, 2.0, 5.0, 10.0, 15.0, 30.0),
    *(60.0 * minutes for minutes in (1, 2, 5, 10, 15, 30)),
    *(3600.0 * hours for hours in (1, 2, 3, 6, 12)),
    *(float(DAY_S) * days for days in (1, 2, 5, 10)),
)
_STEPS_MONTHS = (
    *(1, 2, 3, 6),
    *(12 * base * 10**power for power in range(4) for base in (1, 2, 5)),
)


@dataclass(frozen=True)
class Ticks:
    """What stands along the x axis.

    Attributes:
        places: where, in the axis' own unit (samples, or seconds since the window's first sample).
        texts: what is written there; a second line is a date.
        label: what the axis counts.
        slanted: the texts are too wide to stand side by side.
    """

    places: tuple[float, ...]
    texts: tuple[str, ...]
    label: str
    slanted: bool = False

    @property
    def below_in(self) -> float:
        """Inches that the texts and the label need below the panels."""
        if self.slanted:
            longest = max(len(text) for text in self.texts)
            return BELOW_IN + longest * LETTER_IN * math.sin(math.radians(SLANT))
        return BELOW_IN + LINE_IN * max(text.count("\n") for text in (*self.texts, ""))


def ticks_of(axis: Axis, first: float, last: float, most: int, width_in: float) -> Ticks:
    """Return at most `most` ticks from the first sample's place to the last one's.

    Args:
        axis: what positions mean.
        first, last: where the first and the last sample lie.
        most: number of ticks that is not passed.
        width_in: inches of the panel; ticks whose texts have no room are left out or slanted.
    """
    if axis.kind == "time" and axis.origin_s is not None:
        return _moments(axis.origin_s, first, last, most, width_in)
    whole = axis.kind != "time"
    places = _round_numbers(first, last, most, whole)
    digits = 0 if whole or len(places) < 2 else digits_for(np.array(places))
    texts = [trimmed(f"{place:.{digits}f}") for place in places]
    scale = width_in / (last - first) if last > first else 0.0
    slanted = not _fit(places, texts, scale)
    if not slanted and texts and _cut(texts[-1], places[-1], last, scale):
        places, texts = places[:-1], texts[:-1]
    return Ticks(tuple(places), tuple(texts), "sample" if whole else "seconds", slanted)


def _round_numbers(first: float, last: float, most: int, whole: bool) -> list[float]:
    low, high = (first - 0.5, last + 0.5) if whole else (first, last)
    for intervals in range(most, 0, -1):
        found = MaxNLocator(nbins=intervals, integer=whole, min_n_ticks=1).tick_values(low, high)
        places = [float(place) for place in found if low <= place <= high]
        if len(places) <= most:
            return places
    return []


def _moments(origin_s: float, first: float, last: float, most: int, width_in: float) -> Ticks:
    begin, end = origin_s + first, origin_s + last
    one_day = begin // DAY_S == end // DAY_S
    scale = width_in / (last - first) if last > first else 0.0
    for written, moments in _ladder(begin, end, most, one_day):
        places = [moment - origin_s for moment in moments]
        texts = [written(moment) for moment in moments]
        if len(texts) <= most and _fit(places, texts, scale):
            if texts and _cut(texts[-1], places[-1], last, scale):
                places, texts = places[:-1], texts[:-1]
            day = f" on {iso_text(begin, 0)[:10]}" if one_day else ""
            return Ticks(tuple(places), tuple(texts), f"time (UTC){day}")
    return Ticks((), (), "time (UTC)")


def _ladder(
    begin: float, end: float, most: int, one_day: bool
) -> Iterator[tuple[Callable[[float], str], list[float]]]:
    """Yield ever wider ticks between two moments, each with the way to write them."""
    for step in _STEPS_S:
        if (end - begin) / step > most + 1:
            continue
        multiples = range(math.ceil(begin / step), math.floor(end / step) + 1)
        yield _writer(step, one_day), [multiple * step for multiple in multiples]
    months = range(_month(begin), _month(end) + 1)
    for step in _STEPS_MONTHS:
        multiples = range(-(-months[0] // step) * step, months[-1] + 1, step)
        moments = [moment for moment in map(_month_begin, multiples) if begin <= moment <= end]
        yield (lambda moment, n=4 if step % 12 == 0 else 7: iso_text(moment, 0)[:n]), moments


def _writer(step: float, one_day: bool) -> Callable[[float], str]:
    """Return how ticks of a fixed step are written: as days, or as times of day."""

    def written(moment: float) -> str:
        date, clock = iso_text(moment, ISO_DIGITS).removesuffix("Z").split("T")
        if step >= DAY_S:
            return date
        clock = clock.removesuffix(":00") if step % 60 == 0 else clock
        return clock if one_day else f"{clock}\n{date}"

    return written


def _month(moment: float) -> int:
    """Return the number of the month that a moment lies in, counted from the year 0."""
    return 1970 * 12 + int(
        np.datetime64(math.floor(moment), "s").astype("datetime64[M]").astype(int)
    )


def _month_begin(month: int) -> float:
    return float(np.datetime64(month - 1970 * 12, "M").astype("datetime64[s]").astype(int))


def _fit(places: Sequence[float], texts: Sequence[str], scale: float) -> bool:
    """Say whether texts stand side by side; `scale` is inches per unit of the places."""
    if len(places) < 2:
        return True
    return float(np.diff(places).min()) * scale >= max(map(_width_in, texts)) + APART_IN


def _cut(text: str, place: float, last: float, scale: float) -> bool:
    """Say whether the picture's right edge would cut off more than a few pixels of a text."""
    return _width_in(text) / 2 > (last - place) * scale + RIGHT_IN + CUT_IN


def _width_in(text: str) -> float:
    return LETTER_IN * max(len(line) for line in text.split("\n"))
