"""What positions in an answer mean: what the x axis of the picture shows, and nothing else.

    window   samples counted from the window's first one, which is 0
    sample   samples of the whole series, counted from its first one
    time     UTC as ISO text (`2024-03-01T12:05:00Z`), or seconds since the window's first sample
             where nobody knows when that was

Inside, positions are absolute samples. A window `[start, stop)` has the positions start to stop,
its end included, as ranges are half-open; at the end of a time axis the time is the last sample's
plus the usual step. What lies outside is an `AnswerError`, never clipped.

A time means the sample at or just after it. It counts as "at" within a tenth of the smallest step,
so that a time may be written in as few digits as tell the samples apart. Samples that share a time
cannot be told apart by it: such a window shows the window axis instead, and so does one without
times. Times closer than ISO text tells apart (its last digit is a microsecond) are shown in
seconds since the window's first sample.
"""

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.axis_times import (
    DAY_S,
    digits_for,
    iso_tells_apart,
    iso_text,
    read_clock,
    read_iso,
    trimmed,
)
from core.errors import AnswerError
from core.render_settings import RenderSettings, XAxis
from core.series import WindowView

Position = int | float | str
"""A position as it is written: a number, or a time as text."""
SMALLEST_STEP_S = 1e-12


@dataclass(frozen=True, eq=False)
class Axis:
    """The way between the samples of one window and the positions its picture shows.

    Attributes:
        kind: what is shown; `axis_of` decides.
        start, stop: absolute samples of the window, `[start, stop)`.
        seconds: (n,) seconds since the window's first sample, increasing; empty off a time axis.
        origin_s: UTC seconds since 1970 of the window's first sample; None for elapsed seconds.
    """

    kind: XAxis
    start: int
    stop: int
    seconds: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    origin_s: float | None = None

    def to_wire(self, sample: int) -> int | str:
        """Return the position of an absolute sample, start to stop; raises AnswerError."""
        self._inside(sample, sample)
        if self.kind == "time":
            return self._text(float(self.times[sample - self.start]))
        return sample - self.zero

    def from_wire(self, value: Position) -> int:
        """Return the absolute sample that a position means, start to stop; raises AnswerError."""
        return self._inside(self._sample(value), value)

    def after(self, value: Position) -> int:
        """Return the absolute sample after the one at a position: the stop of an inclusive end."""
        if self.kind == "time":
            return self._inside(self._find(self._elapsed(value), "right"), value)
        return self._inside(self._sample(value) + 1, value)

    def read_range(self, what: str, start: Position, stop: Position) -> tuple[int, int]:
        """Return the absolute samples `[start, stop)` that two positions mean.

        Raises:
            AnswerError: if a position cannot be read, the range is empty or not in the window.
        """
        first, last = self._sample(start), self._sample(stop)
        if not self.start <= first < last <= self.stop:
            raise AnswerError(
                f"the {what} [{start}, {stop}) does not lie inside the window's {self.extent}; "
                f"give {self.to_wire(self.start)} <= start < stop <= {self.to_wire(self.stop)}"
            )
        return first, last

    @property
    def extent(self) -> str:
        """The positions of the window, as errors name them."""
        what = "times" if self.kind == "time" else "samples"
        return f"{what} [{self.to_wire(self.start)}, {self.to_wire(self.stop)})"

    @cached_property
    def times(self) -> NDArray[np.float64]:
        """(n + 1,) seconds since the window's first sample; the last is the window's end."""
        usual = float(np.median(np.diff(self.seconds))) if len(self.seconds) > 1 else 1.0
        return np.append(self.seconds, self.seconds[-1] + usual)

    @cached_property
    def digits(self) -> int:
        """How many decimals of a second a time is written with."""
        return digits_for(self.times)

    @property
    def days(self) -> range:
        """The UTC days of the window's samples since 1970; empty where nobody knows them."""
        if self.origin_s is None:
            return range(0)
        ends = self.origin_s + self.seconds[[0, -1]]
        return range(int(ends[0] // DAY_S), int(ends[1] // DAY_S) + 1)

    @property
    def zero(self) -> int:
        """The absolute sample at position 0."""
        return self.start if self.kind == "window" else 0

    def _inside(self, sample: int, given: Position) -> int:
        if not self.start <= sample <= self.stop:
            raise AnswerError(
                f"the position {given} does not lie inside the window's {self.extent}; "
                "give one that the x axis shows"
            )
        return sample

    def _sample(self, value: Position) -> int:
        """Return the sample of a position; one outside the window for a position outside it."""
        if self.kind == "time":
            return self._find(self._elapsed(value), "left")
        if not isinstance(value, int):
            raise AnswerError(
                f"the position {value!r} is no sample number; give whole numbers as on the x axis"
            )
        return value + self.zero

    def _find(self, seconds: float, side: Literal["left", "right"]) -> int:
        near = float(np.diff(self.times).min()) / 10
        if seconds > self.times[-1] + near:
            return self.stop + 1
        if seconds < -near:
            return self.start - 1
        sought = seconds - near if side == "left" else seconds + near
        return self.start + int(np.searchsorted(self.times, sought, side))

    def _text(self, seconds: float) -> str:
        if self.origin_s is None:
            return trimmed(f"{seconds:.{self.digits}f}")
        return iso_text(self.origin_s + seconds, self.digits)

    def _elapsed(self, value: Position) -> float:
        """Return the seconds from the window's first sample to a time; raises AnswerError."""
        try:
            if self.origin_s is None:
                seconds = float(value)
            else:
                seconds = self._moment(str(value).strip()) - self.origin_s
        except (ValueError, OverflowError):
            seconds = math.nan
        if not math.isfinite(seconds):
            raise AnswerError(
                f"the position {value!r} is no time of the x axis; "
                f"give one like {self.to_wire(self.start)}"
            )
        return seconds

    def _moment(self, text: str) -> float:
        """Return the UTC seconds since 1970 of ISO text, or of a time of the window's one day."""
        try:
            return read_iso(text)
        except ValueError:
            clock = read_clock(text)
        if len(self.days) > 1:
            raise AnswerError(
                f"the position {text!r} has no date and the window shows {len(self.days)} days; "
                f"give one like {self.to_wire(self.start)}"
            )
        return self.days[0] * DAY_S + clock


def axis_of(settings: RenderSettings, view: WindowView) -> Axis:
    """Return what positions mean in a picture of the window drawn with these settings."""
    if settings.x_axis != "time":
        return Axis(settings.x_axis, view.start, view.stop)
    if view.seconds is None or bool(np.any(np.diff(view.seconds) < SMALLEST_STEP_S)):
        return window_axis(view)
    elapsed = Axis("time", view.start, view.stop, view.seconds)
    if view.origin_s is None:
        return elapsed
    last = view.origin_s + float(elapsed.times[-1])
    if not iso_tells_apart(view.origin_s, last, elapsed.digits):
        return elapsed
    return replace(elapsed, origin_s=view.origin_s)


def window_axis(view: WindowView) -> Axis:
    """Return the axis of samples from the window's first one, which training targets use."""
    return Axis("window", view.start, view.stop)
