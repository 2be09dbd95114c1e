"""People: disputes settled, labels approved and sent back, questions answered, by a lead."""

from pathlib import Path

import pytest

from core.answers import AnswerContent
from core.review import Item
from pages.components import session
from pages.components.workflows.commenting import ask_lead, comment, open_questions
from pages.components.workflows.opinions import item_states
from pages.components.workflows.reviewing import load_desk
from storage import Store
from tests.pages.people_app import opened, press, texts
from tests.pages.review_project import items_of, pattern_content, review_store, student_content

DISPUTES = ("people_adjudication", "show_adjudication")
LABELS = ("people_approval", "show_approval")
QUESTIONS = ("people_questions", "show_questions")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return review_store(tmp_path, n=2)


@pytest.fixture
def project_id(store: Store) -> str:
    return store.projects.default().id


@pytest.fixture
def item(store: Store, project_id: str) -> Item:
    return items_of(store, "pattern")[0]


def say(store: Store, item: Item, person: str, content: AnswerContent) -> str:
    sequence = store.corrections.sequences(item.project_id).get(item.id, 0)
    return store.corrections.record(
        item.project_id, item.id, person, "fix", expected_sequence=sequence, content=content
    ).id


def disagree(store: Store, item: Item) -> tuple[str, str]:
    return (
        say(store, item, "ana", pattern_content("cubic", 0.6)),
        say(store, item, "ben", pattern_content("sigmoid", 0.6)),
    )


def status(store: Store, item: Item) -> str:
    return item_states(store, item.project_id)[item.id].status


def test_a_lead_settles_a_dispute_with_one_key_and_takes_it_back(
    store: Store, project_id: str, item: Item
) -> None:
    ana, ben = disagree(store, item)
    at = opened(store, *DISPUTES)
    assert "**1 window** to settle" in texts(at)
    assert "**ana** · cubic" in texts(at) and "**ben** · sigmoid" in texts(at)

    press(at, f"{session.SETTLE_CHART}_take:{ben}")
    assert "People agree wherever two of them decided" in texts(at)
    label = store.corrections.current(project_id)[item.id]
    assert (label.event.person, label.event.how, label.event.identity) == (
        "lea",
        "adjudication",
        "passphrase",
    )
    assert label.content is not None and label.content.label == "sigmoid"

    press(at, "settle_undo")
    assert status(store, item) == "disputed"
    press(at, f"{session.SETTLE_CHART}_unclear")
    assert store.corrections.current(project_id)[item.id].content is None
    assert status(store, item) == "reviewed"
    assert ana in {one.id for one in store.corrections.events(project_id, item.id)}


def test_a_lead_edits_a_label_to_settle_with_it(store: Store, project_id: str) -> None:
    (item, _) = items_of(store, "anomaly")
    content = student_content(store.questions.get(item.question_id))
    ana = say(store, item, "ana", content)
    say(store, item, "ben", AnswerContent(kind="anomaly"))
    at = opened(store, *DISPUTES)

    press(at, f"{session.SETTLE_CHART}_edit:{ana}")
    press(at, f"{session.SETTLE_CHART}_cancel")
    assert status(store, item) == "disputed"
    press(at, f"{session.SETTLE_CHART}_edit:{ana}")
    press(at, f"{session.SETTLE_CHART}_save")

    event = store.corrections.current(project_id)[item.id].event
    assert event.how == "adjudication" and event.content is not None
    assert [one.interval for one in event.content.intervals] == [content.intervals[0].interval]


def test_a_dispute_can_wait_for_the_others(store: Store, project_id: str) -> None:
    one, two = items_of(store, "pattern")
    first, _ = disagree(store, one)
    second, _ = disagree(store, two)
    at = opened(store, *DISPUTES)
    press(at, f"{session.SETTLE_CHART}_later")
    press(at, f"{session.SETTLE_CHART}_take:{second}")

    assert (status(store, one), status(store, two)) == ("disputed", "reviewed")
    press(at, f"{session.SETTLE_CHART}_take:{first}")
    assert status(store, one) == "reviewed"


