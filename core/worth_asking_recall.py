"""How much of what people look for a screening keeps: its recall, estimated and labelled as such.

reviewed   Of `MIN_REVIEWED` or more windows in which people found an event, the share that is kept,
           with Wilson's interval. Honest only where people looked at windows that the screening had
           not chosen for them.
injected   Otherwise: events of the default types are put into windows of these very series that the
           screening would leave out, one at a time, and the share is taken of which a window that
           holds the event is kept. Heights and lengths are those of `core.chooser_trials` times
           `SIZES`. At most 20,000 samples around the window are looked at. It says what the
           screening sees of such events; real ones may be of other kinds, or smaller. With four
           detectors on 120 generated series whose events are known it came within 5 points of the
           share of events kept where a fifth of the windows is kept, and was 11 to 20 points too
           low where two fifths are, as windows that are kept anyway take no events
           (`python -m benchmarks.worth_asking`). An event over several windows counts once: of
           windows with events fewer are kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import Generator

from core.chooser_evidence import part_of
from core.chooser_trials import put_event
from core.detectors import DETECTORS
from core.detectors.period import period_of
from core.errors import DataError
from core.evaluation_words import with_interval
from core.metrics import Estimate, accuracy
from core.model import Frozen
from core.worth_asking import Reviews, SeriesWindows, WindowScreening, screen_windows

MIN_REVIEWED = 10
INJECTED = 48
KINDS = ("spike", "level", "scale", "stuck")
SIZES = {"small": 0.5, "medium": 1.0, "large": 2.0}


class SizeRecall(Frozen):
    """How many of the injected events of one size were kept."""

    size: str
    kept: int
    n: int


class ScreeningRecall(Frozen):
    """The recall of a screening.

    Attributes:
        source: what it is estimated on; "nothing" where no event could be put in.
        kept, n: windows or injected events.
        estimate: `kept / n` with its 95 % interval.
        by_size: of injected events only.
        sentence: for people.
    """

    source: Literal["reviewed", "injected", "nothing"]
    kept: int
    n: int
    estimate: Estimate
    by_size: tuple[SizeRecall, ...] = ()
    sentence: str


@dataclass(frozen=True)
class _Trial:
    size: str
    kept: bool


def estimated_recall(
    series: Sequence[SeriesWindows],
    screened: Sequence[WindowScreening],
    n_injected: int = INJECTED,
    seed: int = 0,
) -> ScreeningRecall:
    """Estimate the recall of a screening of some series.

    Args:
        series: the series with what people said of their windows.
        screened: the screening of each, all by one method and rule.
        n_injected: how many events are put in where reviews are too few; each costs two scorings.
        seed: of the injected events.

    Raises:
        DataError: unless there is one screening per series, all alike.
    """
    found = reviewed_recall([one.reviewed for one in series], screened)
    return found or injected_recall(series.__getitem__, screened, n_injected, seed)


def reviewed_recall(
    reviewed: Sequence[Reviews], screened: Sequence[WindowScreening]
) -> ScreeningRecall | None:
    """Take the recall from what people said; None where they found too few events.

    Raises:
        DataError: unless there is one screening per series, all alike.
    """
    _check(len(reviewed), screened)
    found = [
        bool(kept)
        for said, screening in zip(reviewed, screened, strict=True)
        for kept, has_event in zip(screening.kept, said, strict=bool(said))
        if has_event
    ]
    return _of_reviewed(found, screened) if len(found) >= MIN_REVIEWED else None


def injected_recall(
    series_at: Callable[[int], SeriesWindows],
    screened: Sequence[WindowScreening],
    n_injected: int = INJECTED,
    seed: int = 0,
) -> ScreeningRecall:
    """Estimate the recall from injected events; one series is held at a time.

    Args:
        series_at: gives the series of a screening by its place.

    Raises:
        DataError: unless the screenings are by one method and rule.
    """
    _check(len(screened), screened)
    return _of_injected(series_at, screened, n_injected, seed)


def _check(n_series: int, screened: Sequence[WindowScreening]) -> None:
    rules = {(one.method, one.keep.model_dump_json()) for one in screened}
    if n_series != len(screened) or len(rules) != 1:
        raise DataError(
            f"{len(screened)} screenings by {len(rules)} rules of {n_series} series have no "
            "recall in common; screen every series once, by one method and rule"
        )


def _of_reviewed(found: Sequence[bool], screened: Sequence[WindowScreening]) -> ScreeningRecall:
    estimate = accuracy(sum(found), len(found))
    return ScreeningRecall(
        source="reviewed",
        kept=sum(found),
        n=len(found),
        estimate=estimate,
        sentence=f"{_keeps(screened)} Of the {len(found)} windows in which people found an event "
        f"it keeps {with_interval(estimate)}.",
    )


def _of_injected(
    series_at: Callable[[int], SeriesWindows],
    screened: Sequence[WindowScreening],
    n: int,
    seed: int,
) -> ScreeningRecall:
    trials: list[_Trial] = []
    sizes, n_series = list(SIZES), len(screened)
    for number in range(n):
        # kind and size run through all their pairs, however many series there are
        kind = KINDS[number % len(KINDS)]
        size = sizes[number // len(KINDS) % len(sizes)]
        place = number * n_series // n if n_series > n else number % n_series
        rng = np.random.default_rng([seed, number])
        trial = _inject(series_at(place), screened[place], kind, size, rng)
        trials += [] if trial is None else [trial]
    estimate = accuracy(sum(one.kept for one in trials), len(trials))
    by_size = tuple(_size_recall(size, trials) for size in sizes) if trials else ()
    return ScreeningRecall(
        source="injected" if trials else "nothing",
        kept=sum(one.kept for one in trials),
        n=len(trials),
        estimate=estimate,
        by_size=by_size,
        sentence=f"{_keeps(screened)} {_injected_words(estimate, len(trials), by_size)}",
    )


def _inject(
    series: SeriesWindows, screening: WindowScreening, kind: str, size: str, rng: Generator
) -> _Trial | None:
    """Put one event in and screen again; None where it changes nothing or finds no place."""
    if not series.windows:
        return None
    start, stop = part_of(series.values, series.windows[int(rng.integers(len(series.windows)))])
    part = SeriesWindows(
        values=np.array(series.values[start:stop], np.float64),
        seconds=None if series.seconds is None else series.seconds[start:stop],
        windows=tuple((a - start, b - start) for a, b in series.windows if start <= a < b <= stop),
    )
    if not part.windows:
        return None
    calm = np.flatnonzero(~screen_windows(part, screening.method, screening.keep).kept)
    places = calm if len(calm) else np.arange(len(part.windows))
    first, last = part.windows[int(rng.choice(places))]
    length = _length(kind, SIZES[size], period_of(part.values), last - first, rng)
    begin = int(rng.integers(first, last - length + 1))
    before = part.values.copy()
    put_event(part.values, kind, begin, begin + length, rng, SIZES[size])
    if np.array_equal(before, part.values, equal_nan=True):
        return None
    kept = screen_windows(part, screening.method, screening.keep).kept
    holds = [a <= begin and begin + length <= b for a, b in part.windows]
    return _Trial(size, bool((kept & np.array(holds)).any()))


def _length(kind: str, size: float, period: int, window: int, rng: Generator) -> int:
    """Return samples of an event: half a period to two, times its size; a spike has 1 to 3."""
    if kind == "spike":
        return min(window, int(rng.integers(1, 4)))
    return min(max(8, round(period * rng.uniform(0.5, 2) * size)), max(1, window // 3))


def _size_recall(size: str, trials: Sequence[_Trial]) -> SizeRecall:
    of_size = [one.kept for one in trials if one.size == size]
    return SizeRecall(size=size, kept=sum(of_size), n=len(of_size))


def _keeps(screened: Sequence[WindowScreening]) -> str:
    n_kept = sum(int(one.kept.sum()) for one in screened)
    n = sum(len(one.kept) for one in screened)
    share = f" ({100 * n_kept / n:.0f}\N{NO-BREAK SPACE}%)" if n else ""
    return f"{DETECTORS[screened[0].method]().name} keeps {n_kept:,} of {n:,} windows{share}."


def _injected_words(estimate: Estimate, n: int, by_size: Sequence[SizeRecall]) -> str:
    if not n:
        return (
            "How many events it loses cannot be estimated: too few windows are reviewed, and "
            "nothing could be put into these series."
        )
    sizes = ", ".join(f"{one.size} {one.kept} of {one.n}" for one in by_size)
    return (
        f"It would keep {with_interval(estimate)} of events, estimated on {n} injected events "
        f"({sizes}); real ones may be harder to see."
    )
