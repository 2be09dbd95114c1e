"""The files at hand before they are stored: unpacked, read once, remembered. No Streamlit."""

import shutil
import time
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from core.errors import AppError
from core.exports import ExportFile, is_export_archive, read_export
from core.ingest import Built, Proposal, Reading, Settings, build, expand, propose
from core.labels import LabelFile, is_label_file, read_labels
from core.series import SeriesData, SeriesInfo
from pages.components.workflows.browsing import moment
from pages.components.workflows.remembering import Remembered

T = TypeVar("T")
Report = Callable[[float, str], object]
"""Told the share that is done, in [0, 1], and what is being done."""


def _silent(_share: float, _text: str) -> None:
    """Report to nobody."""


def _nothing(_proposal: Proposal) -> None:
    """Remember nothing."""


INCOMING, EXPORTS = "incoming", "exports"
"""Folders of a home for files on their way in and out; none of them is needed for long."""
TO_DISK = 64 * 2**20
"""Files larger than this leave the memory as soon as they arrive."""
LABELS_MOST = 8 * 2**20
"""A larger file is not looked at as a list of labels."""
IN_MEMORY = 256 * 2**20
"""So much of smaller ones stays there, all together."""


@dataclass(frozen=True)
class Upload:
    """A file at hand; `key` tells two files of one name apart."""

    key: str
    name: str
    raw: bytes | Path

    @property
    def n_bytes(self) -> int:
        """Size of the file."""
        return self.raw.stat().st_size if isinstance(self.raw, Path) else len(self.raw)


def clear_left(incoming: Path, older_than_s: float = 86_400.0) -> None:
    """Remove the desks' folders that a killed app left behind; a day old, none is at hand.

    A folder that cannot be removed now is tried again at the next start.
    """
    for folder in incoming.iterdir() if incoming.is_dir() else ():
        if time.time() - folder.stat().st_mtime > older_than_s:
            shutil.rmtree(folder, ignore_errors=True)


