"""Answers: stored once by id, given back whole, and found by item, author and newest."""

import time

import pytest
from storage_samples import RULES, answer, events, filled

from core.answers import AnswerContent, Author, FoundInterval
from core.errors import StoreError
from storage import Store, open_store
from storage.rows import author_key

STUDENT_1 = Author(kind="student", name="series", version="v1")
STUDENT_2 = Author(kind="student", name="series", version="v2")


def test_an_answer_comes_back_whole_from_a_fresh_store(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    given = answer(item).model_copy(
        update={"prompt": "is there \x00 an anomaly?", "raw_text": "ja, größer", "seconds": 0.1}
    )
    pattern = answer(item, AnswerContent(kind="pattern", label="a", scores={"a": 0.1, "b": 0.9}))

    assert store.answers.add_many(project_id, [given, pattern]) == 2
    assert open_store(store.home).answers.for_item(project_id, item.id) == [given, pattern]


def test_an_id_that_is_there_is_not_stored_again(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    first, second = answer(item), answer(item)
    changed = first.model_copy(update={"raw_text": "something else"})

    assert store.answers.add_many(project_id, [first]) == 1
    assert store.answers.add_many(project_id, [changed, second, second]) == 1
    assert store.answers.for_item(project_id, item.id) == [first, second]


def test_one_stranger_keeps_all_answers_out(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    stranger = answer(item).model_copy(update={"item_id": "elsewhere"})

    with pytest.raises(StoreError, match=r"1 answers are about items .*elsewhere"):
        store.answers.add_many(project_id, [answer(item), stranger])
    assert store.answers.for_item(project_id, item.id) == []


def test_answers_are_grouped_by_item(store: Store, project_id: str) -> None:
    one, two, three = filled(store, 3)
    given = [answer(one), answer(two), answer(one)]
    store.answers.add_many(project_id, given)

    assert store.answers.for_items(project_id, [one.id, three.id]) == {
        one.id: [given[0], given[2]],
        three.id: [],
    }


def test_the_newest_answer_per_author_is_found(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    old, new = answer(one), answer(one)
    before = answer(one, author=STUDENT_1)
    now = answer(two, author=STUDENT_2)
    store.answers.add_many(project_id, [new, before, now, old.model_copy(update={"id": "0"})])
    # `old` was made first, though it was stored last
    old = old.model_copy(update={"id": "0"})

    assert store.answers.latest(project_id) == {
        one.id: {author_key(RULES): new, "student:series:v1": before},
        two.id: {"student:series:v2": now},
    }
    assert store.answers.latest(project_id, one.question_id, "student") == {
        one.id: before,
        two.id: now,
    }
    assert store.answers.latest(project_id, None, STUDENT_2) == {two.id: now}
    assert store.answers.latest(project_id, "another question") == {}
    assert store.answers.for_item(project_id, one.id) == [old, new, before]


def test_an_extra_sample_is_never_the_answer_of_its_author(store: Store, project_id: str) -> None:
    (item,) = filled(store, 1)
    first = answer(item, events((3, 9)))
    extra = answer(item, events((20, 30))).model_copy(update={"sample": 1})
    store.answers.add_many(project_id, [first, extra])

    assert store.answers.latest(project_id) == {item.id: {author_key(RULES): first}}
    assert store.answers.latest(project_id, None, RULES) == {item.id: first}
    assert store.answers.for_item(project_id, item.id) == [first, extra]
    assert [said.answer_id for said in store.findings.said(project_id, ["rules"])] == [first.id]


def test_a_job_knows_its_answers_and_what_they_cost(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    given = [
        answer(item).model_copy(update={"job_id": job_id, "sample": sample, "cost_usd": cost})
        for item, job_id, sample, cost in (
            (one, "a", 0, 0.25),
            (one, "a", 1, 0.5),
            (two, "a", 0, None),
            (two, "b", 0, None),
        )
    ]
    store.answers.add_many(project_id, given)

    assert store.answers.for_job(project_id, "a") == given[:3]
    assert store.answers.for_job(project_id, "c") == []
    assert store.answers.costs(project_id, ["a", "b", "c"]) == {
        "a": (3, 0.75),
        "b": (1, 0.0),
        "c": (0, 0.0),
    }


def test_authors_are_counted_by_items_they_answered(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    store.answers.add_many(
        project_id, [answer(one), answer(one), answer(two), answer(two, author=STUDENT_1)]
    )

    assert store.answers.counts_by_author(project_id) == {
        "rules:built-in rules:1": 2,
        "student:series:v1": 1,
    }
    assert store.answers.counts_by_author(project_id, "another question") == {}


def test_intervals_are_listed_over_all_series(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    store.answers.add_many(
        project_id, [answer(two, events((30, 40))), answer(one, events((50, 60), (3, 9)))]
    )

    listed = store.answers.events(project_id)
    (only,) = store.answers.events(project_id, two.series_id)

    assert [(e.series_id, e.start, e.stop, e.number) for e in listed] == [
        (one.series_id, 3, 9, 2),
        (one.series_id, 50, 60, 1),
        (two.series_id, 30, 40, 1),
    ]
    assert (only.item_id, only.author, only.channels, only.type_id, only.confidence) == (
        two.id,
        RULES,
        (0,),
        "t",
        0.5,
    )


def test_a_change_point_is_listed_with_its_cause_and_its_pairs(
    store: Store, project_id: str
) -> None:
    (item,) = filled(store, 1)
    found = FoundInterval(
        number=1, start=9, stop=10, cause="correlation", pairs=((0, 1), (0, 2)), confidence=0.5
    )
    given = answer(item, AnswerContent(kind="change_point", intervals=(found,)))
    store.answers.add_many(project_id, [given, answer(item)])

    anomaly, change = store.answers.events(project_id)

    assert (anomaly.start, anomaly.cause, anomaly.pairs) == (3, None, ())
    assert (change.start, change.cause, change.pairs) == (9, "correlation", ((0, 1), (0, 2)))
    assert store.answers.for_item(project_id, item.id)[0] == given


def test_a_thousand_answers_are_stored_and_read_quickly(store: Store, project_id: str) -> None:
    items = filled(store, 100)
    given = [answer(item, events((3, 9), (20, 30))) for item in items for _ in range(10)]

    begun = time.perf_counter()
    assert store.answers.add_many(project_id, given) == 1000
    stored = time.perf_counter()
    store.answers.latest(project_id)
    read = time.perf_counter()

    # 0.25 s and 0.05 s alone on one core; the rest is room for busy machines
    assert stored - begun < 3
    assert read - stored < 2
