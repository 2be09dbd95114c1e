"""A folder of labelled files becomes series with marks; what cannot be read is said."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from core.errors import DataError
from core.labelled import LabelledSeries, read_labelled

VARIABLE = "UNDERSTUDY_REAL_DATA"


def write(folder: Path, name: str, lines: list[str]) -> None:
    """Write a small file of the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


def values(n: int = 60) -> list[str]:
    """Return the lines of a one-column file."""
    return ["value", *(f"{np.sin(t / 3):.4f}" for t in range(n))]


def times(n: int = 60) -> list[str]:
    """Return the lines of a file with a time, a value, and the answer."""
    rows = [f"2024-01-01T{t:02d}:00:00,{t % 7}.5,{int(3 <= t <= 5)}" for t in range(min(n, 24))]
    return ["timestamp,value,anomaly", *rows]


def only(folder: Path) -> LabelledSeries:
    """Read a folder that holds one series without a problem."""
    found = read_labelled(folder)
    assert found.problems == []
    assert len(found.series) == 1
    return found.series[0]


def test_both_ends_of_a_mark_by_row_are_inside(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", values())
    write(tmp_path, "labels.json", [json.dumps({"a.csv": [[10, 12], [40, 40]]})])
    series = only(tmp_path)
    assert [(i.start, i.stop) for i in series.truth] == [(10, 13), (40, 41)]
    assert np.flatnonzero(series.truth_mask()).tolist() == [10, 11, 12, 40]
    assert (series.n, series.n_channels, series.seconds) == (60, 1, None)


def test_marks_by_time_land_and_the_answer_column_is_no_channel(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", times())
    marks = {"a.csv": [["2024-01-01T03:00:00", "2024-01-01T05:00:00"]]}
    write(tmp_path, "labels.json", [json.dumps(marks)])
    series = only(tmp_path)
    assert [(i.start, i.stop) for i in series.truth] == [(3, 6)]
    assert series.values.shape == (24, 1)
    assert series.seconds is not None
    assert series.seconds[:2].tolist() == [0.0, 3600.0]


def test_an_empty_list_is_a_series_without_any_event(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", values())
    write(tmp_path, "labels.json", [json.dumps({"a.csv": []})])
    assert only(tmp_path).truth == ()


def test_overlapping_marks_are_one_and_touching_ones_are_two(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", values())
    write(tmp_path, "labels.json", [json.dumps({"a.csv": [[5, 9], [8, 12], [13, 15]]})])
    assert [(i.start, i.stop) for i in only(tmp_path).truth] == [(5, 13), (13, 16)]


def test_the_source_is_the_first_folder_on_the_way_to_the_label_file(tmp_path: Path) -> None:
    write(tmp_path, "one/deep/a.csv", values())
    write(tmp_path, "one/labels.json", [json.dumps({"deep/a.csv": []})])
    write(tmp_path, "two/inner/b.csv", values())
    write(tmp_path, "two/inner/labels.json", [json.dumps({"b.csv": []})])
    write(tmp_path, "c.csv", values())
    write(tmp_path, "labels.json", [json.dumps({"c.csv": []})])
    found = read_labelled(tmp_path)
    assert [(one.source, one.name) for one in found.series] == [
        ("", "c.csv"),
        ("one", "deep/a.csv"),
        ("two", "inner/b.csv"),
    ]
    assert found.sources == ["", "one", "two"]


def test_a_file_of_one_name_in_two_folders_is_told_apart(tmp_path: Path) -> None:
    write(tmp_path, "x/a.csv", values(50))
    write(tmp_path, "y/a.csv", values(70))
    write(tmp_path, "labels.json", [json.dumps({"x/a.csv": [[1, 2]], "y/a.csv": [[3, 4]]})])
    found = read_labelled(tmp_path)
    assert [(one.name, one.n, one.truth[0].start) for one in found.series] == [
        ("x/a.csv", 50, 1),
        ("y/a.csv", 70, 3),
    ]


def test_change_points_keep_their_annotators_also_one_who_saw_none(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", values())
    marks = {"a.csv": {"6": [30, 10], "7": []}}
    write(tmp_path, "changepoints.json", [json.dumps(marks)])
    found = read_labelled(tmp_path, "change_point")
    assert dict(found.series[0].change_points) == {"6": (10, 30), "7": ()}
    assert found.series[0].truth == ()


def test_what_cannot_be_read_is_said_and_the_rest_goes_on(tmp_path: Path) -> None:
    write(tmp_path, "good.csv", values())
    write(tmp_path, "empty.csv", [""])
    marks = {"good.csv": [[1, 2], [90, 95]], "empty.csv": [[1, 2]], "gone.csv": [[1, 2]]}
    write(tmp_path, "labels.json", [json.dumps(marks)])
    write(tmp_path, "bad/labels.json", ["{"])
    found = read_labelled(tmp_path)
    assert [one.name for one in found.series] == ["good.csv"]
    assert [(i.start, i.stop) for i in found.series[0].truth] == [(1, 3)]
    said = "\n".join(found.problems)
    assert len(found.problems) == 4
    assert "empty.csv: " in said
    assert "labels.json speaks of 'gone.csv', but no such file lies beside it" in said
    assert "bad/labels.json: " in said
    assert "good.csv: row 90 to 95: the series has rows 0 to 59 of the file" in said


def test_a_folder_without_labels_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds no labels\.json.*Write one as"):
        read_labelled(tmp_path)
    with pytest.raises(DataError, match=r"holds no changepoints\.json"):
        read_labelled(tmp_path, "change_point")
    with pytest.raises(DataError, match="is no folder"):
        read_labelled(tmp_path / "none")


@pytest.mark.skipif(
    VARIABLE not in os.environ, reason=f"{VARIABLE} does not name the folder of real series"
)
def test_every_label_of_the_real_change_points_lands() -> None:
    root = Path(os.environ[VARIABLE])
    found = read_labelled(root, "change_point")
    assert found.problems == []
    written = {
        f"{path.parent.name}/{name}": {who: sorted(set(rows)) for who, rows in people.items()}
        for path in root.rglob("changepoints.json")
        for name, people in json.loads(path.read_text()).items()
    }
    read = {
        one.path: {who: list(points) for who, points in one.change_points.items()}
        for one in found.series
    }
    assert read == written


@pytest.mark.parametrize("linked", ["a.csv", "labels.json"])
def test_a_link_out_of_what_may_be_read_is_not_read(tmp_path: Path, linked: str) -> None:
    inside, outside = tmp_path / "offered", tmp_path / "private"
    for folder in (inside, outside):
        write(folder, "a.csv", values())
        write(folder, "b.csv", values())
        write(folder, "labels.json", [json.dumps({"a.csv": [[1, 2]], "b.csv": []})])
    (inside / linked).unlink()
    (inside / linked).symlink_to(outside / linked)
    if linked == "labels.json":
        write(inside / "source", "labels.json", [json.dumps({"c.csv": []})])
        write(inside / "source", "c.csv", values())

    found = read_labelled(inside, inside=inside)

    names = {"a.csv": ["b.csv"], "labels.json": ["c.csv"]}[linked]
    assert [one.name for one in found.series] == names
    assert found.problems == [
        f"{linked}: it is a link out of the folder that may be read, so it was not read; copy the "
        "file itself into the folder"
    ]
    assert len(read_labelled(inside).series) > len(names)  # without limits it is followed


def test_a_link_to_another_file_that_may_be_read_is_followed(tmp_path: Path) -> None:
    write(tmp_path / "raw", "x.csv", values())
    write(tmp_path / "set", "labels.json", [json.dumps({"a.csv": [[1, 2]]})])
    (tmp_path / "set" / "a.csv").symlink_to(tmp_path / "raw" / "x.csv")
    assert [one.name for one in read_labelled(tmp_path / "set", inside=tmp_path).series] == [
        "a.csv"
    ]


def test_a_folder_outside_of_what_may_be_read_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "private", "labels.json", [json.dumps({})])
    (tmp_path / "offered").mkdir()
    (tmp_path / "offered" / "way").symlink_to(tmp_path / "private")
    with pytest.raises(DataError, match="does not lie inside"):
        read_labelled(tmp_path / "offered" / "way", inside=tmp_path / "offered")