class Desk:
    """The files at hand and what was found in them, so that a rerun reads nothing twice."""

    def __init__(
        self,
        scratch: Path,
        zone: str | None = None,
        recall: Callable[[Proposal], Remembered | None] = _nothing,
    ) -> None:
        """Large files are kept in `scratch`, a folder that goes when the desk does.

        `zone` is assumed for times that state none, and `recall` knows how files of a shape were
        read before. `settings` holds what a person chose per file, `joins` per content hash the id
        of the stored series to join, or "" to store it on its own.
        """
        self.files: dict[str, Upload] = {}
        self.settings: dict[str, Settings] = {}
        self.joins: dict[str, str] = {}
        self.column_bases: dict[str, list[str]] = {}
        self._scratch, self._zone, self._recall = scratch, zone, recall
        self._remembered: dict[str, Remembered | None] = {}
        self._labels: dict[str, LabelFile | ExportFile | None] = {}
        self._seen: set[str] = set()
        self._proposals: dict[tuple[str, str], Proposal | AppError] = {}
        self._built: dict[str, tuple[Settings, Built | AppError]] = {}
        weakref.finalize(self, shutil.rmtree, scratch, ignore_errors=True)

    def add(self, uploads: Iterable[Upload], report: Report = _silent) -> None:
        """Take files to hand, archives unpacked; one that is there already is left as it is.

        An archive that cannot be unpacked stays at hand itself, with the reason.
        """
        new = [upload for upload in uploads if upload.key not in self._seen]
        for place, upload in enumerate(new):
            report(place / len(new), f"Unpacking {upload.name} ...")
            self._seen.add(upload.key)
            kept = self._off_memory(upload)
            members = self._members(kept)
            for member in members:
                self.files[member.key] = self._off_memory(member)
            if members[0] is not kept:
                self._remove(kept)

    def put_away(self, keys: Iterable[str]) -> None:
        """Forget files and what was found in them."""
        gone = set(keys)
        for key in gone & self.files.keys():
            self._remove(self.files[key])
        # An archive may be taken again once one of its members is away.
        self._seen -= {seen for seen in self._seen if any(k.startswith(seen) for k in gone)}
        self.files = {k: v for k, v in self.files.items() if k not in gone}
        self.settings = {k: v for k, v in self.settings.items() if k not in gone}
        self._proposals = {k: v for k, v in self._proposals.items() if k[0] not in gone}
        self._built = {k: v for k, v in self._built.items() if k not in gone}
        self._remembered = {k: v for k, v in self._remembered.items() if k not in gone}
        self._labels = {k: v for k, v in self._labels.items() if k not in gone}

    def put_away_missing(self) -> list[str]:
        """Put away files of the server that are no longer there; return their names."""
        gone = {
            key: upload.name
            for key, upload in self.files.items()
            if isinstance(upload.raw, Path) and not upload.raw.is_file()
        }
        self.put_away(gone)
        return list(gone.values())

    def propose(self, upload: Upload, reading: Reading | None = None) -> Proposal:
        """Look at a file, or raise the AppError that says why it cannot be read."""
        key = (upload.key, reading.model_dump_json() if reading else "")
        if key not in self._proposals:
            try:
                self._proposals[key] = propose(upload.name, upload.raw, reading, self._zone)
            except AppError as error:
                self._proposals[key] = error
        return _or_raise(self._proposals[key])

    def chosen(self, upload: Upload) -> Settings:
        """Return the settings a person chose for a file, else remembered or proposed ones."""
        if upload.key in self.settings:
            return self.settings[upload.key]
        proposal, remembered = self.propose(upload), self.remembered(upload)
        return remembered.settings if remembered else proposal.settings

    def remembered(self, upload: Upload) -> Remembered | None:
        """Return how the last file of this shape was read, where that tells more than this one."""
        if upload.key not in self._remembered:
            self._remembered[upload.key] = self._recall(self.propose(upload))
        return self._remembered[upload.key]

    def as_detected(self, upload: Upload) -> None:
        """Go back to what was detected in the file itself."""
        self._remembered[upload.key] = None
        self.settings.pop(upload.key, None)

    def is_read(self, upload: Upload) -> bool:
        """Tell whether the file was read as it is chosen to be, so that `build` costs nothing."""
        if self.is_broken(upload) or self._labels.get(upload.key):
            return True
        known = self._built.get(upload.key)
        return known is not None and _answers(known, self.settings.get(upload.key, known[0]))

    def is_broken(self, upload: Upload) -> bool:
        """Tell whether a file that was looked at is no table, whatever a person chooses."""
        return isinstance(self._proposals.get((upload.key, "")), AppError)

    def build(self, upload: Upload, progress: Callable[[float], None] | None = None) -> Built:
        """Read a whole file as chosen, or raise the AppError that says why not.

        It is read once, without what does not parse; whether that is allowed is judged here, so
        that a consent costs no second reading.
        """
        settings = self.chosen(upload)
        known = self._built.get(upload.key)
        if known is None or not _answers(known, settings):
            try:
                known = (settings, build(upload.raw, settings, progress, judged_later=True))
            except AppError as error:
                known = (settings, error)
            found = known[1]
            refused = found if isinstance(found, AppError) else found.refused(settings)
            if refused and upload.key not in self.settings and self.remembered(upload):
                self.as_detected(upload)  # what fitted another file does not fit this one
                return self.build(upload, progress)
            self._built[upload.key] = known
        built = _or_raise(known[1])
        if refused := built.refused(settings):
            raise refused
        return built

    def state(
        self, upload: Upload, progress: Callable[[float], None] | None = None
    ) -> tuple[Built | None, str]:
        """Return what a file became, or nothing and the reason."""
        try:
            return self.build(upload, progress), ""
        except AppError as error:
            return None, str(error)

    def read_all(self, report: Report) -> None:
        """Read every file that was not read yet, telling how far it is by bytes."""
        waiting = [upload for upload in self.files.values() if not self.is_read(upload)]
        total = sum(upload.n_bytes for upload in waiting) or 1
        done = 0
        for place, upload in enumerate(waiting, start=1):
            words = f"Reading {upload.name}"
            if len(waiting) > 1:
                words += f", {place:,} of {len(waiting):,}"

            def within(share: float, before: int = done, of: Upload = upload, say: str = words):
                report(min((before + share * of.n_bytes) / total, 1.0), say)

            within(0.0)
            if self.label_file(upload) is None:
                self.state(upload, within)
            done += upload.n_bytes

    def holds_no_numbers(self, upload: Upload) -> bool:
        """Tell whether a file that was read as proposed has neither times nor numbers."""
        proposal = self._proposals.get((upload.key, ""))
        if not isinstance(proposal, Proposal) or self.chosen(upload) != proposal.settings:
            return False
        settings = proposal.settings
        return not settings.value_columns and not settings.time.columns

    def label_file(self, upload: Upload) -> LabelFile | ExportFile | None:
        """Return what a label file says; None when the file is a table, or anything else.

        An export of reviewed labels may be of any size: its first line tells what it is.
        """
        if upload.key not in self._labels:
            self._labels[upload.key] = _labels_of(upload)
        return self._labels[upload.key]

    def _members(self, upload: Upload) -> list[Upload]:
        """Return the tables of an archive or workbook, or the plain file itself."""
        if is_export_archive(upload.raw):
            return [upload]
        try:
            members = expand(upload.name, upload.raw, self._scratch)
        except AppError as error:
            self._proposals[upload.key, ""] = error
            return [upload]
        if len(members) == 1 and members[0].raw is upload.raw:
            return [upload]
        return [Upload(f"{upload.key}/{one.name}", one.name, one.raw) for one in members]

    def _remove(self, upload: Upload) -> None:
        """Free the disk of a file that lies in the scratch folder; others are not ours."""
        if isinstance(upload.raw, Path) and upload.raw.is_relative_to(self._scratch):
            upload.raw.unlink(missing_ok=True)

    def _off_memory(self, upload: Upload) -> Upload:
        if isinstance(upload.raw, Path):
            return upload
        held = sum(len(one.raw) for one in self.files.values() if isinstance(one.raw, bytes))
        if len(upload.raw) <= TO_DISK and held + len(upload.raw) <= IN_MEMORY:
            return upload
        self._scratch.mkdir(parents=True, exist_ok=True)
        path = self._scratch / uuid4().hex
        path.write_bytes(upload.raw)
        return replace(upload, raw=path)


