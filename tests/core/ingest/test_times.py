"""Times in every common writing land on the same instant, in UTC, in the right unit."""

import numpy as np
import pytest
from ingest_helpers import detect, only

from core.errors import ConfigError, DataError
from core.ingest import TimeAxis, propose
from core.ingest.times.clock import format_name


def instants(text: str, **changes: object) -> list[str]:
    """Return the times of a text's only series, without trailing zeros."""
    data, _ = only(text, **changes)
    assert data.time is not None
    texts = data.time.view(f"datetime64[{data.unit}]").astype(str)
    return [t.rstrip("0").rstrip(".") if "." in t else t for t in texts.tolist()]


@pytest.mark.parametrize(
    ("cells", "form"),
    [
        (["2024-01-31 13:05:00", "2024-01-31 13:06:00"], "iso"),
        (["2024-01-31T13:05Z", "2024-01-31T13:06Z"], "iso"),
        (["31.01.2024 13:05", "31.01.2024 13:06"], "%d.%m.%Y %H:%M"),
        (["1/31/2024 1:05 PM", "1/31/2024 1:06 PM"], "%m/%d/%Y %I:%M %p"),
        (["31/01/2024 13:05:00", "31/01/2024 13:06:00"], "%d/%m/%Y %H:%M:%S"),
        (["31-Jan-2024 13:05:00", "31-Jan-2024 13:06:00"], "%d-%b-%Y %H:%M:%S"),
        (["20240131130500", "20240131130600"], "%Y%m%d%H%M%S"),
        (["20240131T130500", "20240131T130600"], "iso"),
        (["1706706300", "1706706360"], "epoch_s"),
        (["1706706300000", "1706706360000"], "epoch_ms"),
        (["1706706300000000000", "1706706360000000000"], "epoch_ns"),
    ],
)
def test_common_writings_are_found(cells: list[str], form: str) -> None:
    text = "time;v\n" + "".join(f"{cell};{k}\n" for k, cell in enumerate(cells))
    assert detect(text).time.format == form
    assert instants(text) == ["2024-01-31T13:05:00", "2024-01-31T13:06:00"]


def test_fractions_of_a_second_survive_in_any_pattern() -> None:
    text = "time;v\n31.01.2024 13:05:00,123;1\n31.01.2024 13:05:00;2\n31.01.2024 13:05:01.5;3\n"
    assert instants(text) == [
        "2024-01-31T13:05:00",
        "2024-01-31T13:05:00.123",
        "2024-01-31T13:05:01.5",
    ]


def test_nanoseconds_are_exact() -> None:
    text = "ts,v\n1706706300000000001,1\n1706706300000000002,2\n"
    assert instants(text) == ["2024-01-31T13:05:00.000000001", "2024-01-31T13:05:00.000000002"]


def test_seconds_since_1970_with_a_fraction() -> None:
    assert instants("ts,v\n1700000000.5,1\n1700000060.25,2\n") == [
        "2023-11-14T22:13:20.5",
        "2023-11-14T22:14:20.25",
    ]


def test_years_outside_the_reach_of_nanoseconds_use_microseconds() -> None:
    data, info = only("time,v\n1500-01-01,1\n1501-01-01,2\n9999-12-31,3\n")
    assert data.unit == "us"
    assert instants("time,v\n1500-01-01,1\n9999-12-31,3\n")[0] == "1500-01-01T00:00:00"
    assert any("kept to the microsecond" in sentence for sentence in info.treatments)


def test_day_and_month_that_cannot_be_told_apart_are_a_guess() -> None:
    proposal = propose("x.csv", b"Date,v\n1/2/2024,1\n2/2/2024,2\n3/2/2024,3\n")
    time = next(f for f in proposal.findings if f.setting == "Time")
    assert not time.sure
    assert "may also be read like 01/31/2024, so please check day and month" in time.because


def test_day_and_month_are_told_apart_by_steady_steps() -> None:
    rows = "".join(f"{day}/2/2024,{day}\n" for day in range(1, 13))
    settings = detect(f"Date,v\n{rows}")
    assert settings.time.format == "%d/%m/%Y"
    american = "".join(f"2/{day}/2024,{day}\n" for day in range(1, 13))
    assert detect(f"Date,v\n{american}").time.format == "%m/%d/%Y"


def test_the_zone_of_a_file_that_states_none_is_an_assumption_that_can_be_changed() -> None:
    text = "time,v\n2024-07-01 12:00,1\n2024-07-01 13:00,2\n"
    data, info = only(text)
    assert (info.zone, info.zone_known) == ("UTC", False)
    assert "Times were read as UTC because the file does not say its zone." in info.treatments
    berlin = TimeAxis(columns=("time",), zone="Europe/Berlin", zone_known=True)
    moved, moved_info = only(text, time=berlin)
    assert data.time is not None and moved.time is not None
    assert (data.time - moved.time).tolist() == [2 * 3600 * 10**9] * 2
    assert (moved_info.zone, moved_info.zone_known) == ("Europe/Berlin", True)


