"""Times as stored, and the reading of times without a day: clocks and durations."""
# pyright: basic
# Arrow ships no type stubs, so the strict rules about unknown types cannot hold here.

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from core.series import TimeUnit

_FORM = (
    r"^[\[\"' ]*(?:(?P<days>-?\d+) ?(?:days?|d)[, +]*)?"
    r"(?:(?P<h>\d{1,6}):)?(?P<m>\d{1,6}):(?P<s>\d{2})"
    r"(?:[.,:](?P<fraction>\d{1,9}))?(?: ?(?P<half>[AaPp])\.? ?[Mm]\.?)?[\]\"' ]*$"
)
_DAY = 86_400 * 10**9


@dataclass(frozen=True, eq=False)
class Ticks:
    """Times as stored.

    Attributes:
        ticks: (n,) int64 UTC ticks of `unit` since 1970; meaningless where not `valid`.
        valid: (n,) False where a cell is missing or no time in this format.
        unit: ns, or us when a time does not fit into ns.
        offsets: (n,) True where the cell itself stated an offset from UTC.
        notes: sentences about what was assumed.
    """

    ticks: NDArray[np.int64]
    valid: NDArray[np.bool_]
    unit: TimeUnit
    offsets: NDArray[np.bool_]
    notes: list[str]


def durations(column: pa.ChunkedArray) -> Ticks:
    """Read times without a day as counted from a start; a clock that starts anew adds a day."""
    texts = column.cast(pa.string()).to_pandas().astype("str").str.strip()
    parts = texts.str.extract(_FORM)
    valid = parts["m"].notna().to_numpy()
    fraction = parts["fraction"].fillna("").str.ljust(9, "0").replace("000000000", "0")
    whole = {key: pd.to_numeric(parts[key]).fillna(0).to_numpy(np.int64) for key in "hms"}
    days = pd.to_numeric(parts["days"]).fillna(0).to_numpy(np.int64)
    three = parts["h"].notna().to_numpy()
    # 1:02 is hours and minutes; where any cell has a fraction, minutes and seconds.
    seconds_last = bool(parts["fraction"].notna().any())
    hours, minutes, seconds = (
        np.where(three, whole["h"], 0 if seconds_last else whole["m"]),
        np.where(three, whole["m"], whole["m"] if seconds_last else whole["s"]),
        np.where(three, whole["s"], whole["s"] if seconds_last else 0),
    )
    half = parts["half"].str.lower().to_numpy()
    hours = np.where(half == "p", hours % 12 + 12, np.where(half == "a", hours % 12, hours))
    nano = fraction.replace("", "0").astype(np.int64).to_numpy()
    ticks = ((hours * 60 + minutes) * 60 + seconds) * 10**9 + nano + days * _DAY
    notes: list[str] = []
    known = np.flatnonzero(valid)
    steps = np.diff(ticks[known])
    anew = steps < -_DAY // 2
    if anew.any() and bool((ticks[known] < _DAY).all()):
        ticks[known[1:]] += np.cumsum(anew) * _DAY
        times = "once" if anew.sum() == 1 else f"{int(anew.sum()):,} times"
        notes.append(f"The clock starts anew {times}; a day was added each time.")
    return Ticks(ticks, valid, "ns", np.zeros(len(ticks), bool), notes)
