"""Habits of well-known data sets and loggers: hours to 24, parts of a date, odd answers."""

import numpy as np

from tests.core.ingest.ingest_helpers import detect, only


def times(text: str) -> list[str]:
    """Return the times of a text's only series, to the second."""
    data, _ = only(text)
    assert data.time is not None
    return np.datetime_as_string(data.time.view(f"datetime64[{data.unit}]"), unit="s").tolist()


def test_a_time_of_day_with_points_joins_the_date() -> None:
    rows = "".join(f"10/03/2004;{h}.00.00;2,6;;\n" for h in range(18, 24))
    text = f"Date;Time;CO(GT);;\n{rows}13/03/2004;00.00.00;2,5;;\n;;;;\n;;;;\n"
    assert times(text)[0] == "2004-03-10T18:00:00"
    assert times(text)[-1] == "2004-03-13T00:00:00"
    assert only(text)[1].channel_names == ("CO(GT)",)


def test_hours_without_minutes_behind_a_day_are_times() -> None:
    rows = "".join(f"{d:02d}/01/14 {h:02d},{h}.5,-999\n" for d in (6, 7, 13) for h in range(24))
    text = f"DATETIME,L_T1,ATT_FLAG\n{rows}"
    assert times(text)[1] == "2014-01-06T01:00:00"
    assert detect(text).answer_columns == ("ATT_FLAG",)


def test_hours_from_1_to_24_end_on_the_next_day() -> None:
    rows = "".join(f"2024-01-{d:02d},{h},{h}.5\n" for d in (1, 2) for h in range(1, 25))
    found = times(f"date,hour,v\n{rows}")
    assert (found[0], found[23], found[24]) == (
        "2024-01-01T01:00:00", "2024-01-02T00:00:00", "2024-01-02T01:00:00",
    )  # fmt: skip
    said = "Hour 24 was read as 0:00 of the next day."
    assert said in only(f"date,hour,v\n{rows}")[1].treatments


def test_year_and_day_of_the_year_are_a_date() -> None:
    rows = "".join(f"2024,{d},{h},{h}.5\n" for d in (59, 60) for h in range(24))
    assert times(f"year,doy,hour,v\n{rows}")[24] == "2024-02-29T00:00:00"


def test_a_timestamp_that_counts_rows_is_the_row_number() -> None:
    rows = "".join(f"{k},{k * 7 % 11}.5,0\n" for k in range(1, 40))
    data, info = only(f"timestamp,value,is_anomaly\n{rows}")
    assert data.time is None
    assert info.channel_names == ("value",)


def test_answers_in_other_words_are_no_channels() -> None:
    head = "time,v,Störung,fault_flag,is_leaking\n"
    rows = "".join(f"2024-01-{d:02d},{d}.5,0,1,0\n" for d in range(1, 29))
    assert detect(head + rows).answer_columns == ("Störung", "fault_flag", "is_leaking")
