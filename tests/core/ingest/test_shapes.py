"""Wide and long tables, together or one series each; Parquet like text."""

import decimal
import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ingest_helpers import detect, only, read

from core.errors import DataError
from core.ingest import build, propose

WIDE = "time,a,b\n2024-01-01,1,10\n2024-01-02,2,20\n2024-01-03,3,30\n"


def parquet(frame: pd.DataFrame, **options: object) -> bytes:
    """Return the frame as the bytes of a Parquet file."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer, **options)
    return buffer.getvalue()


def test_wide_columns_are_channels_of_one_series() -> None:
    data, info = only(WIDE)
    assert data.values.tolist() == [[1, 10], [2, 20], [3, 30]]
    assert (info.name, info.channel_names) == ("pump", ("a", "b"))


def test_wide_columns_can_be_a_series_each() -> None:
    built = read(WIDE, split="each")
    assert [info.name for _, info in built.series] == ["pump · a", "pump · b"]
    assert [data.values[:, 0].tolist() for data, _ in built.series] == [[1, 2, 3], [10, 20, 30]]


def test_long_rows_with_a_series_id_are_a_series_each() -> None:
    rows = "".join(
        f"{u},2024-01-{d:02d},{d * k}\n" for k, u in ((1, "x"), (2, "y")) for d in (1, 2, 3)
    )
    text = f"unique_id,ds,y\n{rows}"
    settings = detect(text)
    assert (settings.layout, settings.id_column, settings.split) == ("long", "unique_id", "each")
    built = read(text)
    assert [info.name for _, info in built.series] == ["pump · x", "pump · y"]
    assert built.series[1][0].values[:, 0].tolist() == [2, 4, 6]
    assert built.series[1][0].source_row.tolist() == [3, 4, 5]


def test_long_rows_with_a_channel_id_are_channels_on_shared_times() -> None:
    rows = "".join(f"2024-01-{d:02d},{s},{d}.{k}\n" for d in (1, 2, 3) for k, s in enumerate("ab"))
    text = f"timestamp,sensor,value\n{rows}"
    settings = detect(text)
    assert (settings.layout, settings.split) == ("long", "together")
    data, info = only(text)
    assert data.values.tolist() == [[1.0, 1.1], [2.0, 2.1], [3.0, 3.1]]
    assert info.channel_names == ("a", "b")
    assert data.source_row.tolist() == [0, 2, 4]


def test_times_that_only_some_ids_have_are_missing_in_the_others() -> None:
    text = "time,sensor,value\n1,a,1\n".replace("1,a", "2024-01-01,a")
    text += "2024-01-02,a,2\n2024-01-02,b,20\n2024-01-03,b,30\n2024-01-01,a,1.5\n"
    data, info = only(text)
    np.testing.assert_array_equal(data.values, [[1, np.nan], [1.5, np.nan], [2, 20], [np.nan, 30]])
    assert "3 samples have no row at a time that others have; kept as missing." in info.treatments


def test_long_rows_with_several_values_are_channels_of_each_id() -> None:
    rows = "".join(f"{d},2024-01-01 0{h}:00,{h},{h * 2}\n" for d in ("p1", "p2") for h in range(4))
    built = read(f"device_id,time,flow,heat\n{rows}")
    assert [data.values.shape for data, _ in built.series] == [(4, 2), (4, 2)]


def test_a_column_of_states_in_a_wide_file_is_no_id() -> None:
    rows = "".join(f"2024-01-01 00:{m:02d},{'on' if m % 3 else 'off'},{m}\n" for m in range(30))
    assert detect(f"time,status,v\n{rows}").layout == "wide"


def test_too_many_ids_are_refused() -> None:
    rows = "".join(f"{k % 6000},{k}\n" for k in range(12_000))
    text = f"k,v\n{rows}"
    settings = detect(text).model_copy(
        update={"layout": "long", "id_column": "k", "value_columns": ("v",), "split": "each"}
    )
    with pytest.raises(DataError, match="'k' has 6,000 different values; at most 5,000 series"):
        build(text.encode(), settings)


def test_parquet_gives_the_same_series_as_text() -> None:
    frame = pd.DataFrame(
        {"time": pd.date_range("2024-01-01", periods=50, freq="min"), "a": np.arange(50) / 7}
    )
    text, _ = only(frame.to_csv(index=False))
    stored, info = only(parquet(frame))
    assert stored.content_hash == text.content_hash
    assert info.zone_known is False


def test_parquet_times_with_a_zone_and_in_the_index_are_known_instants() -> None:
    index = pd.date_range("2024-01-01", periods=5, freq="h", tz="Europe/Berlin")
    data, info = only(parquet(pd.DataFrame({"a": range(5)}, index=index)))
    assert data.time is not None
    assert data.time.view("datetime64[ns]")[0] == np.datetime64("2023-12-31T23:00")
    assert info.zone_known is True


def test_parquet_lists_are_left_out_and_answers_too() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0], "many": [[1], [2]], "label": [0, 1]})
    proposal = propose("x.parquet", parquet(frame))
    assert [column.role for column in proposal.columns] == ["value", "left out", "answer"]
    assert only(parquet(frame))[1].channel_names == ("a",)


def test_parquet_without_rows_is_refused() -> None:
    with pytest.raises(DataError, match="has 1 columns and 0 rows"):
        propose("x.parquet", parquet(pd.DataFrame({"a": np.zeros(0)})))


def test_parquet_text_among_numbers_names_its_row() -> None:
    frame = pd.DataFrame({"a": ["1", "2", "x", "4"]})
    with pytest.raises(DataError, match="line 3, column 'a': 'x' is no number"):
        only(parquet(frame))


def arrow_parquet(names: list[str], columns: list[pa.Array]) -> bytes:
    """Return Arrow columns as the bytes of a Parquet file; names may occur twice."""
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns, names=names), buffer)
    return buffer.getvalue()


def test_parquet_columns_of_one_name_are_made_unique() -> None:
    raw = arrow_parquet(["a", "a"], [pa.array([1.5, 2.5]), pa.array([3, 4])])
    assert only(raw)[1].channel_names == ("a", "a (2)")


def test_parquet_dictionaries_years_and_decimals_are_understood() -> None:
    days = pa.array(["2024-01-01", "2024-01-02"]).dictionary_encode()
    money = pa.array([decimal.Decimal("1.25"), None])
    data, _ = only(arrow_parquet(["time", "paid"], [days, money]))
    assert data.time is not None
    np.testing.assert_array_equal(data.values[:, 0], [1.25, np.nan])
    years = arrow_parquet(["year", "v"], [pa.array([1850, 1851]), pa.array([1.0, 2.0])])
    assert only(years)[0].time is not None


def test_infinite_numbers_are_problems_in_parquet_too() -> None:
    raw = arrow_parquet(["a"], [pa.array([1.0, float("inf"), 3.0])])
    with pytest.raises(DataError, match="line 2, column 'a': 'inf' is infinite"):
        only(raw)
