"""Plain sentences about a series' peculiarities: what is kept as it is, and what was left out."""

from collections.abc import Sequence

import numpy as np

from core.ingest.report import duration
from core.ingest.sentinels import find_sentinel
from core.series import TICKS_PER_SECOND, SeriesData

_SHORT = 30  # samples below which hardly any question can be answered
_GAP = 1.5  # a gap is a step longer than this many usual steps


def describe(data: SeriesData, names: Sequence[str], empty: Sequence[str]) -> list[str]:
    """Return the sentences for one series; `empty` are its columns without any value."""
    sentences: list[str] = []
    if empty:
        sentences.append(f"Left out because they hold no value at all: {_listed(empty)}.")
    # One channel at a time: series may fill half of the memory.
    missing = [int(np.isnan(channel).sum()) for channel in data.values.T]
    with_missing = [f"{name} ({n:,})" for name, n in zip(names, missing, strict=True) if n]
    if with_missing:
        sentences.append(f"Missing values are kept as missing: {_listed(with_missing)}.")
    for name, channel in zip(names, data.values.T, strict=True):
        if found := find_sentinel(channel):
            sentences.append(
                f"'{name}' holds {found[0]:g} in {found[1]:,} rows, far outside of all other "
                "values: it may stand for a missing value, and is kept as it is."
            )
    constant = [
        name for name, column in zip(names, data.values.T, strict=True)
        if np.nanmin(column) == np.nanmax(column)
    ]  # fmt: skip
    if constant:
        sentences.append(f"Never changes its value: {_listed(constant)}.")
    if data.n_samples < _SHORT:
        sentences.append(f"Only {data.n_samples} samples: too few for most questions.")
    return sentences + _about_time(data)


def _about_time(data: SeriesData) -> list[str]:
    if data.time is None or data.n_samples < 2:
        return []
    sentences: list[str] = []
    steps = np.diff(data.time)
    repeated = int((steps == 0).sum())
    if repeated:
        what = "row has" if repeated == 1 else "rows have"
        sentences.append(f"{repeated:,} {what} the time of the row before; all rows are kept.")
    forward = steps if not repeated else steps[steps > 0]
    # The order of steps does not matter any more, so no copy is made to find their middle.
    usual = float(np.median(forward, overwrite_input=True)) if len(forward) else 0.0
    gaps = int((steps > _GAP * usual).sum()) if usual else 0
    if gaps:
        # Where steps are uneven throughout, "gaps" would be nearly every step.
        what = "gap" if gaps == 1 else "gaps"
        step = duration(usual / TICKS_PER_SECOND[data.unit])
        sentences.append(f"{gaps:,} {what} (usual step {step}); nothing was filled in.")
    if data.unit == "us":
        sentences.append("Times reach beyond 1677 to 2262, so they are kept to the microsecond.")
    return sentences


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
