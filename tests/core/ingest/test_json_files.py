"""JSON in its common shapes is the same table; what is no table says at which place."""

import json

import numpy as np
import pytest
from ingest_helpers import read

from core.errors import DataError
from core.ingest import propose

TIMES = ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"]
RECORDS = [{"time": t, "flow": k + 0.5, "heat": k} for k, t in enumerate(TIMES)]
ROWS = [[r["time"], r["flow"], r["heat"]] for r in RECORDS]
LINES = "\n".join(json.dumps(record) for record in RECORDS)


def columns(rows: list[dict[str, object]]) -> dict[str, list[object]]:
    """Turn records into lists by name."""
    return {name: [row[name] for row in rows] for name in rows[0]}


@pytest.mark.parametrize(
    "document",
    [
        RECORDS,
        {"data": RECORDS},
        {"status": "ok", "count": 4, "data": RECORDS},
        {"response": {"records": RECORDS}},
        {"columns": ["time", "flow", "heat"], "data": ROWS},
        {"fields": ["time", "flow", "heat"], "rows": ROWS},
        {"schema": {"fields": [{"name": "time"}]}, "data": RECORDS},
        [["time", "flow", "heat"], *ROWS],
        columns(RECORDS),
        {"unit": "l/s", **columns(RECORDS)},
        {name: dict(zip("0123", column, strict=True)) for name, column in columns(RECORDS).items()},
        {str(k): record for k, record in enumerate(RECORDS)},
    ],
    ids=lambda document: json.dumps(document)[:40],
)
def test_each_shape_is_the_same_table(document: object) -> None:
    ((data, info),) = read(json.dumps(document), "pump.json").series
    assert info.channel_names == ("flow", "heat")
    assert data.values.tolist() == [[0.5, 0], [1.5, 1], [2.5, 2], [3.5, 3]]
    assert data.time is not None
    assert data.time.view("datetime64[ns]")[3] == np.datetime64("2024-01-04")


@pytest.mark.parametrize("text", [LINES, LINES + "\n\n", LINES.replace("\n", "\r\n")])
def test_json_lines_are_records(text: str) -> None:
    ((data, _),) = read(text, "pump.jsonl").series
    assert data.values.shape == (4, 2)


def test_records_printed_over_several_lines_are_records() -> None:
    text = "\n".join(json.dumps(record, indent=2) for record in RECORDS)
    assert read(text, "pump.json").series[0][0].values.shape == (4, 2)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_byte_order_marks_do_not_matter(encoding: str) -> None:
    raw = json.dumps(RECORDS).encode(encoding)
    assert propose("pump.json", raw).settings.reading.format == "json"
    assert read(raw, "pump.json").series[0][0].values.shape == (4, 2)


def test_pairs_of_time_and_value_are_rows() -> None:
    pairs = [[1_700_000_000_000 + 60_000 * k, k * 1.5] for k in range(5)]
    settings = propose("pump.json", json.dumps(pairs).encode()).settings
    assert (settings.time.columns, settings.time.format) == (("column 1",), "epoch_ms")
    assert settings.value_columns == ("column 2",)


def test_a_value_for_each_time_is_a_series() -> None:
    ((data, info),) = read(json.dumps(dict(zip(TIMES, [1, 2, 3, 5], strict=True)))).series
    assert data.values[:, 0].tolist() == [1, 2, 3, 5]
    assert info.channel_names == ("value",)


def test_missing_keys_null_and_nan_are_missing() -> None:
    text = '[{"a": 1, "b": NaN}, {"a": null, "b": 2}, {"b": 3}, {"a": 4, "b": 5}]'
    ((data, _),) = read(text).series
    np.testing.assert_array_equal(data.values, [[1, np.nan], [np.nan, 2], [np.nan, 3], [4, 5]])


def test_infinity_is_listed_with_its_record() -> None:
    with pytest.raises(DataError, match="line 2, column 'a': '-inf' is infinite"):
        read('[{"a": 1}, {"a": -Infinity}, {"a": 3}]')


