"""Decisions in bulk: one transaction, one undo, never on gold and never below the policy."""

import pytest
from storage_samples import answer, filled

from core.answers import AnswerContent
from core.errors import StoreError
from core.policy import LabelPolicy
from core.review import Item
from storage import Store
from storage.corrections import BulkDecision


def sure(confidence: float) -> AnswerContent:
    return AnswerContent(kind="anomaly", confidence=confidence)


def accepting(store: Store, item: Item, confidence: float = 0.95, after: int = 0) -> BulkDecision:
    said = answer(item, sure(confidence))
    store.answers.add_many(item.project_id, [said])
    return BulkDecision(item.id, "accept", after, (said.id,), said.content)


def test_all_are_stored_as_bulk_with_one_group(store: Store, project_id: str) -> None:
    items = filled(store, 3)
    record = store.corrections.record_many(
        project_id, "ana", [accepting(store, item) for item in items]
    )
    assert record.conflicts == ()
    assert [e.item_id for e in record.events] == [item.id for item in items]
    assert {(e.how, e.decision, e.person) for e in record.events} == {("bulk", "accept", "ana")}
    (group,) = {e.group for e in record.events}
    assert group
    assert store.corrections.events(project_id) == list(record.events)


def test_what_somebody_decided_meanwhile_is_listed_and_left(store: Store, project_id: str) -> None:
    first, second = filled(store, 2)
    decided = [accepting(store, item) for item in (first, second)]
    store.corrections.record(project_id, first.id, "bo", "not_sure", expected_sequence=0)
    record = store.corrections.record_many(project_id, "ana", decided)
    assert record.conflicts == (first.id,)
    labels = store.corrections.current(project_id)
    assert [labels[item.id].event.person for item in (first, second)] == ["bo", "ana"]


def test_one_undo_takes_all_back_and_one_redo_brings_all_again(
    store: Store, project_id: str
) -> None:
    before, *items = filled(store, 4)
    store.corrections.record(project_id, before.id, "ana", "not_sure", expected_sequence=0)
    store.corrections.record_many(project_id, "ana", [accepting(store, item) for item in items])

    store.undoing.undo(project_id, "ana")
    assert set(store.corrections.current(project_id)) == {before.id}

    store.undoing.redo(project_id, "ana")
    assert len(store.corrections.current(project_id)) == 4

    store.undoing.undo(project_id, "ana")
    store.undoing.undo(project_id, "ana")
    assert store.corrections.current(project_id) == {}


def test_gold_is_refused_and_nothing_is_stored(store: Store, project_id: str) -> None:
    free, gold = filled(store, 2)
    store.gold.reserve(project_id, [(gold.series_id, 60, 64)], "drawn")  # touched is enough
    with pytest.raises(StoreError, match="touches gold"):
        store.corrections.record_many(
            project_id, "ana", [accepting(store, item) for item in (free, gold)]
        )
    assert store.corrections.events(project_id) == []


@pytest.mark.parametrize(("confidence", "least"), [(0.89, 0.9), (0.95, 0.96)])
def test_an_answer_less_sure_than_the_policy_is_refused(
    store: Store, project_id: str, confidence: float, least: float
) -> None:
    (item,) = filled(store, 1)
    store.policies.save(project_id, "lead", LabelPolicy(bulk_confidence=least))
    with pytest.raises(StoreError, match=f"gives {confidence:.2f}.*only {least:.2f} and more"):
        store.corrections.record_many(project_id, "ana", [accepting(store, item, confidence)])
    assert store.corrections.events(project_id) == []


def test_a_label_that_none_of_the_answers_gives_is_no_acceptance(
    store: Store, project_id: str
) -> None:
    (item,) = filled(store, 1)
    said = accepting(store, item)
    other = BulkDecision(item.id, "accept", 0, said.answer_ids, sure(0.99))
    with pytest.raises(StoreError, match="gives no confidence"):
        store.corrections.record_many(project_id, "ana", [other])


def test_a_persons_own_label_needs_no_confidence(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    unsure = accepting(store, item, 0.3)
    fix = BulkDecision(item.id, "no_anomaly", 0, unsure.answer_ids, AnswerContent(kind="anomaly"))
    (event,) = store.corrections.record_many(project_id, "ana", [fix]).events
    assert (event.decision, event.how) == ("no_anomaly", "bulk")


def test_only_what_is_new_is_read_on(store: Store, project_id: str) -> None:
    items = filled(store, 3)
    first = store.corrections.record(project_id, items[0].id, "ana", "skip", expected_sequence=0)
    assert store.corrections.since(project_id, 0) == [first]
    assert store.corrections.since(project_id, 1) == []
    more = store.corrections.record_many(
        project_id, "ana", [accepting(store, item) for item in items[1:]]
    )
    assert store.corrections.since(project_id, 1) == list(more.events)
