"""Answer columns become labels: runs, classes as types, change points; scores are no labels."""

import numpy as np
import pyarrow as pa
import pytest

from core.labels import LabelSet, labels_of_columns, unusable_columns


def only(name: str, cells: object) -> LabelSet:
    """Return the one label set of a column."""
    (found,) = labels_of_columns({name: pa.chunked_array([pa.array(cells)])})
    return found


def spans(labels: LabelSet) -> list[tuple[object, object, str]]:
    """Return the spans' ends and types."""
    assert all(span.counts == "samples" for span in labels.spans)
    return [(span.start, span.end, span.type) for span in labels.spans]


@pytest.mark.parametrize(
    "cells",
    [
        [0, 1, 1, 0, 1],
        [0.0, 1.0, 1.0, 0.0, 1.0],
        ["0", "1", "1", "0", "1"],
        ["0.0", "1.0", "1", "0", "1"],
        [False, True, True, False, True],
        ["False", "True", "TRUE", "false", "true"],
        ["normal", "anomaly", "Anomaly", "Normal", "anomaly"],
    ],
)
def test_runs_of_marked_samples_are_spans(cells: list[object]) -> None:
    labels = only("is_anomaly", cells)
    assert spans(labels) == [(1, 2, ""), (4, 4, "")]
    assert (labels.kind, labels.annotator, labels.complete) == ("anomaly", "is_anomaly", True)


def test_outlier_detectors_minus_one_is_the_mark() -> None:
    assert spans(only("outlier", [1, 1, -1, 1, 1])) == [(2, 2, "")]


def test_a_column_that_says_normal_is_read_the_other_way_round() -> None:
    assert spans(only("is_normal", [1, 1, 0, 1])) == [(2, 2, "")]


def test_nothing_marked_is_a_complete_set_without_spans() -> None:
    labels = only("label", [0, 0, 0])
    assert (labels.spans, labels.complete) == ((), True)


def test_a_blank_is_not_labelled() -> None:
    labels = only("label", [0, None, 1, None])
    assert spans(labels) == [(2, 2, "")]
    assert not labels.complete


def test_blanks_among_classes_mean_what_stood_before() -> None:
    labels = only("class", [0, None, 101, None, 1.0, None])
    assert spans(labels) == [(2, 3, "class 101"), (4, 5, "class 1")]
    assert labels.complete
    assert not only("class", [None, 0, 1]).complete


def test_blanks_after_a_class_are_blanks_where_no_row_is_called_normal() -> None:
    labels = only("class", [None, "leak", None, None, "leak", None])
    assert spans(labels) == [(1, 1, "leak"), (4, 4, "leak")]
    assert not labels.complete


def test_texts_become_types() -> None:
    cells = ["normal", "leak", "leak", "clog", "normal"]
    assert spans(only("fault", cells)) == [(1, 2, "leak"), (3, 3, "clog")]


def test_change_point_columns_mark_single_samples() -> None:
    labels = only("changepoint", [0, 1, 1, 0])
    assert labels.kind == "change_point"
    assert spans(labels) == [(1, 1, ""), (2, 2, "")]


def test_states_change_where_the_next_begins() -> None:
    labels = only("regime", ["a", "a", "b", "b", "a"])
    assert labels.kind == "change_point"
    assert spans(labels) == [(2, 2, ""), (4, 4, "")]


def test_arrays_and_dictionaries_are_columns_too() -> None:
    assert spans(labels_of_columns({"label": np.array([0, 1, 0])})[0]) == [(1, 1, "")]
    coded = pa.chunked_array([pa.array(["no", "yes"]).dictionary_encode()] * 2)
    assert spans(labels_of_columns({"label": coded})[0]) == [(1, 1, ""), (3, 3, "")]


def test_scores_blanks_and_free_text_are_no_labels_and_say_why() -> None:
    columns = {
        "anomaly_score": pa.array([0.1, 0.25, 0.7]),
        "label": pa.array([None, None], pa.string()),
        "annotation": pa.array([f"note {k}" for k in range(101)]),
    }
    assert labels_of_columns(columns) == []
    reasons = unusable_columns(columns)
    assert "a score, whose threshold only its author knows" in reasons["anomaly_score"]
    assert "is blank in every row" in reasons["label"]
    assert "101 different values; at most 100 can be classes" in reasons["annotation"]
