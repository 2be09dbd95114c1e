"""Comments, questions to the lead, and decisions that come with words."""

from pathlib import Path

import pytest

from core.comments import threads
from core.errors import StoreError
from core.intervals import Interval
from core.review import Item
from pages.components.workflows.adjudicating import load_case, settle
from pages.components.workflows.commenting import (
    ask_lead,
    comment,
    open_questions,
    skip_with_reason,
    take_back,
)
from pages.components.workflows.reviewing import load_desk
from storage import Store
from tests.pages.review_project import item_of, pattern_content, review_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return review_store(tmp_path, n=2)


@pytest.fixture
def project_id(store: Store) -> str:
    return store.projects.default().id


@pytest.fixture
def item(store: Store) -> Item:
    return item_of(store, "pattern")


def asked(store: Store, project_id: str, lead: str = "lea") -> list[tuple[str, str, bool]]:
    return [
        (one.person, "" if one.thread is None else one.thread.first.comment.text, one.hidden)
        for one in open_questions(store, project_id, lead)
    ]


def test_a_question_waits_for_the_lead_until_it_is_closed(
    store: Store, project_id: str, item: Item
) -> None:
    first = comment(
        store,
        project_id,
        item.id,
        "ana",
        " is this  a spike? ",
        interval=Interval(start=5, stop=9),
        asks_lead=True,
        identity="passphrase",
    )
    comment(store, project_id, item.id, "ben", "no question")
    assert asked(store, project_id) == [("ana", "is this a spike?", False)]

    comment(store, project_id, item.id, "lea", "which one?", replies_to=first.id)
    assert asked(store, project_id) == [("ana", "is this a spike?", False)]
    closing = comment(store, project_id, item.id, "lea", "yes", replies_to=first.id, closes=True)
    assert asked(store, project_id) == []
    take_back(store, project_id, "lea", closing.id)
    assert asked(store, project_id) == [("ana", "is this a spike?", False)]
    (thread, _) = threads(store.desk_events.list(project_id, item.id))
    assert (thread.first.comment.interval, thread.first.event.identity) == (
        Interval(start=5, stop=9),
        "passphrase",
    )


@pytest.mark.parametrize(
    ("text", "replies_to", "problem"),
    [
        ("  ", "", "0 letters"),
        ("x" * 2_001, "", "2,001 letters"),
        ("yes", "gone", "that you answer is not there any more"),
    ],
)
def test_a_comment_that_cannot_be_kept_is_refused(
    store: Store, project_id: str, item: Item, text: str, replies_to: str, problem: str
) -> None:
    with pytest.raises(StoreError, match=problem):
        comment(store, project_id, item.id, "ana", text, replies_to=replies_to)
    assert store.desk_events.list(project_id) == []


def test_people_take_back_their_own_words_alone_and_once(
    store: Store, project_id: str, item: Item
) -> None:
    said = comment(store, project_id, item.id, "ana", "look")

    with pytest.raises(StoreError, match="'ben' has said nothing of this"):
        take_back(store, project_id, "ben", said.id)
    take_back(store, project_id, "ana", said.id)
    with pytest.raises(StoreError, match="still stands"):
        take_back(store, project_id, "ana", said.id)


def test_not_sure_asks_the_lead_with_words_or_without(
    store: Store, project_id: str, item: Item
) -> None:
    desk = load_desk(store, project_id, "ana", item.id)
    decision = ask_lead(store, desk, "ana", desk.painted, 2.0)
    assert (decision.decision, decision.seconds) == ("not_sure", 2.0)
    assert asked(store, project_id) == [("ana", "", False)]

    desk = load_desk(store, project_id, "ana", item.id)
    ask_lead(store, desk, "ana", desk.painted, None, "Two types fit", "passphrase")
    assert asked(store, project_id) == [("ana", "Two types fit", False)]
    (event,) = store.desk_events.list(project_id)
    taken = take_back(store, project_id, "ana", event.id)
    assert asked(store, project_id) == [("ana", "", False)]
    store.desk_events.record(project_id, item.id, "ana", None, undoes=taken.id)
    comment(store, project_id, item.id, "lea", "spike", replies_to=event.id, closes=True)
    assert asked(store, project_id) == []  # the decision asks nothing more


def test_a_label_afterwards_needs_no_lead(store: Store, project_id: str, item: Item) -> None:
    desk = load_desk(store, project_id, "ana", item.id)
    ask_lead(store, desk, "ana", desk.painted, None)
    store.corrections.record(
        project_id,
        item.id,
        "lea",
        "fix",
        expected_sequence=1,
        content=pattern_content("cubic", 0.6),
    )

    assert asked(store, project_id) == []


def test_a_lead_who_settles_as_unclear_asks_nobody(
    store: Store, project_id: str, item: Item
) -> None:
    for sequence, (person, label) in enumerate([("ana", "cubic"), ("ben", "sigmoid")]):
        store.corrections.record(
            project_id,
            item.id,
            person,
            "fix",
            expected_sequence=sequence,
            content=pattern_content(label, 0.6),
        )
    case = load_case(store, project_id, "lea", item.id)
    settle(store, case, "lea", None, case.desk.painted)

    assert asked(store, project_id) == []


def test_a_lead_who_owes_a_second_opinion_is_not_told_yet(
    store: Store, project_id: str, item: Item
) -> None:
    policy = store.policies.current(project_id)
    store.policies.save(project_id, "lea", policy.model_copy(update={"second_share": 1.0}))
    store.corrections.record(
        project_id,
        item.id,
        "ana",
        "fix",
        expected_sequence=0,
        content=pattern_content("cubic", 0.6),
    )
    comment(store, project_id, item.id, "ana", "surely cubic?", asks_lead=True)

    assert asked(store, project_id) == [("ana", "surely cubic?", True)]
    assert asked(store, project_id, "ana") == [("ana", "surely cubic?", False)]


def test_a_skip_says_why(store: Store, project_id: str, item: Item) -> None:
    desk = load_desk(store, project_id, "ana", item.id)
    event = skip_with_reason(store, desk, "ana", desk.painted, 1.0, "Data look  broken")

    assert (event.decision, event.reason) == ("skip", "Data look broken")
    assert store.corrections.current(project_id) == {}
