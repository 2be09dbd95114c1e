"""Times are shown in the project's zone, unless nobody knows which moments they are."""

from core.series import SeriesInfo, display_zone


def test_moments_are_shown_in_the_zone_of_the_project() -> None:
    info = SeriesInfo("a", ("v",), zone="Europe/Paris", zone_known=True)

    assert display_zone("Asia/Tokyo", info) == ("Asia/Tokyo", True)


def test_times_of_an_unknown_zone_are_shown_as_they_are_written() -> None:
    info = SeriesInfo("a", ("v",), zone="UTC", zone_known=False)

    assert display_zone("Asia/Tokyo", info) == ("UTC", False)
