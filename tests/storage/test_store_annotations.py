"""Marks on a series: one action is stored whole, one's own alone, and can be taken back."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from storage_samples import info, series

from core.annotations import Put, Remove, new_mark
from core.errors import ConflictError, StoreError
from storage import Store, open_store


@pytest.fixture
def series_id(store: Store, project_id: str) -> str:
    return store.series.add(project_id, series(channels=2), info(channels=2))[0].id


def test_marks_come_back_from_a_fresh_store(store: Store, project_id: str, series_id: str) -> None:
    mark = new_mark("ana", 3, 9, channels=(1,), type_id="spike", note="bearing")

    assert store.annotations.record(project_id, series_id, "ana", [Put(mark=mark)]) == [mark]
    store.close()

    assert open_store(store.home).annotations.current(project_id, series_id) == [mark]


def test_undo_and_redo_take_whole_actions_of_ones_own(
    store: Store, project_id: str, series_id: str
) -> None:
    whole, left, right = (new_mark("ana", *r) for r in ((0, 9), (0, 4), (4, 9)))
    other = new_mark("ben", 20, 30)
    marks = store.annotations
    marks.record(project_id, series_id, "ana", [Put(mark=whole)])
    marks.record(
        project_id,
        series_id,
        "ana",
        [Remove(mark_id=whole.id), Put(mark=left), Put(mark=right)],
    )
    marks.record(project_id, series_id, "ben", [Put(mark=other)])

    assert marks.undo(project_id, series_id, "ana") == [whole, other]
    assert marks.can(project_id, series_id, "ana") == (True, True)
    assert marks.redo(project_id, series_id, "ana") == [left, right, other]
    assert marks.can(project_id, series_id, "ana") == (True, False)
    assert marks.undo(project_id, series_id, "ben") == [left, right]
    with pytest.raises(StoreError, match="'ben' asked to undo, but no change of theirs"):
        marks.undo(project_id, series_id, "ben")
    with pytest.raises(StoreError, match="'ana' asked to redo, but has undone nothing"):
        marks.redo(project_id, series_id, "ana")


def test_nobody_changes_the_marks_of_others(store: Store, project_id: str, series_id: str) -> None:
    mark = new_mark("ana", 3, 9)
    store.annotations.record(project_id, series_id, "ana", [Put(mark=mark)])
    taken = mark.model_copy(update={"person": "ben", "stop": 12})

    for changes in ([Remove(mark_id=mark.id)], [Put(mark=taken)]):
        with pytest.raises(StoreError, match="and 'ben' asked to change it"):
            store.annotations.record(project_id, series_id, "ben", changes)
    with pytest.raises(StoreError, match="'ben' gave a mark of 'ana'"):
        store.annotations.record(project_id, series_id, "ben", [Put(mark=mark)])
    assert store.annotations.current(project_id, series_id) == [mark]


def test_a_mark_removed_in_another_tab_is_a_conflict(
    store: Store, project_id: str, series_id: str
) -> None:
    mark = new_mark("ana", 3, 9)
    store.annotations.record(project_id, series_id, "ana", [Put(mark=mark)])
    store.annotations.record(project_id, series_id, "ana", [Remove(mark_id=mark.id)])
    moved = mark.model_copy(update={"stop": 12})

    for change in (Remove(mark_id=mark.id), Put(mark=moved), Remove(mark_id="never there")):
        with pytest.raises(ConflictError, match="is not there any more"):
            store.annotations.record(project_id, series_id, "ana", [change])


@pytest.mark.parametrize(("start", "stop", "channels"), [(60, 65, ()), (3, 9, (2,)), (3, 9, (-1,))])
def test_a_mark_lies_inside_its_series(
    store: Store, project_id: str, series_id: str, start: int, stop: int, channels: tuple[int, ...]
) -> None:
    good, bad = new_mark("ana", 0, 1), new_mark("ana", start, stop, channels)

    with pytest.raises(StoreError, match="does not lie inside the series' 64 samples and 2"):
        store.annotations.record(project_id, series_id, "ana", [Put(mark=good), Put(mark=bad)])
    assert store.annotations.current(project_id, series_id) == []


def test_an_action_needs_a_person_and_one_change_per_mark(
    store: Store, project_id: str, series_id: str
) -> None:
    mark = new_mark("ana", 0, 1)
    nobody = mark.model_copy(update={"person": " "})

    for person, changes in (
        ("ana", []),
        ("ana", [Put(mark=mark), Remove(mark_id=mark.id)]),
        (" ", [Put(mark=nobody)]),
    ):
        with pytest.raises(StoreError, match="are no action"):
            store.annotations.record(project_id, series_id, person, changes)


def test_other_projects_see_nothing(store: Store, project_id: str, series_id: str) -> None:
    other = store.projects.add("other").id
    mark = new_mark("ana", 0, 1)

    with pytest.raises(StoreError, match="there is no series"):
        store.annotations.record(other, series_id, "ana", [Put(mark=mark)])
    with pytest.raises(StoreError, match="there is no series"):
        store.annotations.current(other, series_id)


def test_recent_marks_stand_and_are_told_the_latest_change_first(
    store: Store, project_id: str, series_id: str
) -> None:
    second = store.series.add(project_id, series(1), info())[0].id
    old, gone, new = new_mark("ana", 0, 1), new_mark("ana", 2, 3), new_mark("ben", 4, 5)
    store.annotations.record(project_id, series_id, "ana", [Put(mark=old), Put(mark=gone)])
    store.annotations.record(project_id, second, "ben", [Put(mark=new)])
    store.annotations.record(project_id, series_id, "ana", [Remove(mark_id=gone.id)])
    moved = old.model_copy(update={"stop": 7})
    store.annotations.record(project_id, series_id, "ana", [Put(mark=moved)])

    assert store.annotations.recent(project_id) == [(series_id, moved), (second, new)]
    assert store.annotations.recent(project_id, limit=1) == [(series_id, moved)]
    store.series.archive(project_id, series_id)
    assert store.annotations.recent(project_id) == [(second, new)]


def test_history_cannot_be_rewritten(store: Store, project_id: str, series_id: str) -> None:
    store.annotations.record(project_id, series_id, "ana", [Put(mark=new_mark("ana", 0, 1))])

    for statement in ("UPDATE annotations SET person = 'ben'", "DELETE FROM annotations"):
        with (
            pytest.raises(StoreError, match="annotations is append-only"),
            store.db.write() as session,
        ):
            session.execute(text(statement))


def draw_and_undo(home: str, series_id: str, person: str) -> None:
    store = open_store(Path(home))
    project_id = store.projects.default().id
    for n in range(12):
        store.annotations.record(project_id, series_id, person, [Put(mark=new_mark(person, n, 64))])
        if n % 3 == 2:
            store.annotations.undo(project_id, series_id, person)
    store.close()


def test_processes_that_draw_at_once_lose_nothing(
    store: Store, project_id: str, series_id: str
) -> None:
    people = ["ana", "ben"]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as pool:
        list(pool.map(draw_and_undo, [str(store.home)] * 2, [series_id] * 2, people))

    marks = store.annotations.current(project_id, series_id)
    for person in people:
        starts = [mark.start for mark in marks if mark.person == person]
        assert starts == [0, 1, 3, 4, 6, 7, 9, 10]


def test_ten_thousand_marks_are_read_by_an_index(
    store: Store, project_id: str, series_id: str
) -> None:
    marks = [new_mark("ana", n % 63, n % 63 + 1) for n in range(10_000)]
    store.annotations.record(project_id, series_id, "ana", [Put(mark=mark) for mark in marks])
    store.close()

    assert len(open_store(store.home).annotations.current(project_id, series_id)) == 10_000
    with store.db.read() as session:
        plan = session.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT id FROM annotations WHERE series_id = 'x' "
                "ORDER BY position"
            )
        ).all()
    (step,) = [row[3] for row in plan]
    assert "USING INDEX ix_annotations_series" in step
