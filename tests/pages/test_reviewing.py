"""The logic of review: order, decisions on what was painted, edits, undo. No Streamlit."""

from pathlib import Path

import numpy as np
import pytest

from core.answers import AnswerContent, Author
from core.errors import AnswerError, ConflictError, StoreError
from core.intervals import Interval
from core.queue_order import margin
from core.review import Item
from pages.components.chart import Painted
from pages.components.workflows.drafting import (
    DraftInterval,
    EditDraft,
    content_of,
    with_change,
    with_interval,
    without_interval,
)
from pages.components.workflows.drawing import ensure_draw
from pages.components.workflows.queue_memo import QueueMemo
from pages.components.workflows.review_queue import (
    build_queue,
    order_items,
    progress,
    waiting,
)
from pages.components.workflows.reviewing import (
    decide,
    draft_now,
    load_desk,
    rebase_draft,
    save_draft,
    save_edit,
    start_edit,
)
from pages.components.workflows.shown import shown_answers
from storage import Store
from storage.rows import DrawnItem
from tests.pages.review_project import (
    GENERATOR,
    STUDENT,
    answered,
    desk_of,
    pattern_content,
    review_store,
    student_content,
)
from training.material import GoldBook


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = review_store(tmp_path, n=3)
    ensure_draw(store, store.projects.default().id, np.random.default_rng(0))
    return store


@pytest.fixture
def project_id(store: Store) -> str:
    return store.projects.default().id


def test_the_desk_shows_half_a_window_of_context_inside_the_series(
    store: Store, project_id: str
) -> None:
    whole = desk_of(store, "anomaly")
    assert whole.shown == (0, 600)
    (part,) = store.items.add_many(
        project_id, [(whole.item.series_id, 100, 300, whole.item.question_id)]
    )
    assert load_desk(store, project_id, "me", part.id).shown == (0, 400)


def test_imported_truth_is_never_shown(store: Store, project_id: str) -> None:
    desk = desk_of(store, "pattern")
    answered(store, project_id, desk.item, GENERATOR, pattern_content("cubic", 1.0))
    again = load_desk(store, project_id, "me", desk.item.id)
    assert [answer.author.kind for answer in again.answers] == ["rules"]


def test_of_a_student_only_the_newest_answer_is_shown(store: Store, project_id: str) -> None:
    desk = desk_of(store, "pattern")
    old = answered(store, project_id, desk.item, STUDENT, pattern_content("cubic", 0.6), at=1)
    new = answered(
        store,
        project_id,
        desk.item,
        STUDENT.model_copy(update={"version": "v2"}),
        pattern_content("convex", 0.6),
        at=2,
    )
    assert shown_answers([new, old]) == [new]
    assert shown_answers([new, old], serving="v1") == [old]


def test_review_shows_the_student_that_serves(store: Store, project_id: str) -> None:
    desk = desk_of(store, "pattern")
    content = pattern_content("cubic", 0.6)
    said = [
        answered(store, project_id, desk.item, Author(kind="student", name="s", version=v), content)
        for v in ("job-1", "job-2")
    ]
    versions = [
        store.versions.add(
            project_id,
            student="series",
            job_id=v,
            snapshot_hash="h",
            folder=store.home / v,
            author_version=v,
        )
        for v in ("job-1", "job-2")
    ]
    store.versions.promote(versions[0].id, "me")
    assert load_desk(store, project_id, "me", desk.item.id).answers[-1] == said[0]


def test_gold_is_never_ordered_by_how_sure_the_student_is(tmp_path: Path) -> None:
    store = review_store(tmp_path, n=12, students=True)
    project_id = store.projects.default().id
    drawn = {one.item_id for one in ensure_draw(store, project_id, np.random.default_rng(0))}
    gold = GoldBook(store.gold.ranges(project_id))
    items = {item.id: item for item in store.items.list(project_id)}
    # more windows of a gold series are asked later: gold too, but not of the draw
    one = next(item for item in items.values() if gold.reason(item))
    windows = [(one.series_id, at, at + 64, one.question_id) for at in (0, 64, 128)]
    late = store.items.add_many(project_id, windows)
    for item in late:
        answered(store, project_id, item, STUDENT, pattern_content("cubic", 0.5))
    store.gold.lock(project_id)
    order = build_queue(store, project_id).order
    after = [item_id for item_id in order if item_id not in drawn]
    assert set(after[-3:]) == {item.id for item in late}


def test_accepting_keeps_the_answer_as_it_was_painted(store: Store, project_id: str) -> None:
    desk = desk_of(store, "anomaly")
    answer = desk.answers[0]
    event = decide(store, desk, "me", f"accept:{answer.id}", desk.painted, 2.5)
    assert (event.decision, event.content, event.answer_ids, event.seconds) == (
        "accept",
        answer.content,
        (answer.id,),
        2.5,
    )
    assert store.corrections.current(project_id)[desk.item.id].content == answer.content