def _labels_of(upload: Upload) -> LabelFile | ExportFile | None:
    try:
        exported = read_export(upload.name, upload.raw)
    except AppError as error:  # it is one of ours, and damaged: there is nothing else to try
        return ExportFile(upload.name, "a damaged export", (), (str(error),))
    if exported is not None:
        return exported
    small = upload.n_bytes <= LABELS_MOST
    held = small and is_label_file(upload.name, upload.raw)
    return read_labels(upload.name, upload.raw) if held else None


def summary(data: SeriesData, info: SeriesInfo) -> str:
    """Describe a series that is not stored yet in one line."""
    channels = "1 channel" if data.n_channels == 1 else f"{data.n_channels} channels"
    parts = [f"{data.n_samples:,} samples", channels]
    if data.time is None:
        return " · ".join([*parts, "no times: row number"])
    first, last = (moment(int(tick), data.unit, info.zone) for tick in data.time[[0, -1]])
    zone = info.zone if info.zone_known else f"{info.zone}, assumed"
    return " · ".join([*parts, f"{first} to {last} ({zone})"])


def _answers(known: tuple[Settings, Built | AppError], settings: Settings) -> bool:
    """Tell whether what is known of a file holds for these settings, consents apart."""
    free = {"on_bad_row": "refuse", "on_bad_cell": "refuse"}
    if isinstance(known[1], AppError):
        return known[0] == settings
    return known[0].model_copy(update=free) == settings.model_copy(update=free)


def _or_raise(found: T | AppError) -> T:
    if isinstance(found, AppError):
        raise found
    return found
