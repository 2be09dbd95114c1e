"""Label sets of files: stored once, inside their series, hidden but never lost or rewritten."""

from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import text
from storage_samples import info, series

from core.annotations import ImportedLabels
from core.errors import StoreError
from core.intervals import Interval
from core.series import SeriesData
from storage import Store, open_store
from storage.rows import StoredSeries

SPIKE = (Interval(start=3, stop=9), "spike")
DRIFT = (Interval(start=20, stop=64, channels=(0,)), "")


@pytest.fixture
def stored(store: Store, project_id: str) -> StoredSeries:
    return store.series.add(project_id, series(), info())[0]


def add(store: Store, stored: StoredSeries, **other: object) -> ImportedLabels:
    given = {
        "kind": "anomaly",
        "annotator": "bob",
        "source": "labels.json",
        "intervals": [DRIFT, SPIKE],
        "complete": True,
        "revision": 1,
    }
    return store.imports.add(stored.project_id, stored.id, **{**given, **other})  # type: ignore[arg-type] # a test's shorthand


def test_a_set_comes_back_from_a_fresh_store(store: Store, stored: StoredSeries) -> None:
    labels = add(store, stored)
    store.close()

    assert open_store(store.home).imports.list(stored.project_id, stored.id) == [labels]
    assert labels.intervals == (SPIKE[0], DRIFT[0])
    assert labels.types == ("spike", "")
    assert (labels.annotator, labels.source, labels.complete) == ("bob", "labels.json", True)


def test_an_equal_set_is_stored_once_whatever_its_file_is_called(
    store: Store, stored: StoredSeries
) -> None:
    first = add(store, stored)

    assert add(store, stored, source="again.json", intervals=[SPIKE, DRIFT, SPIKE]) == first
    assert store.imports.list(stored.project_id) == [first]


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "change_point"},
        {"annotator": "eve"},
        {"intervals": [SPIKE]},
        {"intervals": [(SPIKE[0], "dip"), DRIFT]},
        {"intervals": []},  # complete: nothing happened
        {"complete": False},
    ],
)
def test_what_says_something_else_is_a_set_of_its_own(
    store: Store, stored: StoredSeries, other: dict[str, object]
) -> None:
    both = [add(store, stored), add(store, stored, **other)]

    assert store.imports.list(stored.project_id) == both


def test_a_complete_set_of_a_continued_series_speaks_for_its_revision(
    store: Store, stored: StoredSeries
) -> None:
    first, partial = add(store, stored), add(store, stored, complete=False)
    longer = SeriesData(np.concatenate([series().values, np.zeros((6, 1))]))
    store.series.extend(
        stored.project_id, stored.id, longer, stored.info, expected_revision=1, source="b.csv"
    )

    again = add(store, stored, revision=2)  # no interval in the new samples: that is news
    assert (again.id != first.id, again.revision) == (True, 2)
    assert add(store, stored, complete=False, revision=2) == partial
    inside = add(store, stored, intervals=[(Interval(start=66, stop=70), "")], revision=2)
    assert inside.intervals[0].stop == 70
    with pytest.raises(StoreError, match=r"\[66, 70\) .* does not lie inside the 64 samples"):
        add(store, stored, intervals=[(Interval(start=66, stop=70), "")])


def test_a_hidden_set_comes_back_by_itself_when_it_is_attached_again(
    store: Store, stored: StoredSeries
) -> None:
    first = add(store, stored)

    store.imports.archive(stored.project_id, first.id)
    assert store.imports.list(stored.project_id) == []
    assert store.imports.list(stored.project_id, include_archived=True) == [
        replace(first, archived=True)
    ]
    assert add(store, stored) == first
    assert store.imports.list(stored.project_id) == [first]


def test_labels_of_a_strange_series_channel_or_revision_are_refused(
    store: Store, stored: StoredSeries
) -> None:
    with pytest.raises(StoreError, match="no revision 2 of 'pump'"):
        add(store, stored, revision=2)
    with pytest.raises(StoreError, match=r"of channels \(1,\) does not lie inside"):
        add(store, stored, intervals=[(Interval(start=1, stop=2, channels=(1,)), "")])
    with pytest.raises(StoreError, match="there is no label set"):
        store.imports.archive(stored.project_id, "strange")
    elsewhere = replace(stored, project_id=store.projects.add("other").id)
    with pytest.raises(StoreError, match="there is no series"):
        add(store, elsewhere)
    assert store.imports.list(stored.project_id, include_archived=True) == []


def test_what_was_imported_cannot_be_rewritten(store: Store, stored: StoredSeries) -> None:
    add(store, stored)

    for statement in ("UPDATE imported_labels SET body = '[]'", "DELETE FROM imported_labels"):
        with (
            pytest.raises(StoreError, match="imported_labels is append-only"),
            store.db.write() as session,
        ):
            session.execute(text(statement))
