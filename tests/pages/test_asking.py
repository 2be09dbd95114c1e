"""How series become windows before a batch is asked."""

from pathlib import Path

import numpy as np
from small_project import empty_project

from core.series import SeriesData, SeriesInfo, cut_windows
from pages.components.workflows.asking import suggest_cutting, window_words
from pages.components.workflows.batch_plan import Cutting
from storage.rows import StoredSeries


def hourly(home: Path, n: int) -> StoredSeries:
    small = empty_project(home)
    time = 3_600_000_000_000 * np.arange(n, dtype=np.int64)
    data = SeriesData(np.arange(n, dtype=float)[:, None], time)
    return small.store.series.add(small.project_id, data, SeriesInfo("h", ("v",)))[0]


def test_the_length_of_a_window_is_said_in_time(tmp_path: Path) -> None:
    row = hourly(tmp_path, 2000)
    words = window_words([row], Cutting(64, 8))
    assert words.startswith(
        "A window of 64 samples lasts about 2.7 days on average. With few series"
    )
    assert window_words([row], Cutting(24, 0)).startswith("A window of 24 samples lasts about 24 h")
    assert window_words([row], Cutting(4096, 0)) == ""
    many = window_words([row] * 12, Cutting(64, 8))
    assert many == "A window of 64 samples lasts about 2.7 days on average."


def test_many_short_series_are_shown_whole() -> None:
    assert suggest_cutting([512, 2048] * 10) == Cutting(4096, 0)


def test_long_series_are_cut_with_overlap() -> None:
    assert suggest_cutting([5000] * 12) == Cutting(2048, 256)


def test_one_file_of_ones_own_gives_enough_windows_to_learn_from() -> None:
    cutting = suggest_cutting([4032])
    assert cutting == Cutting(64, 8)
    assert 4032 / cutting.length >= 60


def test_a_very_long_single_series_keeps_long_windows() -> None:
    assert suggest_cutting([230_400]) == Cutting(2048, 256)


def test_a_handful_of_samples_is_one_short_window() -> None:
    assert suggest_cutting([3]) == Cutting(64, 8)


def test_no_series_suggests_the_longest_window() -> None:
    assert suggest_cutting([]) == Cutting(4096, 0)


def test_what_windows_share_counts_when_their_number_is_suggested() -> None:
    cutting = suggest_cutting([7267])
    assert cutting == Cutting(128, 16)
    assert len(cut_windows(7267, cutting.length, cutting.overlap)) >= 60
