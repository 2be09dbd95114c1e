"""Undo of everything a person did, in one transaction, from a real file."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from storage_samples import filled

from core.desk_events import Comment, standing
from core.errors import StoreError
from storage import Store, open_store


def test_decisions_and_comments_go_back_and_forth_also_after_a_restart(
    store: Store, project_id: str
) -> None:
    one, two = filled(store, 2)
    store.corrections.record(project_id, one.id, "ana", "reject", expected_sequence=0)
    store.desk_events.record(project_id, two.id, "ana", Comment(text="odd"))

    step = open_store(store.home).undoing.undo(project_id, "ana")

    assert step.item_id == two.id
    assert standing(store.desk_events.list(project_id)) == []
    assert store.undoing.undo(project_id, "ana").item_id == one.id
    assert store.corrections.current(project_id) == {}
    assert store.undoing.redo(project_id, "ana").item_id == one.id
    assert store.undoing.redo(project_id, "ana", identity="sign_in").item_id == two.id
    assert store.desk_events.list(project_id)[-1].identity == "sign_in"
    assert [event.body for event in standing(store.desk_events.list(project_id))] == [
        Comment(text="odd")
    ]


def test_nothing_to_undo_or_redo_is_said(store: Store, project_id: str) -> None:
    with pytest.raises(StoreError, match="nothing that they did is standing"):
        store.undoing.undo(project_id, "ana")
    with pytest.raises(StoreError, match="has undone nothing since"):
        store.undoing.redo(project_id, "ana")


def test_two_tabs_never_take_back_the_same_step(store: Store, project_id: str) -> None:
    items = filled(store, 8)
    for item in items:
        store.corrections.record(project_id, item.id, "ana", "reject", expected_sequence=0)

    with ThreadPoolExecutor(4) as pool:
        steps = [*pool.map(lambda _: store.undoing.undo(project_id, "ana"), items)]

    assert {step.item_id for step in steps} == {item.id for item in items}
    assert store.corrections.current(project_id) == {}
