"""Overlapping intervals of one label: what is left of the earlier one, and that nothing is lost."""

import numpy as np

from core.answers import AnswerContent, FoundInterval, Span
from core.overlaps import overlapping, replaced

Placed = tuple[int, int, tuple[int, ...]]


def content(*placed: Placed, spans: tuple[Span, ...] = ()) -> AnswerContent:
    return AnswerContent(
        kind="anomaly",
        intervals=tuple(
            FoundInterval(number=k, start=start, stop=stop, channels=channels, type_id=f"type {k}")
            for k, (start, stop, channels) in enumerate(placed, start=1)
        ),
        rationale=spans,
    )


def places(label: AnswerContent) -> list[tuple[str, int, int, tuple[int, ...]]]:
    return [(str(i.type_id), i.start, i.stop, i.channels) for i in label.intervals]


def samples_of(label: AnswerContent, n_channels: int) -> set[tuple[int, int]]:
    return {
        (sample, channel)
        for one in label.intervals
        for sample in range(one.start, one.stop)
        for channel in one.channels or range(n_channels)
    }


def test_a_label_without_overlaps_is_the_very_same_afterwards() -> None:
    given = content((50, 60, ()), (10, 20, ()), (20, 30, ()))  # unsorted, and touching
    assert replaced(given, 1) == (given, [])
    assert replaced(given, 1)[0] is given


def test_the_later_interval_cuts_the_earlier_one_in_two() -> None:
    label, changes = replaced(content((0, 100, ()), (40, 60, ())), 1)
    assert places(label) == [("type 1", 0, 40, ()), ("type 2", 40, 60, ()), ("type 1", 60, 100, ())]
    assert [one.number for one in label.intervals] == [1, 2, 3]
    assert changes == [
        "the event at samples 0 to 99 was cut where a later one covers it; samples 0 to 39 and "
        "samples 60 to 99 are left"
    ]


def test_an_interval_that_is_covered_whole_goes_and_its_words_stay() -> None:
    spans = (Span(text="a spike, ", interval=1), Span(text="a shift", interval=2))
    label, changes = replaced(content((10, 11, ()), (5, 20, ()), spans=spans), 1)
    assert places(label) == [("type 2", 5, 20, ())]
    assert label.rationale == (Span(text="a spike, "), Span(text="a shift", interval=1))
    assert changes == ["the event at sample 10 was left out, because a later one covers all of it"]


def test_phrases_follow_their_intervals_to_new_numbers() -> None:
    spans = (Span(text="first", interval=1), Span(text="second", interval=2))
    label, _ = replaced(content((10, 30, ()), (0, 20, ()), spans=spans), 1)
    assert places(label) == [("type 2", 0, 20, ()), ("type 1", 20, 30, ())]
    assert [(span.text, span.interval) for span in label.rationale] == [("first", 2), ("second", 1)]


def test_intervals_of_different_channels_do_not_overlap() -> None:
    given = content((0, 10, (0,)), (0, 10, (1,)))
    assert overlapping(given.intervals) == []
    assert replaced(given, 2) == (given, [])


def test_on_several_channels_only_the_covered_one_is_cut() -> None:
    label, _ = replaced(content((0, 10, ()), (4, 6, (1,))), 3)
    assert places(label) == [
        ("type 1", 0, 4, (1,)),
        ("type 1", 0, 10, (0, 2)),
        ("type 2", 4, 6, (1,)),
        ("type 1", 6, 10, (1,)),
    ]


def test_whatever_overlaps_the_same_samples_are_marked_and_nothing_overlaps_afterwards() -> None:
    random = np.random.default_rng(4)
    cut = 0
    for _ in range(300):
        placed: list[Placed] = []
        for _ in range(int(random.integers(0, 6))):
            start, length = int(random.integers(0, 40)), int(random.integers(1, 20))
            channels = tuple(c for c in range(3) if random.random() < 0.4)
            placed.append((start, start + length, channels))
        given = content(*placed)
        label, changes = replaced(given, 3)
        assert overlapping(label.intervals) == []
        assert samples_of(label, 3) == samples_of(given, 3)
        assert replaced(label, 3) == (label, [])
        assert bool(changes) == bool(overlapping(given.intervals))
        cut += bool(changes)
    assert cut > 100  # the draw does hold overlaps


def test_what_a_sample_is_comes_from_the_last_interval_over_it() -> None:
    random = np.random.default_rng(5)
    for _ in range(100):
        placed: list[Placed] = [
            (int(start), int(start + length), ())
            for start, length in random.integers(1, 15, size=(4, 2))
        ]
        slow: dict[int, str] = {}
        for number, (start, stop, _) in enumerate(placed, start=1):
            slow |= dict.fromkeys(range(start, stop), f"type {number}")
        label, _ = replaced(content(*placed), 1)
        found = {s: str(i.type_id) for i in label.intervals for s in range(i.start, i.stop)}
        assert found == slow
