"""A later file that continues a stored series: what joins, what differs, which windows are new.

Pure. The stored samples are never changed or moved, because labels speak of them by number: new
samples come after them, and where the two differ the stored value is kept and the other listed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.series import TICKS_PER_SECOND, SeriesData, SeriesInfo, TimeUnit, cut_windows

LISTED = 200
"""Differences that are listed one by one; the others are counted."""
SHORTEST_WINDOW = 16
"""A window of fewer new samples than this takes stored ones before them along."""

Window = tuple[int, int]
"""Half-open absolute samples `[start, stop)`."""


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
    order = _channel_order(stored_info, new_info)
    reason = _other_kind(stored, stored_info, new, new_info) if order is not None else ""
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


def _channel_order(stored: SeriesInfo, new: SeriesInfo) -> list[int] | None:
    """Return where the file has each stored channel; None when the channels are not the same."""
    if stored.channel_names == new.channel_names:
        return list(range(len(stored.channel_names)))
    there = {name: place for place, name in enumerate(new.channel_names)}
    same = sorted(stored.channel_names) == sorted(new.channel_names)
    if not same or len(there) != len(new.channel_names):
        return None
    return [there[name] for name in stored.channel_names]


def _other_kind(
    stored: SeriesData, stored_info: SeriesInfo, new: SeriesData, new_info: SeriesInfo
) -> str:
    """Return why the two cannot be one series whatever their samples are; empty when they can."""
    units, new_units = _units(stored_info), _units(new_info)
    differ = [name for name in units if units[name] and new_units[name] not in ("", units[name])]
    if differ:
        name = differ[0]
        return (
            f"{name!r} is in {new_units[name]} in the file and in {units[name]} in "
            f"{stored_info.name!r}; values in two units cannot stand in one channel: convert the "
            "file, correct the unit, or store it as a series of its own"
        )
    if (stored.time is None) != (new.time is None):
        first, second = ("times", "none") if stored.time is None else ("no times", "some")
        return (
            f"the file has {first} and {stored_info.name!r} has {second}, so nothing says where "
            "its samples belong; choose a time column as it was for the series, or store the file "
            "as a series of its own"
        )
    zones_known = stored_info.zone_known and new_info.zone_known
    if stored.time is not None and not zones_known and stored_info.zone != new_info.zone:
        return (
            f"the file's times are taken as {new_info.zone} and those of {stored_info.name!r} as "
            f"{stored_info.zone}, and at least one of the two is an assumption; the same moment "
            f"may be meant by different times: read the file's times as {stored_info.zone}, or "
            "store it as a series of its own"
        )
    return ""


def _units(info: SeriesInfo) -> dict[str, str]:
    units = info.channel_units or ("",) * len(info.channel_names)
    return dict(zip(info.channel_names, units, strict=True))


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


# -- windows of the new samples


def covered_samples(windows: Iterable[Window], first: int = 0) -> int:
    """Return how many samples from `first` on lie in at least one of the windows."""
    covered, reach = 0, first
    for start, stop in sorted(windows):
        covered += max(0, stop - max(start, reach))
        reach = max(reach, stop)
    return covered


def covered_until(windows: Iterable[Window]) -> int:
    """Return the sample up to which the windows cover a series without a hole from its start."""
    reach = 0
    for start, stop in sorted(windows):
        if start > reach:
            break
        reach = max(reach, stop)
    return reach


def new_windows(
    windows_there: Sequence[Window], old_n: int, new_n: int, length: int, overlap: int
) -> list[Window]:
    """Cut the samples that came after sample `old_n`, and what was not yet asked before it.

    The first window shares `overlap` samples with the last one there. When fewer than `length`
    samples came, the window is short, but takes at least 16 samples, so that something is seen.

    Args:
        windows_there: the windows of the question on the series; they stay as they are.
        old_n: samples when it was last asked.
        new_n: samples now.

    Raises:
        DataError: for an impossible length or overlap.
    """
    reach = min(covered_until(windows_there), old_n)
    if reach == 0:
        return cut_windows(new_n, length, overlap)
    if covered_samples(windows_there) >= new_n:
        return []
    start = max(0, min(reach - overlap, new_n - min(length, SHORTEST_WINDOW)))
    cut = cut_windows(new_n - start, length, overlap)
    there = set(windows_there)
    moved = [(start + first, start + stop) for first, stop in cut]
    return [window for window in moved if window not in there]


def windows_now(
    windows_there: Sequence[Window], lengths: Sequence[int], length: int, overlap: int
) -> list[Window]:
    """Return the windows to ask a continued series with: those there, and new ones at its end.

    Args:
        windows_there: the windows of the question on the series so far.
        lengths: samples of each revision, the first one first.
    """
    n = lengths[-1]
    reach = covered_until(windows_there)
    if reach < lengths[0]:  # it was never asked as a whole
        return cut_windows(n, length, overlap)
    if reach < n:
        new = new_windows(windows_there, reach, n, length, overlap)
        return [*sorted(windows_there), *new]
    there = set(windows_there)
    if any(there.issuperset(cut_windows(one, length, overlap)) for one in lengths):
        return sorted(windows_there)
    return cut_windows(n, length, overlap)  # somebody wants it cut in another way


# -- which stored series a file may continue


class Continuable(Protocol):
    """What is known of a stored series without reading its samples."""

    @property
    def id(self) -> str: ...
    @property
    def info(self) -> SeriesInfo: ...
    @property
    def unit(self) -> TimeUnit: ...
    @property
    def n_samples(self) -> int: ...
    @property
    def first_tick(self) -> int | None: ...
    @property
    def last_tick(self) -> int | None: ...


def candidates(
    stored: Sequence[Continuable],
    info: SeriesInfo,
    first_tick: int | None,
    last_tick: int | None = None,
    unit: TimeUnit = "ns",
    n_samples: int = 0,
) -> list[str]:
    """Return the ids of the series that a file's series may continue, the likeliest first.

    The same channels and units, an axis of the same sort, and an end after the stored one. The same
    name or source comes first, then what ends nearest to where the file begins.
    """
    found: list[tuple[tuple[int, float], str]] = []
    for one in stored:
        if _channel_order(one.info, info) is None or _unlike(one.info, info):
            continue
        if (one.first_tick is None) != (first_tick is None):
            continue
        if one.first_tick is None or one.last_tick is None or first_tick is None:
            if n_samples and n_samples <= one.n_samples:
                continue
            distance = float(abs(n_samples - one.n_samples))
        else:
            scale = TICKS_PER_SECOND[one.unit]
            begins = first_tick / TICKS_PER_SECOND[unit]
            ends = begins if last_tick is None else last_tick / TICKS_PER_SECOND[unit]
            if begins < one.first_tick / scale or ends < one.last_tick / scale:
                continue
            distance = abs(begins - one.last_tick / scale)
        found.append(((_strangeness(one.info, info), distance), one.id))
    return [series_id for _, series_id in sorted(found)]


def _unlike(stored: SeriesInfo, new: SeriesInfo) -> bool:
    units, new_units = _units(stored), _units(new)
    return any(units[name] and new_units[name] not in ("", units[name]) for name in units)


def _strangeness(stored: SeriesInfo, new: SeriesInfo) -> int:
    """Return 0 for the same name, 1 for names that differ in their numbers (a date), 2 else."""
    names = {name for name in (stored.name, stored.source) if name}
    new_names = {name for name in (new.name, new.source) if name}
    if names & new_names:
        return 0
    return 1 if {_stem(name) for name in names} & {_stem(name) for name in new_names} else 2


def _stem(name: str) -> str:
    """Return a name without folders, ending and numbers: `a/pump-3_2024-11.csv` gives `pump`."""
    tail = name.replace("\\", "/").rsplit("/", 1)[-1].split(".", 1)[0]
    letters = "".join(letter if letter.isalpha() else " " for letter in tail.casefold())
    return " ".join(letters.split()) or tail
