"""Second opinions and what was sent back: who is asked, what they see, in which order."""

from pathlib import Path

import pytest

from core.calibration import Practised, RoundStarted
from core.desk_events import Reviewed
from core.policy import LabelPolicy
from core.review import Item
from pages.components.review_audit import audit_words, blind_panel
from pages.components.review_buttons import DEFAULT_KEYS
from pages.components.workflows.opinions import (
    returned_note,
    second_opinions_waiting,
)
from pages.components.workflows.queue_memo import QueueMemo
from pages.components.workflows.queue_now import queue_now
from pages.components.workflows.reviewing import Desk, decide, load_desk
from storage import Store
from tests.pages.review_project import items_of, review_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return review_store(tmp_path, n=3)


@pytest.fixture
def project_id(store: Store) -> str:
    return store.projects.default().id


def ask_for(store: Store, project_id: str, share: float) -> None:
    policy = store.policies.current(project_id)
    store.policies.save(project_id, "lea", policy.model_copy(update={"second_share": share}))


def first_of_queue(store: Store, project_id: str, person: str) -> list[str]:
    """Return what comes before everything else in a person's queue."""
    owed = second_opinions_waiting(store, project_id, person)
    now = queue_now(store, project_id, person, QueueMemo(project_id), second_opinions=owed)
    return [*now.first]


def accept(store: Store, project_id: str, item: Item, person: str) -> Desk:
    desk = load_desk(store, project_id, person, item.id)
    action = f"accept:{desk.answers[0].id}" if desk.answers else "option:cubic"
    decide(store, desk, person, action, desk.painted, None)
    return desk


def test_no_second_opinion_is_asked_for_until_the_policy_says_so(
    store: Store, project_id: str
) -> None:
    one, *_ = items_of(store, "pattern")
    accept(store, project_id, one, "ana")

    assert LabelPolicy().second_share == 0
    assert second_opinions_waiting(store, project_id, "ben") == []
    ask_for(store, project_id, 1.0)
    assert second_opinions_waiting(store, project_id, "ben") == [one.id]
    assert second_opinions_waiting(store, project_id, "ana") == []


def test_the_second_person_sees_nothing_and_the_first_one_everything(
    store: Store, project_id: str
) -> None:
    ask_for(store, project_id, 1.0)
    one, *_ = items_of(store, "pattern")
    accept(store, project_id, one, "ana")

    desk = load_desk(store, project_id, "ben", one.id)
    assert (desk.blind, desk.answers, desk.label, desk.selection) == (True, (), None, None)
    assert audit_words(desk)[0] == "second opinion"
    assert "Neither their label nor any answer is shown" in blind_panel(desk, DEFAULT_KEYS).empty
    assert not load_desk(store, project_id, "ana", one.id).blind


def test_with_a_second_opinion_the_item_is_an_ordinary_one_again(
    store: Store, project_id: str
) -> None:
    ask_for(store, project_id, 1.0)
    one, *_ = items_of(store, "pattern")
    accept(store, project_id, one, "ana")
    accept(store, project_id, one, "ben")

    *_, second = store.corrections.events(project_id, one.id)
    assert (second.person, second.answer_ids) == ("ben", ())
    assert second_opinions_waiting(store, project_id, "ben") == []
    assert second_opinions_waiting(store, project_id, "cid") == []
    desk = load_desk(store, project_id, "ben", one.id)
    assert (desk.blind, len(desk.answers)) == (False, 1)


def test_skipped_second_opinions_come_last_and_stay_blind(store: Store, project_id: str) -> None:
    ask_for(store, project_id, 1.0)
    for item in items_of(store, "pattern"):
        accept(store, project_id, item, "ana")
    first, second, third = second_opinions_waiting(store, project_id, "ben")
    item = store.items.get(project_id, first)
    desk = load_desk(store, project_id, "ben", item.id)
    decide(store, desk, "ben", "skip", desk.painted, None, reason="Not my field")

    assert second_opinions_waiting(store, project_id, "ben") == [second, third, first]
    assert load_desk(store, project_id, "ben", first).blind
    assert store.corrections.events(project_id, first)[-1].reason == "Not my field"


def test_who_met_the_answers_before_is_not_asked(store: Store, project_id: str) -> None:
    ask_for(store, project_id, 1.0)
    one, *_ = items_of(store, "pattern")
    desk = load_desk(store, project_id, "ben", one.id)
    decide(store, desk, "ben", "skip", desk.painted, None)  # with the rules' answer in sight
    accept(store, project_id, one, "ana")

    assert second_opinions_waiting(store, project_id, "ben") == []
    assert not load_desk(store, project_id, "ben", one.id).blind


def test_what_was_sent_back_comes_first_with_its_note_until_it_is_decided_anew(
    store: Store, project_id: str
) -> None:
    ask_for(store, project_id, 1.0)
    one, two, _ = items_of(store, "pattern")
    accept(store, project_id, one, "ana")
    accept(store, project_id, two, "ben")
    (event,) = store.corrections.events(project_id, one.id)
    body = Reviewed(correction_id=event.id, verdict="returned", note="look at the end")
    store.desk_events.record(project_id, one.id, "lea", body)

    assert first_of_queue(store, project_id, "ana") == [one.id, two.id]
    assert first_of_queue(store, project_id, "ben") == []  # not asked about what was sent back
    returned = returned_note(store, one, "ana")
    assert returned is not None
    assert (returned.note, returned.by) == ("look at the end", "lea")
    assert returned_note(store, one, "ben") is None

    accept(store, project_id, one, "ana")
    assert first_of_queue(store, project_id, "ana") == [two.id]
    assert returned_note(store, one, "ana") is None


def test_who_met_the_label_in_a_calibration_round_is_not_asked(
    store: Store, project_id: str
) -> None:
    ask_for(store, project_id, 1.0)
    one, two, _ = items_of(store, "pattern")
    for item in (one, two):
        accept(store, project_id, item, "ana")
    (decided,) = store.corrections.events(project_id, one.id)
    assert decided.content is not None
    started = RoundStarted(
        round_id="round",
        question_id=one.question_id,
        item_ids=(one.id,),
        correction_ids=(decided.id,),
    )
    answer = Practised(
        round_id="round",
        item_id=one.id,
        series_id=one.series_id,
        given=decided.content,
        agreed=decided.content,
        correction_id=decided.id,
    )
    for entry in (started, answer):
        store.calibrations.add(project_id, one.id, "ben", entry.model_dump(mode="json"))

    assert second_opinions_waiting(store, project_id, "ben") == [two.id]
    assert not load_desk(store, project_id, "ben", one.id).blind
    assert set(second_opinions_waiting(store, project_id, "cid")) == {one.id, two.id}
