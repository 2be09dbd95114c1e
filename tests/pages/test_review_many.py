"""Many at once and windows like a corrected one: what is offered, what is stored, one undo."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.policy import LabelPolicy
from core.queue_filter import QueueFilter
from core.review import Item
from pages.components import session
from pages.components.cached import queue_memo
from pages.components.review_filter import filter_words, save_filter, saved_filters
from pages.components.services import Services
from pages.components.workflows.bulk import BulkGroup, accept_in_bulk, bulk_groups
from pages.components.workflows.neighbours import give_label, nearest, offer_of
from pages.components.workflows.queue_memo import QueueMemo
from pages.components.workflows.queue_now import queue_now
from pages.components.workflows.reviewing import decide, load_desk
from storage import Store
from tests.pages.review_project import STUDENT, answered, pattern_content, review_store

APP = str(Path(__file__).resolve().parents[2] / "app.py")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Eight series of each kind; the student says convex of six patterns, sure by .91 to .96."""
    store = review_store(tmp_path, n=8)
    project_id = store.projects.default().id
    store.gold.lock(project_id)
    for number, item in enumerate(patterns(store)[:7]):
        sure = 0.6 if number == 6 else 0.91 + number / 100
        answered(store, project_id, item, STUDENT, pattern_content("convex", sure), at=1)
    return store


def patterns(store: Store) -> list[Item]:
    project_id = store.projects.default().id
    (question,) = [q for q in store.questions.current(project_id) if q.kind == "pattern"]
    return store.items.list(project_id, question.id)


def convex(store: Store, person: str = "me") -> BulkGroup:
    project_id = store.projects.default().id
    memo = QueueMemo(project_id)
    now = queue_now(store, project_id, person, memo)
    return next(g for g in bulk_groups(store, project_id, now, memo) if g.label == "convex")


def act(store: Store, item: Item, action: str, person: str = "me") -> None:
    desk = load_desk(store, item.project_id, person, item.id)
    decide(store, desk, person, action, desk.painted, None)


def opened(store: Store, **params: str) -> AppTest:
    at = AppTest.from_file(APP, default_timeout=60)
    at.session_state[session.SERVICES] = Services(store=store, worker=False)
    at.session_state[f"{session.REVIEW_CHART}_failed"] = "no static files"
    at.run()
    for key, value in params.items():
        at.query_params[key] = value
    at.switch_page("pages/review.py").run()
    assert not at.exception
    return at


def test_the_surest_answers_of_one_label_are_offered_and_none_below_the_policy(
    store: Store,
) -> None:
    group = convex(store)
    assert (group.author, group.question.kind) == ("student", "pattern")
    assert [round(one.sure, 2) for one in group.windows] == [0.96, 0.95, 0.94, 0.93, 0.92, 0.91]
    store.policies.save(
        store.projects.default().id,
        "lead",
        LabelPolicy(version=1, blind_share=0.0, bulk_confidence=0.945),
    )
    assert len(convex(store).windows) == 2


def test_gold_blind_skipped_leased_and_decided_windows_are_never_offered(store: Store) -> None:
    project_id = store.projects.default().id
    first, second, third, fourth, *_ = patterns(store)
    act(store, first, "skip")
    act(store, second, "not_sure")
    store.leases.take(project_id, third.id, "ana")
    offered = {one.item.id for one in convex(store).windows}
    assert offered.isdisjoint({first.id, second.id, third.id})
    assert fourth.id in offered
    blind = LabelPolicy(version=1, blind_share=1.0)
    store.policies.save(project_id, "lead", blind)
    memo = QueueMemo(project_id)
    assert bulk_groups(store, project_id, queue_now(store, project_id, "me", memo), memo) == []


def test_unlocked_gold_keeps_what_touches_it_out(tmp_path: Path) -> None:
    store = review_store(tmp_path, n=2)
    item, other = patterns(store)
    project_id = item.project_id
    store.gold.reserve(project_id, [(item.series_id, 500, 512)], "construction")
    for one in (item, other):
        answered(store, project_id, one, STUDENT, pattern_content("convex", 0.95), at=1)
    assert [one.item.id for one in convex(store).windows] == [other.id]


def test_the_wrong_ones_come_first_in_the_queue_and_the_rest_is_stored_as_bulk(
    store: Store,
) -> None:
    project_id = store.projects.default().id
    windows = convex(store).windows
    wrong = windows[2].item.id
    record = accept_in_bulk(store, project_id, "me", windows, {wrong}, "passphrase")
    assert [(e.how, e.decision) for e in record.events] == [("bulk", "accept")] * 5
    assert {e.content and e.content.label for e in record.events} == {"convex"}
    assert {e.identity for e in record.events} == {"passphrase"}
    assert queue_now(store, project_id, "me", QueueMemo(project_id)).left[0] == wrong
    assert store.corrections.current(project_id).keys().isdisjoint({wrong})


