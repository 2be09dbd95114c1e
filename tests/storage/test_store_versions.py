"""Model versions: one serves, promotion and roll-back are one step each, history stays."""

import pytest
from sqlalchemy import text

from core.audit_log import AuditFilter
from core.errors import StoreError
from storage import Store
from storage.rows import ModelVersion


def add(store: Store, job_id: str) -> ModelVersion:
    return store.versions.add(
        store.projects.default().id,
        student="series",
        job_id=job_id,
        snapshot_hash="s" * 64,
        folder=store.home / "runs" / job_id / "model",
        author_version=job_id,
    )


def test_a_run_registers_its_model_once(store: Store, project_id: str) -> None:
    first, again, second = add(store, "a"), add(store, "a"), add(store, "b")

    assert again == first
    assert [(v.number, v.state) for v in store.versions.list(project_id)] == [
        (2, "candidate"),
        (1, "candidate"),
    ]
    assert store.versions.get(second.id) == second
    assert [event.change for event in store.versions.history(project_id)] == ["registered"] * 2


def test_a_folder_moves_with_its_home(store: Store) -> None:
    version = add(store, "a")

    assert version.folder == store.home / "runs" / "a" / "model"
    with store.db.read() as session:
        assert session.scalar(text("SELECT folder FROM model_versions")) == "runs/a/model"


def test_promoting_retires_the_one_that_served(store: Store, project_id: str) -> None:
    one, two = add(store, "a"), add(store, "b")
    assert store.versions.serving(project_id) is None

    store.versions.promote(one.id, "lee")
    store.versions.promote(two.id, "lee")
    store.versions.promote(two.id, "lee")  # it serves already: nothing happens

    assert store.versions.serving(project_id) == store.versions.get(two.id)
    assert store.versions.get(one.id).state == "retired"
    assert [(e.version_id, e.change, e.person) for e in store.versions.history(project_id)[2:]] == [
        (one.id, "promoted", "lee"),
        (one.id, "retired", "lee"),
        (two.id, "promoted", "lee"),
    ]


def test_roll_backs_step_down_through_what_served(store: Store, project_id: str) -> None:
    one, two, three = (add(store, name) for name in "abc")
    for version in (one, two, three):
        store.versions.promote(version.id, "lee")

    assert store.versions.roll_back(project_id, "lee").id == two.id
    assert store.versions.roll_back(project_id, "lee").id == one.id
    with pytest.raises(StoreError, match="nothing to roll back to"):
        store.versions.roll_back(project_id, "lee")
    store.versions.promote(three.id, "lee")
    assert store.versions.roll_back(project_id, "lee").id == one.id


def test_a_retired_version_leaves_its_place_to_the_one_before(
    store: Store, project_id: str
) -> None:
    one, two = add(store, "a"), add(store, "b")
    store.versions.promote(one.id, "lee")
    store.versions.promote(two.id, "lee")
    store.versions.retire(two.id, "lee")

    assert store.versions.serving(project_id) is None
    assert store.versions.roll_back(project_id, "lee").id == one.id


def test_the_database_itself_allows_one_serving_version(store: Store) -> None:
    add(store, "a")
    add(store, "b")

    with (
        pytest.raises(StoreError, match="UNIQUE constraint failed"),
        store.db.write() as session,
    ):
        session.execute(text("UPDATE model_versions SET state = 'serving'"))


def test_an_evaluation_is_kept_as_json(store: Store) -> None:
    version = add(store, "a")
    assert version.evaluation is None

    evaluated = store.versions.set_evaluation(version.id, {"accuracy": 0.93, "broken": ["x"]})

    assert evaluated.evaluation == {"accuracy": 0.93, "broken": ["x"]}
    assert store.versions.get(version.id) == evaluated


def test_why_a_version_was_promoted_stays_in_its_history_and_in_the_log(
    store: Store, project_id: str
) -> None:
    one, two = add(store, "a"), add(store, "b")
    store.versions.promote(one.id, "lee")
    store.versions.promote(two.id, "lee", "the pumps matter more")

    reasons = {(e.version_id, e.change): e.reason for e in store.versions.history(project_id)}
    assert reasons[two.id, "promoted"] == "the pumps matter more"
    assert reasons[one.id, "promoted"] == reasons[one.id, "retired"] == ""
    said = [entry.what for entry in store.audit_log.entries(project_id, AuditFilter())]
    assert "version 2 was promoted against the gate: the pumps matter more" in said
    assert "version 1 was promoted" in said
