"""A series' report counts gaps, repeats, constant stretches and missing samples exactly."""

import numpy as np

from core.ingest.report import Gap, Stretch, duration, report
from core.series import SeriesData, SeriesInfo

MINUTE = 60 * 10**9


def series(minutes: list[int] | None, *columns: list[float]) -> tuple[SeriesData, SeriesInfo]:
    """Return a series with these channels, on a time axis in minutes or on sample numbers."""
    time = None if minutes is None else np.array(minutes) * MINUTE
    data = SeriesData(np.column_stack(columns).astype(float), time)
    return data, SeriesInfo("pump", tuple(f"c{k}" for k in range(len(columns))))


def test_gaps_and_repeats_are_counted_with_their_place() -> None:
    found = report(*series([0, 1, 2, 2, 3, 10, 11, 14], [1, 2, 3, 4, 5, 6, 7, 8]))
    assert found.gaps == (Gap(4, 420.0), Gap(6, 180.0))
    assert found.longest_gap == Gap(4, 420.0)
    assert (found.n_gaps, found.duplicates, found.interval) == (2, 1, "1 min")
    assert found.regular == 4 / 7
    rows = dict(found.rows())
    assert rows["Gaps"] == "2, the longest 7 min after sample 4"
    assert rows["Regular steps"] == "57.14 %"
    assert rows["Span"] == "14 min"


def test_a_stretch_of_one_value_is_told_and_a_missing_sample_ends_it() -> None:
    values = [1.0, *[5.0] * 12, np.nan, *[5.0] * 11, 2.0]
    found = report(*series(None, values)).channels[0]
    assert (found.stretches, found.longest) == (2, Stretch(1, 13))
    assert found.missing == 1 / 26
    assert not found.constant


def test_constant_and_empty_channels_are_named() -> None:
    found = report(*series([0, 1, 2], [3, 3, 3], [np.nan] * 3))
    rows = dict(found.rows())
    assert (rows["Never changes"], rows["Empty channels"]) == ("c0", "c1")
    assert rows["Missing values"] == "c1 100%"


def test_months_are_regular_although_their_days_differ() -> None:
    days = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30])
    found = report(*series([int(day) * 1440 for day in days], list(range(12))))
    assert (found.interval, found.n_gaps) == ("1 month", 0)


def test_a_series_without_time_is_regular_by_definition() -> None:
    found = report(*series(None, [1, 2, 3]))
    assert (found.interval, found.regular, found.gaps) == ("sample number (no time)", 1.0, ())


def test_durations_take_the_largest_fitting_unit() -> None:
    assert [duration(s) for s in (0, 2e-6, 0.04, 90, 5400, 172_800)] == [
        "0 s", "2 µs", "40 ms", "1.5 min", "1.5 h", "2 d",
    ]  # fmt: skip
