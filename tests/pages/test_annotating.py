"""Marks on a series: each step is stored, undone and redone; conflicts are said in words."""

from pathlib import Path

import numpy as np
import pytest

from core.annotations import Mark
from core.errors import ConflictError, DataError, StoreError
from core.intervals import Interval
from core.series import SeriesData, SeriesInfo
from pages.components.workflows.annotating import (
    add_mark,
    change_mark,
    merge_marks,
    numbered,
    remove_mark,
    split_mark,
)
from storage import Store, open_store
from storage.rows import StoredSeries

ME = "me"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path)


@pytest.fixture
def series(store: Store) -> StoredSeries:
    data = SeriesData(np.zeros((1000, 3)))
    info = SeriesInfo("pump", ("a", "b", "c"))
    return store.series.add(store.projects.default().id, data, info)[0]


def standing(store: Store, series: StoredSeries) -> list[Mark]:
    return store.annotations.current(series.project_id, series.id)


def places(store: Store, series: StoredSeries) -> list[tuple[int, int]]:
    return [(mark.start, mark.stop) for mark in standing(store, series)]


def drawn(start: int, stop: int, *channels: int) -> Interval:
    return Interval(start=start, stop=stop, channels=channels)


def test_a_mark_is_stored_when_it_is_drawn(store: Store, series: StoredSeries) -> None:
    mark = add_mark(store, series, ME, drawn(10, 20, 1), "type-1")
    assert standing(store, series) == [mark]
    assert (mark.channels, mark.type_id, mark.person) == ((1,), "type-1", ME)


def test_a_mark_of_all_channels_names_none(store: Store, series: StoredSeries) -> None:
    assert add_mark(store, series, ME, drawn(10, 20, 0, 1, 2)).channels == ()


def test_a_field_changes_and_the_mark_stays_the_same_one(
    store: Store, series: StoredSeries
) -> None:
    mark = add_mark(store, series, ME, drawn(10, 20))
    changed = change_mark(store, series, ME, mark.id, start=12, channels=(2, 0), note="valve")
    assert changed.id == mark.id
    (found,) = standing(store, series)
    assert (found.start, found.stop, found.channels, found.note) == (12, 20, (0, 2), "valve")


def test_a_change_that_changes_nothing_leaves_nothing_to_undo(
    store: Store, series: StoredSeries
) -> None:
    mark = add_mark(store, series, ME, drawn(10, 20))
    change_mark(store, series, ME, mark.id, start=10)
    store.annotations.undo(series.project_id, series.id, ME)
    assert standing(store, series) == []


def test_an_interval_without_a_sample_is_refused_and_the_mark_kept(
    store: Store, series: StoredSeries
) -> None:
    mark = add_mark(store, series, ME, drawn(10, 20))
    with pytest.raises(DataError, match="would hold no sample"):
        change_mark(store, series, ME, mark.id, start=20)
    assert places(store, series) == [(10, 20)]


def test_an_edge_outside_the_series_is_refused(store: Store, series: StoredSeries) -> None:
    mark = add_mark(store, series, ME, drawn(10, 20))
    with pytest.raises(StoreError, match="does not lie inside the series' 1000 samples"):
        change_mark(store, series, ME, mark.id, stop=1001)


def test_a_split_is_one_step_to_undo(store: Store, series: StoredSeries) -> None:
    mark = add_mark(store, series, ME, drawn(10, 20, 1), "type-1", "valve")
    first, second = split_mark(store, series, ME, mark.id, 13)
    assert places(store, series) == [(10, 13), (13, 20)]
    assert {(m.channels, m.type_id, m.note) for m in (first, second)} == {((1,), "type-1", "valve")}
    store.annotations.undo(series.project_id, series.id, ME)
    assert standing(store, series) == [mark]
    store.annotations.redo(series.project_id, series.id, ME)
    assert places(store, series) == [(10, 13), (13, 20)]


@pytest.mark.parametrize("sample", [10, 20, 9, 21])
def test_a_split_at_an_edge_or_outside_is_refused(
    store: Store, series: StoredSeries, sample: int
) -> None:
    mark = add_mark(store, series, ME, drawn(10, 20))
    with pytest.raises(DataError, match="one half would be empty"):
        split_mark(store, series, ME, mark.id, sample)


def test_merged_marks_cover_the_gap_and_keep_what_was_noted(
    store: Store, series: StoredSeries
) -> None:
    one = add_mark(store, series, ME, drawn(10, 20, 0), "type-1", "valve")
    two = add_mark(store, series, ME, drawn(40, 50, 2), "type-2", "pump")
    joined = merge_marks(store, series, ME, one.id, two.id)
    assert standing(store, series) == [joined]
    assert (joined.start, joined.stop, joined.channels) == (10, 50, (0, 2))
    assert (joined.type_id, joined.note) == ("type-1", "valve; pump")


