"""Mutes: findings that are expected, and so hidden until a date, for a stated reason.

A mute holds conditions; it hides the findings that meet all of them and that nobody has decided on.
Muting is no judgement: nothing of it is learned from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from core.annotations import LogEntry
from core.model import Frozen

Flags = NDArray[np.bool_]
DAY_MINUTES = 24 * 60
_NS_PER_US = 1_000


class Mute(Frozen):
    """What is hidden, why, and until when; empty conditions say nothing.

    Attributes:
        until: it hides nothing from this moment on; None for as long as it stands.
        series_id: findings of this series.
        channels: findings on no other channels than these; needs `series_id`.
        type: findings of this type, by name.
        said_by: findings that this author alone says (kind and name, `core.findings.Said`).
        weekdays: findings that start on these days, Monday is 0, in `zone`.
        minutes: findings that start at these minutes of the day, `[first, last)`, in `zone`; a
            window over midnight has the later minute first, and belongs to the day it begins on.
        log_entry_id: findings that share time with this entry of the event log, or
        log_kind: with any entry of this kind;
        around_s: or lie at most so many seconds (samples, on a series without times) from it.
    """

    id: str
    person: str
    reason: str
    created_at: datetime
    until: datetime | None = None
    series_id: str = ""
    channels: tuple[int, ...] = ()
    type: str = ""
    said_by: tuple[str, str] | None = None
    weekdays: tuple[int, ...] = ()
    minutes: tuple[int, int] | None = None
    zone: str = "UTC"
    log_entry_id: str = ""
    log_kind: str = ""
    around_s: float = 0.0

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if not self.reason.strip():
            raise ValueError("the mute gives no reason; say why these findings are expected")
        if not (
            self.series_id
            or self.type
            or self.said_by
            or self.weekdays
            or self.minutes
            or self.log_entry_id
            or self.log_kind
        ):
            raise ValueError("the mute names no condition, so it would hide everything; add one")
        if self.channels and not self.series_id:
            raise ValueError("channels are of one series; name the series too")
        if self.until is not None and self.until <= self.created_at:
            raise ValueError("the mute ends before it begins; choose a later day")
        first, last = self.minutes or (0, DAY_MINUTES)
        if not (0 <= first < DAY_MINUTES and 0 <= last <= DAY_MINUTES and first != last):
            raise ValueError(f"minutes {first} to {last} are no window of a day")
        if not all(0 <= day <= 6 for day in self.weekdays) or self.around_s < 0:
            raise ValueError(
                "weekdays go from 0 to 6, and the time around an entry is not negative"
            )
        return self

    def active(self, now: datetime) -> bool:
        """Tell whether it hides anything at this moment."""
        return self.until is None or now < self.until


@dataclass(frozen=True, eq=False)
class Places:
    """Where n findings are, as mutes ask for it.

    Attributes:
        series_ids, types: (n,) of text.
        channels: the channels of each, all of them named.
        authors: (kind, name) of all who say each.
        starts, stops: (n,) samples `[start, stop)`.
        first_us, last_us: (n,) times of the first and the last sample, microseconds since 1970,
            UTC; without meaning where `timed` is False.
        timed: (n,) whether the series has times.
    """

    series_ids: NDArray[np.str_]
    types: NDArray[np.str_]
    channels: Sequence[frozenset[int]]
    authors: Sequence[frozenset[tuple[str, str]]]
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    first_us: NDArray[np.int64]
    last_us: NDArray[np.int64]
    timed: Flags


def hidden_by(mute: Mute, places: Places, log: Sequence[LogEntry]) -> Flags:
    """Return which findings meet all conditions of the mute; its end date is not looked at."""
    hides = np.ones(len(places.series_ids), np.bool_)
    if mute.series_id:
        hides &= places.series_ids == mute.series_id
    if mute.type:
        hides &= places.types == mute.type
    if mute.channels:
        wanted = frozenset(mute.channels)
        for k in np.flatnonzero(hides).tolist():
            hides[k] = places.channels[k] <= wanted
    if mute.said_by:
        alone = frozenset({mute.said_by})
        for k in np.flatnonzero(hides).tolist():
            hides[k] = places.authors[k] == alone
    if mute.weekdays or mute.minutes:
        hides &= _in_clock(mute, places)
    if mute.log_entry_id or mute.log_kind:
        hides &= _beside(mute, places, log)
    return hides


def _in_clock(mute: Mute, places: Places) -> Flags:
    # every process that stores a mute imports this file; few look at clocks
    import pandas as pd

    moments = pd.to_datetime(pd.Series(places.first_us), unit="us", utc=True)
    local = moments.dt.tz_convert(mute.zone).dt
    minute = (local.hour * 60 + local.minute).to_numpy()
    weekday = local.day_of_week.to_numpy().copy()
    first, last = mute.minutes or (0, DAY_MINUTES)
    if first < last:
        inside = (minute >= first) & (minute < last)
    else:
        inside = (minute >= first) | (minute < last)
        weekday[minute < last] = (weekday[minute < last] - 1) % 7
    if mute.weekdays:
        inside &= np.isin(weekday, mute.weekdays)
    return inside & places.timed


def _beside(mute: Mute, places: Places, log: Sequence[LogEntry]) -> Flags:
    found = np.zeros(len(places.series_ids), np.bool_)
    for entry in log:
        if entry.id != mute.log_entry_id and not (mute.log_kind and entry.kind == mute.log_kind):
            continue
        end = entry.tick if entry.end is None else entry.end
        around_us = round(mute.around_s * 1e6)
        in_time = (places.last_us >= entry.tick // _NS_PER_US - around_us) & (
            places.first_us <= end // _NS_PER_US + around_us
        )
        near = places.timed & in_time
        if entry.series_id is not None:
            # the log of a series without times counts in samples
            in_samples = (places.stops > entry.tick - mute.around_s) & (
                places.starts <= end + mute.around_s
            )
            near |= ~places.timed & in_samples
            near &= places.series_ids == entry.series_id
        found |= near
    return found
