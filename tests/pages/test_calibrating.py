"""A calibration round in a project: what it draws, what it writes, and what it never touches."""

from pathlib import Path

import numpy as np
import pytest

from core.answers import AnswerContent
from core.errors import ConfigError, PolicyError
from core.people import Person
from core.policy import LabelPolicy
from pages.components.workflows.asking import questions_by_kind
from pages.components.workflows.calibrating import (
    agreed_items,
    needs_round,
    open_round,
    practice_desk,
    practise,
    start_round,
)
from pages.components.workflows.rounds import Round, practised_items, rounds
from storage import Store
from tests.pages.policy_project import decided_store, items_of_kind

NONE = AnswerContent(kind="anomaly")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return decided_store(tmp_path)


@pytest.fixture
def project_id(store: Store) -> str:
    return store.projects.default().id


def started(store: Store, project_id: str, person: str = "bo") -> Round:
    question = questions_by_kind(store, project_id)["anomaly"]
    return start_round(store, project_id, person, question, np.random.default_rng(3))


def answer_all(store: Store, project_id: str, person: str = "bo") -> Round:
    while (one := open_round(store, project_id, person)) is not None:
        practise(
            store, project_id, one, practice_desk(store, project_id, person, one.left[0]), NONE
        )
    return rounds(store, project_id, person)[-1]


def test_decided_items_outside_gold_are_drawn_and_no_others(store: Store, project_id: str) -> None:
    items = items_of_kind(store, "anomaly")
    question = questions_by_kind(store, project_id)["anomaly"]
    decided = {one.id for one in items[:6]}
    assert {one.item_id for one in agreed_items(store, project_id, "bo", question)} == decided

    store.gold.reserve(project_id, [(items[0].series_id, 0, 600)], "drawn")
    left = {one.item_id for one in agreed_items(store, project_id, "bo", question)}
    assert left == decided - {items[0].id}
    assert agreed_items(store, project_id, "ann", question) == []  # she knows them


def test_labels_given_beside_answers_wait_for_a_leads_approval(
    store: Store, project_id: str
) -> None:
    item = items_of_kind(store, "anomaly")[7]
    question = questions_by_kind(store, project_id)["anomaly"]
    (said, _) = store.answers.for_item(project_id, item.id)
    event = store.corrections.record(
        project_id,
        item.id,
        "ann",
        "accept",
        expected_sequence=0,
        answer_ids=[said.id],
        content=said.content,
    )
    assert item.id not in {one.item_id for one in agreed_items(store, project_id, "bo", question)}

    from core.desk_events import Reviewed

    body = Reviewed(correction_id=event.id, verdict="approved")
    store.desk_events.record(project_id, item.id, "lea", body)
    assert item.id in {one.item_id for one in agreed_items(store, project_id, "bo", question)}
    now = event.created_at
    store.people.save(project_id, Person(name="lea", role="annotator", created_at=now), "lea")
    assert item.id not in {one.item_id for one in agreed_items(store, project_id, "bo", question)}


def test_a_round_hides_everything_and_writes_no_label(store: Store, project_id: str) -> None:
    before = store.corrections.events(project_id)
    one = started(store, project_id)
    desk = practice_desk(store, project_id, "bo", one.left[0])
    assert (desk.answers, desk.label, desk.blind) == ((), None, True)

    ended = answer_all(store, project_id)

    assert store.corrections.events(project_id) == before
    assert ended.ended is not None
    assert ended.ended.agreement.n == 6
    assert ended.ended.agreement.same.value == pytest.approx(2 / 6)  # two of the six hold none
    assert practised_items(store, project_id, "bo") == set(ended.started.item_ids)
    assert practised_items(store, project_id, "cy") == set()


def test_a_round_goes_on_where_it_was_left(store: Store, project_id: str) -> None:
    one = started(store, project_id)
    first = practice_desk(store, project_id, "bo", one.left[0])
    practise(store, project_id, one, first, NONE)

    again = open_round(store, project_id, "bo")

    assert again is not None
    assert again.left == one.left[1:]
    assert open_round(store, project_id, "cy") is None


def test_what_was_agreed_at_the_draw_counts_though_it_is_taken_back_later(
    store: Store, project_id: str
) -> None:
    one = started(store, project_id)
    store.corrections.undo(project_id, "ann")  # a pattern
    for _ in range(11):
        store.corrections.undo(project_id, "ann")
    assert store.corrections.current(project_id) == {}
    answer = practise(
        store, project_id, one, practice_desk(store, project_id, "bo", one.left[0]), NONE
    )
    events = store.corrections.events(project_id, answer.item_id)
    assert answer.agreed == events[0].content


def test_a_practice_answer_is_held_to_the_policy_too(store: Store, project_id: str) -> None:
    one = started(store, project_id)
    store.policies.save(project_id, "lea", LabelPolicy(version=1, min_length=900))
    agreed = store.corrections.events(project_id, items_of_kind(store, "anomaly")[0].id)[0].content
    assert agreed is not None
    with pytest.raises(PolicyError, match="at least 900 samples"):
        practise(
            store, project_id, one, practice_desk(store, project_id, "bo", one.left[0]), agreed
        )
    assert rounds(store, project_id, "bo")[0].answers == ()


def test_too_few_agreed_labels_are_said(tmp_path: Path) -> None:
    store = decided_store(tmp_path, n=4, n_decided=3)
    with pytest.raises(ConfigError, match=r"^3 windows of “Anomalies” have an agreed label"):
        started(store, store.projects.default().id)


def test_a_round_is_meant_for_who_decided_little_until_it_is_done(
    store: Store, project_id: str
) -> None:
    assert needs_round(store, project_id, "bo")
    assert not needs_round(store, project_id, "ann")  # there is nothing she has not seen
    started(store, project_id)
    answer_all(store, project_id)
    assert not needs_round(store, project_id, "bo")
