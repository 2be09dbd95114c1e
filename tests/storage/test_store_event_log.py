"""Events are remembered, and what was recorded elsewhere since is read on."""

from storage_samples import events, filled

from core.desk_events import Comment
from core.review import current_label
from storage import Store, open_store


def test_what_another_process_records_is_seen(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    other = open_store(store.home)
    assert store.corrections.events(project_id) == []
    for number, item in enumerate((one, two, one)):
        other.corrections.record(
            project_id, item.id, "bo", "fix", expected_sequence=number // 2, content=events((1, 3))
        )
        expected = other.corrections.events(project_id)
        assert len(expected) == number + 1
        assert store.corrections.events(project_id) == expected
        assert store.corrections.events(project_id, item.id) == [
            event for event in expected if event.item_id == item.id
        ]
    other.close()


def test_labels_that_are_gone_on_with_are_those_of_a_fold_over_all(
    store: Store, project_id: str
) -> None:
    items = filled(store, 3)
    for step in range(6):
        item = items[step % 3]
        store.corrections.record(
            project_id, item.id, "bo", "fix", expected_sequence=step // 3, content=events((step, 9))
        )
        if step == 4:
            store.corrections.undo(project_id, "bo")
            store.corrections.redo(project_id, "bo")
            store.corrections.undo(project_id, "bo")
        folded = {
            item.id: current_label(store.corrections.events(project_id, item.id)) for item in items
        }
        assert store.corrections.current(project_id) == {
            item_id: label for item_id, label in folded.items() if label is not None
        }
        if step == 4:
            store.corrections.redo(project_id, "bo")


def test_what_a_caller_does_to_its_list_changes_nothing(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    store.desk_events.record(project_id, item.id, "bo", Comment(text="odd"))
    store.desk_events.list(project_id).clear()
    assert len(store.desk_events.list(project_id, item.id)) == 1
    assert store.desk_events.list(project_id, "another") == []
