"""Failed answers: kept whole, apart from answers, and open until a later answer settles them."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from storage_samples import answer, filled

from core.answers import Answer, Author, Call, FailedAnswer
from core.errors import StoreError
from core.ids import new_id, utc_now
from core.review import Item
from storage import Store, open_store

TEACHER = Author(kind="teacher", name="local", version="1")
OTHER = Author(kind="teacher", name="local", version="2")
BEGUN = utc_now()


def failed(item: Item, minute: int = 0, author: Author = TEACHER, **more: object) -> FailedAnswer:
    """Return a failure some minutes after the test began."""
    given = {
        "id": new_id(),
        "item_id": item.id,
        "author": author,
        "problem": "unparsable",
        "message": "the text is no JSON",
        "created_at": BEGUN + timedelta(minutes=minute),
    }
    return FailedAnswer.model_validate({**given, **more})


def answered(item: Item, minute: int, author: Author = TEACHER, sample: int = 0) -> Answer:
    at = BEGUN + timedelta(minutes=minute)
    return answer(item, author=author).model_copy(update={"created_at": at, "sample": sample})


def test_a_failure_comes_back_whole_and_is_no_answer(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    calls = (Call(purpose="answer", start=0, stop=64, prompt="is there ...", raw_text="Jein \x00"),)
    given = failed(item, job_id="a", calls=calls, cost_usd=0.01)

    assert store.failures.add_many(project_id, [given]) == 1
    assert open_store(store.home).failures.for_job(project_id, "a") == [given]
    assert store.answers.latest(project_id) == {}


def test_an_id_that_is_there_is_left_alone(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    first, second = failed(item, 0), failed(item, 1)
    changed = first.model_copy(update={"message": "something else"})

    assert store.failures.add_many(project_id, [first]) == 1
    assert store.failures.add_many(project_id, [changed, second, second]) == 1
    assert store.failures.for_items(project_id, [item.id, "none"]) == {
        item.id: [first, second],
        "none": [],
    }


def test_one_stranger_keeps_all_failures_out(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    stranger = failed(item, item_id="elsewhere")

    with pytest.raises(StoreError, match=r"1 failed answers are about items .*elsewhere"):
        store.failures.add_many(project_id, [failed(item), stranger])
    assert store.failures.for_items(project_id, [item.id]) == {item.id: []}


def test_a_failure_is_open_until_its_author_gives_that_sample(
    store: Store, project_id: str
) -> None:
    one, two = filled(store, 2)
    settled, of_sample = failed(one, 2), failed(one, 2, sample=1)
    of_other, unsettled = failed(one, 3, author=OTHER), failed(two, 4)
    store.failures.add_many(project_id, [settled, of_sample, of_other, unsettled])
    store.answers.add_many(project_id, [answered(one, 1), answered(two, 1)])
    assert store.failures.open(project_id) == [settled, of_sample, of_other, unsettled]

    store.answers.add_many(project_id, [answered(one, 5)])

    assert store.failures.open(project_id) == [of_sample, of_other, unsettled]
    assert store.failures.open(project_id, TEACHER) == [of_sample, unsettled]
    assert store.failures.open(project_id, OTHER) == [of_other]
    store.answers.add_many(project_id, [answered(one, 5, sample=1), answered(one, 5, OTHER)])
    assert store.failures.open(project_id) == [unsettled]


def test_of_several_failures_the_newest_is_open(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    early, late, between = failed(one, 1), failed(one, 3), failed(two, 2)
    store.failures.add_many(project_id, [late, between, early])

    assert store.failures.open(project_id) == [between, late]


def test_failures_cost_money_too(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    store.failures.add_many(
        project_id,
        [
            failed(item, job_id="a", cost_usd=0.25),
            failed(item, job_id="a", cost_usd=0.5),
            failed(item, job_id="b"),
        ],
    )

    assert store.failures.costs(project_id, ["a", "b", "c"]) == {"a": 0.75, "b": 0.0, "c": 0.0}


@pytest.mark.parametrize(
    "change", ["DELETE FROM failed_answers", "UPDATE failed_answers SET body = ''"]
)
def test_failures_cannot_be_rewritten(store: Store, project_id: str, change: str) -> None:
    (item,) = filled(store, 1)
    store.failures.add_many(project_id, [failed(item)])
    with (
        closing(sqlite3.connect(store.home / "understudy.db")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="failed_answers is append-only"),
    ):
        connection.execute(change)
