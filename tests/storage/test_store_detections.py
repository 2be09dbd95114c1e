"""What detectors saw is kept whole; of each series and method the newest counts."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from storage_samples import filled

from core.errors import StoreError
from core.ids import new_id, utc_now
from core.screening import Detection, Screened
from storage import Store, open_store


def screened(series_id: str, method: str = "robust_z", revision: int = 1, peak: float = 9.5) -> Any:
    return Screened(
        id=new_id(),
        series_id=series_id,
        revision=revision,
        method=method,
        n_samples=64,
        threshold=6.0,
        period=8,
        note="",
        seconds=0.01,
        created_at=utc_now(),
        detections=(
            Detection(start=3, stop=9, channels=(0,), peak=peak, quantile=0.98, reported=True),
            Detection(start=20, stop=21, channels=(0,), peak=2, quantile=0.91, reported=False),
        ),
    )


def test_what_was_stored_comes_back_as_it_was_after_a_reopening(
    store: Store, home: Path, project_id: str
) -> None:
    one, two, _ = filled(store)
    given = [screened(one.series_id), screened(two.series_id)]
    assert store.detections.add_many(project_id, "job", given) == 2
    store.close()
    assert {s.id: s for s in open_store(home).detections.newest(project_id)} == {
        s.id: s for s in given
    }


def test_a_rerun_is_kept_beside_the_first_and_the_newest_counts(
    store: Store, project_id: str
) -> None:
    (item,) = filled(store, 1)
    first, second = screened(item.series_id, peak=7.0), screened(item.series_id, peak=8.0)
    other = screened(item.series_id, method="stl")
    for one in (first, second, other):
        store.detections.add_many(project_id, "job", [one])
    assert store.detections.newest(project_id) == [second, other]
    with closing(sqlite3.connect(store.home / "understudy.db")) as connection:
        assert connection.execute("SELECT count(*) FROM detections").fetchone() == (3,)


def test_what_comes_twice_from_a_run_is_stored_once(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    given = [screened(one.series_id), screened(two.series_id)]
    assert store.detections.add_many(project_id, "job", given[:1]) == 1
    assert store.detections.add_many(project_id, "job", given) == 1


def test_the_revision_that_was_screened_is_known(store: Store, project_id: str) -> None:
    one, _ = filled(store, 2)
    for revision in (1, 2):
        given = [screened(one.series_id, revision=revision)]
        store.detections.add_many(project_id, "job", given)
    assert store.detections.revisions(project_id) == {(one.series_id, "robust_z"): 2}


def test_hidden_series_are_left_out(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    store.detections.add_many(project_id, "job", [screened(item.series_id)])
    store.series.archive(project_id, item.series_id)
    assert store.detections.newest(project_id) == []


def test_a_series_of_elsewhere_is_refused_and_nothing_stored(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    with pytest.raises(StoreError, match="1 of the screened series"):
        store.detections.add_many(
            project_id, "job", [screened(item.series_id), screened("elsewhere")]
        )
    assert store.detections.newest(project_id) == []


@pytest.mark.parametrize("table", ["detections", "mute_events", "findings_seen"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET project_id = project_id"])
def test_history_cannot_be_rewritten(
    store: Store, project_id: str, table: str, change: str
) -> None:
    (item,) = filled(store, 1)
    store.detections.add_many(project_id, "job", [screened(item.series_id)])
    store.findings.see(project_id, "ana", utc_now())
    with closing(sqlite3.connect(store.home / "understudy.db")) as connection:
        connection.execute(
            "INSERT INTO mute_events (id, project_id, mute_id, person, standing, created_at, body) "
            "VALUES ('e', ?, 'm', 'ana', 1, '', '')",
            (project_id,),
        )
        with pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only"):
            connection.execute(change.format(table))
