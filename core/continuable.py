"""Which series can be one at all, by channels, units and axis; no samples are compared. Pure."""

from collections.abc import Sequence
from typing import Protocol

from core.series import TICKS_PER_SECOND, SeriesData, SeriesInfo, TimeUnit


def channel_order(stored: SeriesInfo, new: SeriesInfo) -> list[int] | None:
    """Return where the file has each stored channel; None when the channels are not the same."""
    if stored.channel_names == new.channel_names:
        return list(range(len(stored.channel_names)))
    there = {name: place for place, name in enumerate(new.channel_names)}
    same = sorted(stored.channel_names) == sorted(new.channel_names)
    if not same or len(there) != len(new.channel_names):
        return None
    return [there[name] for name in stored.channel_names]


def other_kind(
    stored: SeriesData, stored_info: SeriesInfo, new: SeriesData, new_info: SeriesInfo
) -> str:
    """Return why the two cannot be one series whatever their samples are; empty when they can."""
    units, new_units = _units(stored_info), _units(new_info)
    if differ := _other_units(stored_info, new_info):
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


def _other_units(stored: SeriesInfo, new: SeriesInfo) -> list[str]:
    """Return the channels whose two units differ; an unknown unit differs from none."""
    units, new_units = _units(stored), _units(new)
    return [name for name in units if units[name] and new_units[name] not in ("", units[name])]


def _units(info: SeriesInfo) -> dict[str, str]:
    units = info.channel_units or ("",) * len(info.channel_names)
    return dict(zip(info.channel_names, units, strict=True))


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
        if channel_order(one.info, info) is None or _other_units(one.info, info):
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
