"""Screening windows before a batch, and how many with events it is estimated to keep."""

import numpy as np
import pytest
from pydantic import ValidationError

from core.detectors.cutting import threshold_of
from core.detectors.scoring import score_series
from core.errors import ConfigError, DataError
from core.metrics import Estimate, accuracy
from core.series import cut_windows
from core.worth_asking import Keep, SeriesWindows, WindowScreening, screen_windows
from core.worth_asking_recall import INJECTED, estimated_recall

FIFTH = Keep(share=0.2)


def noise(n: int = 1_000, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, 1))


def windows_of(values: np.ndarray, reviewed: tuple[bool | None, ...] = ()) -> SeriesWindows:
    return SeriesWindows(values, None, tuple(cut_windows(len(values), 100)), reviewed)


def spiky(*places: int) -> np.ndarray:
    values = noise()
    for place in places:
        values[place] += 30
    return values


# screening


def test_the_windows_with_the_highest_peaks_are_kept() -> None:
    found = screen_windows(windows_of(spiky(150, 870)), "robust_z", FIFTH)
    assert np.flatnonzero(found.kept).tolist() == [1, 8]


def test_a_peak_is_the_highest_score_in_the_window() -> None:
    series = windows_of(spiky(150))
    scores = score_series("robust_z", series.values).values
    found = screen_windows(series, "robust_z", FIFTH)
    assert found.peaks.tolist() == scores.reshape(10, 100).max(axis=1).tolist()


def test_without_a_share_the_detectors_own_threshold_decides() -> None:
    series = windows_of(spiky(150))
    found = screen_windows(series, "robust_z", Keep())
    threshold = threshold_of(score_series("robust_z", series.values).values)
    assert found.kept.tolist() == (found.peaks > threshold).tolist()
    assert found.kept[1]
    looser = screen_windows(series, "robust_z", Keep(factor=0.5))
    assert looser.kept.tolist() == (found.peaks > threshold / 2).tolist()


def test_of_equal_windows_the_first_are_kept() -> None:
    calm = SeriesWindows(np.zeros((100, 1)), None, ((50, 100), (0, 50), (25, 75)))
    assert screen_windows(calm, "robust_z", Keep(share=0.5)).kept.tolist() == [False, True, True]
    assert screen_windows(calm, "robust_z", Keep()).kept.tolist() == [False, False, False]


@pytest.mark.parametrize(("share", "n"), [(0.2, 2), (0.21, 3), (0.001, 1), (1.0, 10)])
def test_a_share_is_rounded_up_to_whole_windows(share: float, n: int) -> None:
    assert screen_windows(windows_of(noise()), "robust_z", Keep(share=share)).kept.sum() == n


def test_a_window_without_values_is_not_worth_asking() -> None:
    values = spiky(150)
    values[300:400] = np.nan
    found = screen_windows(windows_of(values), "robust_z", Keep(factor=0.01))
    assert not found.kept[3]
    assert found.peaks[3] == 0


def test_a_series_without_windows_keeps_none() -> None:
    found = screen_windows(SeriesWindows(noise(), None, ()), "robust_z", FIFTH)
    assert found.kept.tolist() == []


def test_an_unknown_detector_is_named_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match="no detector 'magic'"):
        screen_windows(windows_of(noise()), "magic", FIFTH)


def test_two_rules_at_once_are_refused() -> None:
    with pytest.raises(ValidationError, match="only one rule can keep windows"):
        Keep(share=0.2, factor=2.0)


@pytest.mark.parametrize("window", [(0, 1_001), (5, 5), (-1, 4)])
def test_windows_of_another_series_are_refused(window: tuple[int, int]) -> None:
    with pytest.raises(DataError, match="does not lie in a series of 1000 samples"):
        SeriesWindows(noise(), None, (window,))


def test_reviews_that_do_not_fit_the_windows_are_refused() -> None:
    with pytest.raises(DataError, match="1 reviews for 10 windows"):
        windows_of(noise(), (True,))


# recall


def screened(series: SeriesWindows, keep: Keep = FIFTH) -> WindowScreening:
    return screen_windows(series, "robust_z", keep)


def test_enough_reviewed_windows_give_the_recall() -> None:
    # 12 windows with an event: 10 of them large, 2 that cannot be seen; 8 windows without one.
    events = tuple(place < 12 for place in range(20))
    values = noise(2_000)
    values[50:1_000:100] += 30
    series = windows_of(values, events)
    found = estimated_recall([series], [screened(series, Keep(share=0.5))])
    assert (found.source, found.kept, found.n, found.by_size) == ("reviewed", 10, 12, ())
    assert found.estimate == accuracy(10, 12)
    assert found.sentence == (
        "Robust z-score keeps 10 of 20 windows (50\xa0%). Of the 12 windows in which people found "
        "an event it keeps 83\xa0% (55 to 95)."
    )


def test_windows_that_nobody_reviewed_do_not_count() -> None:
    events = (True,) * 9 + (None,) * 10 + (False,)
    series = windows_of(noise(2_000), events)
    assert estimated_recall([series], [screened(series)], 12).source == "injected"


def test_reviews_of_all_series_count_together() -> None:
    several = [windows_of(spiky(150), (False, *(True,) * 5, *(None,) * 4)) for _ in range(2)]
    found = estimated_recall(several, [screened(one) for one in several])
    assert (found.source, found.n) == ("reviewed", 10)


def test_large_injected_events_survive_and_small_ones_do_less() -> None:
    series = windows_of(noise(3_000))
    found = estimated_recall([series], [screened(series)])
    assert (found.source, found.n) == ("injected", INJECTED)
    small, medium, large = found.by_size
    assert (small.n, medium.n, large.n) == (16, 16, 16)
    assert small.kept < large.kept
    assert small.kept + medium.kept + large.kept == found.kept
    assert found.estimate == accuracy(found.kept, INJECTED)
    assert f"estimated on {INJECTED} injected events (small {small.kept} of 16" in found.sentence


def test_keeping_everything_loses_nothing() -> None:
    series = windows_of(noise())
    found = estimated_recall([series], [screened(series, Keep(share=1.0))], 12)
    assert (found.kept, found.n) == (12, 12)


def test_the_estimate_is_the_same_whenever_it_is_made() -> None:
    several = [windows_of(noise(seed=seed)) for seed in range(3)]
    screenings = [screened(one) for one in several]
    before = [one.values.copy() for one in several]
    one, other = (estimated_recall(several, screenings, 12, seed=4) for _ in range(2))
    assert one == other
    assert all(np.array_equal(a, b.values) for a, b in zip(before, several, strict=True))


def test_a_series_that_never_varies_takes_no_events() -> None:
    calm = windows_of(np.zeros((500, 1)))
    found = estimated_recall([calm], [screened(calm)], 12)
    assert (found.source, found.n, found.estimate) == ("nothing", 0, Estimate())
    assert "cannot be estimated" in found.sentence


def test_screenings_by_different_rules_have_no_recall_in_common() -> None:
    series = windows_of(noise())
    with pytest.raises(DataError, match="screen every series once, by one method and rule"):
        estimated_recall([series, series], [screened(series), screened(series, Keep())])
    with pytest.raises(DataError, match="screen every series once"):
        estimated_recall([series, series], [screened(series)])
