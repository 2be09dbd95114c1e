"""Label files in their known forms say the same; what cannot be read is listed with its place."""

import json

import pytest

from core.errors import DataError
from core.labels import LabelFile, LabelSet, Span, is_label_file, read_labels


def read(document: object, name: str = "labels.json") -> LabelFile:
    """Read a document as a label file."""
    return read_labels(name, json.dumps(document).encode())


def span(start: int | str, end: int | str, kind: str = "") -> Span:
    """Return a span with a type."""
    return Span(start=start, end=end, type=kind)


def test_pairs_by_file_name_are_anomalies_and_an_empty_list_says_there_is_none() -> None:
    labels = read({"a.csv": [[1, 5], ["2024-01-01T00:00:00", "2024-01-02"]], "b/c.csv": []})
    assert labels.entries == {
        "a.csv": (
            LabelSet(
                kind="anomaly",
                annotator="labels",
                spans=(span(1, 5), span("2024-01-01T00:00:00", "2024-01-02")),
            ),
        ),
        "b/c.csv": (LabelSet(kind="anomaly", annotator="labels"),),
    }


def test_rows_by_annotator_are_change_points() -> None:
    labels = read({"a.csv": {"6": [4, 9], "7": []}}, "changepoints.json")
    assert labels.entries["a.csv"] == (
        LabelSet(kind="change_point", annotator="6", spans=(span(4, 4), span(9, 9))),
        LabelSet(kind="change_point", annotator="7"),
    )


def test_windows_in_details_bring_types_and_channels() -> None:
    window = {"start": 3, "end": 8, "columns": ["m01", "m02"], "type": "metric"}
    labels = read({"a.csv": {"row_offset": 0, "windows": [window], "points": ["2024-01-01"]}})
    windows, points = labels.entries["a.csv"]
    assert windows.spans == (Span(start=3, end=8, type="metric", channels=("m01", "m02")),)
    assert points.spans == (span("2024-01-01", "2024-01-01"),)


def test_bad_entries_are_listed_and_the_rest_is_read() -> None:
    labels = read({"a.csv": [[1, 5], [7, 2], [1, "2024-01-01"], [True, 2], [1, 2, 3, 4]]})
    assert labels.entries["a.csv"][0].spans == (span(1, 5),)
    assert [problem.partition(": ")[0] for problem in labels.problems] == [
        "'a.csv', label 2",
        "'a.csv', label 3",
        "'a.csv', label 4",
        "'a.csv', label 5",
    ]
    assert "ends at row 2, before its start 7" in labels.problems[0]
    assert not labels.entries["a.csv"][0].complete


def test_what_cannot_be_read_never_says_that_nothing_is_there() -> None:
    labels = read({"a.csv": [["soon"]], "b.csv": [[1, 5]], "c.csv": []})
    assert list(labels.entries) == ["b.csv", "c.csv"]
    text = "file,start,end\na.csv,3,7\na.csv,9,2\nb.csv,1,1\n"
    sets = read_labels("marks.csv", text.encode()).entries
    assert (sets["a.csv"][0].complete, sets["b.csv"][0].complete) == (False, True)


def region(**value: object) -> dict[str, object]:
    """Return a region as Label Studio writes it."""
    return {"id": "x", "type": "timeserieslabels", "from_name": "label", "value": value}


TASKS = [
    {
        "id": 11,
        "data": {"csv": "/data/upload/3/0a1b2c3d-pump.csv"},
        "annotations": [
            {
                "completed_by": 1,
                "result": [
                    region(start=1.5, end=20.25, instant=False, timeserieslabels=["Leak", "Big"]),
                    region(start="2020-03-24 10:00", instant=True, timeserieslabels=["Change"]),
                    {"type": "choices", "value": {"choices": ["x"]}},
                ],
            },
            {"completed_by": {"id": 2, "email": "ann@example.org"}, "result": []},
            {"completed_by": 3, "was_cancelled": True, "result": [region(start=1, end=2)]},
        ],
    }
]


