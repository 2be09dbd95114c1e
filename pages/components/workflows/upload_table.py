"""What each file at hand is and becomes: one verdict and one row per file. No Streamlit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from core.ingest import Built
from core.series import TICKS_PER_SECOND, SeriesData, SeriesInfo
from pages.components.words import shorten
from pages.components.workflows.continuing_upload import Offer
from pages.components.workflows.uploading import Desk, Upload
from storage.rows import StoredSeries

State = Literal["look", "broken", "joins", "ready", "here", "twin", "labels", "aside"]
FindOffers = Callable[[SeriesData, SeriesInfo], Sequence[Offer]]

_STATES: dict[State, str] = {
    "look": "needs a look",
    "broken": "cannot be read",
    "joins": "continues",
    "ready": "ready",
    "here": "stored already",
    "twin": "twice at hand",
    "labels": "labels",
    "aside": "no table",
}
FILE_CHARACTERS = 40
"""So much of a file's name fits its column."""
_FIRST: tuple[State, ...] = ("ready", "joins", "here", "twin")
_SECONDS = ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min"), (1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


@dataclass(frozen=True, eq=False)
class Part:
    """One series of a file: new, there already, or the continuation of a stored one.

    Attributes:
        here: the stored series with the same samples.
        twin: the other file at hand with the same samples.
        offers: stored series that it may continue.
        join: the one of them that it will continue.
    """

    data: SeriesData
    info: SeriesInfo
    here: StoredSeries | None = None
    twin: str = ""
    offers: tuple[Offer, ...] = ()
    join: Offer | None = None

    @property
    def state(self) -> State:
        """What the button does with it."""
        if self.here:
            return "here"
        return "twin" if self.twin else "joins" if self.join else "ready"


@dataclass(frozen=True, eq=False)
class Verdict:
    """What a file at hand is.

    Attributes:
        built: what it was read to; None when it cannot be read as chosen, or holds labels.
        note: why it cannot be read, or which series or file it repeats or continues.
    """

    upload: Upload
    state: State
    built: Built | None = None
    note: str = ""
    parts: tuple[Part, ...] = field(default=())

    @property
    def is_aside(self) -> bool:
        """Whether the file is nothing that could be stored."""
        return self.state == "aside"

    @property
    def n_stored(self) -> int:
        """How many series the button makes or makes longer with this file."""
        return sum(part.state in ("ready", "joins") for part in self.parts)


def judge(
    desk: Desk,
    uploads: Sequence[Upload],
    stored: Sequence[StoredSeries],
    find_offers: FindOffers,
) -> list[Verdict]:
    """Say of each file what it is, beside the project's stored series."""
    by_hash = {row.content_hash: row for row in stored}
    first: dict[str, str] = {}
    verdicts: list[Verdict] = []
    for upload in uploads:
        if label_file := desk.label_file(upload):
            note = f"{label_file.format}, of {label_file.n_series:,} series"
            verdicts.append(Verdict(upload, "labels", note=note))
            continue
        built, reason = desk.state(upload)
        if built is None:
            if desk.holds_no_numbers(upload):
                note = "it holds text and no numbers, as a licence or a readme does"
                verdicts.append(Verdict(upload, "aside", note=note))
            else:
                state: State = "broken" if desk.is_broken(upload) else "look"
                verdicts.append(Verdict(upload, state, note=reason))
            continue
        parts = tuple(
            _part(desk, data, info, by_hash, first, find_offers) for data, info in built.series
        )
        for part in parts:
            first.setdefault(part.data.content_hash, upload.name)
        verdicts.append(_verdict(upload, built, parts))
    # What needs a person comes first; what is of no use here comes last.
    order = list(_STATES)
    return sorted(verdicts, key=lambda verdict: order.index(verdict.state))


def store_words(verdicts: Sequence[Verdict]) -> str:
    """Say what the button does: `Store 3 series, join 1`."""
    states = [part.state for verdict in verdicts for part in verdict.parts]
    new, joins = states.count("ready"), states.count("joins")
    if joins and not new:
        return f"Join {joins:,} series"
    words = f"Store {new:,} series" if new else "Store"
    return f"{words}, join {joins:,}" if joins else words


def table(verdicts: Sequence[Verdict]) -> pd.DataFrame:
    """Return one row per file, for people; folders only where there are some."""
    rows = pd.DataFrame([_row(verdict) for verdict in verdicts])
    return rows if rows["Folder"].any() else rows.drop(columns="Folder")


def _part(
    desk: Desk,
    data: SeriesData,
    info: SeriesInfo,
    by_hash: Mapping[str, StoredSeries],
    first: Mapping[str, str],
    find_offers: FindOffers,
) -> Part:
    key = data.content_hash
    if key in by_hash or key in first:
        return Part(data, info, here=by_hash.get(key), twin=first.get(key, ""))
    offers = tuple(find_offers(data, info))
    proposed = next((offer.stored.id for offer in offers if offer.proposed), "")
    wanted = desk.joins.get(key, proposed)
    join = next((offer for offer in offers if offer.stored.id == wanted), None)
    return Part(data, info, offers=offers, join=join)


def _verdict(upload: Upload, built: Built, parts: tuple[Part, ...]) -> Verdict:
    """Sum up the series of one file: what is left to store decides."""
    states: list[State] = [part.state for part in parts]
    state: State = next(one for one in _FIRST if one in states)
    notes: list[str] = []
    if here := [part.here.info.name for part in parts if part.here]:
        notes.append(f"the same samples as {_listed(here)}")
    if twins := [part.twin for part in parts if part.state == "twin"]:
        notes.append(f"the same samples as {_listed(twins)}")
    if joins := [part.join for part in parts if part.join]:
        notes.append("; ".join(f"{join.stored.info.name}: {join.words}" for join in joins[:3]))
    return Verdict(upload, state, built, "; ".join(notes), parts)


def _row(verdict: Verdict) -> dict[str, str]:
    series = [part.data for part in verdict.parts]
    folder, _, name = verdict.upload.name.rpartition("/")
    return {
        # Files of one folder begin alike, and so do many names: their ends tell them apart.
        "File": shorten(name, FILE_CHARACTERS),
        "State": _STATES[verdict.state],
        "Series": f"{len(series):,}" if series else "",
        "Channels": f"{max(data.n_channels for data in series):,}" if series else "",
        "Samples": f"{sum(data.n_samples for data in series):,}" if series else "",
        "Starts": _starts(series[0]) if series else "",
        "Step": _step(series[0]) if series else "",
        "Folder": folder,
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
