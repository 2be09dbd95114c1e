"""Review of an audit's items: blind until the decision, then a second look with the answers."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.intervals import Interval
from pages.components.chart import ChartData
from pages.components.page import Page
from pages.components.review_audit import BLIND_NOTE
from pages.components.review_beside import beside_of
from pages.components.review_view import chart_of, default_rows
from pages.components.workflows.annotating import add_mark
from pages.components.workflows.auditing import draw_audit
from pages.components.workflows.drafting import EditDraft
from pages.components.workflows.proposing import shows_proposals
from pages.components.workflows.queue_memo import QueueMemo
from pages.components.workflows.review_queue import build_queue, to_review, waiting
from pages.components.workflows.reviewing import (
    Desk,
    decide,
    load_desk,
    rebase_draft,
    save_draft,
    save_edit,
    start_edit,
)
from storage import Store, open_store
from storage.audits import AuditDraw
from tests.pages.audit_project import REASON, TITLE, answer_anomalies, answered_batch
from tests.pages.review_app import opened, press, shown
from tests.pages.review_project import items_of, review_store
from training.material import GoldBook, truths

APP = str(Path(__file__).resolve().parents[2] / "app.py")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder to copy, which is quicker than to make one for each test."""
    made = tmp_path_factory.mktemp("home")
    review_store(made, n=2, students=True).close()
    return made


@pytest.fixture
def store(home: Path, tmp_path: Path) -> Store:
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    return open_store(tmp_path)


@pytest.fixture
def project_id(store: Store) -> str:
    return store.projects.default().id


def drawn(store: Store, kind: str) -> AuditDraw:
    """Have the teacher answer both items of a kind, and draw both for an audit."""
    items = items_of(store, kind)
    pattern = kind == "pattern"
    job = (
        answered_batch(store, items, ["convex"] * 2) if pattern else answer_anomalies(store, items)
    )
    return draw_audit(store, store.projects.default().id, job.id, 2, "lead", seed=1)


def desk_now(store: Store, item_id: str, person: str = "me") -> Desk:
    return load_desk(store, store.projects.default().id, person, item_id)


def decided(store: Store, item_id: str, action: str, person: str = "me") -> None:
    desk = desk_now(store, item_id, person)
    decide(store, desk, person, action, desk.painted, None)


def picture_of(store: Store, desk: Desk) -> ChartData:
    page = Page(store=store, project=store.projects.default(), person="me")
    data = store.series.data(desk.series)
    return chart_of(desk, data, "", default_rows(desk), beside_of(page, desk))


def texts(at: AppTest) -> str:
    return " ".join(str(one.value) for one in [*at.markdown, *at.caption, *at.text])


@pytest.mark.parametrize("kind", ["anomaly", "pattern"])
def test_nothing_that_anybody_said_is_sent_to_the_browser(
    store: Store, project_id: str, kind: str
) -> None:
    first = drawn(store, kind).item_ids[0]
    desk = desk_now(store, first, "ana")
    start_edit(store, desk, "ana", desk.painted)
    add_mark(store, desk.series, "ana", Interval(start=7, stop=9))
    decided(store, first, "not_sure", "ana")
    at = opened(store, first, plain=False)
    (chart,) = at.get("bidi_component")
    protos = [getattr(one, "proto", None) for one in at.main]
    sent = b" ".join(one.SerializeToString() for one in protos if one is not None)
    assert BLIND_NOTE.encode() in chart.proto.bytes
    said = [REASON, "self-reported", "The level of ch2", "climb from start", "student", "rules"]
    said += [one.id for one in store.answers.for_item(project_id, first)]
    said += ["Decided by", "ana", "marked in Explore", "not sure,"]
    assert [one for one in said if one.encode() in sent] == []


def test_a_blind_picture_has_no_marks_and_counts_none(store: Store) -> None:
    picture = picture_of(store, desk_now(store, drawn(store, "anomaly").item_ids[0]))
    assert (picture.marks, picture.strips, picture.painted.answer_ids) == ((), (), ())
    assert [name for name, _ in picture.lanes] == ["people"]
    assert picture.alt == "Anomalies: samples 0 to 599, 0 intervals"
    (panel,) = picture.panels
    how = "Mark events (E) and save them, or say that there is no anomaly (N)."
    assert (panel.title, panel.empty) == ("Blind", f"{BLIND_NOTE} {how}")


