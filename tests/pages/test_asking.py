"""How series become windows before a batch is asked."""

from pages.components.workflows.asking import Cutting, suggest_cutting


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
