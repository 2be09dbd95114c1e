"""The Review page: empty, filled, without its chart, conflicts, drafts after a reload, undo."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.desk_events import standing
from pages.components import session
from pages.components.chart import ChartEvent
from pages.components.page import Page
from pages.components.review_actions import handler
from pages.components.workflows.drafting import with_change
from pages.components.workflows.keymap import load_keymap
from pages.components.workflows.review_queue import build_queue
from pages.components.workflows.reviewing import decide, load_desk, save_draft
from storage import Store, open_store
from tests.pages.review_app import opened, press, shown
from tests.pages.review_project import GENERATOR, answered, item_of, pattern_content, review_store

APP = str(Path(__file__).resolve().parents[2] / "app.py")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return review_store(tmp_path, n=3, students=True)


def project_of(store: Store) -> str:
    return store.projects.default().id


def texts(at: AppTest) -> str:
    return " ".join(str(one.value) for one in [*at.markdown, *at.caption, *at.text, *at.info])


def test_an_empty_project_says_what_to_do(tmp_path: Path) -> None:
    at = opened(open_store(tmp_path))
    assert "ask the built-in rules on Teachers" in at.info[0].value


def test_the_first_item_of_the_queue_is_opened_and_named_in_the_address(store: Store) -> None:
    at = opened(store, plain=False)
    assert shown(at) == build_queue(store, project_of(store)).order[0]
    assert "0 of 6" in texts(at)


def test_an_accepted_answer_is_stored_and_the_next_item_follows(store: Store) -> None:
    item_id = item_of(store, "anomaly").id
    at = opened(store, item_id)
    (rules, _student) = load_desk(store, project_of(store), "me", item_id).answers
    press(at, f"accept:{rules.id}")
    (event,) = store.corrections.events(project_of(store), item_id)
    assert (event.decision, event.content, event.person) == ("accept", rules.content, "me")
    assert shown(at) != item_id


def test_undo_returns_to_the_item_also_after_a_reload(store: Store) -> None:
    item_id = item_of(store, "anomaly").id
    press(opened(store, item_id), "no_anomaly")
    again = opened(store)
    press(again, "undo")
    assert shown(again) == item_id
    assert store.corrections.current(project_of(store)) == {}
    press(again, "redo")
    assert item_id in store.corrections.current(project_of(store))


def test_undo_with_nothing_to_undo_is_said_plainly(store: Store) -> None:
    at = opened(store)
    press(at, "undo")
    assert "nothing that they did is standing" in at.error[0].value


def test_an_option_of_a_pattern_question_is_one_press(store: Store) -> None:
    item_id = item_of(store, "pattern").id
    press(opened(store, item_id), "option:convex")
    content = store.corrections.current(project_of(store))[item_id].content
    assert content is not None
    assert content.label == "convex"


def test_a_decision_made_elsewhere_meanwhile_is_shown_and_not_overwritten(store: Store) -> None:
    item_id = item_of(store, "anomaly").id
    at = opened(store, item_id)
    desk = load_desk(store, project_of(store), "ana", item_id)
    decide(store, desk, "ana", "no_anomaly", desk.painted, None)
    press(at, "reject")
    assert "ana was faster" in texts(at)
    assert "Decided by ana" in texts(at)
    assert store.corrections.current(project_of(store))[item_id].event.person == "ana"


def test_an_edit_survives_a_reload_and_is_saved_as_a_fix(store: Store) -> None:
    item_id = item_of(store, "anomaly").id
    at = opened(store, item_id)
    press(at, "edit")
    first = next(box for box in at.number_input if box.label == "First sample")
    assert first.value == 236
    first.set_value(240).run()
    again = opened(store, item_id)
    assert [box.value for box in again.number_input if box.label == "First sample"] == [240]
    press(again, "save")
    content = store.corrections.current(project_of(store))[item_id].content
    assert content is not None
    assert [(i.start, i.stop, i.channels) for i in content.intervals] == [(240, 288, (1,))]
    assert store.corrections.events(project_of(store), item_id)[0].decision == "fix"


def test_an_impossible_edit_is_refused_and_kept(store: Store) -> None:
    item_id = item_of(store, "anomaly").id
    at = opened(store, item_id)
    press(at, "edit")
    next(box for box in at.number_input if box.label == "First sample").set_value(300).run()
    press(at, "save")
    assert "holds no sample" in at.error[0].value
    assert [b.value for b in at.number_input if b.label == "First sample"] == [300]
    assert store.corrections.events(project_of(store), item_id) == []


def test_what_a_field_still_says_of_an_edge_that_was_moved_changes_nothing(store: Store) -> None:
    item_id = item_of(store, "anomaly").id
    at = opened(store, item_id)
    press(at, "edit")
    box = next(box for box in at.number_input if box.label == "Last sample")
    desk = load_desk(store, project_of(store), "me", item_id)
    assert desk.draft is not None
    one = desk.draft.intervals[0]
    moved = with_change(desk.draft, one.id, {"stop": one.stop + 3})
    save_draft(store, desk, "me", moved)
    at.session_state[session.REVIEW_MOVES] = {one.id: 1}  # as a move on the plot leaves it
    box.set_value(one.stop - 2).run()  # while the browser still has the field from before
    assert next(b.value for b in at.number_input if b.label == "Last sample") == one.stop + 2
    kept = load_desk(store, project_of(store), "me", item_id).draft
    assert kept is not None and kept.intervals[0].stop == one.stop + 3


def test_an_interval_is_added_and_removed_by_its_fields(store: Store) -> None:
    item_id = item_of(store, "anomaly").id
    at = opened(store, item_id)
    press(at, "edit")
    at.button(key=f"edit_{item_id}_add").click().run()
    assert [b.value for b in at.number_input if b.label == "First sample"] == [236, 300]
    next(b for b in at.button if str(b.key).endswith("_remove")).click().run()
    assert [b.value for b in at.number_input if b.label == "First sample"] == [300]


def test_an_edit_over_somebody_elses_decision_needs_a_word(store: Store) -> None:
    item_id = item_of(store, "anomaly").id
    at = opened(store, item_id)
    press(at, "edit")
    desk = load_desk(store, project_of(store), "ana", item_id)
    decide(store, desk, "ana", "no_anomaly", desk.painted, None)
    press(at, "save")
    assert "ana was faster" in texts(at)
    at.button(key="review_save_mine").click().run()
    assert store.corrections.current(project_of(store))[item_id].event.person == "me"


def test_a_wrong_link_says_so_and_leads_to_the_queue(store: Store) -> None:
    at = opened(store, "no-such-item")
    assert "there is no item no-such-item" in at.error[0].value
    at.button(key="review_to_queue").click().run()
    assert not at.error
    assert shown(at) == build_queue(store, project_of(store)).order[0]


def test_gold_truth_is_never_on_the_page(store: Store) -> None:
    item_id = item_of(store, "pattern").id
    item = store.items.get(project_of(store), item_id)
    answered(store, project_of(store), item, GENERATOR, pattern_content("gaussian", 1.0))
    at = opened(store, item_id)
    assert "imported" not in texts(at)
    assert "gaussian" not in texts(at)


def test_when_all_is_decided_the_page_leads_to_training(store: Store) -> None:
    for item_id in build_queue(store, project_of(store)).order:
        desk = load_desk(store, project_of(store), "me", item_id)
        decide(store, desk, "me", "reject", desk.painted, None)
    at = opened(store)
    assert at.success[0].value == "All 6 items are decided."


def test_undo_and_redo_step_through_an_open_edit_and_its_fields_follow(store: Store) -> None:
    at = opened(store, item_of(store, "anomaly").id)
    press(at, "edit")
    next(b for b in at.number_input if b.label == "First sample").set_value(240).run()
    press(at, "undo")
    assert [b.value for b in at.number_input if b.label == "First sample"] == [236]
    press(at, "redo")
    assert [b.value for b in at.number_input if b.label == "First sample"] == [240]
    press(at, "undo")
    press(at, "undo")
    assert "nothing of this edit was changed yet" in at.error[0].value


def test_a_preference_is_undone_like_a_decision_and_says_so(store: Store) -> None:
    at = opened(store, item_of(store, "anomaly").id)
    press(at, "prefer_second")
    assert len(standing(store.desk_events.list(project_of(store)))) == 1
    press(at, "undo")
    assert standing(store.desk_events.list(project_of(store))) == []
    note = at.session_state[session.REVIEW_NOTE]
    assert note.startswith("Undone: preference on pump-0.csv, just now.")
    press(at, "redo")
    assert len(standing(store.desk_events.list(project_of(store)))) == 1


def test_another_key_is_kept_for_the_person_and_an_impossible_one_says_why(store: Store) -> None:
    at = opened(store, item_of(store, "anomaly").id)
    page, desk = page_of(store), load_desk(store, project_of(store), "me", shown(at))
    happened = handler(page, desk)
    happened(ChartEvent(rebound=("skip", "v"), nonce="1"))
    assert load_keymap(store, project_of(store), "me").key("skip") == "v"
    happened(ChartEvent(rebound=("skip", "c"), nonce="2"))
    assert "clears the app's cache" in session.get(session.REVIEW_REFUSED)
    happened(ChartEvent(rebound=("", ""), nonce="3"))
    assert load_keymap(store, project_of(store), "me").key("skip") == "k"
    assert session.get(session.REVIEW_REFUSED) is None


def page_of(store: Store) -> Page:
    return Page(store=store, project=store.projects.default(), person="me")
