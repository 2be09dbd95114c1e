"""Selections: the newest of an item counts, until a teacher answers the item again."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from storage_samples import RULES, answer, filled

from core.answers import Answer, Author
from core.errors import StoreError
from core.ids import new_id, utc_now
from core.review import Item
from storage import Store, open_store
from storage.selections import SelectionRecord
from training.worker_results import teacher_answers

ONE = Author(kind="teacher", name="one")
TWO = Author(kind="teacher", name="two")
BEGUN = utc_now()


def said(item: Item, minute: int, author: Author = ONE, sample: int = 0) -> Answer:
    at = BEGUN + timedelta(minutes=minute)
    return answer(item, author=author).model_copy(update={"created_at": at, "sample": sample})


def choice(of: Answer, minute: int) -> SelectionRecord:
    return SelectionRecord(
        id=new_id(),
        item_id=of.item_id,
        job_id="batch",
        chosen_answer_id=of.id,
        body={"scores": {of.id: {"total": 0.75, "clarity": None}}},
        created_at=BEGUN + timedelta(minutes=minute),
    )


def test_a_selection_comes_back_as_it_was(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    first, extra = said(one, 1), said(one, 2, sample=1)
    store.answers.add_many(project_id, [first, extra])
    early, late = choice(first, 3), choice(extra, 4)

    assert store.selections.add_many(project_id, [early, late]) == 2
    assert store.selections.add_many(project_id, [early]) == 0

    again = open_store(store.home).selections
    assert again.newest(project_id) == {one.id: late}
    assert again.for_items(project_id, [one.id, two.id]) == {one.id: [early, late], two.id: []}


def test_only_an_answer_on_the_item_can_be_chosen(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    here, there = said(one, 1), said(two, 1)
    store.answers.add_many(project_id, [here, there])
    crossed = choice(there, 2).model_copy(update={"item_id": one.id})

    for wrong in (crossed, choice(said(one, 1), 2)):
        with pytest.raises(StoreError, match="1 selections choose an answer that is none on their"):
            store.selections.add_many(project_id, [choice(here, 2), wrong])
    assert store.selections.newest(project_id) == {}


def test_the_chosen_answer_is_the_one_to_learn_until_a_teacher_answers_again(
    store: Store, project_id: str
) -> None:
    one, two, three = filled(store, 3)
    rules = [said(item, 0, RULES) for item in (one, two, three)]
    latest, extra = said(one, 3), said(one, 2, TWO, sample=1)
    of_two = said(two, 1)
    store.answers.add_many(project_id, [*rules, latest, extra, of_two])
    store.selections.add_many(project_id, [choice(extra, 4)])

    question_id = one.question_id
    assert store.selections.chosen(project_id, question_id) == {one.id: extra}
    assert store.selections.chosen(project_id, "another question") == {}
    learned = {one.id: extra, two.id: of_two, three.id: rules[2]}
    assert teacher_answers(store, project_id, question_id) == learned

    store.answers.add_many(project_id, [said(one, 5, RULES)])  # the rules are no teacher
    assert teacher_answers(store, project_id, question_id) == learned

    newer = said(one, 6, TWO)
    store.answers.add_many(project_id, [newer])
    assert store.selections.chosen(project_id, question_id) == {}
    assert teacher_answers(store, project_id, question_id) == {**learned, one.id: newer}

    store.selections.add_many(project_id, [choice(latest, 7)])
    assert teacher_answers(store, project_id, question_id) == {**learned, one.id: latest}


@pytest.mark.parametrize("change", ["DELETE FROM selections", "UPDATE selections SET body = ''"])
def test_selections_cannot_be_rewritten(store: Store, project_id: str, change: str) -> None:
    (item,) = filled(store, 1)
    one = said(item, 1)
    store.answers.add_many(project_id, [one])
    store.selections.add_many(project_id, [choice(one, 2)])
    with (
        closing(sqlite3.connect(store.home / "understudy.db")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="selections is append-only"),
    ):
        connection.execute(change)