def test_a_blind_item_is_decided_by_ones_own_answer_alone(store: Store) -> None:
    (anomaly, pattern) = (drawn(store, kind).item_ids[0] for kind in ("anomaly", "pattern"))
    always = {"q": "Not sure", "k": "Skip", "l": "Repeat", "u": "Undo", "shift+u": "Redo"}

    def keys(item_id: str) -> dict[str, str]:
        return {one.key: one.label for one in picture_of(store, desk_now(store, item_id)).actions}

    own = {"e": "Mark events", "n": "No anomaly", "g": "Guideline"}
    assert keys(anomaly) == {**always, **own}
    found = keys(pattern)
    assert {key: name for key, name in found.items() if not key.isdigit()} == {
        **always,
        "e": "Edit",
    }
    assert (found["1"], found["9"]) == ("linear increase", "gaussian")


def test_no_detector_is_shown_before_a_blind_decision_nor_at_the_second_look(
    store: Store, project_id: str
) -> None:
    item_id = drawn(store, "anomaly").item_ids[0]
    assert not shows_proposals(desk_now(store, item_id))
    decided(store, item_id, "no_anomaly")
    assert not shows_proposals(desk_now(store, item_id))
    store.corrections.undo(project_id, "me")
    assert shows_proposals(desk_now(store, item_id))


def test_an_audit_comes_first_in_its_own_order_and_what_is_skipped_at_its_end(
    store: Store, project_id: str
) -> None:
    draw = drawn(store, "pattern")
    queue = build_queue(store, project_id)
    assert queue.order[:2] == queue.audited == draw.item_ids
    assert set(queue.drawn) & set(queue.audited)
    decided(store, draw.item_ids[0], "skip")
    assert desk_now(store, draw.item_ids[0]).blind
    left = waiting(queue, QueueMemo(project_id).state(store).skipped, {})
    assert left[:2] == [draw.item_ids[1], draw.item_ids[0]]
    assert len(left) == len(queue.order)


def test_an_item_at_which_only_a_teacher_failed_waits_in_its_audit(
    store: Store, project_id: str
) -> None:
    row = store.series.get(project_id, items_of(store, "pattern")[0].series_id)
    question_id = items_of(store, "pattern")[0].question_id
    (item,) = store.items.add_many(project_id, [(row.id, 100, 300, question_id)])
    job = answered_batch(store, [item], [None])
    assert item.id not in build_queue(store, project_id).order
    draw_audit(store, project_id, job.id, 1, "lead")
    assert build_queue(store, project_id).order[0] == item.id
    assert item in to_review(store, project_id)
    decided(store, item.id, "option:convex")
    (label, failed) = picture_of(store, desk_now(store, item.id)).panels
    assert (failed.title, failed.headline, failed.note) == (
        "Teacher gpt-test",
        "no answer",
        "refusal",
    )
    assert [one.text for one in failed.phrases] == ["the model declined to look at it"]
    assert label.headline == "convex"


def test_a_decision_is_stored_blind_then_the_answers_are_shown_and_next_goes_on(
    store: Store, project_id: str
) -> None:
    first, second = drawn(store, "pattern").item_ids
    at = opened(store)
    assert shown(at) == first
    assert f"audit of {TITLE.replace(':', chr(92) + ':')}, blind" in texts(at)
    press(at, "option:cubic")
    (event,) = store.corrections.events(project_id, first)
    assert (event.decision, event.answer_ids, event.content and event.content.label) == (
        "fix",
        (),
        "cubic",
    )
    assert shown(at) == first
    assert "second look" in texts(at)
    assert REASON in texts(at)
    press(at, "next")
    assert shown(at) == second
    assert REASON not in texts(at)
    press(at, "not_sure")
    press(at, "because:")
    press(at, "next")
    assert shown(at) not in (first, second)
    assert store.corrections.events(project_id, second)[0].answer_ids == ()


def test_the_second_look_says_who_agrees(store: Store) -> None:
    pattern = drawn(store, "pattern").item_ids[0]
    decided(store, pattern, "option:convex")
    picture = picture_of(store, desk_now(store, pattern))
    assert picture.panels[0].note.startswith("fix, blind, ")
    assert {one.title: one.beside for one in picture.panels[1:]} == {
        "Built-in rules": "differs from you",
        "Teacher gpt-test": "agrees with you",
        "Student series": "differs from you",
    }
    assert (picture.actions[0].label, picture.actions[0].key) == ("Next", "enter")
    assert [one.label for one in picture.actions if one.primary] == ["Next"]


