"""Two people on one item: leases between two browser sessions, and both versions to choose from."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import ConflictError
from pages.components.workflows.commenting import ask_lead
from pages.components.workflows.conflicts import contest_of, save_mine
from pages.components.workflows.contested import Mine
from pages.components.workflows.drafting import with_change
from pages.components.workflows.reviewing import (
    Desk,
    decide,
    load_desk,
    save_draft,
    start_edit,
)
from storage import Store
from tests.pages.review_app import opened, press, shown
from tests.pages.review_project import item_of, review_store
from tests.pages.team_project import three

APP = str(Path(__file__).resolve().parents[2] / "app.py")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = review_store(tmp_path, n=3, students=True)
    three(made)
    return made


@pytest.fixture
def project_id(store: Store) -> str:
    return store.projects.default().id


def choose(at: AppTest, key: str) -> None:
    at.button(key=key).click().run()
    assert not at.exception


def texts(at: AppTest) -> str:
    return " ".join(str(one.value) for one in [*at.markdown, *at.caption, *at.text, *at.info])


def desk_now(store: Store, item_id: str, person: str) -> Desk:
    return load_desk(store, store.projects.default().id, person, item_id)


def decisions(store: Store, item_id: str) -> list[tuple[str, str]]:
    events = store.corrections.events(store.projects.default().id, item_id)
    return [(event.person, event.decision) for event in events]


def test_the_queue_never_hands_one_item_to_two_people(store: Store, project_id: str) -> None:
    ben, cleo = opened(store, person="Ben"), opened(store, person="Cleo")
    first, second = shown(ben), shown(cleo)
    assert first != second
    assert store.leases.held(project_id) == {first: "Ben", second: "Cleo"}
    press(ben, "reject")  # the one that Ben left is decided, the next one is not Cleo's
    assert shown(ben) not in (first, second)
    assert store.leases.held(project_id) == {second: "Cleo", shown(ben): "Ben"}


def test_who_has_an_item_open_is_said_to_whoever_follows_a_link(store: Store) -> None:
    item_id = item_of(store, "anomaly").id
    ben = opened(store, item_id, person="Ben")
    since = store.leases.take(store.projects.default().id, item_id, "Ben").since
    cleo = opened(store, item_id, person="Cleo")
    assert f"Ben has this open since {since:%H:%M}." in texts(cleo)
    assert "has this open" not in texts(ben)
    press(cleo, "reject")  # a lease steers the queue, and forbids nothing
    assert decisions(store, item_id) == [("Cleo", "reject")]


def test_leaving_review_gives_the_item_back(store: Store, project_id: str) -> None:
    ben = opened(store, person="Ben")
    first = shown(ben)
    ben.switch_page("pages/home.py").run()
    assert store.leases.held(project_id) == {}
    assert shown(opened(store, person="Cleo")) == first


def test_when_others_have_all_that_waits_that_is_said(store: Store, project_id: str) -> None:
    for item in store.items.list(project_id):
        store.leases.take(project_id, item.id, "Cleo")
    ben = opened(store, person="Ben")
    assert "What still waits (6 items) is on the desk of Cleo at the moment." in texts(ben)
    assert not ben.success


def test_two_people_decide_on_one_item_after_each_other_and_blind_as_before(store: Store) -> None:
    item_id = item_of(store, "anomaly").id
    press(opened(store, item_id, person="Ben"), "no_anomaly")
    press(opened(store, item_id, person="Cleo"), "reject")
    assert decisions(store, item_id) == [("Ben", "no_anomaly"), ("Cleo", "reject")]


def conflicting(store: Store, item_id: str) -> AppTest:
    """Ben accepts the student's answer on what he sees; Cleo was faster and said no anomaly."""
    ben = opened(store, item_id, person="Ben")
    desk = desk_now(store, item_id, "Cleo")
    decide(store, desk, "Cleo", "no_anomaly", desk.painted, None)
    press(ben, f"accept:{desk.answers[1].id}")
    return ben


def test_the_second_saver_sees_both_versions_also_after_a_reload(store: Store) -> None:
    item_id = item_of(store, "anomaly").id
    for at in (conflicting(store, item_id), opened(store, item_id, person="Ben")):
        said = texts(at)
        assert "Cleo was faster" in said
        assert "**Theirs, Cleo, " in said
        assert "samples 236 to 287" in said  # mine, in words
        assert decisions(store, item_id) == [("Cleo", "no_anomaly")]
    assert "was faster" not in texts(opened(store, item_id, person="Cleo"))


def test_keeping_theirs_stores_nothing_and_the_log_keeps_mine(
    store: Store, project_id: str
) -> None:
    item_id = item_of(store, "anomaly").id
    at = conflicting(store, item_id)
    choose(at, "review_keep_theirs")
    assert decisions(store, item_id) == [("Cleo", "no_anomaly")]
    assert shown(at) != item_id
    (dropped,) = store.actions.list(project_id, ("version_dropped",))
    mine = Mine.model_validate(dropped.details)
    assert (dropped.person, dropped.about, mine.decision) == ("Ben", item_id, "accept")
    assert mine.content is not None
    assert [(one.start, one.stop) for one in mine.content.intervals] == [(236, 288)]
    assert contest_of(store, desk_now(store, item_id, "Ben"), "Ben") is None


