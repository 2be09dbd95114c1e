"""Renders, drafts, settings and snapshots."""

import hashlib

import pytest
from storage_samples import filled

from core.errors import StoreError
from storage import Store


def test_a_picture_is_found_by_the_hash_of_its_bytes(store: Store) -> None:
    png = b"\x89PNG a picture"

    render_hash = store.renders.put(png)

    assert render_hash == hashlib.sha256(png).hexdigest() == store.renders.put(png)
    assert store.renders.path(render_hash).read_bytes() == png
    with pytest.raises(StoreError, match="there is no picture 000"):
        store.renders.path("000")


def test_a_draft_belongs_to_one_person_and_item(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    store.drafts.save(project_id, "ana", one.id, {"label": "spike"})
    store.drafts.save(project_id, "ana", one.id, {"label": "stuck"})

    assert store.drafts.get(project_id, "ana", one.id) == {"label": "stuck"}
    assert store.drafts.get(project_id, "ana", two.id) is None
    assert store.drafts.get(project_id, "bo", one.id) is None
    store.drafts.delete(project_id, "ana", one.id)
    store.drafts.delete(project_id, "ana", one.id)
    assert store.drafts.get(project_id, "ana", one.id) is None


def test_settings_hold_any_json_per_project(store: Store, project_id: str) -> None:
    other = store.projects.add("other")
    for value in ("ana", 3, None, {"a": [1.5, True]}):
        store.settings.set(project_id, "key", value)
        assert store.settings.get(project_id, "key", "default") == value
    assert store.settings.get(other.id, "key", "default") == "default"


def test_a_snapshot_is_registered_once_per_content(store: Store, project_id: str) -> None:
    folder = store.home / "snapshots" / "abc"
    first = store.snapshots.add(project_id, "abc", folder, {"examples": 12})

    again = store.snapshots.add(project_id, "abc", folder, {"examples": 13})

    assert again == first == store.snapshots.get(project_id, "abc")
    assert (first.folder, first.summary) == (folder, {"examples": 12})
    assert store.snapshots.list(project_id) == [first]
    with pytest.raises(StoreError, match="no snapshot xyz"):
        store.snapshots.get(project_id, "xyz")


def test_rows_need_their_project(store: Store) -> None:
    with pytest.raises(StoreError, match="FOREIGN KEY constraint failed"):
        store.settings.set("no project", "key", 1)


def test_a_project_shows_times_in_the_zone_it_is_set_to(store: Store, project_id: str) -> None:
    changed = store.projects.set_zone(project_id, "Europe/Berlin")

    assert changed.zone == store.projects.get(project_id).zone == "Europe/Berlin"
    for nonsense in ("Mars/Olympus", "", "../etc/passwd", "Europe"):
        with pytest.raises(StoreError, match="is no time zone"):
            store.projects.set_zone(project_id, nonsense)
    with pytest.raises(StoreError, match="there is no project x"):
        store.projects.set_zone("x", "UTC")
    assert store.projects.get(project_id).zone == "Europe/Berlin"
