"""A later file joins a stored series without moving, changing or losing a stored sample."""

import re
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.continuable import candidates
from core.continuing import Conflict, continues
from core.errors import DataError
from core.new_windows import covered_samples, covered_until, new_windows, windows_now
from core.series import SeriesData, SeriesInfo, TimeUnit, cut_windows

SECOND = 1_000_000_000
INFO = SeriesInfo("pump-3.csv", ("flow", "heat"), ("l/s", ""), source="pump-3.csv")


def timed(seconds: list[float], values: list[float], unit: TimeUnit = "ns") -> SeriesData:
    """One channel beside its negative, at these seconds."""
    ticks = np.array(seconds) * (SECOND if unit == "ns" else SECOND // 1000)
    column = np.array(values, dtype=float)
    return SeriesData(np.column_stack([column, -column]), ticks.astype(np.int64), unit)


STORED = timed([0, 1, 2, 3, 4], [10, 11, 12, 13, 14])


def test_new_samples_come_after_the_stored_ones_and_the_overlap_is_compared() -> None:
    new = timed([3, 4, 5, 6], [13, 14, 15, 16])

    found = continues(STORED, INFO, new, INFO)

    assert (found.fits, found.reason, found.doubt) == (True, "", "")
    assert (found.n_overlap, found.n_equal, found.n_new, found.n_conflicts) == (2, 2, 2, 0)
    assert found.joined is not None and found.joined.time is not None
    assert found.joined.values[:, 0].tolist() == [10, 11, 12, 13, 14, 15, 16]
    assert (found.joined.time // SECOND).tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert found.places.tolist() == [3, 4, 5, 6]
    # rows of the new file are counted on, so that no row occurs twice
    assert found.joined.source_row.tolist() == [0, 1, 2, 3, 4, 7, 8]
    assert found.gap_words == ""


def test_a_file_that_repeats_everything_keeps_its_own_rows() -> None:
    found = continues(STORED, INFO, timed([0, 1, 2, 3, 4, 5], [10, 11, 12, 13, 14, 15]), INFO)

    assert found.joined is not None
    assert found.joined.source_row.tolist() == [0, 1, 2, 3, 4, 5]


def test_where_the_two_differ_the_stored_value_is_kept_and_both_are_listed() -> None:
    new = timed([2, 3, 4, 5], [12, 99, np.nan, 15])

    found = continues(STORED, INFO, new, INFO)

    assert (found.n_overlap, found.n_equal, found.n_conflicts) == (3, 1, 4)
    assert found.conflicts[:2] == (
        Conflict(sample=3, tick=3 * SECOND, channel=0, stored=13.0, new=99.0),
        Conflict(sample=3, tick=3 * SECOND, channel=1, stored=-13.0, new=-99.0),
    )
    assert found.joined is not None
    assert found.joined.values[:, 0].tolist() == [10, 11, 12, 13, 14, 15]
    assert found.doubt.startswith("2 of the 3 samples that both have differ")


def test_what_is_missing_in_both_is_equal_and_a_late_value_is_a_conflict() -> None:
    stored = timed([0, 1, 2], [1, np.nan, np.nan])

    found = continues(stored, INFO, timed([0, 1, 2, 3], [1, np.nan, 7, 8]), INFO)

    assert (found.n_equal, found.n_conflicts) == (2, 2)
    assert found.joined is not None and np.isnan(found.joined.values[2, 0])


def test_only_the_first_200_differences_are_listed() -> None:
    seconds = [float(n) for n in range(300)]
    new = timed([*seconds, 300.0], [1.0] * 301)

    found = continues(timed(seconds, [0.0] * 300), INFO, new, INFO)

    assert (len(found.conflicts), found.n_conflicts) == (200, 600)


def test_samples_at_one_time_are_matched_in_their_order() -> None:
    stored = timed([0, 1, 1, 2], [1, 2, 3, 4])
    new = timed([1, 1, 2, 2, 3], [2, 3, 4, 5, 6])

    found = continues(stored, INFO, new, INFO)

    # the second sample at 2 s is new: after the last stored one it moves nothing
    assert found.places.tolist() == [1, 2, 3, 4, 5]
    assert (found.n_overlap, found.n_equal, found.n_new) == (3, 3, 2)
    assert found.joined is not None
    assert found.joined.values[:, 0].tolist() == [1, 2, 3, 4, 5, 6]


def test_a_sample_between_stored_ones_is_left_out_and_listed() -> None:
    new = timed([1, 1.5, 3, 4, 5], [11, 77, 13, 14, 15])

    found = continues(STORED, INFO, new, INFO)

    assert (found.n_between, found.n_absent, found.n_new) == (1, 1, 1)  # 2 s is absent
    assert found.places.tolist() == [1, -1, 3, 4, 5]
    assert found.conflicts[0] == Conflict(2, 3 * SECOND // 2, 0, None, 77.0)
    assert found.joined is not None and found.joined.n_samples == 6


def test_a_file_that_begins_before_the_series_does_not_fit() -> None:
    found = continues(STORED, INFO, timed([-2, -1, 0, 9], [1, 2, 10, 3]), INFO)

    assert (found.fits, found.joined) == (False, None)
    assert found.reason.startswith("2 of the file's samples are before the first one of 'pump-3")
    assert "move every label" in found.reason


def test_a_file_without_anything_new_says_so_and_was_compared() -> None:
    found = continues(STORED, INFO, timed([3, 4], [13, 99]), INFO)

    assert (found.fits, found.n_new, found.n_conflicts) == (False, 0, 2)
    assert found.reason.startswith("the file has no sample after the last one of 'pump-3.csv'")


def test_channels_in_another_order_are_put_in_the_stored_one() -> None:
    new = timed([4, 5], [14, 15])
    turned = replace(new, values=new.values[:, ::-1])

    found = continues(
        STORED,
        INFO,
        turned,
        replace(INFO, channel_names=("heat", "flow"), channel_units=("", "l/s")),
    )

    assert (found.fits, found.n_equal) == (True, 1)
    assert found.joined is not None and found.joined.values[-1].tolist() == [15, -15]


@pytest.mark.parametrize(
    ("info", "reason"),
    [
        (replace(INFO, channel_names=("flow", "cold")), r"only the same channels can go on"),
        (replace(INFO, channel_names=("flow", "flow")), r"only the same channels can go on"),
        (replace(INFO, channel_units=("m/s", "")), r"'flow' is in m/s in the file and in l/s"),
        (replace(INFO, zone="Europe/Berlin"), r"taken as Europe/Berlin .* as UTC"),
    ],
)
def test_another_kind_of_series_does_not_fit(info: SeriesInfo, reason: str) -> None:
    found = continues(STORED, INFO, timed([4, 5], [14, 15]), info)

    assert (found.fits, found.joined) == (False, None)
    assert re.search(reason, found.reason)


def test_an_unknown_unit_and_a_known_zone_elsewhere_are_no_obstacles() -> None:
    known = replace(INFO, zone_known=True)
    elsewhere = replace(known, zone="Europe/Berlin", channel_units=("", "K"))

    assert continues(STORED, known, timed([5], [15]), elsewhere).fits


def test_times_in_another_unit_are_compared_as_moments() -> None:
    coarse = timed([4, 5], [14, 15], "us")
    odd = replace(timed([4, 5], [14, 15]), time=np.array([4 * SECOND, 5 * SECOND + 1]))

    found = continues(STORED, INFO, coarse, INFO)
    assert (found.fits, found.n_equal) == (True, 1)
    assert found.joined is not None and found.joined.unit == "ns"
    refused = continues(timed([0, 1], [1, 2], "us"), INFO, odd, INFO)
    assert (refused.fits, refused.reason[:33]) == (False, "the file's times have nanoseconds")
    ancient = replace(coarse, time=np.array([4, 9 * 10**18 // 100]))
    assert "outside 1677 to 2262" in continues(STORED, INFO, ancient, INFO).reason


def test_a_pause_is_told_beside_the_usual_step() -> None:
    found = continues(STORED, INFO, timed([7204, 7205], [1, 2]), INFO)

    assert found.gap_words == "2 h without a sample before the new ones (the usual step: 1 s)"


def test_without_times_the_file_must_begin_with_all_that_is_stored() -> None:
    rows = SeriesData(np.arange(5.0)[:, None])
    info = SeriesInfo("rows", ("v",))
    longer, other = SeriesData(np.arange(8.0)[:, None]), SeriesData(np.arange(1.0, 9)[:, None])

    found = continues(rows, info, longer, info)
    assert (found.fits, found.n_new, found.n_equal) == (True, 3, 5)
    assert found.joined is not None and found.joined.values.tolist() == longer.values.tolist()
    refused = continues(rows, info, other, info)
    assert (refused.fits, refused.n_conflicts) == (False, 5)
    assert "sample 0 is 1.0 and 0.0 is stored" in refused.reason
    assert "nothing to add" in continues(rows, info, SeriesData(rows.values[:3]), info).reason
    timed_file = SeriesData(longer.values, np.arange(8))
    assert "nothing says where" in continues(rows, info, timed_file, info).reason


@given(
    stored=st.lists(st.integers(0, 12), min_size=1, max_size=12).map(sorted),
    new=st.lists(st.integers(0, 20), min_size=1, max_size=12).map(sorted),
)
def test_joining_is_what_matching_one_by_one_gives(stored: list[int], new: list[int]) -> None:
    one = SeriesData(np.arange(len(stored), dtype=float)[:, None], np.array(stored))
    other = SeriesData(100 + np.arange(len(new), dtype=float)[:, None], np.array(new))
    info = SeriesInfo("s", ("v",))

    found = continues(one, info, other, info)

    if new[0] < stored[0]:
        assert not found.fits
        return
    free, places, appended = list(enumerate(stored)), [], 0
    for tick in new:  # the slow twin: take the first stored sample of this time that is left
        match = next((place for place, held in free if held == tick), None)
        if match is not None:
            free.remove((match, tick))
        elif tick >= stored[-1]:
            match, appended = len(stored) + appended, appended + 1
        places.append(-1 if match is None else match)
    assert found.places.tolist() == places
    assert found.fits == (appended > 0)
    if found.joined is not None:
        assert found.joined.time is not None
        assert found.joined.time.tolist() == stored + [
            t for t, p in zip(new, places, strict=True) if p >= len(stored)
        ]
        assert found.joined.values[: len(stored)].tobytes() == one.values.tobytes()


# -- windows


def test_new_windows_cover_the_new_samples_and_share_the_overlap() -> None:
    there = cut_windows(1000, 300, 30)

    assert new_windows(there, 1000, 1034, 300, 30) == [(970, 1034)]
    assert new_windows(there, 1000, 1500, 300, 30) == [(970, 1270), (1200, 1500)]
    assert new_windows(there, 1000, 1000, 300, 30) == []


def test_a_few_new_samples_take_stored_ones_along_so_that_something_is_seen() -> None:
    assert new_windows([(0, 100)], 100, 103, 64, 0) == [(87, 103)]
    assert new_windows([(0, 5)], 5, 6, 64, 0) == [(0, 6)]


def test_a_series_that_was_never_asked_is_cut_whole() -> None:
    assert new_windows([], 100, 120, 64, 8) == cut_windows(120, 64, 8)
    with pytest.raises(DataError, match="cannot cover a series"):
        new_windows([], 100, 120, 64, 64)


@given(
    old=st.integers(1, 400),
    more=st.integers(0, 400),
    length=st.integers(16, 120),
    share=st.floats(0, 0.9),
)
def test_old_and_new_windows_cover_every_sample(
    old: int, more: int, length: int, share: float
) -> None:
    overlap = int(share * length)
    there = cut_windows(old, length, overlap)

    new = new_windows(there, old, old + more, length, overlap)

    assert covered_until([*there, *new]) == old + more
    assert not set(new) & set(there)
    for start, stop in new:
        assert stop > old and stop - start <= length
        assert start >= min(old - overlap, old + more - 16) or start == 0


def test_asking_again_keeps_the_windows_there_whatever_the_cutting_is_now() -> None:
    there = cut_windows(1000, 300, 30)

    assert windows_now(there, [1000, 1034], 300, 30) == [*there, (970, 1034)]
    assert windows_now(there, [1000, 1034], 128, 16) == [*there, (984, 1034)]
    # asked twice since: nothing is new, and nothing is cut again
    now = [*there, (970, 1034)]
    assert windows_now(now, [1000, 1034], 300, 30) == sorted(now)
    # another cutting of what is known already is somebody's wish
    assert windows_now(now, [1000, 1034], 128, 16) == cut_windows(1034, 128, 16)


def test_a_checked_stretch_alone_does_not_count_as_asked() -> None:
    assert windows_now([(100, 200)], [1000, 1034], 300, 30) == cut_windows(1034, 300, 30)


def test_covered_samples_are_counted_once() -> None:
    assert covered_samples([(0, 10), (5, 12), (20, 22)]) == 14
    assert covered_samples([(0, 10), (5, 12), (20, 22)], first=8) == 6
    assert covered_until([(5, 9), (0, 5), (10, 12)]) == 9


# -- candidates


@dataclass(frozen=True)
class Facts:
    id: str
    info: SeriesInfo
    first_tick: int | None = 0
    last_tick: int | None = 9 * SECOND
    n_samples: int = 10
    unit: TimeUnit = "ns"


def test_the_same_name_comes_first_then_the_same_stem_then_the_nearest_end() -> None:
    def named(key: str, name: str, last: int = 9) -> Facts:
        return Facts(key, replace(INFO, name=name, source=name), last_tick=last * SECOND)

    stored = [
        named("far", "boiler.csv", last=1),
        named("near", "kiln.csv", last=8),
        named("dated", "plant/pump-3_2024-11-03.csv"),
        named("same", "pump-3_2024-11-10.csv"),
        named("later", "pump-3_2024-11-10.csv", last=100),  # ends after the file: nothing to add
    ]
    info = replace(INFO, name="pump-3_2024-11-10.csv", source="pump-3_2024-11-10.csv")

    assert candidates(stored, info, 10 * SECOND, 20 * SECOND) == ["same", "dated", "near", "far"]


def test_another_axis_other_channels_or_units_are_no_candidates() -> None:
    stored = [
        Facts("rows", INFO, first_tick=None, last_tick=None),
        Facts("units", replace(INFO, channel_units=("m/s", ""))),
        Facts("names", replace(INFO, channel_names=("flow", "cold"))),
        Facts("late", INFO, first_tick=50 * SECOND, last_tick=60 * SECOND),
    ]

    assert candidates(stored, INFO, 10 * SECOND, 20 * SECOND) == []
    assert candidates(stored, INFO, None, n_samples=12) == ["rows"]
    assert candidates(stored, INFO, None, n_samples=10) == []