def test_what_was_decided_meanwhile_is_listed_and_left(store: Store) -> None:
    project_id = store.projects.default().id
    windows = convex(store).windows
    act(store, windows[0].item, "option:cubic", "ana")
    record = accept_in_bulk(store, project_id, "me", windows, set())
    assert record.conflicts == (windows[0].item.id,)
    label = store.corrections.current(project_id)[windows[0].item.id]
    assert (label.event.person, label.content and label.content.label) == ("ana", "cubic")


def test_on_the_page_one_is_unchecked_the_rest_accepted_and_one_undo_takes_all_back(
    store: Store,
) -> None:
    project_id = store.projects.default().id
    windows = convex(store).windows
    at = opened(store, desk="bulk")
    names = [one for one in at.selectbox[0].options if one.startswith("convex")]
    at.selectbox[0].select(names[0]).run()
    at.checkbox(key=f"bulk_on_{windows[1].item.id}").uncheck()
    at.button(key="bulk_accept").click().run()
    assert not at.exception
    assert "5 windows decided in bulk" in at.info[0].value
    assert "1 window set aside" in at.info[0].value
    assert len(store.corrections.current(project_id)) == 5
    at.button(key="bulk_undo").click().run()
    assert store.corrections.current(project_id) == {}
    at.button(key="bulk_back").click().run()
    assert at.query_params["item"] in ([windows[1].item.id], windows[1].item.id)


def test_a_changed_label_offers_the_nearest_with_the_same_proposal(store: Store) -> None:
    project_id = store.projects.default().id
    memo = QueueMemo(project_id)
    assert offer_of(store, project_id, "me", memo) is None
    first, *others = patterns(store)
    act(store, first, "option:gaussian")
    offer = offer_of(store, project_id, "me", memo)
    assert offer is not None
    # the student was changed, so its proposal counts; the eighth has none of it
    assert (offer.author, offer.before, offer.after) == ("student", "convex", "gaussian")
    assert set(offer.item_ids) == {one.id for one in others[:6]}
    windows = nearest(store, memo, offer, store.series.data)
    assert len(windows) == offer.n == 5
    assert store.corrections.current(project_id).keys() == {first.id}  # nothing by itself
    chosen = {windows[0].item.id, windows[3].item.id}
    record = give_label(store, project_id, "me", offer, windows, chosen, "sign_in")
    assert {e.item_id for e in record.events} == chosen
    assert {e.identity for e in record.events} == {"sign_in"}
    assert {(e.decision, e.how, e.content and e.content.label) for e in record.events} == {
        ("fix", "bulk", "gaussian")
    }


def test_an_accepted_answer_offers_nothing(store: Store) -> None:
    item = patterns(store)[0]
    desk = load_desk(store, item.project_id, "me", item.id)
    student = next(one for one in desk.answers if one.author.kind == "student")
    act(store, item, f"accept:{student.id}")
    assert offer_of(store, item.project_id, "me", QueueMemo(item.project_id)) is None


def test_on_the_page_nothing_is_checked_at_first(store: Store) -> None:
    first = patterns(store)[0]
    act(store, first, "option:gaussian")
    at = opened(store)
    at.button(key="review_offer").click().run()
    assert not at.exception
    boxes = [one for one in at.checkbox if (one.key or "").startswith("bulk_off_")]
    assert [one.value for one in boxes] == [False] * 5
    boxes[0].check()
    at.button(key="alike_give").click().run()
    assert not at.exception
    labels = store.corrections.current(first.project_id)
    assert {label.content and label.content.label for label in labels.values()} == {"gaussian"}
    assert len(labels) == 2


def test_the_filter_is_kept_over_a_reload_and_an_empty_one_says_what_to_do(store: Store) -> None:
    asked = QueueFilter(labels=("gaussian",)).model_dump_json(exclude_defaults=True)
    at = opened(store, filter=asked)
    assert at.info[0].value == "0 of 16 items match: gaussian."
    at.button(key="review_clear").click().run()
    assert not at.info
    assert "filter" not in at.query_params
    some = QueueFilter(labels=("convex",), authors=("student",)).model_dump_json(
        exclude_defaults=True
    )
    at = opened(store, filter=some)
    assert "**0 of 7**" in at.caption[0].value


def test_a_filter_is_saved_under_a_name_and_forgotten(store: Store) -> None:
    project_id = store.projects.default().id
    asked = QueueFilter(labels=("spike",), low=0.5, statuses=("skipped",), question_id="q")
    save_filter(store, project_id, "  my   spikes ", asked)
    (one,) = saved_filters(store, project_id)
    assert (one.name, one.filter.question_id, one.filter.labels) == ("my spikes", "", ("spike",))
    assert filter_words(one.filter) == "spike, confidence 0.50 to 1.00, skipped"
    save_filter(store, project_id, "my spikes", None)
    assert saved_filters(store, project_id) == []


def test_an_address_cut_in_the_middle_shows_the_whole_queue(store: Store) -> None:
    at = opened(store, filter='{"labels":["conv')
    assert "**0 of 16**" in at.caption[0].value


def test_sessions_share_what_was_read(store: Store) -> None:
    project_id = store.projects.default().id
    assert queue_memo(store, project_id) is queue_memo(store, project_id)