def test_what_somebody_decided_meanwhile_is_not_settled_over_their_head(
    store: Store, item: Item
) -> None:
    ana, _ = disagree(store, item)
    at = opened(store, *DISPUTES)
    say(store, item, "ben", pattern_content("convex", 0.6))

    press(at, f"{session.SETTLE_CHART}_take:{ana}")
    assert "nothing was stored" in at.error[0].value
    assert status(store, item) == "disputed"


def test_nobody_but_a_lead_settles_or_approves(store: Store, item: Item) -> None:
    disagree(store, item)
    for part in (DISPUTES, LABELS, QUESTIONS):
        at = opened(store, *part, person="ana", role="annotator")
        assert "takes a lead who is known by a passphrase" in texts(at)
        assert not at.button


def test_labels_are_approved_one_after_the_other_and_an_approval_taken_back(
    store: Store, project_id: str
) -> None:
    one, two = items_of(store, "pattern")
    for item in (one, two):
        say(store, item, "ana", pattern_content("cubic", 0.6))
    at = opened(store, *LABELS)
    assert "**2 labels** to look at · 2 annotated" in texts(at)
    press(at, f"{session.APPROVE_CHART}_approve")
    assert "**1 label** to look at · 1 annotated · 1 reviewed" in texts(at)
    press(at, f"{session.APPROVE_CHART}_approve")
    assert "No label of others waits for you." in texts(at)

    press(at, "approve_undo")
    assert (status(store, one), status(store, two)) == ("reviewed", "annotated")


def test_a_label_is_sent_back_with_a_note(store: Store, item: Item) -> None:
    say(store, item, "ana", pattern_content("cubic", 0.6))
    at = opened(store, *LABELS)
    press(at, f"{session.APPROVE_CHART}_send_back")
    at.button(key="FormSubmitter:approve_back_form-Send back").click().run()
    assert "without a word" in at.error[0].value

    at.text_input(key=session.APPROVE_NOTE).input("look at the end")
    at.button(key="FormSubmitter:approve_back_form-Send back").click().run()
    assert not at.exception
    assert status(store, item) == "returned"
    assert item_states(store, item.project_id)[item.id].note == "look at the end"


def test_a_question_is_answered_and_closed(store: Store, project_id: str, item: Item) -> None:
    desk = load_desk(store, project_id, "ana", item.id)
    ask_lead(store, desk, "ana", desk.painted, None, "spike or step?")
    event_id = store.desk_events.list(project_id)[0].id
    at = opened(store, *QUESTIONS)
    assert "**1 question** waits" in texts(at)
    assert "spike or step?" in texts(at)

    at.text_input(key=f"{session.COMMENT_REPLY}{event_id}").input("a step")
    press(at, f"comment_close_{event_id}")
    assert "No question waits." in texts(at)
    assert open_questions(store, project_id, "lea") == []


def test_a_doubt_without_words_is_a_question_too(store: Store, project_id: str, item: Item) -> None:
    desk = load_desk(store, project_id, "ana", item.id)
    ask_lead(store, desk, "ana", desk.painted, None)

    assert "ana was not sure" in texts(opened(store, *QUESTIONS))


def test_a_lead_who_owes_a_second_opinion_reads_no_words_of_it(
    store: Store, project_id: str, item: Item
) -> None:
    policy = store.policies.current(project_id)
    store.policies.save(project_id, "lea", policy.model_copy(update={"second_share": 1.0}))
    say(store, item, "ana", pattern_content("cubic", 0.6))
    comment(store, project_id, item.id, "ana", "surely cubic?", asks_lead=True)

    told = texts(opened(store, *QUESTIONS))
    assert "surely" not in told
    assert "You owe this window a second opinion" in told
