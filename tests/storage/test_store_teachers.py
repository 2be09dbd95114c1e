"""Teachers behind endpoints: versions, names, removal, what was measured, and never a key."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import ValidationError

from core.errors import ConflictError, StoreError
from core.ids import new_id, utc_now
from core.teachers.endpoint import Endpoint
from storage import Store, open_store
from storage.teachers import TeacherState

SECRET = "sk-not-to-be-found-anywhere"


def endpoint(name: str = "local", **more: object) -> Endpoint:
    given = {"id": new_id(), "name": name, "base_url": "http://localhost:1/v1", "model": "m"}
    return Endpoint.model_validate({**given, **more})


def changed(one: Endpoint, **fields: object) -> Endpoint:
    return one.model_copy(update=fields)


def test_an_endpoint_comes_back_as_it_was_after_a_reopening(
    store: Store, home: Path, project_id: str
) -> None:
    first = store.teachers.add(project_id, endpoint(price_in=0.15, temperature=None), "ana")
    second = store.teachers.add(project_id, endpoint("other"), "ana")
    store.close()
    assert open_store(home).teachers.list(project_id) == [first, second]


def test_an_edit_is_a_new_version_and_keeps_its_place(store: Store, project_id: str) -> None:
    first = store.teachers.add(project_id, endpoint(version=7), "ana")
    second = store.teachers.add(project_id, endpoint("other"), "ana")
    assert first.version == 1

    edited = store.teachers.edit(project_id, changed(first, model="m2"), 1, "bo")

    assert (edited.model, edited.version) == ("m2", 2)
    assert store.teachers.list(project_id) == [edited, second]
    assert store.teachers.get(project_id, first.id) == edited


def test_who_edits_over_somebody_else_is_told(store: Store, project_id: str) -> None:
    first = store.teachers.add(project_id, endpoint(), "ana")
    edited = store.teachers.edit(project_id, changed(first, model="m2"), 1, "bo")

    with pytest.raises(ConflictError, match="changed by 'bo' in between: it is at version 2"):
        store.teachers.edit(project_id, changed(first, model="m3"), 1, "ana")
    assert store.teachers.list(project_id) == [edited]


def test_a_removed_endpoint_is_known_to_old_jobs_and_its_name_is_free(
    store: Store, project_id: str
) -> None:
    first = store.teachers.add(project_id, endpoint(), "ana")

    assert store.teachers.remove(project_id, first.id, "bo") == first
    again = store.teachers.add(project_id, endpoint(), "ana")

    assert store.teachers.list(project_id) == [again]
    assert store.teachers.get(project_id, first.id) == first
    with pytest.raises(ConflictError, match="'local' was removed by 'bo'"):
        store.teachers.remove(project_id, first.id, "ana")
    with pytest.raises(ConflictError, match="'local' was removed by 'bo'"):
        store.teachers.edit(project_id, first, 1, "ana")


def test_two_teachers_never_have_one_name(store: Store, project_id: str) -> None:
    store.teachers.add(project_id, endpoint("Local"), "ana")
    other = store.teachers.add(project_id, endpoint("other"), "ana")

    with pytest.raises(StoreError, match=r"there is a teacher 'Local' already \(at localhost:1\)"):
        store.teachers.add(project_id, endpoint("local "), "ana")
    with pytest.raises(StoreError, match="choose another name"):
        store.teachers.edit(project_id, changed(other, name="LOCAL"), 1, "ana")
    # its own name is no other's
    assert store.teachers.edit(project_id, changed(other, name="Other"), 1, "ana").version == 2


def test_what_cannot_be_stored_is_said(store: Store, project_id: str) -> None:
    first = store.teachers.add(project_id, endpoint(), "ana")
    with pytest.raises(StoreError, match="nobody was named"):
        store.teachers.add(project_id, endpoint("other"), " ")
    with pytest.raises(StoreError, match=f"there is an endpoint {first.id} already"):
        store.teachers.add(project_id, changed(first, name="other"), "ana")
    with pytest.raises(StoreError, match="there is no endpoint gone"):
        store.teachers.get(project_id, "gone")
    assert store.teachers.list(project_id) == [first]


def test_what_was_measured_is_remembered_bit_by_bit(store: Store, project_id: str) -> None:
    one = store.teachers.add(project_id, endpoint(), "ana")
    now = utc_now()
    assert store.teachers.state(project_id, one.id) == TeacherState()

    store.teachers.remember(project_id, one.id, tested_at=now, ok=True, latency_s=1.5)
    store.teachers.remember(project_id, one.id, form="json", tokens_in=812.5)

    assert store.teachers.state(project_id, one.id) == TeacherState(
        endpoint_version=1, tested_at=now, ok=True, latency_s=1.5, form="json", tokens_in=812.5
    )
    with pytest.raises(ValidationError, match="fomr"):
        store.teachers.remember(project_id, one.id, fomr="tags")


def test_what_was_measured_of_an_earlier_version_is_forgotten(
    store: Store, project_id: str
) -> None:
    one = store.teachers.add(project_id, endpoint(), "ana")
    store.teachers.remember(project_id, one.id, form="schema", ok=True)
    store.teachers.edit(project_id, changed(one, model="m2"), 1, "ana")
    assert store.teachers.state(project_id, one.id).endpoint_version == 1

    store.teachers.remember(project_id, one.id, form="json")
    store.teachers.remember(project_id, one.id, form="tags", endpoint_version=1)  # an old batch

    assert store.teachers.state(project_id, one.id) == TeacherState(endpoint_version=2, form="json")


def test_no_key_reaches_the_database(
    store: Store, project_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEACHER_KEY", SECRET)
    one = store.teachers.add(project_id, endpoint(key_name="TEACHER_KEY"), "ana")
    store.teachers.edit(project_id, changed(one, model="m2"), 1, "ana")
    store.teachers.remember(project_id, one.id, ok=False, message="401: the key was refused")
    store.close()

    assert os.environ["TEACHER_KEY"] == SECRET
    held = b"".join(path.read_bytes() for path in store.home.rglob("*") if path.is_file())
    assert b"TEACHER_KEY" in held
    assert SECRET.encode() not in held


@pytest.mark.parametrize(
    "change", ["DELETE FROM teacher_versions", "UPDATE teacher_versions SET body = ''"]
)
def test_earlier_versions_cannot_be_rewritten(store: Store, project_id: str, change: str) -> None:
    store.teachers.add(project_id, endpoint(), "ana")
    with (
        closing(sqlite3.connect(store.home / "understudy.db")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="teacher_versions is append-only"),
    ):
        connection.execute(change)
