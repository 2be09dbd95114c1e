"""A later file that continues a stored series: what joins and what differs.

Pure. The stored samples are never changed or moved, because labels speak of them by number: new
samples come after them, and where the two differ the stored value is kept and the other listed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from core.continuable import channel_order, other_kind
from core.series import TICKS_PER_SECOND, SeriesData, SeriesInfo, TimeUnit

LISTED = 200
"""Differences that are listed one by one; the others are counted."""


@dataclass(frozen=True)
class Conflict:
    """One value that the two files give differently; what is stored is kept.

    Attributes:
        sample: absolute sample of the stored series; where it has none at this time, the sample
            before which the new one would lie.
        tick: time in the stored unit; None on a sample index.
        stored: None where the stored series has no sample at this time: the new one is left out.
    """

    sample: int
    tick: int | None
    channel: int
    stored: float | None
    new: float | None


@dataclass(frozen=True, eq=False)
class Continuation:
    """What joining a file to a stored series would do.

    Attributes:
        fits: whether it can be joined; `reason` says why not, in three parts.
        joined: the stored samples and the new ones after them; None when it does not fit.
        n_overlap: samples of the file at places that the stored series has already.
        n_equal: those of them whose values all are what is stored.
        conflicts: the first 200 values that differ, or have no place; `n_conflicts` counts all.
        n_between: samples of the file between stored ones, which would move labels: left out.
        n_absent: stored samples inside the file's time that the file does not have: kept.
        n_new: samples after the stored ones.
        gap_words: how long nothing was recorded before the new samples; empty when at once.
        doubt: why this may be another recording after all; empty when nothing speaks for it.
        places: (samples of the file,) the sample each has in `joined`; -1 where it was left out.
    """

    fits: bool
    reason: str = ""
    joined: SeriesData | None = None
    n_overlap: int = 0
    n_equal: int = 0
    conflicts: tuple[Conflict, ...] = ()
    n_conflicts: int = 0
    n_between: int = 0
    n_absent: int = 0
    n_new: int = 0
    gap_words: str = ""
    doubt: str = ""
    places: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))


def continues(
    stored: SeriesData, stored_info: SeriesInfo, new: SeriesData, new_info: SeriesInfo
) -> Continuation:
    """Compare a file's series with a stored one, and join them where that can be done.

    Samples at a time that occurs several times are matched in their order. On a sample index there
    is no time to match by: the file must begin with the stored samples.
    """
    order = channel_order(stored_info, new_info)
    reason = other_kind(stored, stored_info, new, new_info) if order is not None else ""
    if order is None:
        reason = (
            f"the file has the channels {_listed(new_info.channel_names)} and the series "
            f"{_listed(stored_info.channel_names)}; only the same channels can go on, in any "
            "order: store the file as a series of its own, or rename the channels"
        )
    if reason or order is None:
        return Continuation(fits=False, reason=reason)
    values = new.values if order == list(range(len(order))) else new.values[:, order]
    if stored.time is None or new.time is None:
        return _on_index(stored, stored_info, replace(new, values=values))
    time = _in_unit(new.time, new.unit, stored.unit)
    if time is None:
        return Continuation(fits=False, reason=_finer(stored.unit, new.unit))
    same_unit = SeriesData(values, time, stored.unit, new.source_row)
    if time[0] < stored.time[0]:
        early = int(np.searchsorted(time, stored.time[0]))
        return Continuation(
            fits=False,
            reason=(
                f"{early:,} of the file's samples are before the first one of "
                f"{stored_info.name!r}; in front of it they would move every label, and left out "
                "they would be lost: store the file as a series of its own"
            ),
        )
    return _on_time(stored, stored_info, same_unit)


def _on_index(stored: SeriesData, info: SeriesInfo, new: SeriesData) -> Continuation:
    places = np.arange(new.n_samples, dtype=np.int64)
    n = min(stored.n_samples, new.n_samples)
    found = _compare(stored, new, places[:n], np.arange(n))
    if found.n_conflicts:
        first = found.conflicts[0]
        reason = (
            f"the file has no times and does not begin with the samples of {info.name!r}: sample "
            f"{first.sample:,} is {first.new} and {first.stored} is stored; without times only a "
            "file that repeats all stored samples can go on: store it as a series of its own"
        )
        return replace(found, fits=False, reason=reason)
    return _joined(found, stored, info, new, places)


def _on_time(stored: SeriesData, info: SeriesInfo, new: SeriesData) -> Continuation:
    assert stored.time is not None and new.time is not None
    last = stored.time[-1]
    n_early = int(np.searchsorted(new.time, last, side="right"))  # the rest is new for certain
    early = new.time[:n_early]
    first = np.searchsorted(stored.time, early, side="left")
    there = np.searchsorted(stored.time, early, side="right") - first
    rank = np.arange(n_early) - np.searchsorted(early, early, side="left")
    matched = rank < there
    # Another sample at the very last time moves nothing: it comes after the last one.
    between = ~matched & (early < last)
    places = np.full(new.n_samples, -1, dtype=np.int64)
    rows = np.flatnonzero(matched)
    places[rows] = (first + rank)[rows]
    fresh = np.concatenate(
        [np.flatnonzero(~matched & ~between), np.arange(n_early, new.n_samples)]
    ).astype(np.int64)
    places[fresh] = stored.n_samples + np.arange(len(fresh))
    left_out = np.flatnonzero(between)
    found = _compare(stored, new, places[rows], rows, left_out, first[left_out])
    began = int(np.searchsorted(stored.time, new.time[0], side="left"))
    covered = int(np.searchsorted(stored.time, new.time[-1], side="right")) - began
    found = replace(found, n_between=len(left_out), n_absent=max(0, covered - len(rows)))
    return _joined(found, stored, info, new, places)


def _joined(
    found: Continuation,
    stored: SeriesData,
    info: SeriesInfo,
    new: SeriesData,
    places: NDArray[np.int64],
) -> Continuation:
    """Put the samples of the file that are new after the stored ones."""
    fresh = np.flatnonzero(places >= stored.n_samples)
    found = replace(found, places=places, n_new=len(fresh), doubt=_doubt(found))
    if not len(fresh):
        return replace(found, fits=False, reason=_nothing_new(info))
    time = None
    gap_words = ""
    if stored.time is not None and new.time is not None:
        time = np.concatenate([stored.time, new.time[fresh]])
        gap_words = _gap(stored.time, int(new.time[fresh[0]]), stored.unit)
    joined = SeriesData(
        values=np.concatenate([stored.values, new.values[fresh]]),
        time=time,
        unit=stored.unit,
        source_row=np.concatenate([stored.source_row, _rows(stored, new, places)[fresh]]),
    )
    return replace(found, fits=True, joined=joined, gap_words=gap_words)


def _rows(stored: SeriesData, new: SeriesData, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the source rows of the file's samples, such that no row occurs twice in the joined.

    A file that repeats all stored samples, grown at its end, keeps its own numbers; those of any
    other are counted on from the stored ones.
    """
    n = stored.n_samples
    repeats = new.n_samples > n and bool(
        np.array_equal(places[:n], np.arange(n))
        and np.array_equal(new.source_row[:n], stored.source_row)
    )
    return new.source_row if repeats else new.source_row + (stored.source_row.max() + 1)


