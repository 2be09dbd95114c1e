"""What each file at hand is and becomes: one verdict and one row per file. No Streamlit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.ingest import Built
from core.series import TICKS_PER_SECOND, SeriesData
from pages.components.workflows.uploading import Desk, Upload
from storage.rows import StoredSeries

State = Literal["ready", "here", "twin", "look"]

STATES: dict[State, str] = {
    "ready": "ready",
    "here": "stored already",
    "twin": "twice at hand",
    "look": "needs a look",
}
_SECONDS = ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min"), (1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


@dataclass(frozen=True, eq=False)
class Verdict:
    """What a file at hand is.

    Attributes:
        built: what it was read to; None when it cannot be read as chosen.
        note: why it cannot be read, or which series or file it repeats.
    """

    upload: Upload
    state: State
    built: Built | None
    note: str = ""

    @property
    def stores(self) -> bool:
        """Whether the button stores something of this file."""
        return self.state == "ready"


def judge(
    desk: Desk, uploads: Sequence[Upload], stored: Mapping[str, StoredSeries]
) -> list[Verdict]:
    """Say of each file what it is; `stored` is the project's series by content hash."""
    verdicts: list[Verdict] = []
    first: dict[str, str] = {}
    for upload in uploads:
        built, reason = desk.state(upload)
        if built is None:
            verdicts.append(Verdict(upload, "look", None, reason))
            continue
        hashes = [data.content_hash for data, _ in built.series]
        here = [stored[key].info.name for key in hashes if key in stored]
        twins = [first[key] for key in hashes if key in first]
        for key in hashes:
            first.setdefault(key, upload.name)
        if len(here) == len(hashes):
            note = f"the same samples as {_listed(here)}"
            verdicts.append(Verdict(upload, "here", built, note))
        elif len(twins) == len(hashes):
            note = f"the same samples as {_listed(twins)}"
            verdicts.append(Verdict(upload, "twin", built, note))
        else:
            note = f"{len(here):,} of {len(hashes):,} series are stored already" if here else ""
            verdicts.append(Verdict(upload, "ready", built, note))
    return verdicts


def table(verdicts: Sequence[Verdict]) -> pd.DataFrame:
    """Return one row per file, for people."""
    return pd.DataFrame([_row(verdict) for verdict in verdicts])


def _row(verdict: Verdict) -> dict[str, str]:
    series = [data for data, _ in verdict.built.series] if verdict.built else []
    return {
        "File": verdict.upload.name,
        "State": STATES[verdict.state],
        "Series": f"{len(series):,}" if series else "",
        "Channels": f"{max(data.n_channels for data in series):,}" if series else "",
        "Samples": f"{sum(data.n_samples for data in series):,}" if series else "",
        "Starts": _starts(series[0]) if series else "",
        "Step": _step(series[0]) if series else "",
        "Note": verdict.note,
    }


def _starts(data: SeriesData) -> str:
    if data.time is None:
        return "row number"
    return f"{pd.Timestamp(int(data.time[0]), unit=data.unit):%Y-%m-%d %H:%M}"


def _step(data: SeriesData) -> str:
    """Say the usual distance of two samples."""
    if data.time is None or data.n_samples < 2:
        return ""
    steps = np.diff(data.time[:100_000])
    seconds = float(np.median(steps)) / TICKS_PER_SECOND[data.unit]
    for size, unit in _SECONDS:
        if seconds >= size:
            return f"{seconds / size:.4g} {unit}"
    return "0 s"


def _listed(names: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(names))
    return ", ".join(distinct[:3]) + (f" and {len(distinct) - 3:,} more" * (len(distinct) > 3))
