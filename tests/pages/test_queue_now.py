"""The queue as a person meets it: orders, shares, filters, leases, what is first, differences."""

from pathlib import Path

import numpy as np
import pytest

from core.answers import Author
from core.desk_events import Comment, Reviewed
from core.ids import utc_now
from core.queue_filter import QueueFilter
from core.queue_order import Order, is_blind
from core.review import Item
from pages.components.workflows.differing import (
    Spot,
    find_differences,
    next_spot,
    spots_in_series,
)
from pages.components.workflows.drawing import draw_gold
from pages.components.workflows.queue_memo import QueueMemo
from pages.components.workflows.queue_now import (
    RETURNED,
    ROUND,
    SECOND,
    SET_ASIDE,
    QueueNow,
    Wish,
    queue_now,
    set_aside,
)
from pages.components.workflows.queue_reasons import reason_words
from pages.components.workflows.reviewing import decide, load_desk
from storage import Store
from tests.pages.review_project import STUDENT, answered, pattern_content, review_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Twelve series of each kind; the student is surer of each next pattern; no gold."""
    store = review_store(tmp_path, n=12, students=True)
    store.gold.lock(store.projects.default().id)  # so that nothing is drawn first
    return store


@pytest.fixture
def project_id(store: Store) -> str:
    return store.projects.default().id


@pytest.fixture
def memo(project_id: str) -> QueueMemo:
    return QueueMemo(project_id)


def policy(store: Store, project_id: str, **shares: float) -> None:
    now = store.policies.current(project_id)
    store.policies.save(project_id, "lead", now.model_copy(update=shares))


def patterns(store: Store, project_id: str) -> list[Item]:
    (question,) = [q for q in store.questions.current(project_id) if q.kind == "pattern"]
    return store.items.list(project_id, question.id)


def now_of(store: Store, memo: QueueMemo, asked: QueueFilter | None = None) -> QueueNow:
    wish = Wish(filter=asked or QueueFilter())
    return queue_now(store, memo.project_id, "me", memo, wish)


def act(store: Store, item_id: str, action: str, person: str = "me") -> None:
    desk = load_desk(store, store.projects.default().id, person, item_id)
    if action == "accept":
        action = f"accept:{desk.answers[0].id}"
    decide(store, desk, person, action, desk.painted, None)


def reason(store: Store, memo: QueueMemo, now: QueueNow, item_id: str) -> str:
    item = store.items.get(memo.project_id, item_id)
    return reason_words(now, memo, item, store.questions.get(item.question_id))[0]


def test_the_least_sure_come_first_and_the_reason_names_the_doubt(
    store: Store, project_id: str, memo: QueueMemo
) -> None:
    policy(store, project_id, random_share=0.0)
    items = patterns(store, project_id)
    now = now_of(store, memo, QueueFilter(question_id=items[0].question_id))
    assert now.left == [item.id for item in items]
    assert reason(store, memo, now, items[0].id) == (
        "student torn between cubic 0.62 and sigmoid 0.38"
    )


def test_a_share_comes_at_random_and_says_so(
    store: Store, project_id: str, memo: QueueMemo
) -> None:
    policy(store, project_id, random_share=0.25)
    now = now_of(store, memo)
    chance = [one for one in now.left if one in now.queue.random]
    assert len(chance) == 6
    assert [now.left.index(one) % 4 for one in chance] == [3] * 6
    assert reason(store, memo, now, chance[0]) == "random, for the estimate"


def test_going_on_after_decisions_keeps_the_order_also_in_a_new_session(
    store: Store, project_id: str, memo: QueueMemo
) -> None:
    policy(store, project_id, random_share=0.25)
    before = now_of(store, memo).left
    for one in before[:5]:
        act(store, one, "accept")
    assert now_of(store, memo).left == before[5:]
    assert now_of(store, QueueMemo(project_id)).left == before[5:]
    store.undoing.undo(project_id, "me")
    assert now_of(store, memo).left[0] == before[4]


@pytest.mark.parametrize("by", ["disagreement", "contradicted"])
def test_an_order_says_why(store: Store, project_id: str, memo: QueueMemo, by: Order) -> None:
    policy(store, project_id, random_share=0.0)
    assert memo.look_at_claims(store, store.series.data, within_s=60) == 0
    now = queue_now(store, project_id, "me", memo, Wish(by), data_of=store.series.data)
    first = reason(store, memo, now, now.left[0])
    expected = {
        "disagreement": "rules and student differ: rules: linear increase, student: cubic",
        "contradicted": "claim contradicted by the data: “ch1 has a spike of 9 at sample 400”",
    }
    assert first == expected[by]
    assert now.unread == 0


def test_what_somebody_else_has_on_the_desk_is_not_offered(
    store: Store, project_id: str, memo: QueueMemo
) -> None:
    first, second, *_ = now_of(store, memo).left
    store.leases.take(project_id, first, "ana")
    store.leases.take(project_id, second, "me")
    assert now_of(store, memo).left[0] == second


def test_returned_then_second_opinions_then_what_was_set_aside_come_first(
    store: Store, project_id: str, memo: QueueMemo
) -> None:
    order = now_of(store, memo).left
    act(store, order[0], "accept")
    event = store.corrections.events(project_id, order[0])[0]
    body = Reviewed(correction_id=event.id, verdict="returned", note="look again")
    store.desk_events.record(project_id, order[0], "lead", body)
    set_aside(store, project_id, "me", [order[9]])
    now = queue_now(store, project_id, "me", memo, second_opinions=[order[5]])
    assert now.left[:4] == [order[0], order[5], order[9], order[1]]
    assert list(now.first.values()) == [RETURNED, SECOND, SET_ASIDE]
    act(store, order[0], "reject")
    act(store, order[9], "reject")
    assert now_of(store, memo).left[0] == order[1]
    other = queue_now(store, project_id, "ana", memo)
    assert other.first == {}


def test_a_filter_narrows_what_waits_and_the_progress(
    store: Store, project_id: str, memo: QueueMemo
) -> None:
    items = patterns(store, project_id)
    act(store, items[0].id, "accept")
    now = now_of(store, memo, QueueFilter(labels=("cubic",), high=0.65))
    assert set(now.left) == {item.id for item in items[1:4]}
    assert (now.progress.done, now.progress.total) == (1, 4)
    series = QueueFilter(series_ids=(items[5].series_id,))
    assert now_of(store, memo, series).left == [items[5].id]
    nothing = now_of(store, memo, QueueFilter(labels=("convex",)))
    assert (nothing.left, nothing.progress.total) == ([], 0)


def test_decided_ones_are_shown_again_until_they_are_decided_again(
    store: Store, project_id: str, memo: QueueMemo
) -> None:
    items = patterns(store, project_id)
    for item in items[:2]:
        act(store, item.id, "not_sure")
    asked = QueueFilter(statuses=("not sure",), since=utc_now())
    assert set(now_of(store, memo, asked).left) == {items[0].id, items[1].id}
    act(store, items[0].id, "accept")
    now = now_of(store, memo, asked)
    assert (now.left, now.progress.done, now.progress.total) == ([items[1].id], 1, 2)


def test_words_are_found_in_rationales_comments_and_peoples_labels(
    store: Store, project_id: str, memo: QueueMemo
) -> None:
    items = patterns(store, project_id)
    store.desk_events.record(project_id, items[3].id, "ana", Comment(text="Sensor was replaced"))
    assert now_of(store, memo, QueueFilter(text="replaced")).left == [items[3].id]
    assert len(now_of(store, memo, QueueFilter(text="VALUES climb")).left) == 12
    act(store, items[4].id, "accept")
    asked = QueueFilter(labels=("linear increase",), authors=("person",))
    assert now_of(store, memo, asked).progress.total == 1


def test_a_filter_of_answers_tells_nothing_of_blind_items_and_undecided_gold(
    store: Store, project_id: str, memo: QueueMemo
) -> None:
    policy(store, project_id, blind_share=0.5)
    items = patterns(store, project_id)
    blind = {item.id for item in items if is_blind(item.id, 0.5)}
    shown = now_of(store, memo, QueueFilter(labels=("cubic",)))
    assert set(shown.left) == {item.id for item in items} - blind
    everything = now_of(store, memo, QueueFilter(series_ids=tuple(i.series_id for i in items)))
    assert set(everything.left) == {item.id for item in items}


def test_the_blind_share_is_decided_without_the_answers_and_seen_stays_seen(
    store: Store, project_id: str
) -> None:
    policy(store, project_id, blind_share=1.0)
    item = patterns(store, project_id)[0]
    desk = load_desk(store, project_id, "me", item.id)
    assert (desk.blind, desk.answers) == (True, ())
    act(store, item.id, "option:convex")
    again = load_desk(store, project_id, "me", item.id)
    assert (again.second_look, len(again.answers)) == (True, 2)
    other = load_desk(store, project_id, "ana", item.id)
    assert (other.audit, len(other.answers)) == (None, 2)
    store.undoing.undo(project_id, "me")
    assert load_desk(store, project_id, "me", item.id).audit is None
    assert load_desk(store, project_id, "ana", item.id).blind


def test_a_retrain_is_proposed_after_a_round_of_decisions(
    store: Store, project_id: str, memo: QueueMemo
) -> None:
    assert not now_of(store, memo).wants_retrain
    version = store.versions.add(
        project_id,
        student="series",
        job_id="v1",
        snapshot_hash="h",
        folder=store.home / "v1",
        author_version="v1",
    )
    store.versions.promote(version.id, "lead")
    for one in now_of(store, memo).left[:3]:
        act(store, one, "accept")
    now = now_of(store, memo)
    assert (now.since_training, now.wants_retrain) == (3, False)
    later = QueueNow(now.queue, now.wish, now.left, now.progress, now.first, ROUND)
    assert later.wants_retrain


def test_new_answers_are_noticed(store: Store, project_id: str, memo: QueueMemo) -> None:
    policy(store, project_id, random_share=0.0)
    items = patterns(store, project_id)
    asked = QueueFilter(question_id=items[0].question_id)
    assert now_of(store, memo, asked).left[0] == items[0].id
    surer = Author(kind="student", name="series", version="v2")
    assert surer != STUDENT
    answered(store, project_id, items[0], surer, pattern_content("cubic", 0.99), at=60)
    memo.hurry()
    assert now_of(store, memo, asked).left[-1] == items[0].id


def test_the_next_difference_in_a_series_is_found_by_time(
    store: Store, project_id: str, memo: QueueMemo
) -> None:
    item = next(i for i in store.items.list(project_id) if i.stop == 600)
    spots = spots_in_series(store, memo, item)
    # the edges of one differ, and only the rules report the other
    assert spots == [Spot(item.id, 236, 288), Spot(item.id, 400, 401)]
    assert next_spot(spots, Spot(item.id, -1, -1)) == spots[0]
    assert next_spot(spots, spots[0]) == spots[1]
    assert next_spot(spots, spots[1]) is None
    assert next_spot(spots, spots[1], back=True) == spots[0]


def test_differences_are_grouped_over_the_project(
    store: Store, project_id: str, memo: QueueMemo
) -> None:
    found = find_differences(store, project_id, memo, store.series.data, within_s=60)
    spikes = next(group for group in found.groups if "spikes" in group.words)
    assert (spikes.n, spikes.total, found.unread) == (12, 12, 0)
    assert spikes.words.startswith("student misses spikes ")
    assert spikes.words.endswith(", shorter than 8 samples, that the rules report")
    asked = QueueFilter(group=spikes.key)
    groups = {spikes.key: spikes.item_ids}
    now = queue_now(store, project_id, "me", memo, Wish(filter=asked), groups=groups)
    assert set(now.left) == set(spikes.item_ids)


def test_what_cannot_be_measured_in_time_is_told(
    store: Store, project_id: str, memo: QueueMemo
) -> None:
    assert find_differences(store, project_id, memo, store.series.data, within_s=-1).unread == 12


def test_no_gold_is_drawn_from_series_decided_in_bulk(store: Store, project_id: str) -> None:
    items = patterns(store, project_id)
    lengths = {item.series_id: 512 for item in items}
    barred = {item.series_id for item in items[:8]}
    draw = draw_gold(items, lengths, np.random.default_rng(0), barred=barred)
    assert {one[0] for one in draw.ranges}.isdisjoint(barred)
    assert len(draw.ranges) == 1  # a third of the four that are left
