"""Questions: versions never change; the newest of each family is asked."""

import pytest

from core.errors import ConflictError, StoreError
from core.ids import new_id
from storage import Store


def test_an_edit_is_a_new_version_beside_the_old_one(store: Store, project_id: str) -> None:
    anomaly, pattern = store.questions.current(project_id)
    edited = anomaly.model_copy(update={"id": new_id(), "version": 2, "text": "Anything odd?"})

    store.questions.add(project_id, edited)

    assert store.questions.current(project_id) == [edited, pattern]
    assert store.questions.get(anomaly.id) == anomaly
    assert store.questions.list(project_id) == [anomaly, pattern, edited]


def test_adding_the_same_version_again_changes_nothing(store: Store, project_id: str) -> None:
    anomaly, _ = before = store.questions.current(project_id)

    store.questions.add(project_id, anomaly)

    assert store.questions.list(project_id) == before


def test_a_stored_version_is_not_overwritten(store: Store, project_id: str) -> None:
    anomaly, _ = store.questions.current(project_id)

    with pytest.raises(ConflictError, match=r"version 1 .* with another content"):
        store.questions.add(project_id, anomaly.model_copy(update={"text": "Anything odd?"}))
    with pytest.raises(ConflictError, match=r"version 1 .* with another content"):
        store.questions.add(project_id, anomaly.model_copy(update={"id": new_id()}))


def test_an_event_type_changes_only_with_its_version(store: Store, project_id: str) -> None:
    anomaly, _ = store.questions.current(project_id)
    renamed = anomaly.types[0].model_copy(update={"name": "peak"})
    edited = anomaly.model_copy(
        update={"id": new_id(), "version": 2, "types": (renamed, *anomaly.types[1:])}
    )

    with pytest.raises(ConflictError, match="version 1 of the event type 'spike'"):
        store.questions.add(project_id, edited)
    newer = renamed.model_copy(update={"version": 2})
    stored = edited.model_copy(update={"types": (newer, *anomaly.types[1:])})
    store.questions.add(project_id, stored)
    assert store.questions.get(stored.id).types[0] == newer


def test_an_unknown_question_is_an_error(store: Store) -> None:
    with pytest.raises(StoreError, match="no question nowhere"):
        store.questions.get("nowhere")
