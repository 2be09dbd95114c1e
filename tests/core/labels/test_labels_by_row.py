"""Labels that come as one cell for each row, or as rows with their channels."""

import pytest

from core.errors import DataError
from core.labels import is_label_file, read_labels
from core.labels.model import Span


def spans(name: str, text: str) -> tuple[str, tuple[Span, ...]]:
    """Return the key and the spans of a label file with one set."""
    ((key, (found,)),) = read_labels(name, text.encode()).entries.items()
    return key, found.spans


def test_a_time_and_a_label_give_runs_of_rows() -> None:
    rows = "".join(f"{132480 + k}.0,{3 <= k < 6:d}\n" for k in range(40))
    key, found = spans("psm_test_label.csv", f"timestamp_(min),label\n{rows}")
    assert key == "psm_test"
    assert found == (Span(start=3, end=5),)


def test_written_times_are_kept_as_times() -> None:
    rows = "".join(f"2024-01-{d:02d},{d in (4, 5):d}\n" for d in range(1, 29))
    _, found = spans("pump.label.csv", f"time,is_anomaly\n{rows}")
    assert found == (Span(start="2024-01-04", end="2024-01-05"),)


def test_lines_of_0_and_1_are_labels_where_the_path_says_so() -> None:
    text = "".join(f"{k in (7, 8, 9):d}\n" for k in range(30))
    assert spans("test_label/machine-1-1.txt", text) == ("machine-1-1", (Span(start=7, end=9),))
    assert not is_label_file("test/machine-1-1.txt", text.encode())


def test_rows_with_their_channels_are_read_from_any_file() -> None:
    key, found = spans("interpretation_label/m.txt", "15849-16368:1,9,10\n17000-17001:2\n")
    assert key == "m"
    assert found[0] == Span(
        start=15849, end=16368, channels=("column 1", "column 9", "column 10")
    )  # fmt: skip
    assert found[1] == Span(start=17000, end=17001, channels=("column 2",))


def test_a_series_with_an_answer_column_is_no_label_file() -> None:
    rows = "".join(f"{k},{k * 7 % 5}.5,{k % 9 == 0:d}\n" for k in range(40))
    assert not is_label_file("a.csv", f"timestamp,value,label\n{rows}".encode())


def test_a_label_row_that_cannot_be_cut_is_refused() -> None:
    rows = "".join(f"2024-01-{d:02d},{d in (4, 5):d}\n" for d in range(1, 20)) + "2024-01-20\n"
    with pytest.raises(DataError, match="row 20 of the label file"):
        read_labels("a_label.csv", f"time,label\n{rows}2024-01-21,0\n".encode())
