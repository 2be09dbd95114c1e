"""What counts of a project's gold, through the store: changes wait, approvals are read."""

import pytest
from storage_samples import answer, events, filled

from core.desk_events import Reviewed
from core.errors import StoreError
from core.questions.defaults import default_open_question
from core.review import Item
from storage import Store
from storage.gold_labels import counted_labels, gold_labels_of

FIRST, SECOND = events((3, 9)), events((3, 10))


def decided_twice(store: Store, project_id: str, item: Item) -> str:
    """Decide blind, then otherwise with an answer in sight; return the id of the change."""
    shown = answer(item)
    store.answers.add_many(project_id, [shown])
    store.corrections.record(project_id, item.id, "ann", "fix", expected_sequence=0, content=FIRST)
    change = store.corrections.record(
        project_id,
        item.id,
        "ann",
        "fix",
        expected_sequence=1,
        answer_ids=[shown.id],
        content=SECOND,
    )
    return change.id


def test_on_gold_a_change_waits_and_elsewhere_it_counts(store: Store, project_id: str) -> None:
    gold, free = filled(store, 2)
    store.gold.reserve(project_id, [(gold.series_id, 0, 64)], "drawn")
    change = decided_twice(store, project_id, gold)
    decided_twice(store, project_id, free)

    counted = counted_labels(store, project_id)
    assert (counted[gold.id].content, counted[free.id].content) == (FIRST, SECOND)
    assert [*gold_labels_of(store, project_id)] == [gold.id]
    assert store.corrections.current(project_id)[gold.id].content == SECOND  # nothing is lost

    store.desk_events.record(
        project_id, gold.id, "bo", Reviewed(correction_id=change, verdict="approved")
    )
    assert counted_labels(store, project_id)[gold.id].content == SECOND


def test_a_question_that_gold_does_not_measure_has_no_gold_label(
    store: Store, project_id: str
) -> None:
    (item,) = filled(store, 1)
    question = store.questions.add(project_id, default_open_question())
    (asked,) = store.items.add_many(project_id, [(item.series_id, 0, 64, question.id)])
    store.gold.reserve(project_id, [(item.series_id, 0, 64)], "drawn")
    store.corrections.record(project_id, asked.id, "ann", "not_sure", expected_sequence=0)

    assert gold_labels_of(store, project_id) == {}
    assert counted_labels(store, project_id)[asked.id].event.decision == "not_sure"


def test_no_door_lets_a_decision_in_bulk_onto_gold(store: Store, project_id: str) -> None:
    gold, free = filled(store, 2)
    store.gold.reserve(project_id, [(gold.series_id, 60, 64)], "time_block")
    with pytest.raises(StoreError, match="touches gold"):
        store.corrections.record(
            project_id, gold.id, "ann", "no_anomaly", expected_sequence=0, how="bulk"
        )
    store.corrections.record(
        project_id, free.id, "ann", "no_anomaly", expected_sequence=0, how="bulk"
    )
    assert [*store.corrections.current(project_id)] == [free.id]