def test_label_studio_keeps_annotators_types_and_instants() -> None:
    labels = read(TASKS, "export.json")
    assert labels.format == "Label Studio"
    assert labels.entries == {
        "0a1b2c3d-pump.csv": (
            LabelSet(
                kind="anomaly", annotator="annotator 1", spans=(span("1.5", "20.25", "Leak, Big"),)
            ),
            LabelSet(
                kind="change_point",
                annotator="annotator 1",
                spans=(span("2020-03-24 10:00", "2020-03-24 10:00", "Change"),),
            ),
            LabelSet(kind="anomaly", annotator="ann@example.org"),
        )
    }


@pytest.mark.parametrize(
    "result",
    [
        [region(start=None, end=None, timeserieslabels=["Leak"])],
        [{"type": "choices", "value": {"choices": ["Anomalous"]}}],
    ],
)
def test_a_task_of_label_studio_without_a_readable_region_is_not_called_free_of_anomalies(
    result: list[object],
) -> None:
    task = {"id": 5, "data": {"csv": "a.csv"}, "annotations": [{"result": result}]}
    with pytest.raises(DataError, match="without one finished annotation"):
        read([task], "export.json")


def test_whole_numbers_of_label_studio_keep_all_digits() -> None:
    result = [region(start=1600000000000010001, end=1600000000000010003)]
    task = {"id": 5, "data": {"csv": "a.csv"}, "annotations": [{"result": result}]}
    (labels,) = read([task], "export.json").entries["a.csv"]
    assert labels.spans == (span("1600000000000010001", "1600000000000010003"),)


def test_label_studios_short_form_is_read() -> None:
    task = {
        "csv": "/data/local-files/?d=plant/pump.csv",
        "id": 1,
        "label": [{"start": 5, "end": 9, "instant": False, "timeserieslabels": ["Run"]}],
        "annotator": 4,
        "annotation_id": 7,
    }
    labels = read([task], "export.json")
    assert labels.entries == {
        "plant/pump.csv": (
            LabelSet(kind="anomaly", annotator="annotator 4", spans=(span("5", "9", "Run"),)),
        )
    }


def test_lists_of_stretches_are_grouped_by_file_and_annotator() -> None:
    text = (
        "file,start,end,type,annotator\n"
        "a.csv,3,7,leak,ann\na.csv,2024-01-01,2024-01-02,,bob\nb.csv,1,1,,ann\n"
    )
    labels = read_labels("marks.csv", text.encode())
    assert {key: len(sets) for key, sets in labels.entries.items()} == {"a.csv": 2, "b.csv": 1}
    assert labels.entries["a.csv"][0].spans == (span(3, 7, "leak"),)
    one = read([{"start": 1, "end": 4}], "pump_labels.json")
    assert list(one.entries) == ["pump"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("data.json", '{"time": [1, 2], "value": [3, 4]}'),
        ("data.json", '[{"time": 1, "value": 2}]'),
        ("data.csv", "time,value\n1,2\n"),
        ("data.csv", "start,end,flow\n1,2,3\n"),
        ("data.json", '{"a": 1'),
        ("labels.json", '{"a.csv": {"window_size": 10}}'),
        ("events.json", f'{{"time": {[*range(8)]}, "value": {[*range(8)]}}}'),
        ("events.json", '[{"time": 1, "value": 2}]'),
        ("window_3.json", "[[1600000000, 2.5], [1600000001, 3.5]]"),
        ("empty.csv", ""),
        ("x_tr_500_1stIndex_1200.csv", "Data,Label\n0.5,0\n0.6,1\n"),
    ],
)
def test_series_and_rubbish_are_no_label_files(name: str, text: str) -> None:
    assert not is_label_file(name, text.encode())
    with pytest.raises(DataError):
        read_labels(name, text.encode())