def test_a_mark_that_is_gone_is_a_conflict_in_words(store: Store, series: StoredSeries) -> None:
    mark = add_mark(store, series, ME, drawn(10, 20))
    remove_mark(store, series, ME, mark.id)
    with pytest.raises(ConflictError, match="not there any more"):
        change_mark(store, series, ME, mark.id, start=12)
    store.annotations.undo(series.project_id, series.id, ME)
    assert places(store, series) == [(10, 20)]


def test_somebody_elses_mark_is_left_alone(store: Store, series: StoredSeries) -> None:
    mark = add_mark(store, series, "ana", drawn(10, 20))
    with pytest.raises(ConflictError, match="people change only their own"):
        remove_mark(store, series, ME, mark.id)


def test_undo_and_redo_survive_a_restart(tmp_path: Path) -> None:
    first = open_store(tmp_path)
    info = SeriesInfo("pump", ("a",))
    project_id = first.projects.default().id
    series, _ = first.series.add(project_id, SeriesData(np.zeros((50, 1))), info)
    mark = add_mark(first, series, ME, drawn(1, 5))
    change_mark(first, series, ME, mark.id, stop=9)
    first.close()
    again = open_store(tmp_path)
    again.annotations.undo(project_id, series.id, ME)
    assert places(again, series) == [(1, 5)]
    again.annotations.redo(project_id, series.id, ME)
    assert places(again, series) == [(1, 9)]


def test_each_person_counts_their_own_marks_in_order_of_time(
    store: Store, series: StoredSeries
) -> None:
    late = add_mark(store, series, ME, drawn(500, 520))
    early = add_mark(store, series, ME, drawn(10, 20))
    hers = add_mark(store, series, "ana", drawn(300, 320))
    assert numbered(standing(store, series)) == {early.id: 1, late.id: 2, hers.id: 1}


def test_two_views_change_one_edge_each_and_both_changes_stand(
    store: Store, series: StoredSeries
) -> None:
    seen = add_mark(store, series, ME, drawn(925, 956))
    change_mark(store, series, ME, seen.id, seen, start=925, stop=961)
    change_mark(store, series, ME, seen.id, seen, start=920, stop=956)  # still shows the old end
    assert places(store, series) == [(920, 961)]


def test_an_edge_changed_to_something_else_meanwhile_is_a_conflict_that_names_both(
    store: Store, series: StoredSeries
) -> None:
    seen = add_mark(store, series, ME, drawn(925, 956))
    change_mark(store, series, ME, seen.id, seen, stop=961)
    with pytest.raises(ConflictError, match=r"you set last sample 949, .* to last sample 960"):
        change_mark(store, series, ME, seen.id, seen, stop=950)
    assert places(store, series) == [(925, 961)]


def test_a_change_that_was_made_meanwhile_is_no_conflict(
    store: Store, series: StoredSeries
) -> None:
    seen = add_mark(store, series, ME, drawn(925, 956))
    change_mark(store, series, ME, seen.id, seen, stop=961)
    change_mark(store, series, ME, seen.id, seen, stop=961, note="valve")
    assert [(mark.stop, mark.note) for mark in standing(store, series)] == [(961, "valve")]


def test_a_field_changed_to_something_else_meanwhile_is_a_conflict(
    store: Store, series: StoredSeries
) -> None:
    seen = add_mark(store, series, ME, drawn(10, 20))
    change_mark(store, series, ME, seen.id, seen, note="valve", channels=(0,))
    with pytest.raises(ConflictError, match=r"you set note “pump”, .* to note “valve”"):
        change_mark(store, series, ME, seen.id, seen, note="pump")
    with pytest.raises(ConflictError, match=r"you set channels b, .* to channels a"):
        change_mark(store, series, ME, seen.id, seen, channels=(1,))


def test_a_mark_changed_meanwhile_is_not_split_merged_or_removed_unseen(
    store: Store, series: StoredSeries
) -> None:
    seen = add_mark(store, series, ME, drawn(10, 20))
    other = add_mark(store, series, ME, drawn(40, 50))
    now = change_mark(store, series, ME, seen.id, stop=30)
    changed = "you saw the mark with last sample 19, but .* has last sample 29; nothing was written"
    with pytest.raises(ConflictError, match=changed):
        split_mark(store, series, ME, seen.id, 13, seen)
    with pytest.raises(ConflictError, match=changed):
        merge_marks(store, series, ME, other.id, seen.id, (other, seen))
    with pytest.raises(ConflictError, match=changed):
        remove_mark(store, series, ME, seen.id, seen)
    assert places(store, series) == [(10, 30), (40, 50)]
    remove_mark(store, series, ME, seen.id, now)
    assert places(store, series) == [(40, 50)]