def test_saving_mine_on_top_stores_the_very_decision_after_theirs(
    store: Store, project_id: str
) -> None:
    item_id = item_of(store, "anomaly").id
    at = conflicting(store, item_id)
    choose(at, "review_save_mine")
    assert decisions(store, item_id) == [("Cleo", "no_anomaly"), ("Ben", "accept")]
    assert shown(at) != item_id
    assert store.contested.get(project_id, "Ben", item_id) is None


def test_editing_on_from_theirs_opens_the_editor_with_their_label(
    store: Store, project_id: str
) -> None:
    item_id = item_of(store, "anomaly").id
    at = conflicting(store, item_id)
    choose(at, "review_edit_theirs")
    draft = desk_now(store, item_id, "Ben").draft
    assert draft is not None
    assert (draft.intervals, draft.version) == ((), 1)
    press(at, "save")
    assert decisions(store, item_id) == [("Cleo", "no_anomaly"), ("Ben", "fix")]
    assert len(store.actions.list(project_id, ("version_dropped",))) == 1


def test_an_edit_that_met_a_decision_goes_on_top_or_is_kept_in_the_log(
    store: Store, project_id: str
) -> None:
    item_id = item_of(store, "anomaly").id
    desk = desk_now(store, item_id, "Ben")
    draft = start_edit(store, desk, "Ben", desk.painted)
    save_draft(store, desk, "Ben", with_change(draft, draft.intervals[0].id, {"start": 250}))
    decide(store, desk_now(store, item_id, "Cleo"), "Cleo", "reject", desk.painted, None)
    at = opened(store, item_id, person="Ben")
    press(at, "save")
    assert decisions(store, item_id) == [("Cleo", "reject")]
    assert "samples 250 to 287" in texts(at)
    choose(at, "review_save_mine")
    event = store.corrections.events(project_id, item_id)[1]
    assert (event.person, event.decision) == ("Ben", "fix")
    assert event.content is not None and event.content.intervals[0].start == 250
    assert desk_now(store, item_id, "Ben").draft is None


def test_a_third_decision_in_between_is_shown_too(store: Store, project_id: str) -> None:
    item_id = item_of(store, "anomaly").id
    at = conflicting(store, item_id)
    desk = desk_now(store, item_id, "Ann")
    decide(store, desk, "Ann", "not_sure", desk.painted, None)
    choose(at, "review_save_mine")
    assert "look at the item as it is and decide again" in at.error[0].value
    assert decisions(store, item_id) == [("Cleo", "no_anomaly"), ("Ann", "not_sure")]
    assert "**Theirs, Ann, " in texts(at)


def test_whoever_decides_again_with_theirs_in_sight_has_chosen(
    store: Store, project_id: str
) -> None:
    item_id = item_of(store, "anomaly").id
    at = conflicting(store, item_id)
    press(at, "reject")
    assert decisions(store, item_id) == [("Cleo", "no_anomaly"), ("Ben", "reject")]
    assert contest_of(store, desk_now(store, item_id, "Ben"), "Ben") is None


def test_a_skip_leaves_nothing_to_choose(store: Store, project_id: str) -> None:
    item_id = item_of(store, "pattern").id
    desk = desk_now(store, item_id, "Ben")
    decide(store, desk, "Cleo", "option:cubic", desk.painted, None)
    with pytest.raises(ConflictError, match="you decided after seeing 0 events"):
        decide(store, desk, "Ben", "skip", desk.painted, None)
    assert store.contested.get(project_id, "Ben", item_id) is None


def test_a_decision_says_how_the_name_was_given(store: Store, project_id: str) -> None:
    item_id = item_of(store, "pattern").id
    at = opened(store, item_id, person="Ben")
    press(at, "option:convex")
    assert store.corrections.events(project_id, item_id)[0].identity == "typed"
    desk = desk_now(store, item_id, "Ann")
    decide(store, desk, "Ann", "option:cubic", desk.painted, None, "passphrase")
    assert store.corrections.events(project_id, item_id)[1].identity == "passphrase"


def test_what_was_to_be_asked_of_the_lead_goes_with_a_choice_that_is_saved_on_top(
    store: Store, project_id: str
) -> None:
    item_id = item_of(store, "pattern").id
    desk = desk_now(store, item_id, "Ben")
    decide(store, desk, "Cleo", "option:cubic", desk.painted, None)
    with pytest.raises(ConflictError, match="you decided after seeing 0 events"):
        ask_lead(store, desk, "Ben", desk.painted, None, "Two types fit", "typed")
    assert store.desk_events.list(project_id) == []
    now = desk_now(store, item_id, "Ben")
    contest = contest_of(store, now, "Ben")
    assert contest is not None
    save_mine(store, now, "Ben", contest)
    (asked,) = store.desk_events.list(project_id)
    assert asked.body is not None and asked.body.kind == "comment"
    assert (asked.body.text, asked.body.asks_lead) == ("Two types fit", True)
