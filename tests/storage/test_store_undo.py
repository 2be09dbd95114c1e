"""Undo and redo: events like all others; n decisions and n undos lead back to the start."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storage_samples import events, filled

from core.errors import StoreError
from core.review import Item
from storage import Store, open_store


def decide(store: Store, item: Item, person: str, start: int) -> None:
    store.corrections.record(
        item.project_id,
        item.id,
        person,
        "fix",
        expected_sequence=store.corrections.sequences(item.project_id).get(item.id, 0),
        content=events((start, start + 2)),
    )


def labels(store: Store, project_id: str) -> dict[str, int]:
    """Return where the label of each decided item starts."""
    current = store.corrections.current(project_id)
    return {
        item_id: label.content.intervals[0].start
        for item_id, label in current.items()
        if label.content is not None
    }


def test_an_undo_gives_the_label_before_and_survives_a_restart(
    store: Store, project_id: str
) -> None:
    (item,) = filled(store, 1)
    decide(store, item, "ana", 1)
    decide(store, item, "ana", 2)

    undone = open_store(store.home).corrections.undo(project_id, "ana")

    assert undone.undoes == store.corrections.events(project_id)[1].id
    assert labels(store, project_id) == {item.id: 1}


def test_only_ones_own_decisions_are_undone(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    decide(store, item, "ana", 1)
    decide(store, item, "bo", 2)

    store.corrections.undo(project_id, "ana")

    assert labels(store, project_id) == {item.id: 2}
    with pytest.raises(StoreError, match="'ana' asked to undo, but no decision of theirs"):
        store.corrections.undo(project_id, "ana")
    store.corrections.undo(project_id, "bo")
    assert labels(store, project_id) == {}


def test_redo_brings_decisions_back_one_by_one(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    decide(store, one, "ana", 1)
    decide(store, two, "ana", 2)
    store.corrections.undo(project_id, "ana")
    store.corrections.undo(project_id, "ana")

    store.corrections.redo(project_id, "ana")
    assert labels(store, project_id) == {one.id: 1}
    store.corrections.redo(project_id, "ana")
    assert labels(store, project_id) == {one.id: 1, two.id: 2}
    with pytest.raises(StoreError, match="'ana' asked to redo"):
        store.corrections.redo(project_id, "ana")
    store.corrections.undo(project_id, "ana")
    assert labels(store, project_id) == {one.id: 1}


def test_a_new_decision_ends_redo(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    decide(store, item, "ana", 1)
    store.corrections.undo(project_id, "ana")
    decide(store, item, "ana", 2)

    with pytest.raises(StoreError, match="decide on the item again"):
        store.corrections.redo(project_id, "ana")
    assert labels(store, project_id) == {item.id: 2}


def test_an_event_of_somebody_else_cannot_be_taken_back_by_hand(
    store: Store, project_id: str
) -> None:
    (item,) = filled(store, 1)
    decide(store, item, "ana", 1)
    (event,) = store.corrections.events(project_id)

    with pytest.raises(StoreError, match="no decision of 'bo' on this item"):
        store.corrections.record(
            project_id, item.id, "bo", "undo", expected_sequence=1, undoes=event.id
        )


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    decisions=st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["ana", "bo"]), st.integers(1, 50)),
        max_size=8,
    )
)
def test_n_decisions_and_n_undos_lead_back_to_the_start_and_redos_to_the_end(
    store: Store, decisions: list[tuple[int, str, int]]
) -> None:
    items = filled(store, 3)
    project_id = items[0].project_id
    # earlier examples ended where they began, or with everything undone: this is the start
    before = labels(store, project_id)
    for index, person, start in decisions:
        decide(store, items[index], person, start)
    after = labels(store, project_id)
    people = [person for _, person, _ in decisions]

    for person in people:
        store.corrections.undo(project_id, person)
    assert labels(store, project_id) == before
    for person in people:
        store.corrections.redo(project_id, person)
    assert labels(store, project_id) == after
    for person in people:
        store.corrections.undo(project_id, person)
    assert labels(store, project_id) == before
