"""Items: one per series, window and question, whoever asks and how often."""

import pytest
from storage_samples import filled, info, series

from core.errors import StoreError
from storage import Store


def test_items_are_made_once_and_returned_in_the_order_asked(store: Store, project_id: str) -> None:
    stored, _ = store.series.add(project_id, series(n=100), info())
    question = store.questions.current(project_id)[0]
    whole = (stored.id, 0, 100, question.id)
    half = (stored.id, 50, 100, question.id)

    (first,) = store.items.add_many(project_id, [half])
    again = store.items.add_many(project_id, [whole, half, whole])

    assert again[1] == first
    assert again[0] == again[2]
    assert [(item.start, item.stop) for item in again] == [(0, 100), (50, 100), (0, 100)]
    assert store.items.list(project_id) == [first, again[0]]


def test_items_are_found_by_question_and_series(store: Store, project_id: str) -> None:
    items = filled(store, 3)
    pattern = store.questions.current(project_id)[1]
    (extra,) = store.items.add_many(project_id, [(items[0].series_id, 0, 64, pattern.id)])

    assert store.items.list(project_id, pattern.id) == [extra]
    assert store.items.list(project_id, series_id=items[0].series_id) == [items[0], extra]
    assert store.items.get(project_id, extra.id) == extra
    assert store.items.count(project_id) == 4
    assert store.items.count(project_id, pattern.id) == 1
    assert store.items.count(project_id, pattern.id, items[1].series_id) == 0


def test_a_window_outside_its_series_stores_nothing(store: Store, project_id: str) -> None:
    items = filled(store, 1)
    inside = (items[0].series_id, 0, 32, items[0].question_id)
    outside = (items[0].series_id, 32, 65, items[0].question_id)

    with pytest.raises(StoreError, match=r"\[32, 65\) does not lie inside the series' 64 samples"):
        store.items.add_many(project_id, [inside, outside])
    assert store.items.list(project_id) == items


def test_an_item_of_another_project_is_not_given_out(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    other = store.projects.add("other")

    with pytest.raises(StoreError, match=r"no item .* in this project"):
        store.items.get(other.id, item.id)
    with pytest.raises(StoreError, match="names a series that is not in this project"):
        store.items.add_many(other.id, [(item.series_id, 0, 64, item.question_id)])


def test_a_question_that_was_never_stored_has_no_items(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)

    with pytest.raises(StoreError, match="names a question that is not in this project"):
        store.items.add_many(project_id, [(item.series_id, 0, 64, "no-such-question")])
