"""Every label of the real data lands on its series, by row and by time, and by its own columns."""

import json
import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from core.ingest import Built, build, propose
from core.intervals import merge
from core.labels import is_label_file, labels_of_columns, matches, read_labels, resolve
from core.series import SeriesData

VARIABLE = "UNDERSTUDY_REAL_DATA"
pytestmark = pytest.mark.skipif(
    VARIABLE not in os.environ, reason=f"{VARIABLE} does not name the folder of real series"
)
ROOT = Path(os.environ.get(VARIABLE, "."))


def label_files() -> list[Path]:
    """Return the label files of the folder."""
    if VARIABLE not in os.environ:
        return []
    return sorted([*ROOT.rglob("labels.json"), *ROOT.rglob("changepoints.json")])


@cache  # nobody writes to what several tests read
def read(path: Path) -> Built:
    """Read a series as proposed."""
    return build(path, propose(path.name, path).settings)


def expected(data: SeriesData, kind: str, value: list[object]) -> list[tuple[int, int]]:
    """Return the samples of a label file's entry, found one by one."""
    found: list[tuple[int, int]] = []
    for mark in value:
        start, end = mark if isinstance(mark, list) else (mark, mark)
        if isinstance(start, str):
            assert data.time is not None
            time = data.time.view(f"datetime64[{data.unit}]")
            inside = np.flatnonzero((time >= np.datetime64(start)) & (time <= np.datetime64(end)))
        else:
            inside = np.flatnonzero((data.source_row >= start) & (data.source_row <= end))
        found.append((int(inside[0]), int(inside[-1]) + 1))
    return sorted(found)


@pytest.mark.parametrize("path", label_files(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_entry_joins_its_series_without_a_problem(path: Path) -> None:
    assert is_label_file(path.name, path)
    labels = read_labels(path.name, path)
    document = json.loads(path.read_text())
    files = [f for f in path.parent.rglob("*.*") if f.suffix in (".csv", ".txt")]
    names = {str(f): (f.stem, str(f.relative_to(path.parent))) for f in files}
    by_name_alone = {str(f): (f.stem, f.name) for f in files}
    assert labels.problems == ()
    assert set(labels.entries) == set(document)
    assert matches(labels, by_name_alone) == matches(labels, names)
    for key, ids in matches(labels, names).items():
        assert ids == [str(path.parent / key)]
        ((data, info),) = read(path.parent / key).series
        assert data.n_samples > 0
        wanted = document[key]
        listed = [wanted] if isinstance(wanted, list) else list(wanted.values())
        for one, value in zip(labels.entries[key], listed, strict=True):
            placed = resolve(one, data, info)
            assert placed.problems == ()
            assert [(i.start, i.stop) for i in placed.intervals] == expected(data, one.kind, value)
            assert one.kind == ("anomaly" if path.stem == "labels" else "change_point")


def test_annotators_who_disagree_stay_apart() -> None:
    labels = read_labels("changepoints.json", ROOT / "tcpd" / "changepoints.json")
    sets = labels.entries["businv.csv"]
    assert [len(one.spans) for one in sets] == [3, 0, 2, 3, 3]
    assert len({one.annotator for one in sets}) == 5


@pytest.mark.parametrize("path", sorted(ROOT.glob("*/details.json")), ids=lambda p: p.parent.name)
def test_details_with_windows_name_channels_and_types(path: Path) -> None:
    if path.parent.name in ("tssb", "ucr"):
        assert not is_label_file(path.name, path)
        return
    labels = read_labels(path.name, path)
    assert labels.problems == ()
    for key, sets in labels.entries.items():
        ((data, info),) = read(path.parent / key).series
        for one in sets:
            placed = resolve(one, data, info)
            assert placed.problems == ()
            assert len(placed.intervals) == len(one.spans)


@pytest.mark.parametrize(
    ("folder", "column"), [("skab", "anomaly"), ("3w", "class"), ("mitbih", "label")]
)
def test_answer_columns_say_the_same_as_the_label_file(folder: str, column: str) -> None:
    labels = read_labels("labels.json", ROOT / folder / "labels.json")
    for key, (from_file,) in labels.entries.items():
        built = read(ROOT / folder / key)
        ((data, info),) = built.series
        (from_column,) = [s for s in labels_of_columns(built.answers[0]) if s.annotator == column]
        joined = merge(resolve(from_column, data, info).intervals)
        assert joined == list(resolve(from_file, data, info).intervals)


def test_change_point_columns_say_the_same_as_the_label_file() -> None:
    labels = read_labels("changepoints.json", ROOT / "skab" / "changepoints.json")
    for key, (from_file,) in labels.entries.items():
        built = read(ROOT / "skab" / key)
        ((data, info),) = built.series
        (column,) = [s for s in labels_of_columns(built.answers[0]) if s.kind == "change_point"]
        assert resolve(column, data, info).intervals == resolve(from_file, data, info).intervals


def test_classes_of_3w_become_types() -> None:
    built = read(ROOT / "3w" / "WELL-00004_20171031181509.csv")
    (labels,) = labels_of_columns(built.answers[0])
    assert [span.type for span in labels.spans] == ["class 106", "class 6"]
    assert labels.complete
