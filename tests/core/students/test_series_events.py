"""Probabilities per sample become intervals by rules that can be checked by hand."""

import numpy as np

from core.students.series_events import (
    EventRules,
    every_candidate,
    find_events,
    numbered,
    rules_from_lengths,
)

RULES = EventRules(threshold=(0.6, 0.6), shortest=(1, 3), gap=(0, 2))


def probabilities(channels: int, **runs: tuple[int, int, int, float]) -> np.ndarray:
    """Background everywhere, but for runs (channel, start, stop, p) of types `a` and `b`."""
    p = np.zeros((channels, 3, 20), np.float32)
    p[:, 0] = 1
    for name, (channel, start, stop, value) in runs.items():
        p[channel, 1 + "ab".index(name[0]), start:stop] = value
        p[channel, 0, start:stop] = 1 - value
    return p


def found(p: np.ndarray) -> list[tuple[int, int, tuple[int, ...], int]]:
    return [
        (e.interval.start, e.interval.stop, e.interval.channels, e.type)
        for e in find_events(p, RULES)
    ]


def test_a_run_on_the_only_channel_is_an_interval_of_all_channels() -> None:
    assert found(probabilities(1, a=(0, 4, 6, 0.9))) == [(4, 6, (), 0)]


def test_a_run_below_the_threshold_of_its_type_is_dropped() -> None:
    assert found(probabilities(1, a=(0, 4, 6, 0.55))) == []


def test_a_run_shorter_than_its_type_allows_is_dropped() -> None:
    assert found(probabilities(1, b=(0, 4, 6, 0.9))) == []


def test_a_small_gap_is_closed() -> None:
    p = probabilities(1, b1=(0, 2, 6, 0.9), b2=(0, 8, 12, 0.9))
    assert found(p) == [(2, 12, (), 1)]


def test_one_event_on_two_of_three_channels_names_both() -> None:
    p = probabilities(3, b1=(0, 2, 10, 0.9), b2=(2, 4, 10, 0.8))
    assert found(p) == [(3, 10, (0, 2), 1)]


def test_two_types_that_mostly_overlap_leave_the_surer_one() -> None:
    p = probabilities(1, b=(0, 2, 10, 0.7))
    p[0, 1, 3:10] = 0.95
    assert found(p) == [(3, 10, (), 0)]


def test_a_short_event_inside_a_long_one_is_kept_beside_it() -> None:
    p = probabilities(1, a=(0, 4, 6, 0.65), b=(0, 2, 12, 0.61))
    assert found(p) == [(2, 12, (), 1), (4, 6, (), 0)]


def test_intervals_are_numbered_in_absolute_samples_and_untyped_ones_left_out() -> None:
    p = probabilities(1, a=(0, 4, 6, 0.9), b=(0, 10, 15, 0.9))
    (interval,) = numbered(find_events(p, RULES), [None, "b-id"], 100)
    assert (interval.number, interval.start, interval.stop, interval.type_id) == (
        1,
        110,
        115,
        "b-id",
    )


def test_shortest_runs_and_gaps_come_from_the_lengths_seen() -> None:
    rules = rules_from_lengths([[1, 2, 2], [60, 60], []])
    assert (rules.shortest, rules.gap) == ((1, 30, 1), (0, 20, 0))


def test_a_long_event_of_which_parts_are_likely_is_one_candidate_as_sure_as_its_peak() -> None:
    p = probabilities(1, a1=(0, 2, 5, 0.9), a2=(0, 5, 9, 0.2), a3=(0, 10, 12, 0.6))
    p[0, 1, 15] = 0.1  # not even faint
    assert [(e.interval.start, e.interval.stop) for e in find_events(p, RULES)] == [
        (2, 5),
        (10, 12),
    ]
    (one,) = every_candidate(p, RULES)
    assert (one.interval.start, one.interval.stop, one.confidence) == (2, 12, 0.9)


def test_an_event_that_is_likely_in_parts_is_one_where_the_rules_say_whole() -> None:
    p = probabilities(1, a1=(0, 2, 4, 0.9), a2=(0, 4, 6, 0.3), a3=(0, 6, 9, 0.8))
    assert found(p) == [(2, 4, (), 0), (6, 9, (), 0)]
    (one,) = find_events(p, RULES.model_copy(update={"whole": True}))
    assert (one.interval.start, one.interval.stop, one.confidence) == (2, 9, 0.9)
    strict = RULES.model_copy(update={"whole": True, "threshold": (0.95, 0.6)})
    assert find_events(p, strict) == []


def test_rules_of_a_student_saved_before_tell_its_runs_apart_as_they_did() -> None:
    said = RULES.model_dump()
    del said["whole"]
    assert EventRules.model_validate(said) == RULES
    assert not RULES.whole
