"""Windows give intervals; a series has each event once."""

import numpy as np
import pytest

from core.answers import AnswerContent, FoundInterval
from core.errors import DataError
from core.series import WindowView
from core.whole_series import answer_whole, joined, windows_of


def found(
    start: int, stop: int, kind: str = "a", channels: tuple[int, ...] = (), sure: float = 0.5
) -> FoundInterval:
    return FoundInterval(
        number=1, start=start, stop=stop, type_id=kind, channels=channels, confidence=sure
    )


def ranges(events: list[FoundInterval]) -> list[tuple[int, int]]:
    return [(one.start, one.stop) for one in events]


def test_the_windows_cover_every_sample_and_share_some() -> None:
    values = np.zeros((250, 2))
    views = windows_of(values, np.arange(250.0), length=100, overlap=20)
    assert [(view.start, view.stop) for view in views] == [(0, 100), (80, 180), (150, 250)]
    assert all(view.seconds is not None and view.seconds[0] == 0 for view in views)
    with pytest.raises(DataError, match="cannot cover"):
        windows_of(values, None, length=100, overlap=100)


def test_an_event_at_a_windows_edge_is_one_interval() -> None:
    events = joined([[found(60, 100, sure=0.6)], [found(80, 120, sure=0.9)]])
    assert ranges(events) == [(60, 120)]
    assert events[0].confidence == 0.9


def test_intervals_that_touch_where_two_windows_meet_are_one() -> None:
    assert ranges(joined([[found(60, 100)], [found(100, 120)]])) == [(60, 120)]
    assert ranges(joined([[found(60, 99)], [found(100, 120)]])) == [(60, 99), (100, 120)]


def test_what_one_window_keeps_apart_stays_apart() -> None:
    assert ranges(joined([[found(10, 20), found(20, 30)]])) == [(10, 20), (20, 30)]


def test_what_another_window_sees_as_one_is_one() -> None:
    assert ranges(joined([[found(80, 90), found(95, 100)], [found(82, 98)]])) == [(80, 100)]


def test_types_and_channels_keep_events_apart() -> None:
    types = joined([[found(80, 90)], [found(80, 90, "b")]])
    assert [one.type_id for one in types] == ["a", "b"]
    apart = joined([[found(80, 90, channels=(0,))], [found(80, 90, channels=(1,))]])
    assert [one.channels for one in apart] == [(0,), (1,)]
    both = joined([[found(80, 90, channels=(0, 1))], [found(80, 90, channels=(1, 2))]])
    assert [one.channels for one in both] == [(0, 1, 2)]
    assert joined([[found(80, 90, channels=(0,))], [found(80, 90)]])[0].channels == ()


def test_a_series_is_asked_window_by_window_and_numbered_as_a_whole() -> None:
    values = np.zeros((250, 1))
    values[[95, 200], 0] = 9.0

    def ask(view: WindowView) -> AnswerContent:
        places = np.flatnonzero(view.values[:, 0]) + view.start
        found = tuple(
            FoundInterval(number=number, start=int(place), stop=int(place) + 1)
            for number, place in enumerate(places, start=1)
        )
        return AnswerContent(kind="anomaly", intervals=found)

    events = answer_whole(values, None, ask, window=100, overlap=20)
    assert [(one.number, one.start, one.stop) for one in events] == [(1, 95, 96), (2, 200, 201)]
