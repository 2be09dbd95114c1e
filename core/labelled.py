"""Labelled series of a folder: what a bench measures on. Knows no method and no figure.

A folder holds `labels.json` (stretches per file) or `changepoints.json` (samples per file and
annotator) anywhere below it, beside the files they speak of. Files are read as everywhere in the
project, so columns that hold the answer are never channels.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import AppError, DataError
from core.intervals import Interval, merge
from core.series import SeriesData, SeriesInfo

if TYPE_CHECKING:  # reading files loads Arrow; whoever only holds the series does without
    from core.labels import LabelSet

Kind = Literal["anomaly", "change_point"]
LABEL_FILES: dict[Kind, str] = {"anomaly": "labels.json", "change_point": "changepoints.json"}


@dataclass(frozen=True, eq=False)
class LabelledSeries:
    """A series and what people marked on it. Name, source and marks never reach a method.

    Attributes:
        name: the file's path below the folder of its label file; unique within its source.
        source: first folder below the one that was read, on the way to the label file ("" when the
            label file lies in that one itself).
        values: (n, channels) float64, NaN where missing.
        seconds: (n,) seconds since the first sample; None for a sample index.
        truth: anomalies as half-open `[start, stop)` samples in order of start; overlapping marks
            are one. Empty: nobody marked any, and all was looked at.
        change_points: per annotator the samples at which a change begins, ascending; an empty tuple
            says that the annotator saw none.
        problems: marks that have no place on the series, each with its reason.
        data, info: the series as it was read, with its times and what people call its channels, for
            a plot; None when it was made otherwise. No method sees them.
    """

    name: str
    source: str
    values: NDArray[np.float64]
    seconds: NDArray[np.float64] | None = None
    truth: tuple[Interval, ...] = ()
    change_points: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    problems: tuple[str, ...] = ()
    data: SeriesData | None = None
    info: SeriesInfo | None = None

    @property
    def n(self) -> int:
        """Number of samples."""
        return len(self.values)

    @property
    def n_channels(self) -> int:
        """Number of channels."""
        return self.values.shape[1]

    @property
    def path(self) -> str:
        """Source and name together: unique within the folder that was read."""
        return f"{self.source}/{self.name}" if self.source else self.name

    def truth_mask(self) -> NDArray[np.bool_]:
        """Return (n,) whether a sample lies in a marked stretch; channels are not told apart."""
        mask = np.zeros(self.n, np.bool_)
        for interval in self.truth:
            mask[interval.start : interval.stop] = True
        return mask


@dataclass(frozen=True, eq=False)
class LabelledFolder:
    """What a folder gave: its series by source and name, and what could not be read."""

    series: list[LabelledSeries]
    problems: list[str]

    @property
    def sources(self) -> list[str]:
        """Return the sources in order."""
        return sorted({one.source for one in self.series})


def read_labelled(
    folder: Path, kind: Kind = "anomaly", inside: Path | None = None
) -> LabelledFolder:
    """Read every series below `folder` that a label file of this kind speaks of.

    A file or a label that cannot be read is a sentence in `problems`, and the rest goes on. A link
    that leads out of `inside` is not followed; without `inside` links are followed anywhere.

    Raises:
        DataError: if the folder is none or lies outside of `inside`, or no label file of the kind
            lies in it.
    """
    wanted = LABEL_FILES[kind]
    if not folder.is_dir():
        raise DataError(
            f"'{folder}' is no folder, so there are no labelled series in it. Give the folder that "
            f"holds {wanted}"
        )
    root = None if inside is None else inside.resolve()
    if not _lies_in(folder, root):
        raise DataError(
            f"'{folder}' does not lie inside {root}, and nothing outside it is read. Choose a "
            "folder inside it"
        )
    label_files = sorted(folder.rglob(wanted))
    if not label_files:
        raise DataError(
            f"'{folder}' holds no {wanted}, neither itself nor in a folder below, so nothing in it "
            f'is labelled. Write one as {{"file.csv": {_EXAMPLES[kind]}}} beside the files'
        )
    found: list[LabelledSeries] = []
    problems: list[str] = []
    for path in label_files:
        if not _lies_in(path, root):
            problems.append(_outside(path.relative_to(folder)))
            continue
        for one in _of_label_file(folder, path, kind, problems, root):
            found.append(one)
            problems.extend(f"{one.path}: {text}" for text in one.problems)
    return LabelledFolder(sorted(found, key=lambda one: (one.source, one.name)), problems)


_EXAMPLES: dict[Kind, str] = {
    "anomaly": "[[first, last], ...]",
    "change_point": '{"annotator": [row, ...]}',
}


def _lies_in(path: Path, root: Path | None) -> bool:
    return root is None or path.resolve().is_relative_to(root)


def _outside(name: Path) -> str:
    return (
        f"{name.as_posix()}: it is a link out of the folder that may be read, so it was not read; "
        "copy the file itself into the folder"
    )


def _of_label_file(
    folder: Path, path: Path, kind: Kind, problems: list[str], root: Path | None
) -> Iterator[LabelledSeries]:
    """Yield the series one label file speaks of; what cannot be read goes to `problems`."""
    from core.labels import matches, read_labels

    home = path.parent
    below = home.relative_to(folder).parts
    source = below[0] if below else ""
    where = path.relative_to(folder).as_posix()
    try:
        labels = read_labels(path.name, path)
    except AppError as error:
        problems.append(f"{where}: {error}")
        return
    problems.extend(f"{where}: {text}" for text in labels.problems)
    files = {one.relative_to(home).as_posix(): one for one in sorted(home.rglob("*"))}
    names = {key: ("", key) for key, one in files.items() if one.is_file() and one != path}
    for key, ids in matches(labels, names).items():
        if len(ids) != 1:
            many = f"{len(ids)} files are called so" if ids else "no such file lies beside it"
            problems.append(f"{where} speaks of '{key}', but {many}; nothing is measured on it")
            continue
        if not _lies_in(files[ids[0]], root):
            problems.append(_outside(Path(*below, ids[0])))
            continue
        sets = [one for one in labels.entries[key] if one.kind == kind]
        inner = (*below[1:], ids[0])
        try:
            for data, info, name in _series_of(files[ids[0]], "/".join(inner)):
                yield _labelled(data, info, name, source, sets)
        except AppError as error:
            problems.append(f"{'/'.join((*below, ids[0]))}: {error}")


def _series_of(path: Path, name: str) -> Iterator[tuple[SeriesData, SeriesInfo, str]]:
    """Yield the series of a file, as it would be proposed; several get a name each."""
    from core.ingest import build, expand, propose

    built = [
        one
        for member in expand(path.name, path)
        for one in build(member.raw, propose(member.name, member.raw).settings).series
    ]
    for data, info in built:
        yield data, info, name if len(built) == 1 else f"{name} · {info.name}"


def _labelled(
    data: SeriesData, info: SeriesInfo, name: str, source: str, sets: "list[LabelSet]"
) -> LabelledSeries:
    from core.labels import resolve

    truth: list[Interval] = []
    changes: dict[str, tuple[int, ...]] = {}
    problems: list[str] = []
    for labels in sets:
        placed = resolve(labels, data, info)
        problems.extend(placed.problems)
        if labels.kind == "anomaly":
            truth.extend(placed.intervals)
        else:
            points = {interval.start for interval in placed.intervals}
            changes[labels.annotator or "truth"] = tuple(sorted(points))
    return LabelledSeries(
        name=name,
        source=source,
        values=data.values,
        seconds=data.seconds(),
        truth=tuple(merge(truth, gap=-1)),
        change_points=changes,
        problems=tuple(problems),
        data=data,
        info=info,
    )
