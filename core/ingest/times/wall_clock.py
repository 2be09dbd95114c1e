"""Times as the clocks of a zone show them, to UTC; the file's order tells repeated hours apart."""
# pyright: basic

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def to_utc(local: pd.Series, zone: str) -> tuple[pd.Series, list[str]]:
    """Return the naive UTC times of naive local ones, in the file's order, and what was assumed."""
    aware = local.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
    odd = local.notna() & aware.isna()
    if not odd.any():
        return aware.dt.tz_convert("UTC").dt.tz_localize(None), []
    # With an answer to "which one", only skipped times stay without a reading.
    first = np.ones(len(local), bool)
    skipped = odd & local.dt.tz_localize(zone, ambiguous=first, nonexistent="NaT").isna()
    repeated = (odd & ~skipped).to_numpy()
    summer, told = _summer(local.to_numpy(), repeated)
    utc = local.dt.tz_localize(zone, ambiguous=summer, nonexistent="NaT")
    utc = utc.dt.tz_convert("UTC").dt.tz_localize(None)
    notes: list[str] = []
    if repeated.any():
        how = "the file's order tells which of the two each is"
        if not told.all():
            n = int((~told).sum())
            how = f"{n:,} of them were read as summer time, the order tells the others"
        if not told.any():
            how = "the order does not tell which of the two, so they were read as summer time"
        n = int(repeated.sum())
        notes.append(f"{n:,} {_times(n)} into an hour that the clocks of {zone} repeat; {how}.")
    if skipped.any():
        utc = utc.where(~skipped, _skipped(local[skipped], zone).reindex(local.index))
        n = int(skipped.sum())
        notes.append(
            f"{n:,} {_times(n)} into an hour that the clocks of {zone} skip; read as if the "
            "clock had not been put forward yet."
        )
    return utc, notes


def _summer(
    local: NDArray[np.datetime64], repeated: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say which repeated times are the first (summer) ones, and for which the order tells.

    Rows that follow each other inside the hour form a run. One step against the direction of the
    file inside a run is where the clocks were put back.
    """
    summer = np.ones(len(local), bool)
    told = np.ones(int(repeated.sum()), bool)
    rows = np.flatnonzero(repeated)
    if not len(rows):
        return summer, told
    ticks = local.astype("datetime64[us]").astype(np.int64)
    known = ~np.isnat(local)
    steps = np.diff(ticks[known])
    down = (steps < 0).sum() > (steps > 0).sum()
    # Equal times elsewhere (several ids at each time) say that equal times are no second pass.
    outside = np.diff(ticks[known & ~repeated])
    equal_counts = len(outside) > 0 and bool((outside != 0).all())
    position = 0
    for run in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
        moves = np.diff(ticks[run]) * (-1 if down else 1)
        breaks = np.flatnonzero(moves <= 0 if equal_counts else moves < 0)
        if len(breaks) == 1:
            second = slice(breaks[0] + 1, None) if not down else slice(0, breaks[0] + 1)
            summer[run[second]] = False
        else:
            told[position : position + len(run)] = False
        position += len(run)
    return summer, told


def _skipped(local: pd.Series, zone: str) -> pd.Series:
    """Read times that no clock showed with the offset that held before the jump."""
    nanosecond = pd.Timedelta(1, unit="us")
    jump = local.dt.tz_localize(
        zone, nonexistent="shift_forward", ambiguous=np.ones(len(local), bool)
    )
    before = (jump - nanosecond).dt.tz_localize(None) - (jump - nanosecond).dt.tz_convert(
        "UTC"
    ).dt.tz_localize(None)
    return local - before


def _times(n: int) -> str:
    return "time falls" if n == 1 else "times fall"