def _compare(
    stored: SeriesData,
    new: SeriesData,
    at: NDArray[np.int64],
    rows: NDArray[np.int64],
    left_out: NDArray[np.int64] | None = None,
    before: NDArray[np.int64] | None = None,
) -> Continuation:
    """Compare the file's samples `rows` with the stored ones `at`; `left_out` have no place."""
    one, other = stored.values[at], new.values[rows]
    differs = (one != other) & ~(np.isnan(one) & np.isnan(other))
    places = np.argwhere(differs)
    listed = [
        Conflict(
            sample=int(at[k]),
            tick=None if stored.time is None else int(stored.time[at[k]]),
            channel=int(channel),
            stored=float(one[k, channel]),
            new=float(other[k, channel]),
        )
        for k, channel in places[:LISTED]
    ]
    n_conflicts = len(places)
    if left_out is not None and before is not None and new.time is not None:
        n_conflicts += len(left_out) * new.n_channels
        for row, sample in zip(left_out[:LISTED], before[:LISTED], strict=True):
            for channel in range(new.n_channels):
                value = float(new.values[row, channel])
                listed.append(Conflict(int(sample), int(new.time[row]), channel, None, value))
    listed.sort(key=lambda conflict: (conflict.sample, conflict.tick or 0, conflict.channel))
    return Continuation(
        fits=True,
        n_overlap=len(at),
        n_equal=int((~differs.any(axis=1)).sum()),
        conflicts=tuple(listed[:LISTED]),
        n_conflicts=n_conflicts,
    )


def _in_unit(time: NDArray[np.int64], unit: TimeUnit, wanted: TimeUnit) -> NDArray[np.int64] | None:
    """Return times in another unit; None when that would lose a digit or does not fit."""
    if unit == wanted:
        return time
    if wanted == "us":
        return None if np.any(time % 1000) else time // 1000
    limit = np.iinfo(np.int64).max // 1000
    return None if time[0] < -limit or time[-1] > limit else time * 1000


def _finer(stored: TimeUnit, new: TimeUnit) -> str:
    what = "nanoseconds" if stored == "us" else "years outside 1677 to 2262"
    return (
        f"the file's times have {what}, which the series, stored in {stored}, cannot hold; nothing "
        f"is rounded in silence: store the file ({new}) as a series of its own"
    )


def _nothing_new(info: SeriesInfo) -> str:
    return (
        f"the file has no sample after the last one of {info.name!r}, so there is nothing to add; "
        "choose a later file"
    )


def _doubt(found: Continuation) -> str:
    if found.n_overlap < 2 or found.n_equal * 2 > found.n_overlap:
        return ""
    differ = found.n_overlap - found.n_equal
    return (
        f"{differ:,} of the {found.n_overlap:,} samples that both have differ: this may be "
        "another recording, or the same one with other digits."
    )


def _gap(stored: NDArray[np.int64], first_new: int, unit: TimeUnit) -> str:
    """Say how long the pause before the first new sample is; "" when it is an ordinary step."""
    pause = (first_new - int(stored[-1])) / TICKS_PER_SECOND[unit]
    # The latest steps say what is ordinary now; all 10 million of them would say it no better.
    steps = np.diff(stored[-1001:]) / TICKS_PER_SECOND[unit]
    step = float(np.median(steps)) if len(steps) else 0.0
    if not len(steps) or pause <= 1.5 * step:
        return ""
    return (
        f"{_lasting(pause)} without a sample before the new ones (the usual step: {_lasting(step)})"
    )


def _lasting(seconds: float) -> str:
    for size, word in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:,.4g} {word}"
    return f"{seconds:.4g} s"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:6])
    return shown + (f" and {len(names) - 6} more" if len(names) > 6 else "")
