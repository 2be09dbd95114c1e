"""Decisions: append-only, in order per item, and never over somebody else's head."""

import pytest
from sqlalchemy import text
from storage_samples import answer, events, filled

from core.answers import AnswerContent
from core.errors import ConflictError, StoreError
from storage import Store, open_store


def test_a_decision_comes_back_whole_from_a_fresh_store(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    shown = answer(item)
    store.answers.add_many(project_id, [shown])

    event = store.corrections.record(
        project_id,
        item.id,
        "ana",
        "fix",
        expected_sequence=0,
        answer_ids=[shown.id],
        content=events((5, 8)),
        seconds=4.5,
    )

    assert (event.sequence, event.answer_ids, event.seconds) == (1, (shown.id,), 4.5)
    assert open_store(store.home).corrections.events(project_id) == [event]
    assert store.corrections.current(project_id)[item.id].content == events((5, 8))


def test_a_decision_says_where_it_was_made_how_the_name_was_given_and_why_it_was_skipped(
    store: Store, project_id: str
) -> None:
    (item,) = filled(store, 1)

    store.corrections.record(
        project_id,
        item.id,
        "lea",
        "skip",
        expected_sequence=0,
        how="adjudication",
        identity="passphrase",
        reason="data are broken",
    )

    (event,) = open_store(store.home).corrections.events(project_id)
    assert (event.how, event.identity, event.reason) == (
        "adjudication",
        "passphrase",
        "data are broken",
    )


def test_a_decision_on_an_old_state_is_a_conflict_and_stores_nothing(
    store: Store, project_id: str
) -> None:
    (item,) = filled(store, 1)
    first = store.corrections.record(project_id, item.id, "ana", "reject", expected_sequence=0)

    with pytest.raises(
        ConflictError,
        match=r"seeing 0 events .* has 1 by now: the last was 'reject' by 'ana'",
    ):
        store.corrections.record(project_id, item.id, "bo", "skip", expected_sequence=0)
    with pytest.raises(ConflictError, match="after seeing 5 events"):
        store.corrections.record(project_id, item.id, "bo", "skip", expected_sequence=5)
    assert store.corrections.events(project_id) == [first]
    assert (
        store.corrections.record(project_id, item.id, "bo", "skip", expected_sequence=1).sequence
        == 2
    )


def test_no_anomaly_needs_no_content(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)

    event = store.corrections.record(project_id, item.id, "ana", "no_anomaly", expected_sequence=0)

    assert event.content == AnswerContent(kind="anomaly")


@pytest.mark.parametrize(
    ("decision", "content", "complaint"),
    [
        ("accept", None, "'accept' came without a label"),
        ("fix", None, "'fix' came without a label"),
        ("skip", events((1, 2)), "'skip' came with a label"),
        ("no_anomaly", events((1, 2)), "came with 1 intervals"),
        ("undo", None, "undoes=None"),
    ],
)
def test_decision_and_content_must_fit(
    store: Store, project_id: str, decision: str, content: AnswerContent | None, complaint: str
) -> None:
    (item,) = filled(store, 1)

    with pytest.raises(StoreError, match=complaint):
        store.corrections.record(
            project_id,
            item.id,
            "ana",
            decision,  # type: ignore[arg-type]  # a parametrized literal
            expected_sequence=0,
            content=content,
        )


def test_a_decision_names_only_answers_of_its_item(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    shown = answer(two)
    store.answers.add_many(project_id, [shown])

    with pytest.raises(StoreError, match=r"names answers .* not of its item"):
        store.corrections.record(
            project_id, one.id, "ana", "skip", expected_sequence=0, answer_ids=[shown.id]
        )


def test_items_of_other_projects_cannot_be_decided_on(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    other = store.projects.add("other")

    with pytest.raises(StoreError, match=r"no item .* in this project"):
        store.corrections.record(other.id, item.id, "ana", "skip", expected_sequence=0)


def test_the_number_of_events_per_item_is_what_record_expects(
    store: Store, project_id: str
) -> None:
    one, two, _ = filled(store, 3)
    for item, sequence in ((one, 0), (two, 0), (one, 1)):
        store.corrections.record(project_id, item.id, "a", "skip", expected_sequence=sequence)

    assert store.corrections.sequences(project_id) == {one.id: 2, two.id: 1}


def test_the_latest_standing_decision_gives_the_label(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    record = store.corrections.record
    record(project_id, one.id, "ana", "accept", expected_sequence=0, content=events((1, 4)))
    rejected = record(project_id, one.id, "bo", "reject", expected_sequence=1)
    record(project_id, one.id, "ana", "skip", expected_sequence=2)
    record(project_id, two.id, "ana", "skip", expected_sequence=0)

    current = store.corrections.current(project_id)

    assert list(current) == [one.id]
    assert (current[one.id].event, current[one.id].content) == (rejected, None)


@pytest.mark.parametrize(
    "table",
    [
        "corrections",
        "version_events",
        "gold_ranges",
        "gold_locks",
        "gold_draws",
        "questions",
        "event_types",
    ],
)
def test_history_cannot_be_rewritten(store: Store, project_id: str, table: str) -> None:
    (item,) = filled(store, 1)
    store.corrections.record(project_id, item.id, "ana", "skip", expected_sequence=0)
    store.gold.reserve(project_id, [(item.series_id, 0, 64)], "drawn")
    store.gold.add_to_draw(project_id, 0, [(item.id, True)])
    store.gold.lock(project_id)
    store.versions.add(
        project_id, student="series", job_id="j", snapshot_hash="s", folder="r", author_version="v"
    )

    for statement in (f"UPDATE {table} SET project_id = project_id", f"DELETE FROM {table}"):
        with (
            pytest.raises(StoreError, match=f"{table} is append-only"),
            store.db.write() as session,
        ):
            session.execute(text(statement))


@pytest.mark.parametrize("table", ["items", "answers"])
def test_items_and_answers_cannot_be_changed(store: Store, project_id: str, table: str) -> None:
    (item,) = filled(store, 1)
    store.answers.add_many(project_id, [answer(item)])

    with pytest.raises(StoreError, match=f"{table} is append-only"), store.db.write() as session:
        session.execute(text(f"UPDATE {table} SET id = id"))