def test_the_second_look_counts_the_intervals_that_an_answer_found(store: Store) -> None:
    item_id = drawn(store, "anomaly").item_ids[0]
    desk = desk_now(store, item_id)
    draft = start_edit(store, desk, "me", desk.painted)
    assert draft == EditDraft(kind="anomaly")  # begun from nothing: no answer is behind it
    own = draft.model_validate(
        {**draft.model_dump(), "intervals": [{"id": "a", "start": 241, "stop": 281}]}
    )
    event = save_edit(store, desk, "me", own, None)
    assert (event.decision, event.answer_ids) == ("fix", ())
    picture = picture_of(store, desk_now(store, item_id))
    assert {one.title: one.beside for one in picture.panels[1:]} == {
        "Built-in rules": "differs from you: 1 more",
        "Teacher gpt-test": "differs from you: 1 more",
        "Student series": "agrees with you",
    }


def test_changing_ones_mind_at_the_second_look_is_an_ordinary_correction(
    store: Store, project_id: str
) -> None:
    item_id = drawn(store, "pattern").item_ids[0]
    decided(store, item_id, "option:cubic")
    desk = desk_now(store, item_id)
    decided(store, item_id, f"accept:{desk.answers[1].id}")
    blind, later = store.corrections.events(project_id, item_id)
    assert (blind.answer_ids, later.answer_ids) == ((), tuple(one.id for one in desk.answers))


def test_an_undone_decision_is_not_blind_again_for_who_has_seen_the_answers(
    store: Store, project_id: str
) -> None:
    item_id = drawn(store, "pattern").item_ids[0]
    decided(store, item_id, "option:cubic")
    store.corrections.undo(project_id, "me")
    desk = desk_now(store, item_id)
    assert desk.audit is not None
    assert (desk.audit.look, len(desk.answers)) == ("seen", 3)
    decided(store, item_id, "option:cubic")
    assert len(store.corrections.events(project_id, item_id)[-1].answer_ids) == 3
    assert desk_now(store, item_id, "ana").blind


def test_taking_an_undo_back_is_the_blind_decision_again(store: Store, project_id: str) -> None:
    item_id = drawn(store, "pattern").item_ids[0]
    decided(store, item_id, "option:cubic")
    store.corrections.undo(project_id, "me")
    store.corrections.redo(project_id, "me")
    desk = desk_now(store, item_id)
    assert desk.audit is not None
    assert (desk.audit.look, desk.label and desk.label.event) == ("second", desk.audit.decision)


def test_an_edit_that_began_beside_the_answers_is_not_blind(store: Store) -> None:
    item = items_of(store, "pattern")[0]
    desk = desk_now(store, item.id)
    start_edit(store, desk, "me", desk.painted)
    drawn(store, "pattern")
    again = desk_now(store, item.id)
    assert again.audit is not None
    assert (again.audit.look, again.audit.decision) == ("seen", None)
    assert desk_now(store, item.id, "ana").blind


def test_an_edit_put_on_top_of_a_decision_names_the_answers_shown_beside_it(store: Store) -> None:
    item_id = drawn(store, "pattern").item_ids[0]
    desk = desk_now(store, item_id)
    save_draft(store, desk, "me", start_edit(store, desk, "me", desk.painted))
    decided(store, item_id, "option:cubic")  # in another tab
    later = desk_now(store, item_id)
    assert later.draft is not None
    rebase_draft(store, later, "me", later.draft)
    rebased = desk_now(store, item_id).draft
    assert rebased is not None
    assert (rebased.version, len(rebased.answer_ids)) == (1, 3)


def test_what_somebody_else_decided_meanwhile_is_not_told_to_who_is_blind(
    store: Store, project_id: str
) -> None:
    item_id = drawn(store, "anomaly").item_ids[0]
    at = opened(store)
    decided(store, item_id, "no_anomaly", "ana")
    press(at, "no_anomaly")
    assert "Somebody else decided on this item while it was on your screen." in texts(at)
    assert "ana" not in texts(at)
    (event,) = store.corrections.events(project_id, item_id)
    assert event.person == "ana"
    at.button(key="review_save_mine").click().run()
    mine = store.corrections.events(project_id, item_id)[1]
    assert (mine.person, mine.decision, mine.answer_ids) == ("me", "no_anomaly", ())


def test_an_item_of_an_audit_that_is_gold_stays_gold(store: Store, project_id: str) -> None:
    (item, _) = items_of(store, "pattern")
    store.gold.reserve(project_id, [(item.series_id, 0, 512)], "drawn")
    drawn(store, "pattern")
    assert desk_now(store, item.id).gold == "drawn"
    decided(store, item.id, "option:convex")
    gold = GoldBook(store.gold.ranges(project_id))
    labels = store.corrections.current(project_id)
    assert not gold.may_learn(item)
    assert truths([item], {}, labels, gold)[item.id].label == "convex"
