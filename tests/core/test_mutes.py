"""Mutes hide what meets all of their conditions, and nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from core.annotations import LogEntry
from core.mutes import Mute, Places, hidden_by

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
US = 1_000_000
# Monday 2026-11-16, 00:00 UTC
MONDAY_US = int(datetime(2026, 11, 16, tzinfo=UTC).timestamp()) * US
HOUR = 3_600 * US


def mute(**conditions: Any) -> Mute:
    return Mute(id="m", person="ana", reason="planned", created_at=NOW, **conditions)


def places(*rows: dict[str, Any]) -> Places:
    given = [
        {
            "series": "a",
            "type": "spike",
            "channels": {0},
            "said": {("rules", "r")},
            "start": 0,
            "stop": 10,
            "first": MONDAY_US,
            "last": MONDAY_US,
            "timed": True,
        }
        | row
        for row in rows
    ]

    def column(name: str, kind: Any) -> Any:
        return np.array([row[name] for row in given], kind)

    return Places(
        series_ids=column("series", np.str_),
        types=column("type", np.str_),
        channels=[frozenset(row["channels"]) for row in given],
        authors=[frozenset(row["said"]) for row in given],
        starts=column("start", np.int64),
        stops=column("stop", np.int64),
        first_us=column("first", np.int64),
        last_us=column("last", np.int64),
        timed=column("timed", np.bool_),
    )


def hides(one: Mute, *rows: dict[str, Any], log: tuple[LogEntry, ...] = ()) -> list[bool]:
    return hidden_by(one, places(*rows), log).tolist()


def test_all_conditions_have_to_hold() -> None:
    one = mute(series_id="a", type="spike")
    rows = ({}, {"series": "b"}, {"type": "level shift"}, {"series": "ab"})
    assert hides(one, *rows) == [True, False, False, False]


def test_a_channel_is_muted_for_findings_on_no_other_channel() -> None:
    one = mute(series_id="a", channels=(0, 1))
    rows = ({"channels": {1}}, {"channels": {0, 1}}, {"channels": {1, 2}})
    assert hides(one, *rows) == [True, True, False]


def test_an_author_is_muted_where_it_speaks_alone() -> None:
    one = mute(said_by=("rules", "r"))
    rows = ({}, {"said": {("rules", "r"), ("teacher", "t")}}, {"said": {("teacher", "t")}})
    assert hides(one, *rows) == [True, False, False]


def test_a_window_of_the_day_is_in_the_mutes_own_zone() -> None:
    one = mute(minutes=(120, 180), zone="Europe/Berlin")  # 02:00 to 03:00 there, 01:00 in UTC
    rows = [{"first": MONDAY_US + h * HOUR} for h in (0, 1, 2)]
    assert hides(one, *rows) == [False, True, False]
    assert hides(one, {"first": MONDAY_US + HOUR, "timed": False}) == [False]


def test_a_window_over_midnight_belongs_to_the_day_it_begins_on() -> None:
    one = mute(weekdays=(6,), minutes=(22 * 60, 2 * 60))  # Sunday 22:00 to Monday 02:00
    hours = (-3, -2, 1, 2, 22)
    rows = [{"first": MONDAY_US + h * HOUR} for h in hours]
    assert hides(one, *rows) == [False, True, True, False, False]


def test_weekdays_alone_mute_whole_days() -> None:
    rows = [{"first": MONDAY_US + h * HOUR} for h in (-1, 0, 23, 24)]
    assert hides(mute(weekdays=(0,)), *rows) == [False, True, True, False]


def entry(**more: Any) -> LogEntry:
    given: dict[str, Any] = {
        "id": "e",
        "series_id": None,
        "tick": (MONDAY_US + HOUR) * 1_000,
        "end": (MONDAY_US + 2 * HOUR) * 1_000,
        "text": "pump replaced",
        "kind": "maintenance",
    }
    return LogEntry(**{**given, **more})


def test_an_entry_of_the_log_mutes_what_shares_time_with_it() -> None:
    def row(first: float, last: float) -> dict[str, Any]:
        return {"first": MONDAY_US + int(first * HOUR), "last": MONDAY_US + int(last * HOUR)}

    rows = (row(0, 0.9), row(0, 1), row(1.2, 1.3), row(2, 5), row(2.1, 5))
    one = mute(log_entry_id="e")
    assert hides(one, *rows, log=(entry(),)) == [False, True, True, True, False]
    wide = mute(log_entry_id="e", around_s=600)
    assert hides(wide, *rows, log=(entry(),)) == [True, True, True, True, True]
    assert hides(one, *rows, log=(entry(id="other"),)) == [False] * 5


def test_a_kind_of_entry_mutes_beside_all_entries_of_it_on_their_own_series() -> None:
    log = (
        entry(id="x", series_id="b", end=None, tick=MONDAY_US * 1_000),
        entry(id="y", kind="start-up", tick=MONDAY_US * 1_000),
    )
    rows = ({"series": "a"}, {"series": "b"})
    assert hides(mute(log_kind="maintenance"), *rows, log=log) == [False, True]


def test_on_a_series_without_times_the_log_counts_in_samples() -> None:
    log = (entry(series_id="a", tick=20, end=None),)
    rows = (
        {"timed": False, "start": 10, "stop": 20},
        {"timed": False, "start": 10, "stop": 21},
        {"timed": False, "start": 20, "stop": 21, "series": "b"},
        {"timed": True, "start": 20, "stop": 21},
    )
    assert hides(mute(log_entry_id="e"), *rows, log=log) == [False, True, False, False]


def test_a_mute_ends_at_its_date() -> None:
    one = mute(type="spike", until=NOW + timedelta(days=1))
    assert one.active(NOW + timedelta(hours=23))
    assert not one.active(NOW + timedelta(days=1))
    assert mute(type="spike").active(NOW + timedelta(days=10_000))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({}, "names no condition"),
        ({"type": "spike", "reason": "  "}, "gives no reason"),
        ({"channels": (0,), "type": "spike"}, "name the series too"),
        ({"type": "spike", "until": NOW}, "ends before it begins"),
        ({"minutes": (60, 60)}, "no window of a day"),
        ({"weekdays": (7,)}, "weekdays go from 0 to 6"),
    ],
)
def test_a_mute_that_cannot_be_meant_is_refused(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Mute(**{"id": "m", "person": "ana", "reason": "planned", "created_at": NOW, **wrong})
