"""On the desk: a reason for a skip, a question to the lead, comments, what was sent back."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.comments import threads
from core.desk_events import Reviewed
from pages.components import session
from pages.components.workflows.commenting import comment, open_questions
from storage import Store
from tests.pages.review_app import opened, press, shown
from tests.pages.review_project import item_of, pattern_content, review_store

APP = str(Path(__file__).resolve().parents[2] / "app.py")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return review_store(tmp_path, n=3)


@pytest.fixture
def project_id(store: Store) -> str:
    return store.projects.default().id


@pytest.fixture
def item_id(store: Store) -> str:
    return item_of(store, "pattern").id


def labels(at: AppTest) -> list[str]:
    return [one.label for one in at.button if str(one.key).startswith(f"{session.REVIEW_CHART}_")]


def share(store: Store, project_id: str, second: float) -> None:
    policy = store.policies.current(project_id)
    store.policies.save(project_id, "lea", policy.model_copy(update={"second_share": second}))


def label(store: Store, project_id: str, item_id: str, person: str) -> str:
    sequence = store.corrections.sequences(project_id).get(item_id, 0)
    return store.corrections.record(
        project_id,
        item_id,
        person,
        "fix",
        expected_sequence=sequence,
        content=pattern_content("cubic", 0.6),
    ).id


def test_a_skip_asks_why_and_stores_nothing_until_it_is_said(
    store: Store, project_id: str, item_id: str
) -> None:
    at = opened(store, item_id)
    press(at, "skip")
    assert labels(at) == [
        "Data look broken",
        "Cannot tell from the plot",
        "Not my field",
        "Asked twice",
        "Skip without a reason",
        "Back",
    ]
    assert store.corrections.events(project_id) == []
    press(at, "because_back")
    assert "Skip" in labels(at)

    press(at, "skip")
    press(at, "because:Not my field")
    (event,) = store.corrections.events(project_id, item_id)
    assert (event.decision, event.reason) == ("skip", "Not my field")
    assert "Skip" in labels(at)  # of the next item


def test_own_words_go_to_the_lead(store: Store, project_id: str, item_id: str) -> None:
    at = opened(store, item_id)
    press(at, "not_sure")
    at.text_input(key=session.REVIEW_WORDS).input("is the end *real*?")
    at.button(key="FormSubmitter:review_why-Ask the lead").click().run()

    assert not at.exception
    (question,) = open_questions(store, project_id, "lea")
    assert question.thread is not None
    assert question.thread.first.comment.text == "is the end *real*?"
    assert store.corrections.current(project_id)[item_id].event.decision == "not_sure"


def test_a_comment_is_added_answered_and_taken_back(
    store: Store, project_id: str, item_id: str
) -> None:
    at = opened(store, item_id)
    at.text_area(key=session.COMMENT_TEXT).input("look here")
    at.checkbox(key=session.COMMENT_ASKS).check()
    at.button(key="comment_add").click().run()
    (thread,) = threads(store.desk_events.list(project_id, item_id))
    event_id = thread.first.event.id
    assert (thread.first.comment.text, thread.open_question) == ("look here", True)
    assert any("asks the lead" in one.value for one in at.markdown)

    at.text_input(key=f"{session.COMMENT_REPLY}{event_id}").input("seen")
    at.button(key=f"comment_close_{event_id}").click().run()
    (thread,) = threads(store.desk_events.list(project_id, item_id))
    assert [one.comment.text for one in thread.replies] == ["seen"]
    assert not thread.open_question

    at.button(key=f"comment_back_{event_id}").click().run()
    assert not at.exception
    assert threads(store.desk_events.list(project_id, item_id)) == []


def test_a_comment_without_words_is_refused_in_place(store: Store, item_id: str) -> None:
    at = opened(store, item_id)
    at.button(key="comment_add").click().run()

    assert not at.exception
    assert "write something" in at.error[0].value


def test_on_a_second_opinion_other_peoples_words_come_after_the_decision(
    store: Store, project_id: str, item_id: str
) -> None:
    share(store, project_id, 1.0)
    label(store, project_id, item_id, "ana")
    comment(store, project_id, item_id, "ana", "surely cubic")

    at = opened(store)  # what waits for a second opinion comes first
    assert "second opinion" in " ".join(one.value for one in at.caption)
    said = " ".join(one.value for one in [*at.markdown, *at.caption, *at.text])
    assert "surely" not in said
    assert "1 comment of others come after your decision" in said
    press(at, "option:cubic")
    *_, event = store.corrections.events(project_id, item_id)
    assert (event.person, event.answer_ids) == ("me", ())
    assert shown(at) != item_id  # it goes on: no second look

    again = opened(store, item_id)
    assert any("surely cubic" in one.value for one in again.markdown)


def test_what_was_sent_back_is_opened_first_with_its_note(
    store: Store, project_id: str, item_id: str
) -> None:
    body = Reviewed(
        correction_id=label(store, project_id, item_id, "me"),
        verdict="returned",
        note="the **end**",
    )
    store.desk_events.record(project_id, item_id, "lea", body)

    at = opened(store)
    assert shown(at) == item_id
    assert at.warning[0].value == "**lea** sent it back: the \\*\\*end\\*\\*"
    press(at, "option:sigmoid")
    assert shown(at) != item_id
    assert not at.warning
