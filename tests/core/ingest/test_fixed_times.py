"""Times of one fixed width are read as the slower ways read them, or left to these."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from core.ingest.settings import TimeAxis
from core.ingest.times.clock import to_ticks
from core.ingest.times.fixed import fixed_times


def column(*cells: str | None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(cells, pa.string())])


@pytest.mark.parametrize(
    "pattern",
    ["%d.%m.%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y%m%d", "%d-%m-%Y"],
)
def test_times_of_a_fixed_width_are_what_pandas_reads(pattern: str) -> None:
    moments = pd.date_range("1899-12-31 23:59:59", "2262-01-01", periods=999).floor("s")
    cells = list(moments.strftime(pattern))
    read = fixed_times(column(*cells), pattern)
    assert read is not None
    expected = pd.to_datetime(pd.Series(cells), format=pattern)
    np.testing.assert_array_equal(read, expected.to_numpy().astype("datetime64[us]"))


def test_a_slice_of_several_pieces_is_read_from_its_place() -> None:
    cells = [f"{day:02d}.01.2024" for day in range(1, 31)]
    whole = pa.chunked_array([pa.array(cells[:7]), pa.array([], pa.string()), pa.array(cells[7:])])
    read = fixed_times(whole.slice(3, 20), "%d.%m.%Y")
    assert read is not None
    expected = np.arange("2024-01-04", "2024-01-24", dtype="datetime64[D]")
    np.testing.assert_array_equal(read.astype("datetime64[D]"), expected)


@pytest.mark.parametrize(
    "cell",
    ["1.2.2024", "30.02.2024", "01.13.2024", "00.01.2024", "01-02-2024", "01.02.20x4", "٠١.٢.4"],
)
def test_anything_else_is_left_to_the_slower_ways(cell: str | None) -> None:
    assert fixed_times(column("01.02.2024", cell), "%d.%m.%Y") is None


def test_a_missing_cell_and_another_pattern_are_left_to_the_slower_ways() -> None:
    assert fixed_times(column("01.02.2024", None), "%d.%m.%Y") is None
    assert fixed_times(column("Jan 2024"), "%b %Y") is None
    assert fixed_times(column("01.01.2024"), "%d.%d.%Y") is None
    assert fixed_times(column(), "%d.%m.%Y") is None


def test_hour_24_is_midnight_and_one_bad_cell_is_one_bad_cell() -> None:
    cells = ("31.01.2024 23:59:00", "31.01.2024 24:00:00", "oops")
    ticks = to_ticks(column(*cells), TimeAxis(columns=("t",), format="%d.%m.%Y %H:%M:%S"))
    assert ticks.valid.tolist() == [True, True, False]
    assert int(ticks.ticks[1] - ticks.ticks[0]) == 60 * 10**9


@pytest.mark.parametrize(
    ("behind", "microseconds"),
    [(".5", 500_000), (",25", 250_000), (".001", 1_000), (".123456", 123_456)],
)
def test_parts_of_a_second_behind_the_pattern_are_read(behind: str, microseconds: int) -> None:
    read = fixed_times(column(f"31.01.2024 23:59:58{behind}"), "%d.%m.%Y %H:%M:%S")
    assert read is not None
    wanted = np.datetime64("2024-01-31T23:59:58", "us") + np.timedelta64(microseconds, "us")
    assert read.tolist() == [wanted.tolist()]


@pytest.mark.parametrize(
    "cells",
    [
        ("31.01.2024 23:59:58.", "31.01.2024 23:59:58."),  # no digit behind the sign
        ("31.01.2024 23:59:58.1234567",),  # finer than a microsecond
        ("31.01.2024 23:59:58+01",),  # an offset
        ("31.01.2024 23:59:58.5", "31.01.2024 23:59:58.55"),  # uneven widths
    ],
)
def test_what_is_no_even_part_of_a_second_is_for_the_slower_ways(cells: tuple[str, ...]) -> None:
    assert fixed_times(column(*cells), "%d.%m.%Y %H:%M:%S") is None