def test_an_option_is_a_fix_of_the_label_alone(store: Store) -> None:
    desk = desk_of(store, "pattern")
    event = decide(store, desk, "me", "option:convex", desk.painted, None)
    assert event.decision == "fix"
    assert event.content == AnswerContent(kind="pattern", label="convex")


def test_a_decision_on_another_picture_is_refused(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    with pytest.raises(StoreError, match="no longer on the screen"):
        decide(store, desk, "me", "no_anomaly", Painted("another item"), None)


def test_a_decision_made_elsewhere_in_between_is_a_conflict(store: Store, project_id: str) -> None:
    desk = desk_of(store, "anomaly")
    decide(store, desk, "ana", "no_anomaly", desk.painted, None)
    with pytest.raises(ConflictError):
        decide(store, desk, "me", "reject", desk.painted, None)
    assert store.corrections.current(project_id)[desk.item.id].event.person == "ana"


def test_an_unknown_action_decides_nothing(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    with pytest.raises(StoreError, match="is no decision"):
        decide(store, desk, "me", "delete", desk.painted, None)


def test_an_answer_replaced_since_the_paint_cannot_be_accepted(store: Store) -> None:
    desk = desk_of(store, "anomaly")
    with pytest.raises(StoreError, match="replaced by a newer one"):
        decide(store, desk, "me", "accept:gone", desk.painted, None)


def test_an_edit_survives_until_it_is_saved_as_a_fix(store: Store, project_id: str) -> None:
    desk = desk_of(store, "anomaly")
    start_edit(store, desk, "me", desk.painted)
    again = load_desk(store, project_id, "me", desk.item.id)
    draft = again.draft
    assert draft is not None
    assert [(one.start, one.stop, one.channels) for one in draft.intervals] == [
        (240, 280, (1,)),
        (400, 401, (0,)),
    ]
    assert draft.intervals[0].phrase == "The level of ch2 rises by 4 for 40 samples"
    draft = without_interval(draft, draft.intervals[1].id)
    draft = with_change(draft, draft.intervals[0].id, {"start": 238})
    event = save_edit(store, again, "me", draft, 8.0)
    assert event.content is not None
    assert [(i.number, i.start, i.stop) for i in event.content.intervals] == [(1, 238, 280)]
    assert load_desk(store, project_id, "me", desk.item.id).draft is None


def test_a_decision_in_one_tab_leaves_the_edit_of_another_alone(
    store: Store, project_id: str
) -> None:
    seen = desk_of(store, "anomaly")
    draft = start_edit(store, seen, "me", seen.painted)
    decide(store, seen, "me", "no_anomaly", seen.painted, None)
    assert load_desk(store, project_id, "me", seen.item.id).draft == draft


def test_edit_in_a_second_tab_goes_on_with_the_edit_of_the_first(store: Store) -> None:
    seen = desk_of(store, "anomaly")
    typed = start_edit(store, seen, "me", seen.painted).model_copy(update={"rationale": "a leak"})
    save_draft(store, seen, "me", typed)
    assert start_edit(store, seen, "me", seen.painted) == typed


def test_what_was_typed_since_the_desk_was_shown_is_part_of_the_draft(
    store: Store, project_id: str
) -> None:
    seen = desk_of(store, "anomaly")
    start_edit(store, seen, "me", seen.painted)
    shown = load_desk(store, project_id, "me", seen.item.id)
    assert shown.draft is not None
    typed = shown.draft.model_copy(update={"rationale": "a leak"})
    save_draft(store, shown, "me", typed)
    assert draft_now(store, shown, "me") == typed
    rebase_draft(store, shown, "me", shown.draft)
    assert draft_now(store, shown, "me").rationale == "a leak"


def test_a_draft_dropped_in_another_tab_is_taken_from_the_screen(
    store: Store, project_id: str
) -> None:
    seen = desk_of(store, "anomaly")
    draft = start_edit(store, seen, "me", seen.painted)
    shown = load_desk(store, project_id, "me", seen.item.id)
    store.drafts.delete(project_id, "me", seen.item.id)
    assert draft_now(store, shown, "me") == draft
    with pytest.raises(StoreError, match="no edit of this item is open"):
        draft_now(store, seen, "me")


def test_a_conflict_keeps_the_draft(store: Store, project_id: str) -> None:
    desk = desk_of(store, "anomaly")
    draft = start_edit(store, desk, "me", desk.painted)
    decide(store, desk, "ana", "no_anomaly", desk.painted, None)
    with pytest.raises(ConflictError):
        save_edit(store, desk, "me", draft, None)
    again = load_desk(store, project_id, "me", desk.item.id)
    assert (again.draft, again.version) == (draft, 1)


def an_item() -> Item:
    return Item(id="i", project_id="p", series_id="s", start=100, stop=200, question_id="q")


def test_a_drawn_interval_is_cut_to_the_window_and_refused_outside(store: Store) -> None:
    question = desk_of(store, "anomaly").question
    draft = EditDraft(kind="anomaly")
    drawn = Interval(start=80, stop=120, channels=(1,))
    (one,) = with_interval(draft, an_item(), drawn, 3, question).intervals
    assert (one.start, one.stop, one.channels) == (100, 120, (1,))
    with pytest.raises(AnswerError, match="shaded context"):
        with_interval(draft, an_item(), Interval(start=10, stop=90), 3, question)


@pytest.mark.parametrize(
    ("start", "stop", "message"),
    [(150, 150, "holds no sample"), (90, 120, "move it inside"), (190, 201, "move it inside")],
)
def test_impossible_intervals_are_named(store: Store, start: int, stop: int, message: str) -> None:
    question = desk_of(store, "anomaly").question
    wrong = EditDraft(kind="anomaly", intervals=(DraftInterval(id="a", start=start, stop=stop),))
    with pytest.raises(AnswerError, match=message):
        content_of(wrong, an_item(), question)


def test_a_pattern_draft_needs_a_label(store: Store) -> None:
    question = desk_of(store, "pattern").question
    with pytest.raises(AnswerError, match="no pattern is chosen"):
        content_of(EditDraft(kind="pattern"), an_item(), question)


def test_drafted_intervals_are_numbered_in_order_of_time_with_their_phrases(store: Store) -> None:
    question = desk_of(store, "anomaly").question
    draft = EditDraft(
        kind="anomaly",
        rationale="Two events.",
        intervals=(
            DraftInterval(id="late", start=180, stop=190, phrase="second"),
            DraftInterval(id="early", start=110, stop=120, phrase="first"),
        ),
    )
    content = content_of(draft, an_item(), question)
    assert [(i.number, i.start) for i in content.intervals] == [(1, 110), (2, 180)]
    assert [(s.text, s.interval) for s in content.rationale] == [
        ("Two events. ", None),
        ("first ", 1),
        ("second ", 2),
    ]


def test_margins_say_how_sure_an_answer_is(store: Store) -> None:
    question = desk_of(store, "anomaly").question
    assert margin(pattern_content("cubic", 0.6)) == pytest.approx(0.2)
    assert margin(student_content(question)) == 0.71
    assert margin(AnswerContent(kind="anomaly")) == 1.0


def test_drawn_items_come_first_then_the_least_sure() -> None:
    items = [an_item().model_copy(update={"id": one}) for one in "abcd"]
    queue = order_items(
        items, [DrawnItem("c", True), DrawnItem("gone", False)], {"a": 0.9, "d": 0.1}
    )
    assert queue.order == ("c", "d", "a", "b")
    assert (queue.drawn, queue.by) == (("c",), "value")


def test_gold_that_stands_in_for_a_lost_review_comes_right_after_the_draw() -> None:
    items = [an_item().model_copy(update={"id": one}) for one in "abcd"]
    queue = order_items(items, [DrawnItem("c", True)], {"a": 0.1}, ["d"])
    assert queue.order == ("c", "d", "a", "b")
    assert queue.drawn == ("c", "d")


def test_skipped_items_wait_at_the_end_and_undo_brings_them_back(
    store: Store, project_id: str
) -> None:
    queue = build_queue(store, project_id)
    first = queue.order[0]
    desk = load_desk(store, project_id, "me", first)
    decide(store, desk, "me", "skip", desk.painted, None)
    left = waiting(queue, QueueMemo(project_id).state(store).skipped, {})
    assert left.index(first) == len(queue.drawn) - 1
    assert set(left[len(queue.drawn) :]).isdisjoint(queue.drawn)
    store.corrections.undo(project_id, "me")
    assert waiting(queue, QueueMemo(project_id).state(store).skipped, {})[0] == first


def test_progress_counts_decided_items_and_the_pace(store: Store, project_id: str) -> None:
    queue = build_queue(store, project_id)
    for item_id in queue.order[:3]:
        desk = load_desk(store, project_id, "me", item_id)
        decide(store, desk, "me", "reject", desk.painted, None)
    events = store.corrections.events(project_id)
    now = progress(queue, QueueMemo(project_id).state(store), "me")
    assert (now.done, now.total, now.last_saved) == (3, len(queue.order), events[-1].created_at)
    spread = (events[2].created_at - events[0].created_at).total_seconds()
    assert now.per_minute == pytest.approx(2 * 60 / max(spread, 1e-3))
