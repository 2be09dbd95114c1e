"""The content hash is one definition for arrays in any order and for files of any row groups."""

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.blobs import hash_parquet, holds_rows, write_parquet
from core.errors import DataError
from core.series import SeriesData

VALUES = np.array([[1.0, np.nan], [-0.0, 3.5], [np.inf, 2.0]])
TIME = np.array([5, 5, 9], np.int64)


def test_the_hash_covers_shape_unit_times_and_values_row_by_row() -> None:
    data = SeriesData(values=VALUES, time=TIME, unit="us")
    plain = repr(((3, 2), "us")).encode() + TIME.tobytes() + VALUES.tobytes()
    assert data.content_hash == hashlib.sha256(plain).hexdigest()


def test_a_series_without_time_has_no_unit_in_its_hash() -> None:
    plain = repr(((3, 2), "")).encode() + VALUES.tobytes()
    assert SeriesData(values=VALUES).content_hash == hashlib.sha256(plain).hexdigest()


def test_columns_that_lie_apart_in_memory_hash_alike() -> None:
    apart = np.asfortranarray(VALUES)
    assert SeriesData(values=apart).content_hash == SeriesData(values=VALUES).content_hash


@pytest.mark.parametrize("time", [None, np.arange(300_000) // 2])
def test_a_file_of_several_row_groups_hashes_like_its_arrays(
    tmp_path: Path, time: np.ndarray | None
) -> None:
    values = np.random.default_rng(1).normal(size=(300_000, 20))
    data = SeriesData(values=values, time=time, source_row=np.arange(300_000)[::-1].copy())
    write_parquet(data, tmp_path / "x.parquet")
    assert pq.ParquetFile(tmp_path / "x.parquet").metadata.num_row_groups == 4
    assert hash_parquet(tmp_path / "x.parquet") == data.content_hash
    assert holds_rows(tmp_path / "x.parquet", data.source_row)
    assert not holds_rows(tmp_path / "x.parquet", np.arange(300_000))
    assert not holds_rows(tmp_path / "x.parquet", data.source_row[1:])


def test_a_file_without_a_unit_is_no_series(tmp_path: Path) -> None:
    pq.write_table(pa.table({"ch1": [1.0]}), tmp_path / "x.parquet")
    with pytest.raises(DataError, match=r"the stored series x.parquet cannot be read"):
        hash_parquet(tmp_path / "x.parquet")