BERLIN = TimeAxis(columns=("time",), zone="Europe/Berlin", zone_known=True)


def test_an_hour_that_clocks_skip_is_read_as_before_the_jump_and_said() -> None:
    text = "time,v\n2024-03-31 01:30,1\n2024-03-31 02:30,2\n2024-03-31 02:45,3\n"
    assert instants(text, time=BERLIN) == [
        "2024-03-31T00:30:00",
        "2024-03-31T01:30:00",
        "2024-03-31T01:45:00",
    ]
    _, info = only(text, time=BERLIN)
    assert any(
        s.startswith("2 times fall into an hour that the clocks of Europe/Berlin skip")
        for s in info.treatments
    )


def test_the_order_of_the_file_tells_which_of_a_repeated_hour_a_time_is() -> None:
    clocks = ("02:00", "02:30", "02:00", "02:30", "03:00")
    text = "time,v\n" + "".join(f"2024-10-27 {clock},{k}\n" for k, clock in enumerate(clocks))
    expected = [
        "2024-10-27T00:00:00", "2024-10-27T00:30:00", "2024-10-27T01:00:00",
        "2024-10-27T01:30:00", "2024-10-27T02:00:00",
    ]  # fmt: skip
    assert instants(text, time=BERLIN) == expected
    data, info = only(text, time=BERLIN)
    assert data.values[:, 0].tolist() == [0, 1, 2, 3, 4]
    assert any("the file's order tells which of the two each is" in s for s in info.treatments)


def test_a_descending_file_with_a_repeated_hour_is_read_from_its_end() -> None:
    clocks = ("03:00", "02:30", "02:00", "02:30", "02:00")
    text = "time,v\n" + "".join(f"2024-10-27 {clock},{k}\n" for k, clock in enumerate(clocks))
    data, _ = only(text, time=BERLIN)
    assert data.values[:, 0].tolist() == [4, 3, 2, 1, 0]
    assert set(np.diff(data.time).tolist()) == {30 * 60 * 10**9}


def test_a_repeated_hour_without_a_hint_is_read_as_summer_time_and_said() -> None:
    text = "time,v\n2024-10-27 01:30,1\n2024-10-27 02:30,2\n2024-10-27 03:30,3\n"
    assert instants(text, time=BERLIN)[1] == "2024-10-27T00:30:00"
    _, info = only(text, time=BERLIN)
    assert any("the order does not tell which of the two" in s for s in info.treatments)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ConfigError, match="'Mars/Base' is no time zone that is known here"):
        only(
            "time,v\n2024-07-01,1\n2024-07-02,2\n",
            time=TimeAxis(columns=("time",), zone="Mars/Base"),
        )


def test_elapsed_time_keeps_its_uneven_steps() -> None:
    data, info = only("Time [s],v\n0.0,1\n0.5,2\n1.5,2\n")
    seconds = data.seconds()
    assert seconds is not None
    np.testing.assert_array_equal(seconds, [0, 0.5, 1.5])
    assert info.treatments[0].startswith("The file gives time since a start, no date")


def test_a_rising_measurement_is_no_time() -> None:
    rows = "".join(f"{month:02d},{156_309_000 + month}\n" for month in range(1, 12))
    assert detect(f"k,Population\n{rows}").time.columns == ()


def test_spreadsheet_days_are_dates() -> None:
    assert instants("date,v\n45000.5,1\n45001,2\n") == [
        "2023-03-15T12:00:00",
        "2023-03-16T00:00:00",
    ]


def test_times_beyond_the_calendar_do_not_parse() -> None:
    text = "time,v\n20240101,1\n20240102,2\n"
    days = TimeAxis(columns=("time",), format="excel_days", zone="Europe/Berlin")
    with pytest.raises(DataError, match=r"no cell of the time column 'time' .* spreadsheet days"):
        only(text, time=days)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("%d.%m.%Y %H:%M:%S", "31.01.2024 23:59:59"),
        ("%m/%d/%Y %I:%M %p", "01/31/2024 11:59 PM"),
        ("%Y-%m-%d %H:%M:%S+ms", "2024-01-31 23:59:59 and milliseconds"),
        ("iso", "ISO 8601 (2024-01-31 23:59:59)"),
        ("epoch_ms", "milliseconds since 1970"),
    ],
)
def test_a_form_of_times_is_shown_as_an_example(form: str, words: str) -> None:
    assert format_name(form) == words


def test_numbers_at_the_ends_of_a_float_are_values_and_no_time() -> None:
    data, _ = only("v\n-1.79769313e308\n9.97920155e291\n1.79769313e308\n")
    assert data.time is None
    assert data.values[:, 0].tolist() == [-1.79769313e308, 9.97920155e291, 1.79769313e308]
