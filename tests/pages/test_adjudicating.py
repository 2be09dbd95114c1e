"""What a lead does with people's labels: settle, approve, send back, and take each of it back."""

from pathlib import Path

import pytest

from core.answers import AnswerContent
from core.errors import ConflictError, StoreError
from core.intervals import Interval
from core.opinions import Status
from core.review import Item
from pages.components.workflows.adjudicating import (
    approve,
    disputes,
    last_review,
    load_case,
    send_back,
    settle,
    settle_edited,
    start_from,
    take_review_back,
    to_approve,
    unsettle,
)
from pages.components.workflows.drafting import with_interval
from pages.components.workflows.opinions import item_states
from pages.components.workflows.reviewing import draft_now, save_draft
from storage import Store
from tests.pages.review_project import item_of, pattern_content, review_store, student_content


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return review_store(tmp_path, n=2)


@pytest.fixture
def project_id(store: Store) -> str:
    return store.projects.default().id


@pytest.fixture
def item(store: Store, project_id: str) -> Item:
    """A pattern that two people call differently."""
    one = item_of(store, "pattern")
    say(store, one, "ana", pattern_content("cubic", 0.6))
    say(store, one, "ben", pattern_content("sigmoid", 0.6))
    return one


def say(store: Store, item: Item, person: str, content: AnswerContent) -> None:
    sequence = store.corrections.sequences(item.project_id).get(item.id, 0)
    store.corrections.record(
        item.project_id, item.id, person, "fix", expected_sequence=sequence, content=content
    )


def status(store: Store, item: Item) -> Status:
    return item_states(store, item.project_id)[item.id].status


def test_a_dispute_is_settled_with_the_label_of_one_of_the_two(
    store: Store, project_id: str, item: Item
) -> None:
    assert disputes(store, project_id) == [item.id]
    case = load_case(store, project_id, "lea", item.id)
    assert [side.person for side in case.state.sides] == ["ana", "ben"]
    assert len(case.desk.answers) == 1  # a lead sees what models said too

    ana, _ = case.state.sides
    event = settle(
        store, case, "lea", case.side(ana.id).content, case.desk.painted, identity="passphrase"
    )

    assert (event.how, event.person, event.identity) == ("adjudication", "lea", "passphrase")
    assert store.corrections.current(project_id)[item.id].content == ana.content
    assert disputes(store, project_id) == []
    assert status(store, item) == "reviewed"
    # nobody's own label was lost or changed
    assert [one.content for one in store.corrections.events(project_id, item.id)[:2]] == [
        side.content for side in case.state.sides
    ]


def test_what_is_unclear_gets_no_label_and_is_settled_all_the_same(
    store: Store, project_id: str, item: Item
) -> None:
    case = load_case(store, project_id, "lea", item.id)
    settle(store, case, "lea", None, case.desk.painted)

    assert store.corrections.current(project_id)[item.id].content is None
    assert status(store, item) == "reviewed"


def test_a_settled_dispute_can_be_taken_back_and_no_other_decision_by_mistake(
    store: Store, project_id: str, item: Item
) -> None:
    other = item_of(store, "anomaly")
    case = load_case(store, project_id, "lea", item.id)
    settle(store, case, "lea", None, case.desk.painted)
    unsettle(store, project_id, "lea")
    assert disputes(store, project_id) == [item.id]

    say(store, other, "lea", AnswerContent(kind="anomaly"))
    with pytest.raises(StoreError, match="settled no dispute, so nothing was taken back"):
        unsettle(store, project_id, "lea")
    assert status(store, other) == "annotated"


def test_settling_is_one_step_which_one_undo_on_the_desk_takes_back(
    store: Store, project_id: str, item: Item
) -> None:
    case = load_case(store, project_id, "lea", item.id)
    settle(store, case, "lea", None, case.desk.painted)
    store.undoing.undo(project_id, "lea")
    assert disputes(store, project_id) == [item.id]


