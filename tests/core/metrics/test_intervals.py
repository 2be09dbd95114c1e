"""Interval figures: hand arithmetic, a slow twin that counts samples, and properties."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.intervals import Interval
from core.matching import MIN_LENGTH
from core.metrics.intervals import LEAST_IOUS, EventScore, event_f1, interval_figures

N = 60


def span(start: int, stop: int, *channels: int) -> Interval:
    return Interval(start=start, stop=stop, channels=channels)


@st.composite
def spans(draw: st.DrawFn) -> list[Interval]:
    def one() -> Interval:
        start = draw(st.integers(0, N - 1))
        channels = draw(st.sampled_from([(), (0,), (1,), (0, 1)]))
        return span(start, draw(st.integers(start + 1, N)), *channels)

    return [one() for _ in range(draw(st.integers(0, 4)))]


def samples_of(event: Interval) -> set[int]:
    """The samples of an event after widening, one by one."""
    missing = max(0, MIN_LENGTH - event.length)
    start = event.start - missing // 2
    return set(range(start, start + max(event.length, MIN_LENGTH)))


def may_match(one: Interval, other: Interval, iou: float | None) -> bool:
    if one.channels and other.channels and not set(one.channels) & set(other.channels):
        return False
    a, b = samples_of(one), samples_of(other)
    return bool(a & b) and len(a & b) / len(a | b) >= (iou or 0.0)


def most_pairs(found: list[Interval], truth: list[Interval], iou: float | None) -> int:
    """The most pairs over all ways to pair, by trying them all."""
    slots: list[Interval | None] = [*truth, *([None] * len(found))]
    return max(
        sum(t is not None and may_match(f, t, iou) for f, t in zip(found, chosen, strict=True))
        for chosen in permutations(slots, len(found))
    )


@settings(max_examples=60)
@given(spans(), spans(), st.sampled_from([None, *LEAST_IOUS]))
def test_the_score_agrees_with_trying_every_way_to_pair(
    found: list[Interval], truth: list[Interval], iou: float | None
) -> None:
    expected = EventScore(most_pairs(found, truth, iou), len(found), len(truth))
    assert event_f1(found, truth, iou) == expected


@given(spans(), spans())
def test_a_stricter_overlap_never_raises_the_f1(
    found: list[Interval], truth: list[Interval]
) -> None:
    figures = interval_figures(found, truth, N)
    scores = [figures.any_overlap, *(figures.by_iou[least] for least in LEAST_IOUS)]
    assert [one.f1 for one in scores] == sorted((one.f1 for one in scores), reverse=True)


@given(spans())
def test_the_truth_itself_is_perfect(truth: list[Interval]) -> None:
    figures = interval_figures(truth, truth, N)
    assert [figures.any_overlap.f1, figures.false_alarms] == [1.0, 0.0]
    assert {one.f1 for one in figures.by_iou.values()} == {1.0}
    assert set(figures.start_errors) | set(figures.stop_errors) <= {0}


@given(spans(), spans())
def test_f1_is_the_harmonic_mean_of_precision_and_recall(
    found: list[Interval], truth: list[Interval]
) -> None:
    score = event_f1(found, truth)
    if score.precision and score.recall:
        mean = 2 * score.precision * score.recall / (score.precision + score.recall)
        assert score.f1 == pytest.approx(mean)
    else:
        assert score.f1 == float(not found and not truth)


def test_all_figures_by_hand() -> None:
    # 10..30 against 12..40: 18 of 30 samples shared. 50..60 against 58..70: 2 of 20. 80..90 hits
    # nothing, and 95..100 is missed.
    found = [span(10, 30), span(50, 60), span(80, 90)]
    truth = [span(12, 40), span(58, 70), span(95, 100)]
    figures = interval_figures(found, truth, 200).figures()
    assert figures == pytest.approx(
        {
            "interval_f1": 2 * 2 / 6,
            "interval_f1_10": 2 * 2 / 6,
            "interval_f1_25": 2 * 1 / 6,
            "interval_f1_50": 2 * 1 / 6,
            "interval_f1_75": 0.0,
            "event_recall": 2 / 3,
            "event_precision": 2 / 3,
            "false_alarms": 1_000 / 200,
            "clean_false_alarms": None,
            "start_error": (2 + 8) / 2,
            "stop_error": (10 + 10) / 2,
            "boundary_error": (2 + 8 + 10 + 10) / 4,
        }
    )


def test_errors_at_the_edges_say_early_and_late() -> None:
    figures = interval_figures([span(8, 31)], [span(10, 30)], 100)
    assert (figures.start_errors, figures.stop_errors) == ((-2,), (1,))


@pytest.mark.parametrize(
    ("found", "truth", "f1", "recall", "precision", "clean", "why"),
    [
        ([], [], 1.0, None, None, 0, "a clean series left clean"),
        ([span(0, 9)], [], 0.0, None, 0.0, 1, "a false alarm on a clean series"),
        ([], [span(0, 9)], 0.0, 0.0, None, None, "a missed event"),
    ],
)
def test_empty_sides(
    found: list[Interval],
    truth: list[Interval],
    f1: float,
    recall: float | None,
    precision: float | None,
    clean: int | None,
    why: str,
) -> None:
    figures = interval_figures(found, truth, 1_000)
    score = figures.any_overlap
    assert (score.f1, score.recall, score.precision) == (f1, recall, precision), why
    assert figures.clean_false_alarms == clean, why
    assert figures.boundary_error is None, why


def test_one_event_in_two_pieces_costs_one_false_alarm() -> None:
    assert event_f1([span(0, 10), span(12, 20)], [span(0, 20)]) == EventScore(1, 2, 1)


def test_an_interval_over_two_events_finds_one() -> None:
    assert event_f1([span(0, 40)], [span(0, 10), span(20, 40)]) == EventScore(1, 1, 2)


@pytest.mark.parametrize("iou", [0.0, -0.5, 1.5])
def test_a_least_overlap_outside_of_its_range_is_refused(iou: float) -> None:
    with pytest.raises(DataError, match="give a share above 0"):
        event_f1([], [], iou)


def test_an_interval_beyond_the_series_is_refused() -> None:
    with pytest.raises(DataError, match=r"\[5, 11\) does not lie in a series of 10 samples"):
        interval_figures([span(5, 11)], [], 10)


def test_a_series_without_samples_is_refused() -> None:
    with pytest.raises(DataError, match="a series of 0 samples"):
        interval_figures([], [], 0)
