"""Which samples of the series a written place means.

Numbers of samples are counted from the window's first one or along the whole series, as the axis of
the picture was; where nobody says which, the reading is taken under which most of an answer's
places lie inside the window and inside its intervals. A range as written includes its last sample.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.answers import FoundInterval
from core.grounding.places import Form, Place
from core.series import WindowView

Times = NDArray[np.datetime64]


@dataclass(frozen=True)
class Stretch:
    """A place in absolute samples `[start, stop)`; it may leave the window.

    Attributes:
        form: as it was written; an open one ends at the window's edge.
    """

    start: int
    stop: int
    form: Form = "range"

    @property
    def edge(self) -> tuple[int, int]:
        """The point an open place begins or ends at, `[start, stop)` of any other."""
        if self.form == "from":
            return self.start, self.start + 1
        if self.form == "until":
            return self.stop - 1, self.stop
        return self.start, self.stop


@dataclass(frozen=True)
class Axis:
    """The axis that places are read along.

    Attributes:
        view: the window.
        first: the number that the axis gives the window's first sample.
        times: (n,) clock times of the samples as shown, None where places name none.
    """

    view: WindowView
    first: int
    times: Times | None = None

    def stretch(self, place: Place) -> Stretch | None:
        """Return a place in samples; None where its axis is not there or is not a time."""
        match place.axis:
            case "sample":
                moved = self.view.start - self.first
                return self._cut(place.form, round(place.start) + moved, round(place.stop) + moved)
            case "second":
                return self._timed(place.form, self.view.seconds, place.start, place.stop)
            case "clock":
                return self._clocked(place)
            case "share":
                return self._share(place)

    def _cut(self, form: Form, first: int, last: int) -> Stretch:
        match form:
            case "from":
                return Stretch(first, max(first + 1, self.view.stop), form)
            case "until":
                return Stretch(min(last, self.view.start), last + 1, form)
            case _:
                return Stretch(first, max(first, last) + 1, form)

    def _share(self, place: Place) -> Stretch:
        n, start = len(self.view.values), self.view.start
        if place.form == "until":
            return Stretch(start, start + int(place.stop))
        if place.form == "from":
            return Stretch(self.view.stop - int(place.start), self.view.stop)
        first, stop = int(place.start * n), round(place.stop * n)
        return Stretch(start + min(first, n - 1), start + max(stop, first + 1))

    def _timed(
        self, form: Form, times: NDArray[np.float64] | None, first: float, last: float
    ) -> Stretch | None:
        if times is None or len(times) == 0:
            return None
        usual = float(np.median(np.diff(times))) if len(times) > 1 else 1.0
        beyond = last > times[-1] + usual or first < times[0]
        start = int(np.searchsorted(times, first)) + self.view.start
        stop = int(np.searchsorted(times, last, side="right")) + self.view.start
        if form in ("range", "point") and beyond:
            return Stretch(self.view.stop, self.view.stop + 1, form)
        if form == "point":
            near = min(start, self.view.stop - 1)
            return Stretch(near, near + 1, form)
        # Times that lie between two samples name no sample: the range is empty.
        return self._cut(form, start, stop - 1) if form != "range" else Stretch(start, stop, form)

    def _clocked(self, place: Place) -> Stretch | None:
        if self.times is None or len(self.times) == 0:
            return None
        seconds = (self.times - self.times[0]) / np.timedelta64(1, "s")
        moments = [self._moment(text) for text in place.clock]
        if None in moments:
            return None
        first, last = (float(moment) for moment in moments if moment is not None)
        if len(place.clock[1]) == 10:  # a day is meant until its end
            last += 86_400 - 1
        form = "range" if place.form == "point" and last > first else place.form
        return self._timed(form, seconds, first, last)

    def _moment(self, text: str) -> float | None:
        """Return seconds since the first time; a time without a day is the first such moment."""
        assert self.times is not None  # the caller looked
        origin = self.times[0]
        if len(text) >= 10:
            try:
                moment = np.datetime64(text.upper().replace(" ", "T"))
            except ValueError:
                return None
            return float((moment - origin) / np.timedelta64(1, "s"))
        hours, minutes, *rest = (int(part) for part in text.split(":"))
        of_day = np.timedelta64(hours * 3600 + minutes * 60 + sum(rest), "s")
        moment = origin.astype("datetime64[D]") + of_day
        if moment < origin:
            moment += np.timedelta64(1, "D")
        return float((moment - origin) / np.timedelta64(1, "s"))


def axis_of(
    view: WindowView,
    places: Iterable[Place],
    intervals: Sequence[FoundInterval],
    first: int | None = None,
    times: Times | None = None,
) -> Axis:
    """Return the axis that an answer's places were read from.

    Args:
        view: the window.
        places: everything the rationale names.
        intervals: the answer's own, in absolute samples.
        first: the number of the window's first sample on the axis, None when nobody says.
        times: (n,) clock times as the axis shows them.
    """
    if first is not None or view.start == 0:
        return Axis(view, view.start if first is None else first, times)
    numbered = [place for place in places if place.axis == "sample"]

    def agreement(axis: Axis) -> tuple[int, int]:
        inside, pointed = 0, 0
        for place in numbered:
            stretch = axis.stretch(replace(place, form="range"))
            if stretch is not None and view.start <= stretch.start < stretch.stop <= view.stop:
                inside += 1
                pointed += any(
                    stretch.start < one.stop and one.start < stretch.stop for one in intervals
                )
        return inside, pointed

    # Of equals the series' own numbers win, because that is what people and the rules write.
    return max((Axis(view, view.start, times), Axis(view, 0, times)), key=agreement)
