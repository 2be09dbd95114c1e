"""Arrow files, ARFF, LabVIEW's text, answers beside a matrix, series nested in JSON."""

import io
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pytest

from core.errors import DataError
from core.ingest import propose
from tests.core.ingest.ingest_helpers import only, read


def test_an_arrow_file_opens_like_the_same_parquet() -> None:
    frame = pd.DataFrame({"time": pd.date_range("2024-01-01", periods=5, freq="h"), "a": range(5)})
    sink = io.BytesIO()
    feather.write_feather(pa.Table.from_pandas(frame), sink)
    data, info = only(sink.getvalue())
    assert info.channel_names == ("a",)
    assert data.time is not None
    assert data.time.view("datetime64[ns]")[1] == np.datetime64("2024-01-01T01:00")


def test_a_cut_off_arrow_file_is_refused() -> None:
    with pytest.raises(DataError, match="begins like an Arrow file but cannot be read"):
        propose("a.feather", b"ARROW1\x00\x00 and no more")


def test_arff_names_its_columns_and_keeps_answers_apart() -> None:
    rows = "".join(f"{k}.5,?,{'bad' if k == 3 else 'ok'}\n" for k in range(6))
    text = (
        "% made by Weka\n@RELATION pump\n@attribute 'flow rate' numeric\n"
        f"@attribute level real\n@attribute class {{ok,bad}}\n\n@data\n{rows}"
    )
    data, info = only(text)
    assert info.channel_names == ("flow rate",)
    np.testing.assert_array_equal(data.values[:2, 0], [0.5, 1.5])
    assert propose("a.arff", text.encode()).settings.answer_columns == ("class",)


def test_sparse_arff_is_refused_by_its_line() -> None:
    with pytest.raises(DataError, match="is a sparse row of ARFF"):
        propose("a.arff", b"@relation x\n@attribute a real\n@data\n{1 2}\n")


def test_labview_names_stand_in_the_last_header_and_the_comment_is_said() -> None:
    rows = "".join(f"{k / 1000:.6f}\t-{k}.5\t{k}.25\n".replace(".", ",") for k in range(40))
    text = (
        "LabVIEW Measurement\nSeparator\tTab\nDecimal_Separator\t,\n***End_of_Header***\t\n\n"
        "Channels\t2\nSamples\t40\t40\nX0\t0,0\t0,0\nDelta_X\t0,001\t0,001\n"
        f"***End_of_Header***\t\nX_Value\tVoltage_0\tVoltage_1\tComment\n{rows}"
    )
    data, info = only(text)
    assert info.channel_names == ("Voltage_0", "Voltage_1")
    assert data.time is not None
    assert data.time[1] == 1_000_000
    assert "Column 'Comment' of the header has no cells; left out." in info.treatments


def test_labels_beside_a_matrix_are_answers() -> None:
    buffer = io.BytesIO()
    np.savez(buffer, X=np.arange(40.0).reshape(20, 2), y=np.arange(20) % 2)
    assert only(buffer.getvalue())[1].channel_names == ("X 1", "X 2")
    assert propose("x.npz", buffer.getvalue()).settings.answer_columns == ("y",)


def test_series_nested_in_json_are_put_below_each_other() -> None:
    points = [{"t": 1_700_000_000_000 + 60_000 * k, "v": k / 2} for k in range(30)]
    nested = {"series": [{"name": name, "points": points} for name in ("p", "q")]}
    built = read(json.dumps(nested), "nested.json")
    assert [info.name for _, info in built.series] == ["nested · p", "nested · q"]
    data, _ = built.series[1]
    assert data.time is not None
    assert data.time.view("datetime64[ns]")[0] == np.datetime64("2023-11-14T22:13:20")


def test_series_of_prometheus_are_named_by_their_labels() -> None:
    values = [[1_700_000_000 + 15 * k, f"{k}.5"] for k in range(30)]
    result = [
        {"metric": {"__name__": "cpu", "host": host}, "values": values} for host in ("a", "b")
    ]
    answer = {"status": "success", "data": {"resultType": "matrix", "result": result}}
    built = read(json.dumps(answer), "prom.json")
    assert [info.name for _, info in built.series] == ["prom · cpu{host=a}", "prom · cpu{host=b}"]
    assert built.series[0][0].values[3, 0] == 3.5
