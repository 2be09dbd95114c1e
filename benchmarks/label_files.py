"""Label files beside measured files: which labels of theirs land on a series."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from core.errors import AppError
from core.labels import LabelFile, is_label_file, matches, read_labels, resolve
from core.series import SeriesData, SeriesInfo

_ABOVE = 3  # folders above a file in which its label file may lie
_LARGEST = 16 * 2**20


def label_files_of(paths: Iterable[Path]) -> list[LabelFile]:
    """Return the label files among `paths`, in their folders, and in the three folders above."""
    folders: dict[Path, None] = {}
    wanted: dict[Path, None] = {}
    for path in map(Path.resolve, paths):
        wanted |= dict.fromkeys([path] if path.is_file() else sorted(path.rglob("*.json")))
        folders |= dict.fromkeys(path.parents[: _ABOVE + 1])
    for folder in folders:
        if folder.is_dir():
            wanted |= dict.fromkeys(sorted(folder.glob("*.json")))
    found: list[LabelFile] = []
    for path in wanted:
        try:
            if path.stat().st_size <= _LARGEST and is_label_file(path.name, path):
                found.append(read_labels(path.as_posix(), path))
        except AppError as error:
            print(f"{path.name}: no file of labels after all: {error}")
    return found


def labels_on(
    label_files: Iterable[LabelFile], path: Path, data: SeriesData, info: SeriesInfo
) -> list[str]:
    """Say per label set how many of its labels land on the series and how many do not."""
    said: list[str] = []
    for file in label_files:
        names = {"it": (info.name, path.resolve().as_posix())}
        keys = [key for key, ids in matches(file, names).items() if ids]
        for labels in (labels for key in keys for labels in file.entries[key]):
            placed = resolve(labels, data, replace(info, source=path.name))
            lost = f", {len(placed.problems)} problems" if placed.problems else ""
            who = f" by {labels.annotator}" if labels.annotator else ""
            said.append(
                f"{labels.kind} {len(placed.intervals)} from {Path(file.name).name}{who}{lost}"
            )
    return said
