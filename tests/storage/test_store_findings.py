"""What a list of findings is made of: the newest answers with their events, and who saw what."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from storage_samples import RULES, answer, events, filled, info, series

from core.annotations import LogEntry, Put, new_mark
from core.answers import AnswerContent, Author
from core.ids import new_id, utc_now
from storage import Store

MODELS = ("teacher", "rules", "student")


def test_the_newest_answer_of_each_author_is_read_with_its_window_and_events(
    store: Store, project_id: str
) -> None:
    one, _ = filled(store, 2)
    old, new = answer(one, events((1, 2))), answer(one, events((3, 9), (20, 30)))
    student = answer(one, AnswerContent(kind="anomaly"), Author(kind="student", name="student"))
    store.answers.add_many(project_id, [old, new, student])
    rules, quiet = sorted(
        store.findings.said(project_id, MODELS), key=lambda said: said.author.kind
    )
    assert (rules.answer_id, rules.author, rules.created_at) == (new.id, RULES, new.created_at)
    assert (rules.item_id, rules.series_id, rules.start, rules.stop) == (
        one.id,
        one.series_id,
        0,
        64,
    )
    assert rules.events == ((1, 3, 9, (0,), "t", 0.5, None), (2, 20, 30, (0,), "t", 0.5, None))
    assert (quiet.answer_id, quiet.events) == (student.id, ())


def test_versions_are_authors_and_only_the_wanted_kinds_are_read(
    store: Store, project_id: str
) -> None:
    (one,) = filled(store, 1)
    authors = [
        Author(kind="student", name="student", version="1"),
        Author(kind="student", name="student", version="2"),
        Author(kind="import", name="labels.csv"),
        Author(kind="baseline", name="random"),
    ]
    store.answers.add_many(project_id, [answer(one, author=author) for author in authors])
    said = store.findings.said(project_id, MODELS)
    assert sorted(one.author.version for one in said) == ["1", "2"]


def test_other_questions_and_hidden_series_are_left_out(store: Store, project_id: str) -> None:
    one, two = filled(store, 2)
    pattern = next(q for q in store.questions.current(project_id) if q.kind == "pattern")
    (other,) = store.items.add_many(project_id, [(one.series_id, 0, 64, pattern.id)])
    label = AnswerContent(kind="pattern", label=pattern.options[0].key)
    store.answers.add_many(project_id, [answer(one), answer(two), answer(other, label)])
    store.series.archive(project_id, two.series_id)
    assert [said.item_id for said in store.findings.said(project_id, MODELS)] == [one.id]


@pytest.mark.parametrize("what", range(6))
def test_whatever_changes_a_list_changes_its_stamp(
    store: Store, project_id: str, what: int
) -> None:
    one, _ = filled(store, 2)
    (entry,) = store.events.add_many(
        project_id, [LogEntry(id=new_id(), series_id=None, tick=5, text="a start")]
    )
    before = store.findings.stamp(project_id)
    assert store.findings.stamp(project_id) == before
    changes: tuple[Callable[[], object], ...] = (
        lambda: store.answers.add_many(project_id, [answer(one)]),
        lambda: store.corrections.record(
            project_id, one.id, "ana", "no_anomaly", expected_sequence=0
        ),
        lambda: store.annotations.record(
            project_id, one.series_id, "ana", [Put(mark=new_mark("ana", 1, 5))]
        ),
        lambda: store.series.archive(project_id, one.series_id),
        lambda: store.events.remove(project_id, entry.id),
        lambda: store.series.add(project_id, series(9), info("another")),
    )
    changes[what]()
    assert store.findings.stamp(project_id) != before


def test_each_person_has_seen_up_to_their_own_moment(store: Store, project_id: str) -> None:
    now = utc_now()
    assert store.findings.seen_until(project_id, "ana") is None
    store.findings.see(project_id, "ana", now - timedelta(days=1))
    store.findings.see(project_id, "ana", now)
    store.findings.see(project_id, "bo", now - timedelta(days=2))
    assert store.findings.seen_until(project_id, "ana") == now
    assert store.findings.seen_until(project_id, "bo") == now - timedelta(days=2)
