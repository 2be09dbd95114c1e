"""Messy exports are read as a person would read them, and the evidence is stated."""

import pytest
from ingest_helpers import detect, only

from core.ingest import propose


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("t,v\n1.5,2\n2.5,3\n", ","),
        ("t;v\n1,5;2\n2,5;3\n", ";"),
        ("t\tv\n1.5\t2\n2.5\t3\n", "\t"),
        ("t|v\n1.5|2\n2.5|3\n", "|"),
        ("  1.5   2\n  2.5   3\n", " "),
        ("v\n1,5\n2,5\n3,75\n", ""),  # a decimal comma in one column separates nothing
        ("   6.37e+01\n   6.33e+01\n", ""),
    ],
)
def test_the_separator_is_found(text: str, separator: str) -> None:
    assert detect(text).reading.separator == separator


def test_a_german_export_is_right_at_first_sight() -> None:
    data, info = only(
        "Datum;Uhrzeit;Druck [bar];Temp\n"
        "13.02.2024;10:00:00;1.234,5;2,25\n"
        "13.02.2024;10:00:01;999,0;3\n"
    )
    assert data.time is not None
    assert data.time.view("datetime64[ns]").astype(str).tolist() == [
        "2024-02-13T10:00:00.000000000",
        "2024-02-13T10:00:01.000000000",
    ]
    assert data.values.tolist() == [[1234.5, 2.25], [999.0, 3.0]]
    assert info.channel_units == ("bar", "")


def test_lines_above_the_table_and_a_row_of_units_are_set_apart() -> None:
    text = (
        "Export of pump 3\nStation: north\n\nTime;Flow;P\n;m3/h;bar\n"
        "2024-01-01 00:00;1,5;2\n2024-01-01 00:01;1,6;2,1\n2024-01-01 00:02;1,7;2,2\n"
    )
    settings = detect(text)
    assert (settings.reading.skip_lines, settings.reading.units_row) == (3, True)
    data, info = only(text)
    assert info.channel_units == ("m3/h", "bar")
    assert data.values.tolist() == [[1.5, 2], [1.6, 2.1], [1.7, 2.2]]


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\ntime;v\n2024-01-01;1\n2024-01-02;2\n",
        "# made by a logger\n# time v\n2024-01-01 1\n2024-01-02 2\n",
        'time,v\r\n"2024-01-01","1"\r\n"2024-01-02","2"\r\n',
        "time,v\r2024-01-01,1\r2024-01-02,2\r",
        "time;v;\n2024-01-01;1;\n2024-01-02;2;\n",
        ",time,v\n0,2024-01-01,1\n1,2024-01-02,2\n",  # a frame written with its row numbers
    ],
)
def test_the_same_table_is_found_in_many_dresses(text: str) -> None:
    data, info = only(text)
    assert data.time is not None
    assert data.values.tolist() == [[1], [2]]
    assert info.channel_names == ("v",)


def test_row_names_without_a_header_are_row_numbers() -> None:
    data, info = only('"V1" "V2"\n"1" 1.5 2\n"2" 1.7 3\n')
    assert info.channel_names == ("V1", "V2")
    assert data.values.tolist() == [[1.5, 2], [1.7, 3]]


def test_column_names_given_twice_are_made_unique_and_said() -> None:
    proposal = propose("x.csv", b"a,a,,a\n1,2,3,4\n5,6,7,8\n")
    assert proposal.settings.value_columns == ("a", "a (2)", "column 3", "a (3)")
    assert proposal.findings[-3].value == "a (2), column 3, a (3)"


@pytest.mark.parametrize(
    ("header", "answers"),
    [
        ("is_anomaly", ("is_anomaly",)),
        ("isAnomaly", ("isAnomaly",)),
        ("change_point", ("change_point",)),
        ("Outlier", ("Outlier",)),
        ("ground truth", ("ground truth",)),
        ("anomaly_score", ("anomaly_score",)),
        ("class", ("class",)),
        ("glass", ()),
        ("abnormality", ()),
    ],
)
def test_answers_never_become_channels(header: str, answers: tuple[str, ...]) -> None:
    text = f"time,value,{header}\n2024-01-01,1.5,0\n2024-01-02,2.5,1\n2024-01-03,2.5,1\n"
    assert detect(text).answer_columns == answers
    assert only(text)[1].channel_names == (("value",) if answers else ("value", header))


def test_a_measured_class_is_a_channel() -> None:
    rows = "".join(f"2024-01-01 00:{m:02d},{m * 1.1:.2f}\n" for m in range(40))
    assert detect(f"time,energy class\n{rows}").answer_columns == ()


def test_true_and_false_are_stored_as_numbers_and_said() -> None:
    data, info = only("time,v,on\n2024-01-01,1,true\n2024-01-02,2,false\n")
    assert data.values.tolist() == [[1, 1], [2, 0]]
    assert "'on' holds true and false, stored as 1 and 0." in info.treatments


def test_text_columns_are_listed_as_not_used() -> None:
    _, info = only("time,status,v\n2024-01-01,on,1\n2024-01-02,off,2\n2024-01-03,off,2\n")
    assert info.channel_names == ("v",)
    assert "Columns not used: status." in info.treatments


def test_every_column_has_a_role_with_a_reason() -> None:
    text = "no,time,note,v,label\n0,2024-01-01,fine,1.5,0\n1,2024-01-02,odd,2.5,1\n"
    columns = propose("x.csv", text.encode()).columns
    assert [c.role for c in columns] == ["row number", "time", "left out", "value", "answer"]
    assert columns[2].because == "text, not numbers, like 'fine'"


def test_settings_survive_json() -> None:
    settings = detect("t;v\n1,5;2\n2,5;3\n")
    assert type(settings).model_validate_json(settings.model_dump_json()) == settings