def test_objects_inside_become_columns_and_short_lists_too() -> None:
    rows = [{"time": t, "acc": [k, k + 1, k + 2], "pump": {"flow": k}} for k, t in enumerate(TIMES)]
    ((data, info),) = read(json.dumps(rows)).series
    assert info.channel_names == ("acc.1", "acc.2", "acc.3", "pump.flow")
    assert data.values[3].tolist() == [3, 4, 5, 3]
    assert "'acc' holds 3 numbers in each record: a column for each." in info.treatments


def test_numbers_as_text_are_numbers_also_with_a_decimal_comma() -> None:
    assert read('[{"a": "1.5"}, {"a": 2}, {"a": "-3e2"}]').series[0][0].values[:, 0].tolist() == [
        1.5,
        2,
        -300,
    ]
    ((data, _),) = read('[{"a": "1,5"}, {"a": "2,25"}, {"a": "3"}]').series
    assert data.values[:, 0].tolist() == [1.5, 2.25, 3]


def test_text_among_numbers_is_listed_with_its_record() -> None:
    with pytest.raises(DataError, match="line 3, column 'a': 'off' is no number"):
        read('[{"a": 1}, {"a": 2.5}, {"a": "off"}]')


def test_truth_among_numbers_is_said() -> None:
    ((data, info),) = read('[{"a": 0}, {"a": true}, {"a": 2}]').series
    assert data.values[:, 0].tolist() == [0, 1, 2]
    assert "'a' mixes numbers with true and false, stored as 1 and 0." in info.treatments


def test_a_name_given_twice_is_said() -> None:
    ((data, info),) = read('[{"a": 1, "a": 2}, {"a": 3}, {"a": 4}]').series
    assert data.values[:, 0].tolist() == [2, 3, 4]
    assert "A record gives the name 'a' twice; the last value counts." in info.treatments


def test_a_line_that_is_no_json_is_listed_and_the_rest_can_be_stored() -> None:
    text = LINES.replace('"heat": 1}', '"heat": 1')
    with pytest.raises(DataError, match=r"line 2 is no JSON \(.*column"):
        read(text, "pump.jsonl")
    ((data, _),) = read(text, "pump.jsonl", on_bad_row="leave_out").series
    assert data.values[:, 1].tolist() == [0, 2, 3]
    assert data.source_row.tolist() == [0, 2, 3]


def test_whole_numbers_beyond_64_bits_are_numbers() -> None:
    ((data, _),) = read(json.dumps([{"a": 10**30}, {"a": 1}, {"a": 2}])).series
    assert data.values[0, 0] == 1e30


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"a": 1},\n {"a": 2', "line 2, column .*: the file begins as JSON but ends in the"),
        ('[{"a": 1},\n {"a" 2}]', r"line 2, column 7 .*is no JSON there \(Expecting ':'"),
        ("[]", "is JSON without a single record"),
        ('{"a": 1, "b": "x"}', "an object with the keys a, b"),
        ('[{"a": 1}, 5, {"a": 2}]', "record 2 of 'pump.csv' is the single value 5, but the first"),
        ("[[1, 2], [3], [4, 5]]", "row 2 of 'pump.csv' holds 1 values where 2 are due"),
        ('{"t": [1, 2, 3], "v": [1, 2]}', r"different lengths \(t: 3, v: 2\)"),
        ("[" * 50_000 + "]" * 50_000, "values inside values without end"),
        ('{"type": "FeatureCollection", "features": []}', "is GeoJSON"),
    ],
)
def test_what_is_no_table_says_where(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(text)


def test_texts_with_brackets_are_no_json() -> None:
    for text in ("[Header]\nv\n1\n2\n3\n", "[1] 0.5 0.6\n[2] 0.7 0.8\n[3] 0.9 1.1\n"):
        assert propose("x.txt", text.encode()).settings.reading.format == "text"
