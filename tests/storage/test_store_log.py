"""The event log: by time, for one series or all of them, hidden and shown, never lost."""

import pytest
from sqlalchemy import text
from storage_samples import info, series

from core.annotations import LogEntry
from core.errors import StoreError
from core.ids import new_id
from storage import Store, open_store

HOUR = 3_600_000_000_000


def entry(
    hour: int, what: str, end: int | None = None, series_id: str | None = None, kind: str = ""
) -> LogEntry:
    return LogEntry(
        id=new_id(),
        series_id=series_id,
        tick=hour * HOUR,
        end=None if end is None else end * HOUR,
        text=what,
        kind=kind,
        source="log.csv",
        person="ana",
    )


def texts(entries: list[LogEntry]) -> list[str]:
    return [one.text for one in entries]


def test_entries_come_back_by_time_from_a_fresh_store(store: Store, project_id: str) -> None:
    late, early = entry(9, "start-up", kind="operation"), entry(-1_000_000, "built in 1855", 3)

    assert store.events.add_many(project_id, [late, early]) == [late, early]
    store.close()

    assert open_store(store.home).events.list(project_id) == [early, late]


def test_a_series_has_its_own_entries_and_those_of_all(store: Store, project_id: str) -> None:
    one, other = store.series.add_many(project_id, [(series(k), info()) for k in (1, 2)])
    store.events.add_many(
        project_id,
        [
            entry(1, "power cut"),
            entry(2, "bearing", series_id=one.id),
            entry(3, "filter", series_id=other.id),
        ],
    )

    assert texts(store.events.list(project_id, one.id)) == ["power cut", "bearing"]
    assert texts(store.events.list(project_id)) == ["power cut", "bearing", "filter"]
    assert store.events.list(store.projects.add("other").id) == []


def test_a_range_has_what_touches_it(store: Store, project_id: str) -> None:
    store.events.add_many(
        project_id,
        [
            entry(1, "ended before", 2),
            entry(1, "reaches to its first tick", 4),
            entry(1, "spans all of it", 90),
            entry(4, "at its first tick"),
            entry(6, "at its last tick", 9),
            entry(7, "after"),
        ],
    )

    inside = store.events.list(project_id, first=4 * HOUR, last=6 * HOUR)
    assert sorted(texts(inside)) == [
        "at its first tick",
        "at its last tick",
        "reaches to its first tick",
        "spans all of it",
    ]
    assert texts(store.events.list(project_id, first=7 * HOUR)) == [
        "spans all of it",
        "at its last tick",
        "after",
    ]
    assert len(store.events.list(project_id, last=1 * HOUR)) == 3


def test_a_log_that_is_uploaded_again_adds_only_what_is_new(store: Store, project_id: str) -> None:
    store.events.add_many(project_id, [entry(1, "power cut"), entry(1, "power cut")])

    added = store.events.add_many(project_id, [entry(1, "power cut"), entry(2, "start-up")])

    assert texts(added) == ["start-up"]
    assert texts(store.events.list(project_id)) == ["power cut", "start-up"]


def test_a_removed_entry_is_hidden_and_can_come_back(store: Store, project_id: str) -> None:
    one = entry(1, "power cut")
    store.events.add_many(project_id, [one])

    store.events.remove(project_id, one.id)
    assert store.events.list(project_id) == []
    assert store.events.list(project_id, include_archived=True) == [one]
    store.events.restore(project_id, one.id)
    assert store.events.list(project_id) == [one]
    with pytest.raises(StoreError, match="there is no log entry"):
        store.events.remove(store.projects.add("other").id, one.id)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (entry(1, "  "), "says nothing or ends before it starts"),
        (entry(2, "power cut", end=1), "says nothing or ends before it starts"),
        (entry(1, "x", series_id="strange"), r"1 series of the log \(strange"),
    ],
)
def test_a_bad_entry_stores_nothing_of_its_log(
    store: Store, project_id: str, bad: LogEntry, reason: str
) -> None:
    with pytest.raises(StoreError, match=reason):
        store.events.add_many(project_id, [entry(1, "good"), bad])
    assert store.events.list(project_id) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_entries SET text = 'other'",
        'UPDATE log_entries SET archived = 1, "end" = 5',
        "DELETE FROM log_entries",
    ],
)
def test_what_was_logged_cannot_be_rewritten(store: Store, project_id: str, statement: str) -> None:
    store.events.add_many(project_id, [entry(1, "power cut")])

    with pytest.raises(StoreError, match="log_entries is append-only"), store.db.write() as session:
        session.execute(text(statement))


def test_a_range_of_a_long_log_is_found_by_indexes(store: Store, project_id: str) -> None:
    store.events.add_many(
        project_id, [entry(n, f"{n}", end=n + 1 if n % 50 == 0 else None) for n in range(20_000)]
    )

    found = store.events.list(project_id, first=501 * HOUR, last=503 * HOUR)

    assert texts(found) == ["500", "501", "502", "503"]
    with store.db.read() as session:
        plan = session.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT id FROM log_entries WHERE project_id = 'p' "
                "AND archived IS 0 AND tick <= 9 AND tick >= 5 UNION ALL SELECT id FROM "
                "log_entries WHERE project_id = 'p' AND archived IS 0 AND tick <= 9 "
                'AND "end" >= 5 AND tick < 5'
            )
        ).all()
    said = " ".join(row[3] for row in plan)
    assert "SEARCH log_entries USING INDEX ix_log_entries_tick" in said
    assert "SCAN log_entries" not in said


def test_a_series_of_centuries_ago_has_a_log_that_holds_nothing_of_then(
    store: Store, project_id: str
) -> None:
    """Its microseconds are more nanoseconds than 64 bits hold."""
    year_1336, year_2603 = -(2 * 10**19), 2 * 10**19
    now = LogEntry(id=new_id(), series_id=None, tick=0, text="start-up")
    store.events.add_many(project_id, [now])

    assert store.events.list(project_id, None, year_1336, year_1336 + 1) == []
    assert store.events.list(project_id, None, year_1336, year_2603) == [now]
    for tick, end in ((year_1336, None), (year_2603, None), (0, year_2603)):
        strange = LogEntry(id=new_id(), series_id=None, tick=tick, end=end, text="flood")
        with pytest.raises(StoreError, match=r"'flood' at .* outside the years 1677 to 2262"):
            store.events.add_many(project_id, [strange])
