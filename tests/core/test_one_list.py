"""One row per event: what several authors say of the same samples stands together."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from core.answers import FoundInterval
from core.findings import Said, SaidBy
from core.matching import match_events, overlap_share
from core.one_list import joined, one_list

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def said(kind: SaidBy, start: int, stop: int, **more: Any) -> Said:
    return Said(
        **{
            "series_id": "s",
            "start": start,
            "stop": stop,
            "kind": kind,
            "name": kind,
            "at": NOON,
            **more,
        }
    )


def who(rows: Any) -> list[tuple[str, ...]]:
    return [tuple(one.name for one in row.said) for row in rows]


def test_the_same_event_said_by_five_is_one_row_in_order_of_authority() -> None:
    rows = one_list(
        [
            said("detector", 98, 121, type="unusual", quantile=0.999),
            said("rules", 101, 119, type="spike"),
            said("teacher", 90, 130, type="level shift"),
            said("student", 100, 120),
            said("person", 102, 118),
        ],
        {},
        {},
    )
    assert who(rows) == [("person", "student", "teacher", "rules", "detector")]
    (row,) = rows
    assert (row.place.start, row.place.stop, row.type) == (102, 118, "level shift")
    assert row.status == "confirmed"
    assert row.level == 2.0


def test_people_have_no_score_and_change_nobodys() -> None:
    both = one_list([said("person", 0, 9), said("rules", 1, 9, quantile=0.4)], {}, {})
    alone = one_list([said("person", 0, 9)], {}, {})
    assert [(row.score, row.level) for row in (*both, *alone)] == [(0.4, 1.4), (None, 2.0)]


@pytest.mark.parametrize(
    ("start", "stop", "channels", "together"),
    [
        (119, 125, (), True),  # one sample shared
        (120, 126, (), False),  # the next sample: both are long enough to be exact
        (110, 115, (1,), False),  # another channel
        (110, 115, (0, 1), True),  # one channel shared
        (110, 115, (), True),  # all channels
    ],
)
def test_a_shared_sample_on_a_shared_channel_makes_one_event(
    start: int, stop: int, channels: tuple[int, ...], together: bool
) -> None:
    given = [
        said("teacher", 100, 120, channels=(0,)),
        said("rules", start, stop, channels=channels),
    ]
    assert len(one_list(given, {}, {})) == (1 if together else 2)


def test_a_spike_marked_two_samples_off_is_the_same_spike() -> None:
    assert len(one_list([said("teacher", 50, 51), said("rules", 52, 53)], {}, {})) == 1


def test_each_event_is_matched_at_most_once() -> None:
    rows = one_list([said("teacher", 0, 100), said("rules", 10, 20), said("rules", 40, 90)], {}, {})
    assert who(rows) == [("teacher", "rules"), ("rules",)]
    assert (rows[0].said[1].start, rows[1].place.start) == (40, 10)


def test_two_versions_of_one_teacher_or_two_people_are_two_authors() -> None:
    rows = one_list([said("person", 5, 15, name="bo"), said("person", 5, 15, name="ana")], {}, {})
    assert who(rows) == [("ana", "bo")]


def test_an_event_in_two_windows_of_one_author_is_said_once() -> None:
    early = said("teacher", 90, 100, quantile=0.9, at=NOON - timedelta(days=1), item_id="a")
    late = said("teacher", 96, 110, quantile=0.99, item_id="b", channels=(1,))
    (one,) = joined([late, early])
    assert (one.start, one.stop, one.channels) == (90, 110, ())
    assert (one.quantile, one.item_id, one.at) == (0.99, "b", early.at)


def test_neighbours_that_only_touch_stay_two() -> None:
    assert len(joined([said("teacher", 0, 10), said("teacher", 10, 20)])) == 2


@pytest.mark.parametrize(
    ("start", "stop", "status"),
    [
        (110, 120, "rejected"),  # inside what was decided
        (195, 215, "rejected"),  # across two decided windows that touch
        (290, 310, "new"),  # half of it was never decided on
        (420, 430, "unsure"),
        (500, 510, "new"),
    ],
)
def test_what_a_person_decided_on_and_does_not_say_is_rejected(
    start: int, stop: int, status: str
) -> None:
    (row,) = one_list(
        [said("teacher", start, stop)], {"s": [(100, 200), (200, 300)]}, {"s": [(400, 450)]}
    )
    assert row.status == status


def test_the_level_is_the_highest_and_reported_ones_come_before_all_others() -> None:
    hint = said("detector", 0, 10, quantile=0.9999, reported=False)
    weak = said("rules", 50, 60, quantile=0.2)
    rows = one_list([hint, weak, said("teacher", 2, 8, quantile=0.7)], {}, {})
    assert [row.level for row in rows] == [1.7, 1.2]


def test_rows_are_the_matches_of_the_one_matching_rule() -> None:
    random = np.random.default_rng(3)
    for _ in range(40):
        starts = random.integers(0, 400, (2, 30))
        lengths = random.integers(1, 25, (2, 30))
        teacher, rules = (
            joined(said(kind, int(s), int(s + n)) for s, n in zip(*pair, strict=True))
            for kind, pair in zip(
                ("teacher", "rules"), zip(starts, lengths, strict=True), strict=True
            )
        )
        shared = match_events(intervals(rules), intervals(teacher))
        rows = one_list([*teacher, *rules], {}, {})
        assert sum(len(row.said) == 2 for row in rows) == len(shared)
        assert len(rows) == len(teacher) + len(rules) - len(shared)
        both = [intervals([*row.said]) for row in rows if len(row.said) == 2]
        assert sum(overlap_share(*pair) for pair in both) == pytest.approx(
            sum(pair.share for pair in shared)
        )


def intervals(given: list[Said]) -> list[FoundInterval]:
    return [FoundInterval(number=1, start=one.start, stop=one.stop) for one in given]