def test_a_lead_can_edit_one_of_the_labels_and_settle_with_that(
    store: Store, project_id: str
) -> None:
    item = item_of(store, "anomaly")
    question = store.questions.get(item.question_id)
    say(store, item, "ana", student_content(question))
    say(store, item, "ben", AnswerContent(kind="anomaly"))
    case = load_case(store, project_id, "lea", item.id)
    start_from(store, case, "lea", case.state.sides[0], case.desk.painted)
    draft = draft_now(store, case.desk, "lea")
    shift = question.type_named("level_shift")
    longer = with_interval(draft, item, Interval(start=500, stop=520, channels=(0,)), 3, question)
    rows = [one.model_copy(update={"type_id": shift.id}) for one in longer.intervals]
    save_draft(store, case.desk, "lea", longer.model_copy(update={"intervals": tuple(rows)}))

    event = settle_edited(store, load_case(store, project_id, "lea", item.id), "lea", 3.0)

    assert event.content is not None
    assert [(one.start, one.stop) for one in event.content.intervals] == [(236, 288), (500, 520)]
    assert event.how == "adjudication"
    assert store.drafts.get(project_id, "lea", item.id) is None


def test_a_decision_in_between_is_a_conflict(store: Store, project_id: str, item: Item) -> None:
    case = load_case(store, project_id, "lea", item.id)
    say(store, item, "ben", pattern_content("cubic", 0.6))

    with pytest.raises(ConflictError, match="nothing was stored"):
        settle(store, case, "lea", None, case.desk.painted)
    with pytest.raises(ConflictError, match="nothing was stored"):
        approve(store, load_case(store, project_id, "lea", item.id), "lea", case.desk.painted)


def test_labels_are_approved_or_sent_back_by_somebody_else(store: Store, project_id: str) -> None:
    one = item_of(store, "pattern")
    say(store, one, "ana", pattern_content("cubic", 0.6))
    assert to_approve(store, project_id, "lea") == [one.id]
    assert to_approve(store, project_id, "ana") == []
    case = load_case(store, project_id, "lea", one.id)

    with pytest.raises(StoreError, match="review a label of their own"):
        approve(store, case, "ana", case.desk.painted)
    with pytest.raises(StoreError, match="without a word"):
        send_back(store, case, "lea", "  ", case.desk.painted)
    send_back(store, case, "lea", "the  end", case.desk.painted)
    assert status(store, one) == "returned"
    assert item_states(store, project_id)[one.id].note == "the end"
    assert to_approve(store, project_id, "lea") == []

    take_review_back(store, project_id, "lea")
    assert status(store, one) == "annotated"
    approve(store, case, "lea", case.desk.painted, identity="sign_in")
    assert status(store, one) == "reviewed"
    approval = last_review(store, project_id, "lea")
    assert approval is not None and approval.identity == "sign_in"


def test_nothing_is_taken_back_where_nothing_was_said(
    store: Store, project_id: str, item: Item
) -> None:
    case = load_case(store, project_id, "lea", item.id)
    settle(store, case, "lea", None, case.desk.painted)

    with pytest.raises(StoreError, match="nothing to take back"):
        take_review_back(store, project_id, "lea")
    with pytest.raises(StoreError, match="nothing to take back"):
        take_review_back(store, project_id, "ana")


def test_a_lead_does_not_approve_what_they_owe_a_second_opinion(
    store: Store, project_id: str
) -> None:
    one = item_of(store, "pattern")
    say(store, one, "ana", pattern_content("cubic", 0.6))
    policy = store.policies.current(project_id)
    store.policies.save(project_id, "lea", policy.model_copy(update={"second_share": 1.0}))

    assert to_approve(store, project_id, "lea") == []
    say(store, one, "ben", pattern_content("cubic", 0.6))
    assert to_approve(store, project_id, "lea") == [one.id]


def test_an_item_without_a_decision_is_no_case(store: Store, project_id: str) -> None:
    with pytest.raises(StoreError, match="nobody's decision on this item stands any more"):
        load_case(store, project_id, "lea", item_of(store, "pattern").id)
