"""A series comes back from disk as it was; a damaged file is named."""

from pathlib import Path

import numpy as np
import pytest

from core.blobs import read_parquet, write_parquet
from core.errors import DataError
from core.series import SeriesData


def test_a_series_with_time_and_gaps_comes_back_unchanged(tmp_path: Path) -> None:
    series = SeriesData(
        values=np.array([[1.0, np.nan], [2.5, -3.0], [np.nan, np.inf]]),
        time=np.array([-5, -5, 7], dtype=np.int64),
        unit="us",
        source_row=np.array([2, 0, 1], dtype=np.int64),
    )
    write_parquet(series, tmp_path / "ab" / "x.parquet")

    read = read_parquet(tmp_path / "ab" / "x.parquet")

    assert read.content_hash == series.content_hash
    assert read.source_row.tolist() == [2, 0, 1]
    assert read.unit == "us"
    assert [path.name for path in (tmp_path / "ab").iterdir()] == ["x.parquet"]


def test_a_series_without_time_has_none_after_reading(tmp_path: Path) -> None:
    write_parquet(SeriesData(values=np.ones((4, 1))), tmp_path / "x.parquet")

    assert read_parquet(tmp_path / "x.parquet").time is None


def test_a_damaged_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"PAR1 and then nothing")

    with pytest.raises(DataError, match="restore it from a backup"):
        read_parquet(tmp_path / "x.parquet")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.parquet cannot be read"):
        read_parquet(tmp_path / "gone.parquet")
