"""After types were changed: labels of earlier versions still teach, measure, and can be read."""

from pathlib import Path

import pytest
from small_project import NONE, RULES, SmallProject, asked_project, made, with_gold

from core.answers import AnswerContent, FoundInterval
from core.review import Item
from pages.components.workflows.drawing import ensure_draw, measured_items
from pages.components.workflows.exporting import decided_items
from pages.components.workflows.learning import start_training, what_there_is
from pages.components.workflows.review_queue import build_queue
from pages.components.workflows.reviewing import decide, load_desk
from training import snapshot, worker_prepare
from training.examples import TrainingExample


@pytest.fixture
def small(tmp_path: Path) -> SmallProject:
    return with_gold(asked_project(tmp_path))


def rename(small: SmallProject) -> None:
    spike = small.store.types.list(small.project_id)[0].type
    small.store.types.edit(small.project_id, "lea", spike, "needle", "up and back")


def ask_again(small: SmallProject, item: Item, content: AnswerContent = NONE) -> Item:
    """Ask the window under the newest version of the anomaly question; the rules answer."""
    (question,) = [
        one for one in small.store.questions.current(small.project_id) if one.kind == "anomaly"
    ]
    window = (item.series_id, item.start, item.stop, question.id)
    (again,) = small.store.items.add_many(small.project_id, [window])
    small.store.answers.add_many(small.project_id, [made(again, RULES, content)])
    return again


def snapshot_now(small: SmallProject) -> list[TrainingExample]:
    """Make the snapshot of a training; return its anomaly examples."""
    worker_prepare.prepare(small.store, start_training(small.store, small.project_id))
    taken = small.store.snapshots.list(small.project_id)[-1]
    _, questions, examples, windows = snapshot.load(taken.folder)
    (anomaly,) = [one for one in questions if one.kind == "anomaly"]
    assert anomaly.version == small.store.questions.current(small.project_id)[0].version
    assert sum(one.question_id == anomaly.id for one in windows) == 8  # gold, as before
    return [one for one in examples if one.question_id == anomaly.id]


def test_renaming_a_type_loses_no_label_and_no_gold(small: SmallProject) -> None:
    small.decide(small.anomaly_items[1], "fix", small.spike(30))
    before = what_there_is(small.store, small.project_id)

    rename(small)

    after = what_there_is(small.store, small.project_id)
    assert after.n_examples == before.n_examples == 32
    assert after.n_gold == before.n_gold == 16
    examples = snapshot_now(small)
    assert len(examples) == 16
    (corrected,) = [one for one in examples if one.source == "correction"]
    assert corrected.content == small.spike(30)


def test_a_window_asked_again_teaches_once_by_what_a_person_said(small: SmallProject) -> None:
    decided, open_item = small.anomaly_items[1], small.anomaly_items[2]
    small.decide(decided, "fix", small.spike(30))
    rename(small)
    for item in (decided, open_item):
        ask_again(small, item, small.spike(50))

    examples = snapshot_now(small)

    assert len(examples) == 16
    said = sorted(one.content.intervals[0].start for one in examples if one.content.intervals)
    assert said == [20, 20, 20, 20, 30, 50]  # the correction, and the newer answer


def test_events_of_a_retired_type_teach_nothing_and_stay_on_the_label(
    small: SmallProject,
) -> None:
    item = small.anomaly_items[1]
    shift = small.anomaly.type_named("level_shift").id
    found = FoundInterval(number=1, start=5, stop=25, type_id=shift)
    label = AnswerContent(kind="anomaly", intervals=(found,))
    small.decide(item, "fix", label)
    types = {one.type.id: one.type for one in small.store.types.list(small.project_id)}
    small.store.types.set_standing(small.project_id, "lea", types[shift], standing=False)

    (corrected,) = [one for one in snapshot_now(small) if one.source == "correction"]

    assert corrected.content.intervals == ()
    assert small.store.corrections.current(small.project_id)[item.id].content == label
    desk = load_desk(small.store, small.project_id, "bo", item.id)
    assert desk.question.type_of(shift).name == "level shift"  # it can still be read


def test_the_desk_of_an_old_item_offers_new_types_by_new_names(small: SmallProject) -> None:
    item = small.anomaly_items[1]
    rename(small)
    drift = small.store.types.add(small.project_id, "lea", "slow drift")

    desk = load_desk(small.store, small.project_id, "bo", item.id)
    names = [one.name for one in desk.question.types]
    assert names == ["needle", "level shift", "variance change", "stuck value", "slow drift"]

    label = AnswerContent(
        kind="anomaly", intervals=(FoundInterval(number=1, start=5, stop=9, type_id=drift.id),)
    )
    small.decide(item, "fix", label)
    (exported,) = decided_items(small.store, small.project_id)
    assert exported.question.type_of(drift.id).key == "slow_drift"
    assert exported.question.id == small.anomaly.id


def test_an_undecided_item_leaves_the_queue_when_its_window_is_asked_again(
    small: SmallProject,
) -> None:
    asked, other = small.anomaly_items[1], small.anomaly_items[2]
    decided = small.anomaly_items[3]
    small.decide(decided, "no_anomaly")
    rename(small)
    again = [ask_again(small, one) for one in (asked, decided)]

    order = build_queue(small.store, small.project_id).order

    assert asked.id not in order
    assert {other.id, decided.id, *(one.id for one in again)} <= set(order)
    desk = load_desk(small.store, small.project_id, "bo", again[0].id)
    decide(small.store, desk, "bo", "no_anomaly", desk.painted, None)
    assert again[0].id in small.store.corrections.current(small.project_id)


def test_an_edit_of_types_draws_no_new_gold(tmp_path: Path) -> None:
    small = asked_project(tmp_path)
    drawn = ensure_draw(small.store, small.project_id)
    ranges = small.store.gold.ranges(small.project_id)
    rename(small)
    for item in small.anomaly_items:
        ask_again(small, item)

    assert ensure_draw(small.store, small.project_id) == drawn
    assert small.store.gold.ranges(small.project_id) == ranges
    now = {one.question_id for one in measured_items(small.store, small.project_id)}
    assert len(now) == 2  # one question of each kind, whatever the versions
