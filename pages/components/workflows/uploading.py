"""From uploaded files to stored series: read once, stored together. No Streamlit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

from core.errors import AppError
from core.ingest import Built, Proposal, Reading, Settings, build, propose
from core.series import SeriesData, SeriesInfo
from storage import Store
from storage.rows import StoredSeries

T = TypeVar("T")


@dataclass(frozen=True)
class Upload:
    """A file as the browser sent it; `key` tells two files of one name apart."""

    key: str
    name: str
    raw: bytes


@dataclass(frozen=True)
class StoredUpload:
    """What became of the files of one press of the button.

    Attributes:
        created: series that are new in this project.
        existing: series whose content was there already, under the name they have there.
    """

    created: tuple[StoredSeries, ...]
    existing: tuple[StoredSeries, ...]


class Desk:
    """Remembers what was found in the files at hand, so that a rerun reads nothing twice."""

    def __init__(self) -> None:
        self.settings: dict[str, Settings] = {}
        self._proposals: dict[tuple[str, str], Proposal | AppError] = {}
        self._built: dict[str, tuple[Settings, Built | AppError]] = {}

    def keep(self, keys: Collection[str]) -> None:
        """Forget every file that is not at hand any more."""
        self.settings = {k: v for k, v in self.settings.items() if k in keys}
        self._proposals = {k: v for k, v in self._proposals.items() if k[0] in keys}
        self._built = {k: v for k, v in self._built.items() if k in keys}

    def propose(self, upload: Upload, reading: Reading | None = None) -> Proposal:
        """Look at a file, or raise the AppError that says why it cannot be read."""
        key = (upload.key, reading.model_dump_json() if reading else "")
        if key not in self._proposals:
            try:
                self._proposals[key] = propose(upload.name, upload.raw, reading)
            except AppError as error:
                self._proposals[key] = error
        return _or_raise(self._proposals[key])

    def chosen(self, upload: Upload) -> Settings:
        """Return the settings a person chose for a file, or the proposed ones."""
        return self.settings.get(upload.key) or self.propose(upload).settings

    def build(self, upload: Upload) -> Built:
        """Read a whole file as chosen, or raise the AppError that says why not."""
        settings = self.chosen(upload)
        known = self._built.get(upload.key)
        if known is None or known[0] != settings:
            try:
                known = (settings, build(upload.raw, settings))
            except AppError as error:
                known = (settings, error)
            self._built[upload.key] = known
        return _or_raise(known[1])

    def state(self, upload: Upload) -> tuple[Built | None, str]:
        """Return what a file became, or nothing and the reason."""
        try:
            return self.build(upload), ""
        except AppError as error:
            return None, str(error)


def overview(desk: Desk, uploads: Sequence[Upload]) -> pd.DataFrame:
    """Return one row per file: what it becomes, or that it cannot be read yet."""
    rows: list[dict[str, str]] = []
    for upload in uploads:
        built, reason = desk.state(upload)
        series = [data for data, _ in built.series] if built else []
        rows.append(
            {
                "File": upload.name,
                "State": "ready" if built else "needs a look",
                "Series": f"{len(series):,}" if built else "",
                "Channels": f"{max(data.n_channels for data in series)}" if built else "",
                "Samples": f"{sum(data.n_samples for data in series):,}" if built else "",
                "Problem": reason,
            }
        )
    return pd.DataFrame(rows)


def store_all(
    store: Store, project_id: str, series: Sequence[tuple[SeriesData, SeriesInfo]]
) -> StoredUpload:
    """Store series in one transaction: all of them, or none when anything fails."""
    known = {row.content_hash for row in store.series.list(project_id, include_archived=True)}
    rows = {row.id: row for row in store.series.add_many(project_id, series)}.values()
    return StoredUpload(
        created=tuple(row for row in rows if row.content_hash not in known),
        existing=tuple(row for row in rows if row.content_hash in known),
    )


def summary(data: SeriesData, info: SeriesInfo) -> str:
    """Describe a series that is not stored yet in one line."""
    channels = "1 channel" if data.n_channels == 1 else f"{data.n_channels} channels"
    parts = [f"{data.n_samples:,} samples", channels]
    if data.time is None:
        return " · ".join([*parts, "no times: row number"])
    moments = pd.to_datetime(data.time[[0, -1]], unit=data.unit, utc=True).tz_convert(info.zone)
    first, last = (f"{moment:%Y-%m-%d %H:%M:%S}" for moment in moments)
    zone = info.zone if info.zone_known else f"{info.zone}, assumed"
    return " · ".join([*parts, f"{first} to {last} ({zone})"])


def _or_raise(found: T | AppError) -> T:
    if isinstance(found, AppError):
        raise found
    return found
